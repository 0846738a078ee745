// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gmock/gmock.h>

#include <string>

#include "suites/pod-lifecycle-sleep-action/apps.h"
#include "suites/pod-lifecycle-sleep-action/observer.h"

namespace graduand::sleep_action {

// What a measured effect may be off, in seconds. The kubelet's timer is exact; what varies is how soon the runtime
// stops either of two containers: within 0.4 s of each other on two busy cores.
inline constexpr double kEarly = 1.0;
inline constexpr double kLate = 2.5;

// `expected` seconds, give or take what cannot be told from noise.
inline auto about(double expected) {
  return testing::AllOf(testing::Ge(expected - kEarly), testing::Le(expected + kLate));
}

// The moment of SIGTERM as the container noted it, by its node's uptime; CaseError when it noted none.
double term_of(const PodObserver& pods, const std::string& pod, const std::string& container = "app");

// A container's finishedAt, in whole seconds of its node's clock; CaseError when it has none.
Timestamp finished_at(const PodObserver& pods, const std::string& pod, const std::string& container);

struct Pair {
  e2e::PodSpec baseline;  // the same pod without hook
  e2e::PodSpec hooked;
};
// Two pods named "baseline" and "hooked", on the same node, with a container "app" that ends at SIGTERM at once and
// beside it "mark", of the same kind and never with a hook.
Pair quick_pair(e2e::Context& ctx, json::object lifecycle, int grace_s);

// Runs both pods, deletes both (with `delete_grace_s` when given), and returns by how many seconds the hook delayed the
// SIGTERM of "app". In each pod that is counted from the SIGTERM of "mark", since the kubelet takes up to two seconds
// to turn to a pod that was just started, as it happens to come to it; what the pair without hook shows is taken off.
// Keeps as measures: hook_effect (that), hook_effect_finished_at (the same by the container statuses, in whole
// seconds), baseline_delay, and baseline_termination and hooked_termination (from the request to our seeing the end).
double measure_hook_effect(e2e::Context& ctx, const Pair& pair, std::optional<int> delete_grace_s, milliseconds limit);

}  // namespace graduand::sleep_action
