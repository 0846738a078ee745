// SPDX-License-Identifier: Apache-2.0
#include "framework/e2e/case.h"
#include "suites/pod-lifecycle-sleep-action/effect.h"

namespace graduand::sleep_action {
namespace {

// From the first container's start to the pod's Ready, by the node's clock (whole seconds).
double ready_after_start(const json::value& pod) {
  const json::value* status = container_status(pod, "app");
  const auto started = parse_rfc3339(status == nullptr ? "" : string_at(*status, "state.running.startedAt"));
  for (const auto& condition : array_at(pod, "status.conditions"))
    if (string_at(condition, "type") == "Ready" && started)
      if (const auto ready = parse_rfc3339(string_at(condition, "lastTransitionTime")))
        return seconds_between(*started, *ready);
  throw e2e::CaseError("no start or no Ready in " + kube::describe_object(pod), false);
}

GRADUAND_CASE(
    poststart_sleep_delays_readiness,
    {.name = "postStart sleep delays Running and Ready",
     .description = "The kubelet starts a pod's second container when the first one's postStart hook is done, so "
                    "the time between the two starts is the hook's; Ready follows.",
     .features = {kGate},
     .needs = {"gate PodLifecycleSleepAction on"},
     .expected_duration = seconds(22)}) {
  constexpr int kSleep = 5;
  const std::string node = ready_node(ctx());
  PodObserver pods(ctx());
  pods.start({app_pod("baseline", node, 30, {quick_app("app"), quick_app("second")}),
              app_pod("hooked", node, 30, {quick_app("app", post_start_sleep(kSleep)), quick_app("second")})});
  const double baseline_ready = ready_after_start(pods["baseline"].object);
  const double hooked_ready = ready_after_start(pods["hooked"].object);
  pods.remove("baseline");
  pods.remove("hooked");
  pods.until_ended({"baseline", "hooked"}, seconds(40));
  const auto start_gap = [&](const char* pod) {
    const auto first = stamps_of(pods[pod].object, "app").start;
    const auto second = stamps_of(pods[pod].object, "second").start;
    if (!first || !second) throw e2e::CaseError(std::string(pod) + ": a container did not note its start", false);
    return *second - *first;
  };
  const double baseline = start_gap("baseline");
  const double hooked = start_gap("hooked");
  ctx().measure("baseline_start_gap", baseline, "s");
  ctx().measure("hooked_start_gap", hooked, "s");
  ctx().measure("baseline_ready_after_start", baseline_ready, "s");
  ctx().measure("hooked_ready_after_start", hooked_ready, "s");
  // Starting a container takes the runtime up to seconds on a busy node, and never the same twice; so the hook is the
  // least that the second container waits, and what the baseline took may come on top.
  ASSERT_LT(baseline, kSleep - kEarly) << "the second container is as late without a hook: nothing is shown";
  EXPECT_GE(hooked, kSleep - kEarly);
  EXPECT_LE(hooked, kSleep + baseline + kLate);
  EXPECT_GE(hooked_ready, kSleep - 1.0) << "Ready before the hook was done";  // whole seconds
}

}  // namespace
}  // namespace graduand::sleep_action
