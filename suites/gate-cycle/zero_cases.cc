// SPDX-License-Identifier: Apache-2.0
// The worked example, KEP-4818: a sleep of zero seconds that is stored, switched off, and switched on again.
#include "suites/gate-cycle/sleeping.h"

namespace graduand::gate_cycle {
namespace {

using e2e::must;
using kube::resources::kDeployments;

GRADUAND_PHASED_CASE(stored_zero,
                     {.name = "a stored sleep of zero outlives the gate's cycle",
                      .description = "With AllowZero off, a stored zero stays and its object can be updated; nothing "
                                     "else becomes zero; on again, zero is accepted as before.",
                      .features = {kZeroGate},
                      .needs = {"gate PodLifecycleSleepActionAllowZero unlocked"}});

GRADUAND_STEP(stored_zero, create, before(),
              {.name = "stored with the gate on",
               .needs = {"gate PodLifecycleSleepAction on", "gate PodLifecycleSleepActionAllowZero on"}}) {
  const auto zero = must(client().create_object(kDeployments, ns(), stored_template("zero", pre_stop_sleep(0))));
  EXPECT_EQ(sleep_of(zero), json::value(0));
  must(client().create_object(kDeployments, ns(), stored_template("five", pre_stop_sleep(5))));
}

GRADUAND_STEP(stored_zero, stays, after("off"),
              {.name = "off: it stays, and its object can be updated",
               .needs = {"gate PodLifecycleSleepActionAllowZero off at kube-apiserver"}}) {
  const auto updated = must(client().patch(kDeployments, ns(), "zero", kube::PatchType::kMerge, touch(phase())));
  EXPECT_EQ(string_at(updated, "metadata.labels.touched-in"), phase());
  EXPECT_EQ(sleep_of(updated), json::value(0));
}

GRADUAND_STEP(stored_zero, no_new_zero, after("off"),
              {.name = "off: nothing else becomes zero",
               .needs = {"gate PodLifecycleSleepActionAllowZero off at kube-apiserver"}}) {
  const auto to_zero = client().patch(kDeployments, ns(), "five", kube::PatchType::kStrategic, new_sleep(0));
  ASSERT_FALSE(to_zero) << "five became zero: " << *to_zero;
  if (!to_zero.error().from_server()) throw e2e::CaseError(kube::to_string(to_zero.error()), true);
  EXPECT_TRUE(to_zero.error().invalid()) << kube::to_string(to_zero.error());
  EXPECT_THAT(to_zero.error().message, testing::HasSubstr("lifecycle.preStop.sleep"));

  const auto fresh = client().create_object(kDeployments, ns(), stored_template("fresh", pre_stop_sleep(0)));
  // With the sleep itself off, the field is dropped before anybody looks at its value.
  if (ctx().facts().effective(catalogue::kApiServer, kSleepGate) == false) {
    EXPECT_EQ(sleep_of(must(fresh)), json::value());
  } else {
    ASSERT_FALSE(fresh) << "a new zero was accepted: " << *fresh;
    EXPECT_TRUE(fresh.error().invalid()) << kube::to_string(fresh.error());
  }
}

GRADUAND_STEP(stored_zero, works_again, after("on-again"),
              {.name = "on again: zero is accepted as before",
               .needs = {"gate PodLifecycleSleepAction on", "gate PodLifecycleSleepActionAllowZero on"},
               .uses = {"no_new_zero"}}) {
  EXPECT_EQ(sleep_of(must(client().get(kDeployments, ns(), "zero"))), json::value(0));
  const auto zero = must(client().create_object(kDeployments, ns(), stored_template("new", pre_stop_sleep(0))));
  EXPECT_EQ(sleep_of(zero), json::value(0));
  const auto to_zero = must(client().patch(kDeployments, ns(), "five", kube::PatchType::kStrategic, new_sleep(0)));
  EXPECT_EQ(sleep_of(to_zero), json::value(0));
}

}  // namespace
}  // namespace graduand::gate_cycle
