// SPDX-License-Identifier: Apache-2.0
#include "suites/pod-lifecycle-sleep-action/effect.h"

namespace graduand::sleep_action {
namespace {

double finished_after_mark(const PodObserver& pods, const std::string& pod) {
  return seconds_between(finished_at(pods, pod, "mark"), finished_at(pods, pod, "app"));
}

}  // namespace

double term_of(const PodObserver& pods, const std::string& pod, const std::string& container) {
  const auto stamps = stamps_of(pods[pod].object, container);
  if (!stamps.term)
    throw e2e::CaseError(pod + "/" + container + " ended without SIGTERM: " + kube::describe_object(pods[pod].object),
                         false);
  return *stamps.term;
}

Timestamp finished_at(const PodObserver& pods, const std::string& pod, const std::string& container) {
  const json::value* status = container_status(pods[pod].object, container);
  const auto time = parse_rfc3339(status == nullptr ? "" : string_at(*status, "state.terminated.finishedAt"));
  if (!time) throw e2e::CaseError(pod + "/" + container + " has no finishedAt: " + to_string(time.error()), false);
  return *time;
}

Pair quick_pair(e2e::Context& ctx, json::object lifecycle, int grace_s) {
  const std::string node = ready_node(ctx);
  return {app_pod("baseline", node, grace_s, {quick_app("mark"), quick_app("app")}),
          app_pod("hooked", node, grace_s, {quick_app("mark"), quick_app("app", std::move(lifecycle))})};
}

double measure_hook_effect(e2e::Context& ctx, const Pair& pair, std::optional<int> delete_grace_s, milliseconds limit) {
  PodObserver pods(ctx);
  pods.start({pair.baseline, pair.hooked});
  const Timestamp baseline_asked = pods.remove("baseline", delete_grace_s);
  const Timestamp hooked_asked = pods.remove("hooked", delete_grace_s);
  pods.until_ended({"baseline", "hooked"}, limit);
  const double baseline = term_of(pods, "baseline") - term_of(pods, "baseline", "mark");
  const double effect = term_of(pods, "hooked") - term_of(pods, "hooked", "mark") - baseline;
  ctx.measure("hook_effect", effect, "s");
  ctx.measure("hook_effect_finished_at", finished_after_mark(pods, "hooked") - finished_after_mark(pods, "baseline"),
              "s");
  ctx.measure("baseline_delay", baseline, "s");
  ctx.measure("baseline_termination", seconds_between(baseline_asked, *pods["baseline"].ended), "s");
  ctx.measure("hooked_termination", seconds_between(hooked_asked, *pods["hooked"].ended), "s");
  return effect;
}

}  // namespace graduand::sleep_action
