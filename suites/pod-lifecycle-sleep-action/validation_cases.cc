// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <limits>

#include "framework/e2e/case.h"
#include "suites/pod-lifecycle-sleep-action/templates.h"

namespace graduand::sleep_action {
namespace {

using e2e::must;
using testing::HasSubstr;

constexpr int kGrace = 10;
constexpr const char* kPreStopField = "spec.containers[0].lifecycle.preStop.sleep";

// 422 with one cause: the field, and the message of the API server.
void expect_out_of_bounds(e2e::Context& ctx, json::object lifecycle, const std::string& field) {
  const auto answer = dry_run_pod(ctx, std::move(lifecycle), kGrace);
  ASSERT_FALSE(answer) << "accepted: " << *answer;
  const auto& error = answer.error();
  if (!error.from_server()) throw e2e::CaseError(kube::to_string(error), true);
  EXPECT_TRUE(error.invalid()) << kube::to_string(error);
  ASSERT_EQ(error.causes.size(), 1u) << kube::to_string(error);
  EXPECT_EQ(error.causes[0].field, field);
  EXPECT_THAT(error.causes[0].message, HasSubstr(out_of_bounds_message(zero_allowed(ctx), kGrace)));
}

GRADUAND_CASE(sleep_longer_than_the_grace_period_is_refused,
              {.name = "a sleep longer than the grace period is refused with the API's message",
               .features = {kGate},
               .needs = {"gate PodLifecycleSleepAction on at kube-apiserver"},
               .expected_duration = seconds(2)}) {
  expect_out_of_bounds(ctx(), pre_stop_sleep(kGrace + 1), kPreStopField);
  expect_out_of_bounds(ctx(), post_start_sleep(kGrace + 1), "spec.containers[0].lifecycle.postStart.sleep");
}

GRADUAND_CASE(sleep_equal_to_the_grace_period_is_accepted,
              {.name = "a sleep equal to the grace period is accepted",
               .description = "Although the message of a refusal says \"less than\".",
               .features = {kGate},
               .needs = {"gate PodLifecycleSleepAction on at kube-apiserver"},
               .expected_duration = seconds(2)}) {
  const auto pod = must(dry_run_pod(ctx(), pre_stop_sleep(kGrace), kGrace));
  ASSERT_NE(pod_sleep(pod), nullptr) << pod;
  EXPECT_EQ(*pod_sleep(pod), json::value(kGrace));
}

GRADUAND_CASE(negative_sleep_is_refused, {.name = "a negative sleep is refused",
                                          .features = {kGate},
                                          .needs = {"gate PodLifecycleSleepAction on at kube-apiserver"},
                                          .expected_duration = seconds(2)}) {
  expect_out_of_bounds(ctx(), pre_stop_sleep(-1), kPreStopField);
  expect_out_of_bounds(ctx(), pre_stop_sleep(std::numeric_limits<std::int64_t>::min()), kPreStopField);
}

GRADUAND_CASE(overflowing_sleep_is_refused,
              {.name = "a sleep that overflows is refused",
               .description = "The greatest 64-bit number is longer than any grace period; one more cannot be decoded.",
               .features = {kGate},
               .needs = {"gate PodLifecycleSleepAction on at kube-apiserver"},
               .expected_duration = seconds(2)}) {
  constexpr auto kMost = std::numeric_limits<std::int64_t>::max();
  expect_out_of_bounds(ctx(), pre_stop_sleep(kMost), kPreStopField);
  const auto answer = dry_run_pod(ctx(), pre_stop_sleep(std::uint64_t{kMost} + 1), kGrace);
  ASSERT_FALSE(answer) << "accepted: " << *answer;
  if (!answer.error().from_server()) throw e2e::CaseError(kube::to_string(answer.error()), true);
  EXPECT_EQ(answer.error().http_code, 400) << kube::to_string(answer.error());
  EXPECT_THAT(answer.error().message, HasSubstr("9223372036854775808"));
}

GRADUAND_CASE(zero_is_refused_with_the_gate_off,
              {.name = "a sleep of zero is refused with AllowZero off",
               .features = {kZeroGate},
               .needs = {"gate PodLifecycleSleepAction on at kube-apiserver",
                         "gate PodLifecycleSleepActionAllowZero off at kube-apiserver"},
               .expected_duration = seconds(2)}) {
  expect_out_of_bounds(ctx(), pre_stop_sleep(0), kPreStopField);
  // Not everything is refused.
  must(dry_run_pod(ctx(), pre_stop_sleep(1), kGrace));
}

}  // namespace
}  // namespace graduand::sleep_action
