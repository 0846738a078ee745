// SPDX-License-Identifier: Apache-2.0
#include "framework/e2e/case.h"
#include "suites/pod-lifecycle-sleep-action/effect.h"
#include "suites/pod-lifecycle-sleep-action/templates.h"

namespace graduand::sleep_action {
namespace {

using e2e::must;

GRADUAND_CASE(
    field_is_dropped_with_the_api_server_gate_off,
    {.name = "with the API server's gate off the field is dropped at create",
     .description = "The pod is accepted, is stored without the sleep, and ends as soon as one that never had it.",
     .features = {kGate},
     .needs = {"gate PodLifecycleSleepAction off at kube-apiserver"},
     .expected_duration = seconds(15)}) {
  const auto pair = quick_pair(ctx(), pre_stop_sleep(10), 30);
  EXPECT_THAT(measure_hook_effect(ctx(), pair, {}, seconds(40)), about(0));
  const auto stored = must(client().get(kube::resources::kPods, ns(), "hooked"));
  EXPECT_EQ(pod_sleep(stored), nullptr) << *pod_sleep(stored);
  EXPECT_EQ(app_lifecycle(stored), nullptr) << stored;
}

GRADUAND_CASE(kubelet_gate_off_does_not_wait,
              {.name = "with the kubelet's gate off and the API server's on there is no wait",
               .features = {kGate},
               .needs = {"gate PodLifecycleSleepAction on at kube-apiserver",
                         "gate PodLifecycleSleepAction off at kubelet"},
               .expected_duration = seconds(15)}) {
  const auto pair = quick_pair(ctx(), pre_stop_sleep(10), 30);
  EXPECT_THAT(measure_hook_effect(ctx(), pair, {}, seconds(40)), about(0));
  const auto stored = must(client().get(kube::resources::kPods, ns(), "hooked"));
  ASSERT_NE(pod_sleep(stored), nullptr) << "the field was dropped, so the kubelet had nothing to ignore";
}

GRADUAND_CASE(zero_is_accepted_and_adds_nothing,
              {.name = "with AllowZero on a sleep of zero is accepted and adds nothing",
               .features = {kZeroGate},
               .needs = {"gate PodLifecycleSleepAction on",
                         "gate PodLifecycleSleepActionAllowZero on at kube-apiserver"},
               .expected_duration = seconds(15)}) {
  const auto pair = quick_pair(ctx(), pre_stop_sleep(0), 30);
  EXPECT_THAT(measure_hook_effect(ctx(), pair, {}, seconds(40)), about(0));
  const auto stored = must(client().get(kube::resources::kPods, ns(), "hooked"));
  ASSERT_NE(pod_sleep(stored), nullptr) << "the field was dropped";
  EXPECT_EQ(*pod_sleep(stored), json::value(0));
}

}  // namespace
}  // namespace graduand::sleep_action
