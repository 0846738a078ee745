// SPDX-License-Identifier: Apache-2.0
#include "framework/cluster/kind/kind_network.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <future>

#include "framework/base/processes/run_checked.h"
#include "framework/base/text.h"
#include "framework/kube/wait.h"

namespace graduand::cluster {
namespace {

constexpr milliseconds kNodeLimit = seconds(30);
constexpr milliseconds kProxyLimit = seconds(15);
constexpr const char* kMtuMark = "@mtu@";

// The file is written under a name that containerd passes over and renamed within its folder: containerd wakes up for
// the rename's source, not for a file that appears. Packets of pods leave through eth0, so its MTU is theirs. Further
// arguments are pairs of network and gateway.
constexpr const char* kScript = R"(set -e
mtu=$(cat /sys/class/net/eth0/mtu)
mkdir -p /etc/cni/net.d
sed "s/$1/$mtu/" >/etc/cni/net.d/.graduand
mv /etc/cni/net.d/.graduand /etc/cni/net.d/10-graduand.conflist
shift
while [ $# -gt 0 ]; do ip route replace "$1" via "$2"; shift 2; done
)";

Status on_node(NodeAccess& access, const NodeNetwork& node, const std::vector<std::string>& argv,
               const std::string& stdin_text, const CancelToken& cancel) {
  GRADUAND_TRY_ASSIGN(const ProcessResult result, access.run(node.name, argv, kNodeLimit, stdin_text, cancel));
  if (result.cancelled) return fail(ErrorKind::kCancelled, "setting up the pod network: cancelled");
  if (result.ok()) return {};
  return fail(
      ErrorKind::kInfrastructure,
      fmt::format("setting up the pod network: {}: {}", describe_end(result), last_lines(result.stderr_text, 2)),
      node.name);
}

Status join_node(NodeAccess& access, const NodeNetwork& node, const std::vector<NodeNetwork>& others,
                 const CancelToken& cancel) {
  std::vector<std::string> argv = {"sh", "-c", kScript, "sh", kMtuMark};
  for (const NodeNetwork& other : others) argv.insert(argv.end(), {other.pod_cidr, other.address});
  return on_node(access, node, argv, cni_conflist(node.pod_cidr, kMtuMark), cancel);
}

Status add_route(NodeAccess& access, const NodeNetwork& at, const NodeNetwork& to, const CancelToken& cancel) {
  return on_node(access, at, {"ip", "route", "replace", to.pod_cidr, "via", to.address}, {}, cancel);
}

// CoreDNS starts the moment a node has a pod network. Without kube-proxy it cannot reach the API server's service,
// fails its first readiness probe, and is asked again ten seconds later: a network that comes too early costs more than
// it saves. A kube-proxy that does not come is found out later, by what waits for CoreDNS.
void wait_for_kube_proxy(kube::Client& client, const std::string& node, const CancelToken& cancel) {
  kube::ListOptions on_node;
  on_node.label_selector = "k8s-app=kube-proxy";
  on_node.field_selector = "spec.nodeName=" + node;
  const auto ready = [](const std::vector<json::value>& pods) {
    return !pods.empty() && kube::has_condition(pods.front(), "Ready", "True");
  };
  const auto waited = kube::wait_for_set(client, kube::resources::kPods, "kube-system", on_node, "to be Ready", ready,
                                         kProxyLimit, cancel);
  if (!waited) spdlog::debug("kube-proxy of {}: {}", node, waited.message);
}

}  // namespace

std::optional<NodeNetwork> network_of(const json::value& node) {
  NodeNetwork network{kube::name_of(node), string_at(node, "spec.podCIDR"), ""};
  for (const json::value& address : array_at(node, "status.addresses"))
    if (string_at(address, "type") == "InternalIP") network.address = string_at(address, "address");
  if (network.pod_cidr.empty() || network.address.empty()) return std::nullopt;
  return network;
}

std::string cni_conflist(const std::string& pod_cidr, const std::string& mtu) {
  return fmt::format(R"({{"cniVersion": "0.4.0", "name": "graduand", "plugins": [
  {{"type": "ptp", "ipMasq": true, "mtu": {},
   "ipam": {{"type": "host-local", "ranges": [[{{"subnet": "{}"}}]], "dataDir": "/run/cni-ipam-state",
            "routes": [{{"dst": "0.0.0.0/0"}}]}}}},
  {{"type": "portmap", "capabilities": {{"portMappings": true}}}}
]}}
)",
                     mtu, pod_cidr);
}

Status join_network(kube::Client& client, NodeAccess& access, std::size_t count, milliseconds limit,
                    const CancelToken& cancel) {
  std::vector<NodeNetwork> joined;
  Status first;
  // Each node as soon as it is known, with a route to and from every earlier one.
  const auto join_new_ones = [&](const std::vector<json::value>& nodes) {
    for (const json::value& node : nodes) {
      const auto network = network_of(node);
      const auto same = [&](const NodeNetwork& other) { return network && other.name == network->name; };
      if (!network || std::any_of(joined.begin(), joined.end(), same)) continue;
      if (joined.empty()) wait_for_kube_proxy(client, network->name, cancel);
      std::vector<std::future<Status>> changes;
      const auto at_once = [&](auto change) { changes.push_back(std::async(std::launch::async, change)); };
      at_once([&] { return join_node(access, *network, joined, cancel); });
      for (const NodeNetwork& other : joined) at_once([&] { return add_route(access, other, *network, cancel); });
      for (auto& change : changes)
        if (Status status = change.get(); !status && first) first = std::move(status);
      joined.push_back(*network);
    }
    return joined.size() == count || !first;
  };
  const auto waited = kube::wait_for_set(client, kube::resources::kNodes, "", {}, "to have a pod CIDR each",
                                         join_new_ones, limit, cancel);
  if (cancel.cancelled()) return fail(ErrorKind::kCancelled, "setting up the pod network: cancelled");
  GRADUAND_TRY(first);
  if (!waited) return fail(ErrorKind::kProduct, waited.message);
  return {};
}

}  // namespace graduand::cluster
