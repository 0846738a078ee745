// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gmock/gmock.h>

#include <string>

#include "suites/pod-lifecycle-sleep-action/apps.h"
#include "suites/pod-lifecycle-sleep-action/observer.h"

namespace graduand::sleep_action {

// What a measured effect may be off, in seconds. The kubelet's timer is exact; what varies is how soon it begins to
// stop either container, which the baseline holds as well: under load it came to within half a second of the same on
// both.
inline constexpr double kEarly = 1.0;
inline constexpr double kLate = 2.5;

// `expected` seconds, give or take what cannot be told from noise.
inline auto about(double expected) {
  return testing::AllOf(testing::Ge(expected - kEarly), testing::Le(expected + kLate));
}

// The moment of SIGTERM as the container noted it, by its node's uptime; CaseError when it noted none.
double term_of(const PodObserver& pods, const std::string& pod, const std::string& container = "app");

struct Pair {
  e2e::PodSpec baseline;  // the same pod without hook
  e2e::PodSpec hooked;
};
// Two pods named "baseline" and "hooked", on the same node, with one container "app" that ends at SIGTERM at once.
Pair quick_pair(e2e::Context& ctx, json::object lifecycle, int grace_s);

// Runs both pods, deletes both (with `delete_grace_s` when given), and returns by how many seconds the hook delayed the
// SIGTERM of "app" beyond the baseline's, corrected by the time between the two requests. Keeps as measures:
// hook_effect (that), hook_effect_finished_at (by the container statuses, whole seconds), baseline_termination and
// hooked_termination (from the request to our seeing the end).
double measure_hook_effect(e2e::Context& ctx, const Pair& pair, std::optional<int> delete_grace_s, milliseconds limit);

}  // namespace graduand::sleep_action
