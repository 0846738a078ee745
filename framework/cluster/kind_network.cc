// SPDX-License-Identifier: Apache-2.0
#include "framework/cluster/kind_network.h"

#include <fmt/format.h>

#include <algorithm>
#include <future>

#include "framework/base/text.h"
#include "framework/cluster/docker.h"
#include "framework/kube/wait.h"

namespace graduand::cluster {
namespace {

constexpr milliseconds kNodeLimit = seconds(30);
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

Status join_node(NodeAccess& access, const NodeNetwork& node, const std::vector<NodeNetwork>& all,
                 const CancelToken& cancel) {
  std::vector<std::string> argv = {"sh", "-c", kScript, "sh", kMtuMark};
  for (const NodeNetwork& other : all)
    if (other.name != node.name) argv.insert(argv.end(), {other.pod_cidr, other.address});
  GRADUAND_TRY_ASSIGN(const ProcessResult result,
                      access.run(node.name, argv, kNodeLimit, cni_conflist(node.pod_cidr, kMtuMark), cancel));
  if (result.cancelled) return fail(ErrorKind::kCancelled, "setting up the pod network: cancelled");
  if (result.ok()) return {};
  return fail(
      ErrorKind::kInfrastructure,
      fmt::format("setting up the pod network: {}: {}", describe_end(result), last_lines(result.stderr_text, 2)),
      node.name);
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
  std::vector<NodeNetwork> all;
  const auto have_networks = [&](const std::vector<json::value>& nodes) {
    all.clear();
    for (const json::value& node : nodes)
      if (auto network = network_of(node)) all.push_back(*std::move(network));
    return all.size() == count;
  };
  const auto waited = kube::wait_for_set(client, kube::resources::kNodes, "", {}, "to have a pod CIDR each",
                                         have_networks, limit, cancel);
  if (cancel.cancelled()) return fail(ErrorKind::kCancelled, "waiting for pod CIDRs: cancelled");
  if (!waited) return fail(ErrorKind::kProduct, waited.message);
  std::vector<std::future<Status>> joins;
  for (const NodeNetwork& node : all)
    joins.push_back(std::async(std::launch::async, [&, node] { return join_node(access, node, all, cancel); }));
  Status first;
  for (auto& join : joins)
    if (Status status = join.get(); !status && first) first = std::move(status);
  return first;
}

}  // namespace graduand::cluster
