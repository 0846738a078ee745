// SPDX-License-Identifier: Apache-2.0
#include "framework/cluster/transitions/restart.h"

#include <fmt/format.h>

#include <algorithm>

#include "framework/base/text.h"
#include "framework/cluster/transitions/component_waits.h"
#include "framework/cluster/transitions/control_plane_backup.h"
#include "framework/kube/wait.h"

namespace graduand::cluster {
namespace {

using catalogue::CellFacts;

constexpr milliseconds kComponentLimit = seconds(90);

// An API server with open watches does not end by itself (static_pod.h): three seconds, then it is killed. A shell has
// nothing to wait on for another process's end.
constexpr const char* kEnd = R"(
pid=$(pgrep -o -f "^$1 ") || { echo "no process $1" >&2; exit 3; }
kill -TERM "$pid"
tries=60
while [ -d "/proc/$pid" ] && [ "$tries" -gt 0 ]; do tries=$((tries - 1)); sleep 0.05; done
if [ -d "/proc/$pid" ]; then kill -KILL "$pid"; fi
)";
// Another process that says that it is healthy; curl asks until it does.
constexpr const char* kRestartKubelet = R"(
set -e
before=$(systemctl show --property MainPID --value kubelet)
systemctl restart kubelet
curl --silent --show-error --fail --retry 60 --retry-delay 1 --retry-connrefused http://127.0.0.1:10248/healthz >/dev/null
after=$(systemctl show --property MainPID --value kubelet)
[ "$before" != "$after" ] || { echo "the kubelet did not restart" >&2; exit 1; }
)";

class Restart {
 public:
  explicit Restart(TransitionWork& work) : work_(work), component_(work.request().component) {}

  Result<CellFacts> run() {
    GRADUAND_TRY(work_.begin());
    const auto& pods = static_pods();
    const bool is_static = std::find(pods.begin(), pods.end(), component_) != pods.end();
    if (!is_static && component_ != catalogue::kKubelet && component_ != catalogue::kKubeProxy)
      return fail(ErrorKind::kUsage, "'" + component_ + "' is no component that can be restarted");
    nodes_ = work_.chosen_nodes_with(component_);
    if (nodes_.empty()) {
      return fail(ErrorKind::kUsage, fmt::format("there is no {} on {}", component_,
                                                 work_.request().node.empty() ? "any node" : work_.request().node));
    }
    LeaderLeases leases(work_.client());
    leases.remember();
    work_.progress("restarting " + component_);
    if (component_ == catalogue::kKubelet) {
      GRADUAND_TRY(work_.timed(kTimeInWaiting, [&] {
        return TransitionWork::each(nodes_, [this](const auto& node) { return kubelet(node); });
      }));
    } else if (component_ == catalogue::kKubeProxy) {
      GRADUAND_TRY(work_.timed(kTimeInWaiting, [&] { return kube_proxy(); }));
    } else {
      GRADUAND_TRY(work_.timed(kTimeInWaiting, [&] { return static_pods_of(leases); }));
    }
    work_.progress("reading the effective gates back");
    return work_.timed(kTimeInWaiting, [&] { return work_.parts().facts_when_ready(work_.client(), work_.cancel()); });
  }

 private:
  Status static_pods_of(LeaderLeases& leases) {
    for (const std::string& node : nodes_) GRADUAND_TRY(static_pod(node, leases));
    const auto& leaders = LeaderLeases::components();
    if (std::find(leaders.begin(), leaders.end(), component_) == leaders.end()) return {};
    return leases.wait_for_leader(component_, nodes_, kComponentLimit, work_.cancel());
  }

  Status static_pod(const std::string& node, LeaderLeases& leases) {
    const std::string name = component_ + "-" + node;
    const auto pod = work_.client().get(kube::resources::kPods, "kube-system", name);
    if (!pod) return fail(kube::to_error(pod.error()));
    const std::string before = container_of(*pod);
    GRADUAND_TRY(work_.on_node(node, {"sh", "-c", kEnd, "sh", component_}));
    leases.release(node, component_);
    // An API server that has just begun forbids everything, until it knows its own roles.
    if (Status ready = wait_for_api_server(work_, "", kComponentLimit); !ready)
      return fail(with_last_words(work_.nodes(), ready.error(), node, component_));
    const auto is_new = [&before](const json::value& object) {
      const std::string now = container_of(object);
      return !now.empty() && now != before && kube::has_condition(object, "Ready", "True");
    };
    const auto waited = kube::wait_for(work_.client(), kube::resources::kPods, "kube-system", name,
                                       "to be Ready with another container", is_new, kComponentLimit, work_.cancel());
    if (waited) return {};
    return fail(with_last_words(work_.nodes(), work_.not_so(waited.message).error(), node, component_));
  }

  Status kubelet(const std::string& node) {
    Status restarted = work_.on_node(node, {"sh", "-c", kRestartKubelet}, kComponentLimit);
    if (restarted) return restarted;
    if (restarted.error().where == node && restarted.error().message.find("cannot be reached") == std::string::npos)
      restarted.error().kind = ErrorKind::kProduct;
    return fail(with_last_words(work_.nodes(), restarted.error(), node, catalogue::kKubelet));
  }

  Status kube_proxy() {
    const auto is_chosen = [this](const json::value& pod) {
      return std::find(nodes_.begin(), nodes_.end(), string_at(pod, "spec.nodeName")) != nodes_.end();
    };
    kube::ListOptions proxies;
    proxies.label_selector = "k8s-app=kube-proxy";
    const auto pods = work_.client().list(kube::resources::kPods, "kube-system", proxies);
    if (!pods) return fail(kube::to_error(pods.error()));
    std::vector<std::string> before;
    for (const json::value& pod : pods->items) {
      if (!is_chosen(pod)) continue;
      before.push_back(kube::uid_of(pod));
      const auto removed = work_.client().remove(kube::resources::kPods, "kube-system", kube::name_of(pod));
      if (!removed) return fail(kube::to_error(removed.error()));
    }
    const auto all_new = [&](const std::vector<json::value>& now) {
      std::size_t ready = 0;
      for (const json::value& pod : now) {
        if (!is_chosen(pod)) continue;
        if (std::find(before.begin(), before.end(), kube::uid_of(pod)) != before.end()) return false;
        ready += kube::has_condition(pod, "Ready", "True") ? 1 : 0;
      }
      return ready == nodes_.size();
    };
    const auto waited = kube::wait_for_set(work_.client(), kube::resources::kPods, "kube-system", proxies,
                                           "to be new and Ready", all_new, kComponentLimit, work_.cancel());
    return waited ? Status{} : work_.not_so(waited.message);
  }

  TransitionWork& work_;
  const std::string component_;
  std::vector<std::string> nodes_;
};

}  // namespace

Result<CellFacts> restart(TransitionWork& work) {
  return Restart(work).run();
}

}  // namespace graduand::cluster
