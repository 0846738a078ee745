// SPDX-License-Identifier: Apache-2.0
// The worked example, KEP-3960: a preStop sleep that is stored, switched off, and switched on again.
#include "suites/gate-cycle/sleeping.h"

namespace graduand::gate_cycle {
namespace {

using e2e::must;
using kube::resources::kDeployments;
using kube::resources::kPods;

constexpr int kSleep = 10;
// What the end of two pods may differ by without any hook, s.
constexpr double kNoise = 4;

GRADUAND_PHASED_CASE(
    stored_sleep,
    {.name = "a stored preStop sleep outlives the gate's cycle",
     .description = "With the gate off, new objects lose the field, stored ones keep it and stay updatable, and the "
                    "kubelet does not wait; on again, what was stored at first works as it did.",
     .features = {kSleepGate},
     .needs = {"gate PodLifecycleSleepAction unlocked"}});

// The effect of the hook on a pod's end, over that of one that has none, s.
double effect(e2e::Context& ctx, const std::string& in_phase) {
  const double plain = seconds_to_end(ctx, "plain-" + in_phase);
  const double hooked = seconds_to_end(ctx, "hooked-" + in_phase);
  ctx.measure("plain_ended_after", plain, "s");
  ctx.measure("hooked_ended_after", hooked, "s");
  return hooked - plain;
}

GRADUAND_STEP(stored_sleep, create, before(),
              {.name = "stored with the gate on",
               .needs = {"gate PodLifecycleSleepAction on"},
               .expected_duration = seconds(8)}) {
  const auto stored =
      must(client().create_object(kDeployments, ns(), stored_template("first", pre_stop_sleep(kSleep))));
  EXPECT_EQ(sleep_of(stored), json::value(kSleep));
  must(client().create_object(kDeployments, ns(), stored_template("without", {})));
  for (const char* later : {"off", "on-again"}) {
    create_pod(ctx(), quick_pod(std::string("plain-") + later, {}));
    const auto pod = create_ready_pod(ctx(), quick_pod(std::string("hooked-") + later, pre_stop_sleep(kSleep)));
    EXPECT_EQ(sleep_of(pod), json::value(kSleep));
    must(kube::wait_for_pod_ready(client(), ns(), std::string("plain-") + later, seconds(60), ctx().cancel()));
  }
}

GRADUAND_STEP(stored_sleep, new_objects_lose_it, after("off"),
              {.name = "off: new objects lose it, at create and at update",
               .needs = {"gate PodLifecycleSleepAction off at kube-apiserver"}}) {
  const auto fresh = must(client().create_object(kDeployments, ns(), stored_template("fresh", pre_stop_sleep(kSleep))));
  EXPECT_EQ(sleep_of(fresh), json::value()) << "a create kept it";
  const auto added =
      must(client().patch(kDeployments, ns(), "without", kube::PatchType::kStrategic, new_sleep(kSleep)));
  EXPECT_EQ(sleep_of(added), json::value()) << "an update brought it in";
}

GRADUAND_STEP(stored_sleep, stored_objects_keep_it, after("off"),
              {.name = "off: stored objects keep it, and can be updated",
               .needs = {"gate PodLifecycleSleepAction off at kube-apiserver"}}) {
  for (const auto& [resource, name] : {std::pair{kDeployments, "first"}, {kPods, "hooked-on-again"}}) {
    const auto updated = must(client().patch(resource, ns(), name, kube::PatchType::kMerge, touch(phase())));
    EXPECT_EQ(string_at(updated, "metadata.labels.touched-in"), phase());
    EXPECT_EQ(sleep_of(updated), json::value(kSleep)) << name;
    EXPECT_EQ(sleep_of(must(client().get(resource, ns(), name))), json::value(kSleep)) << name;
  }
}

GRADUAND_STEP(stored_sleep, kubelet_does_not_wait, after("off"),
              {.name = "off: a pod that has it ends without waiting",
               .needs = {"gate PodLifecycleSleepAction off at kubelet"},
               .expected_duration = seconds(8)}) {
  ASSERT_EQ(sleep_of(must(client().get(kPods, ns(), "hooked-off"))), json::value(kSleep)) << "nothing to be ignored";
  EXPECT_LT(effect(ctx(), "off"), kNoise);
}

GRADUAND_STEP(stored_sleep, works_again, after("on-again"),
              {.name = "on again: what was stored at first works, and new objects keep it",
               .needs = {"gate PodLifecycleSleepAction on"},
               .uses = {"new_objects_lose_it"},
               .expected_duration = seconds(16)}) {
  EXPECT_EQ(sleep_of(must(client().get(kDeployments, ns(), "first"))), json::value(kSleep));
  EXPECT_EQ(sleep_of(must(client().get(kDeployments, ns(), "fresh"))), json::value()) << "what was lost came back";
  const auto given = must(client().patch(kDeployments, ns(), "fresh", kube::PatchType::kStrategic, new_sleep(kSleep)));
  EXPECT_EQ(sleep_of(given), json::value(kSleep));
  const auto newest = must(client().create_object(kDeployments, ns(), stored_template("new", pre_stop_sleep(kSleep))));
  EXPECT_EQ(sleep_of(newest), json::value(kSleep));
  const double waited = effect(ctx(), "on-again");
  EXPECT_GT(waited, kSleep - kNoise / 2);
  EXPECT_LT(waited, kSleep + kNoise);
}

}  // namespace
}  // namespace graduand::gate_cycle
