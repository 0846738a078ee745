// SPDX-License-Identifier: Apache-2.0
// For any gate: what was asked for is what is in effect, in each phase.
#include "suites/gate-cycle/gates.h"

#include "framework/e2e/case_error.h"

namespace graduand::gate_cycle {
namespace {

using e2e::must;

GRADUAND_PHASED_CASE(effective_gates,
                     {.name = "effective gates follow the transitions",
                      .description = "Read back as kubernetes_feature_enabled: of the API server and each kubelet by "
                                     "the step itself, of the other components as the phase began.",
                      .speaks_for_flipped_gates = true});

GRADUAND_STEP(effective_gates, at_first, before(), {.name = "known at the API server, and as was read back"}) {
  ASSERT_FALSE(flipped(ctx()).empty()) << "the transitions of this cell set no gate";
  const auto now = api_server_gates(ctx());
  for (const std::string& gate : flipped(ctx())) {
    ASSERT_TRUE(now.contains(gate)) << gate << " is not listed";
    EXPECT_EQ(ctx().facts().effective(catalogue::kApiServer, gate), now.at(gate)) << gate;
    keep(gate, now.at(gate));
  }
}

GRADUAND_STEP(effective_gates, after_transition, after_each(), {.name = "as the transition set them"}) {
  const auto at_api_server = api_server_gates(ctx());
  const auto nodes = must(client().list(kube::resources::kNodes, "")).items;
  ASSERT_FALSE(nodes.empty());
  for (const std::string& gate : flipped(ctx())) {
    for (const std::string& component : catalogue::components()) {
      const auto wanted = made(ctx(), gate, component);
      if (!wanted) continue;
      // Not every component lists every gate; one that does must have it.
      const auto effective = ctx().facts().effective(component, gate);
      EXPECT_EQ(effective.value_or(*wanted), *wanted) << gate << " at " << component;
    }
    const bool before = kept(gate).as_bool();
    ASSERT_TRUE(at_api_server.contains(gate)) << gate << " is not listed";
    EXPECT_EQ(at_api_server.at(gate), made(ctx(), gate, catalogue::kApiServer).value_or(before)) << gate;
    const auto at_kubelet = made(ctx(), gate, catalogue::kKubelet);
    for (const auto& node : nodes) {
      const auto now = kubelet_gates(ctx(), kube::name_of(node));
      if (at_kubelet && now.contains(gate)) {
        EXPECT_EQ(now.at(gate), *at_kubelet) << gate << " at the kubelet of " << kube::name_of(node);
      }
    }
  }
}

}  // namespace
}  // namespace graduand::gate_cycle
