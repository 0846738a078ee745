// SPDX-License-Identifier: Apache-2.0
#include "framework/profile/check_transitions.h"

#include <fmt/format.h>

#include <algorithm>

#include "framework/base/text.h"
#include "framework/profile/version_rules.h"

namespace graduand::profile {
namespace {

using catalogue::CellDescription;
using catalogue::GateMap;
using catalogue::KubeVersion;
using catalogue::TransitionKind;
using catalogue::TransitionRequest;

// What would hold on the cluster between two transitions.
class State {
 public:
  explicit State(const CellDescription& cell) : emulated_(cell.emulated_version), server_(cell.kubernetes_version) {
    const auto names = node_names(cell);
    for (std::size_t i = 0; i < names.size(); ++i)
      kubelets_.push_back({names[i], cell.nodes[i].version, cell.requested_gates(catalogue::kKubelet)});
    for (const std::string& component : catalogue::components()) gates_[component] = cell.requested_gates(component);
  }

  Status apply(const TransitionRequest& request) {
    if (!request.node.empty() && kubelet(request.node) == nullptr) {
      std::vector<std::string> names;
      for (const Kubelet& one : kubelets_) names.push_back(one.node);
      return fail(ErrorKind::kUsage, fmt::format("the cell has no node '{}'", request.node), {},
                  "its nodes: " + join(names, ", "));
    }
    GRADUAND_TRY(change(request));
    return check();
  }

 private:
  struct Kubelet {
    std::string node;
    KubeVersion version;
    GateMap gates;
  };

  Kubelet* kubelet(const std::string& node) {
    const auto found =
        std::find_if(kubelets_.begin(), kubelets_.end(), [&node](const Kubelet& one) { return one.node == node; });
    return found == kubelets_.end() ? nullptr : &*found;
  }
  static bool is_control_plane(const std::string& node) { return starts_with(node, "control-plane"); }

  Status change(const TransitionRequest& request) {
    switch (request.kind) {
      case TransitionKind::kSetGates:
        return set_gates(request);
      case TransitionKind::kUpgrade:
        GRADUAND_TRY(check_upgrade(server_, *request.version));
        set_version(request);
        return {};
      case TransitionKind::kDowngrade:
        GRADUAND_TRY(check_downgrade(server_, *request.version));
        set_version(request);
        return {};
      case TransitionKind::kSwapKubelet:
        for (Kubelet& one : kubelets_)
          if (request.node.empty() || request.node == one.node) one.version = *request.version;
        return {};
      case TransitionKind::kRestart:
        return check_place(request);
      case TransitionKind::kRestore:
        return fail(ErrorKind::kUsage, "a restore is not asked for: it follows what a case changed");
    }
    return {};
  }

  // Static pods are on control planes only.
  static Status check_place(const TransitionRequest& request) {
    const bool everywhere = request.component.empty() || request.component == catalogue::kKubelet ||
                            request.component == catalogue::kKubeProxy;
    if (everywhere || request.node.empty() || is_control_plane(request.node)) return {};
    return fail(ErrorKind::kUsage, fmt::format("there is no {} on the node {}", request.component, request.node));
  }

  void set_version(const TransitionRequest& request) {
    server_ = *request.version;
    if (request.control_plane_only) return;
    for (Kubelet& one : kubelets_) one.version = server_;
  }

  Status set_gates(const TransitionRequest& request) {
    GRADUAND_TRY(check_place(request));
    const auto chosen = [&request](const std::string& component) {
      return request.component.empty() || request.component == component;
    };
    for (const auto& [gate, on] : request.gates) {
      for (auto& [component, gates] : gates_)
        if (chosen(component) && component != catalogue::kKubelet) gates[gate] = on;
      for (Kubelet& one : kubelets_)
        if (chosen(catalogue::kKubelet) && (request.node.empty() || request.node == one.node)) one.gates[gate] = on;
    }
    return {};
  }

  Status check() {
    GRADUAND_TRY(check_emulated(server_, emulated_));
    for (const auto& [component, gates] : gates_) {
      if (component == catalogue::kKubelet) continue;
      const bool emulates = component != catalogue::kKubeProxy;
      GRADUAND_TRY(check_gates(gates, component, emulates ? emulated_.value_or(server_) : server_));
    }
    for (const Kubelet& one : kubelets_) {
      Status kubelet = check_kubelet_skew("a kubelet", one.version, server_);
      if (kubelet) kubelet = check_gates(one.gates, catalogue::kKubelet, one.version);
      if (!kubelet) return fail_with_context(std::move(kubelet).error(), one.node);
    }
    return {};
  }

  const std::optional<KubeVersion> emulated_;
  KubeVersion server_;
  std::map<std::string, GateMap> gates_;
  std::vector<Kubelet> kubelets_;
};

}  // namespace

std::vector<std::string> node_names(const CellDescription& cell) {
  std::vector<std::string> names;
  std::map<std::string, int> count;
  for (const auto& node : cell.nodes) {
    const int number = ++count[node.role];
    names.push_back(number == 1 ? node.role : fmt::format("{}{}", node.role, number));
  }
  return names;
}

Status check_transitions(const CellDescription& cell) {
  State state(cell);
  for (std::size_t i = 0; i < cell.transitions.size(); ++i) {
    const TransitionRequest& request = cell.transitions[i];
    if (Status status = state.apply(request); !status) {
      return fail_with_context(std::move(status).error(), fmt::format("transition {}, {} to the phase '{}'", i + 1,
                                                                      to_string(request.kind), request.phase));
    }
  }
  return {};
}

}  // namespace graduand::profile
