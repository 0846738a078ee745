// SPDX-License-Identifier: Apache-2.0
#include "framework/cluster/transitions/set_gates.h"

#include <fmt/format.h>

#include <algorithm>
#include <future>

#include "framework/base/log.h"
#include "framework/base/processes/run_checked.h"
#include "framework/base/text.h"
#include "framework/cluster/transitions/component_waits.h"
#include "framework/cluster/transitions/gate_flip.h"
#include "framework/cluster/transitions/manifest_gates.h"
#include "framework/cluster/transitions/node_components.h"
#include "framework/cluster/transitions/static_pod.h"
#include "framework/kube/wait.h"

namespace graduand::cluster {
namespace {

using catalogue::CellFacts;
using catalogue::GateMap;

constexpr milliseconds kComponentLimit = seconds(60);
// On the way back: a component that ended a moment ago meets the kubelet's back-off, and giving up leaves a cluster
// that is neither as before nor as asked.
constexpr milliseconds kBackLimit = std::chrono::minutes(3);
constexpr milliseconds kNodeLimit = seconds(60);
constexpr const char* kKubeletConfig = "/var/lib/kubelet/config.yaml";
constexpr const char* kKubeletStaging = "/var/lib/graduand/staging";  // on the file system of /var/lib/kubelet
constexpr const char* kRolledAt = "graduand.io/gates-set";

Status on_node(NodeAccess& nodes, const std::string& node, const std::vector<std::string>& argv) {
  GRADUAND_TRY_ASSIGN(const ProcessResult result, nodes.run(node, argv, kNodeLimit));
  if (result.ok()) return {};
  return fail(ErrorKind::kInfrastructure, join(argv, " ") + ": " + last_lines(result.stderr_text, 1), node);
}

Status put_kubelet_config(NodeAccess& nodes, const std::string& node, const std::string& config) {
  GRADUAND_TRY(nodes.write_file(node, kKubeletConfig, config, kKubeletStaging));
  Status restarted = on_node(nodes, node, {"systemctl", "restart", "kubelet"});
  if (!restarted) restarted.error().kind = ErrorKind::kProduct;
  return restarted;
}

// A static pod or the kubelet of one node, with its configuration before and after.
struct Change {
  std::string node;
  std::string component;
  std::string before;
  std::string after;
};

class GateSetting {
 public:
  explicit GateSetting(TransitionWork& work)
      : work_(work),
        nodes_(work.nodes()),
        request_(work.request()),
        components_(
            nodes_, [&work](milliseconds limit) { return work.parts().client(limit); }, kBackLimit, work.clock()),
        journal_(nodes_, components_, to_string(request_.kind)) {}

  Result<CellFacts> run() {
    GRADUAND_TRY(work_.begin());
    leases_.emplace(work_.client());
    GRADUAND_TRY(plan());
    leases_->remember();
    auto facts = forward();
    if (facts) {
      for (const std::string& node : journal_.touched()) GRADUAND_TRY(journal_.keep(node));
      return facts;
    }
    progress("putting everything back");
    if (Status undone = back(); !undone)
      facts.error().message += "; and it could not be put back: " + to_string(undone.error());
    return facts;
  }

 private:
  void progress(const std::string& step) const { work_.progress(step); }
  bool chosen(const std::string& component) const {
    return request_.component.empty() || request_.component == component;
  }

  Status plan() {
    for (const std::string& node : chosen_nodes(catalogue::kApiServer)) api_servers_.push_back(node);
    for (const std::string& component : LeaderLeases::components()) {
      for (const std::string& node : chosen_nodes(component)) {
        GRADUAND_TRY_ASSIGN(std::string before, nodes_.read_file(node, manifest_path(component)));
        GRADUAND_TRY_ASSIGN(std::string after, manifest_with_gates(before, request_.gates, component));
        if (before == after) continue;
        GRADUAND_TRY_ASSIGN(after, marked_manifest(after, format_rfc3339(work_.clock().now())));
        changes_.push_back({node, component, std::move(before), std::move(after)});
      }
    }
    for (const std::string& node : chosen_nodes(catalogue::kKubelet)) {
      GRADUAND_TRY_ASSIGN(std::string before, nodes_.read_file(node, kKubeletConfig));
      GRADUAND_TRY_ASSIGN(std::string after, config_with_gates(before, request_.gates));
      if (before != after) changes_.push_back({node, catalogue::kKubelet, std::move(before), std::move(after)});
    }
    with_proxy_ = !chosen_nodes(catalogue::kKubeProxy).empty();
    if (!request_.component.empty() && chosen_nodes(request_.component).empty())
      return fail(ErrorKind::kUsage, "there is nothing to change: no " + request_.component + " on the node");
    return {};
  }
  // Those that the request is about, and that have the component; none when the request is about another one.
  std::vector<std::string> chosen_nodes(const std::string& component) const {
    return chosen(component) ? work_.chosen_nodes_with(component) : std::vector<std::string>();
  }

  // At the same time on all nodes; the first error of those that went wrong.
  Status each(const std::function<bool(const Change&)>& which, const std::function<Status(const Change&)>& what) {
    std::vector<std::future<Status>> running;
    for (const Change& change : changes_)
      if (which(change)) running.push_back(std::async(std::launch::async, [&what, &change] { return what(change); }));
    Status first;
    for (auto& one : running)
      if (Status status = one.get(); !status && first) first = std::move(status);
    return first;
  }
  static bool is_static(const Change& change) { return change.component != catalogue::kKubelet; }
  static bool is_kubelet(const Change& change) { return !is_static(change); }
  static NodeChange entry_of(const Change& change) {
    NodeChange entry = is_static(change) ? static_pod_change(change.node, change.component, change.after)
                                         : file_change(change.node, kKubeletConfig, change.after, catalogue::kKubelet);
    entry.evidence = true;
    return entry;
  }

  Result<CellFacts> forward() {
    // One after the other: their order is that of the way back.
    for (const Change& change : changes_) GRADUAND_TRY(journal_.enter(entry_of(change)));
    progress("restarting the control plane");
    auto gone = std::async(std::launch::async, [this] {
      return each(is_static,
                  [this](const Change& change) { return take_static_pod_away(nodes_, change.node, change.component); });
    });
    const Status flipped = flip_api_servers();
    GRADUAND_TRY(gone.get());
    GRADUAND_TRY(flipped);
    GRADUAND_TRY(each(is_static, [this](const Change& change) {
      leases_->release(change.node, change.component);
      return put_static_pod(nodes_, change.node, change.component, change.after);
    }));
    if (chosen(catalogue::kKubelet)) progress("restarting the kubelets");
    GRADUAND_TRY(each(is_kubelet,
                      [this](const Change& change) { return put_kubelet_config(nodes_, change.node, change.after); }));
    if (with_proxy_) GRADUAND_TRY(set_proxy_gates());
    return prove(true);
  }

  Status flip_api_servers() {
    for (const std::string& node : api_servers_) {
      const auto flipped =
          flip_api_server_gates(api_server(node), request_.gates, kComponentLimit, work_.clock(), work_.cancel());
      if (flipped.outcome == results::Outcome::kPassed) continue;
      const bool failed = flipped.outcome == results::Outcome::kFailed;
      return fail(work_.cancel().cancelled() ? ErrorKind::kCancelled
                                             : (failed ? ErrorKind::kProduct : ErrorKind::kInfrastructure),
                  flipped.message, node);
    }
    return {};
  }

  ApiServerTarget api_server(const std::string& node) {
    return {&nodes_, &journal_, node, [this](milliseconds limit) { return work_.parts().client(limit); }};
  }

  Status set_proxy_gates() {
    progress("rolling kube-proxy out");
    const auto map = work_.client().get(kube::resources::kConfigMaps, "kube-system", "kube-proxy");
    if (!map) return fail(kube::to_error(map.error()));
    const auto& data = object_at(*map, "data");
    const auto found = data.find("config.conf");
    if (found == data.end() || !found->value().is_string())
      return fail(ErrorKind::kUsage, "the config map kube-system/kube-proxy has no config.conf");
    const std::string before(found->value().as_string());
    GRADUAND_TRY_ASSIGN(const std::string after, config_with_gates(before, request_.gates));
    if (before == after) return {};
    proxy_before_ = before;
    return put_proxy_config(after);
  }

  Status put_proxy_config(const std::string& config) {
    using kube::PatchType;
    const auto changed =
        work_.client().patch(kube::resources::kConfigMaps, "kube-system", "kube-proxy", PatchType::kMerge,
                             json::object{{"data", json::object{{"config.conf", config}}}});
    if (!changed) return fail(kube::to_error(changed.error()));
    // Pods read the map when they start: a changed template makes the DaemonSet replace them.
    const json::object annotations = {{kRolledAt, format_rfc3339(work_.clock().now())}};
    const auto rolled = work_.client().patch(
        kube::resources::kDaemonSets, "kube-system", "kube-proxy", PatchType::kMerge,
        json::object{{"spec", json::object{{"template",
                                            json::object{{"metadata", json::object{{"annotations", annotations}}}}}}}});
    if (!rolled) return fail(kube::to_error(rolled.error()));
    return wait_for_kube_proxy(work_, kComponentLimit);
  }

  Error explained(Error error, const std::string& component) {
    for (const Change& change : changes_)
      if (change.component == component)
        return with_last_words(work_.nodes(), std::move(error), change.node, component);
    return error;
  }

  Result<CellFacts> prove(bool forward) {
    for (const std::string& component : LeaderLeases::components()) {
      const std::vector<std::string> restarted = forward ? changed_on(component) : restarted_back_[component];
      if (restarted.empty()) continue;
      progress("waiting for the leader of " + component);
      const milliseconds limit = forward ? kComponentLimit : kBackLimit;
      if (Status lease = leases_->wait_for_leader(component, restarted, limit, work_.cancel()); !lease)
        return fail(explained(lease.error(), component));
    }
    progress("reading the effective gates back");
    GRADUAND_TRY_ASSIGN(auto facts, work_.parts().facts_when_ready(work_.client(), work_.cancel()));
    if (!forward) return facts;
    for (const std::string& component : catalogue::components()) {
      // On one node of several the kubelets and proxies need not agree.
      if (!request_.node.empty() || chosen_nodes(component).empty()) continue;
      for (const auto& [gate, on] : request_.gates) {
        if (facts.effective(component, gate) == on) continue;
        const auto message = fmt::format("feature gate {} at {}: requested {}, and not effective after the restart",
                                         gate, component, on ? "on" : "off");
        return fail(explained({ErrorKind::kProduct, message}, component));
      }
    }
    return facts;
  }

  std::vector<std::string> changed_on(const std::string& component) const {
    std::vector<std::string> nodes;
    for (const Change& change : changes_)
      if (change.component == component) nodes.push_back(change.node);
    return nodes;
  }

  // Not to be cancelled: half-way is worse than either end.
  Status back() {
    work_.begin_going_back();
    // What never came to be changed is not restarted on the way back, and gets no new leader.
    for (const Change& change : changes_) {
      if (!is_static(change)) continue;
      const auto present = nodes_.read_file(change.node, manifest_path(change.component));
      if (!present || *present != change.before) restarted_back_[change.component].push_back(change.node);
    }
    leases_->remember();
    Status first =
        TransitionWork::each(journal_.touched(), [this](const std::string& node) { return journal_.put_back(node); });
    if (proxy_before_)
      if (Status proxy = put_proxy_config(*proxy_before_); !proxy && first) first = std::move(proxy);
    if (!first) return first;
    const auto facts = prove(false);
    return facts ? Status{} : fail(facts.error());
  }

  TransitionWork& work_;
  NodeAccess& nodes_;
  const catalogue::TransitionRequest& request_;
  std::optional<LeaderLeases> leases_;
  std::vector<std::string> api_servers_;
  std::vector<Change> changes_;
  bool with_proxy_ = false;
  std::optional<std::string> proxy_before_;
  std::map<std::string, std::vector<std::string>> restarted_back_;  // by component: its nodes
  KubeadmComponents components_;
  NodeJournal journal_;
};

}  // namespace

Result<CellFacts> set_gates(TransitionWork& work) {
  return GateSetting(work).run();
}

}  // namespace graduand::cluster
