// SPDX-License-Identifier: Apache-2.0
#include "suites/gate-cycle/gates.h"

#include "framework/e2e/case_error.h"
#include "framework/kube/metrics.h"

namespace graduand::gate_cycle {

std::vector<std::string> flipped(const e2e::Context& ctx) {
  return catalogue::flipped_gates(ctx.transitions());
}

std::optional<bool> made(const e2e::Context& ctx, const std::string& gate, const std::string& component) {
  std::optional<bool> on;
  if (ctx.phase() == catalogue::kInitialPhase) return on;
  for (const catalogue::TransitionRequest& transition : ctx.transitions()) {
    const bool reaches = transition.component.empty() || transition.component == component;
    const auto set = transition.gates.find(gate);
    if (reaches && set != transition.gates.end()) {
      on = set->second;
      if (!transition.node.empty()) on.reset();
    }
    if (transition.phase == ctx.phase()) return on;
  }
  return on;
}

catalogue::GateMap api_server_gates(e2e::Context& ctx) {
  return kube::feature_gates_of(e2e::must(ctx.client().raw("GET", "/metrics")).body);
}

catalogue::GateMap kubelet_gates(e2e::Context& ctx, const std::string& node) {
  return kube::feature_gates_of(e2e::must(ctx.client().raw("GET", "/api/v1/nodes/" + node + "/proxy/metrics")).body);
}

}  // namespace graduand::gate_cycle
