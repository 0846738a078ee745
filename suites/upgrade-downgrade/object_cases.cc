// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "framework/e2e/watch_through.h"
#include "suites/upgrade-downgrade/objects.h"

namespace graduand::upgrade_downgrade {
namespace {

using testing::IsEmpty;

GRADUAND_PHASED_CASE(objects,
                     {.name = "objects live on across upgrades and downgrades",
                      .description = "Config maps, custom resources, Deployments with Services and disruption budgets, "
                                     "and pods with a preStop sleep are created in every phase, read and changed in "
                                     "each later one, and deleted in the next.",
                      .features = {"PodLifecycleSleepAction"},
                      .needs = {"gate PodLifecycleSleepAction on", "node access"}});

GRADUAND_STEP(objects, create, before(),
              {.name = "created before", .time_limit = seconds(240), .expected_duration = seconds(15)}) {
  define_widgets(ctx());
  create_objects(ctx());
  keep("phases", json::array{phase()});
}

GRADUAND_STEP(objects, carry_on, after_each(),
              {.name = "older ones are used and deleted, and new ones created",
               .time_limit = seconds(300),
               .expected_duration = seconds(25)}) {
  json::value phases = kept("phases");
  create_objects(ctx());
  for (const json::value& earlier : phases.as_array()) use_objects(ctx(), std::string(earlier.as_string()));
  const double took = delete_objects(ctx(), std::string(phases.as_array().back().as_string()));
  ctx().measure("sleeping_pod_ended_after", took, "s");
  EXPECT_GT(took, kSleep - 1) << "the preStop sleep of an older pod was not waited for";
  phases.as_array().emplace_back(phase());
  keep("phases", phases);
}

// A control plane's upgrade must leave pods alone. Kubelets that change, too, may restart containers; that is measured.
GRADUAND_STEP(objects, run_on, throughout(), {.name = "pods run on while the control plane changes"}) {
  const auto watched = e2e::watch_until_finish(ctx(), std::string(kCreatedIn) + "=" + phase() + ",app");
  ctx().measure("workload_changes", static_cast<double>(watched.changes.size()), "1");
  const auto& transitions = ctx().transitions();
  const bool control_plane_only = std::all_of(transitions.begin(), transitions.end(),
                                              [](const auto& transition) { return transition.control_plane_only; });
  if (control_plane_only) {
    EXPECT_THAT(watched.changes, IsEmpty());
  }
  EXPECT_TRUE(watched.api.answering()) << "the API server did not answer when the last phase ended";
}

}  // namespace
}  // namespace graduand::upgrade_downgrade
