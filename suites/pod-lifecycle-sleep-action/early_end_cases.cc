// SPDX-License-Identifier: Apache-2.0
#include "framework/e2e/case.h"
#include "framework/kube/metrics.h"
#include "suites/pod-lifecycle-sleep-action/effect.h"

namespace graduand::sleep_action {
namespace {

using e2e::must;
using testing::Ge;
using testing::Le;

// Of the node's kubelet, since it started. The name is KEP-3960's.
double ended_early(e2e::Context& ctx, const std::string& node) {
  constexpr const char* kMetric = "kubelet_sleep_action_terminated_early_total";
  const auto page = must(ctx.client().raw("GET", "/api/v1/nodes/" + node + "/proxy/metrics"));
  const auto samples = kube::parse_metrics(page.body, kMetric);
  const auto value = samples ? kube::sample_value(*samples, kMetric) : std::nullopt;
  if (!value) throw e2e::CaseError("the kubelet of " + node + " has no metric " + kMetric, false);
  return *value;
}

// Pods of earlier attempts that are still going could move the node's counter.
void wait_for_quiet_node(e2e::Context& ctx, const std::string& node) {
  kube::ListOptions on_node;
  on_node.field_selector = "spec.nodeName=" + node;
  const auto quiet = kube::wait_for_set(
      ctx.client(), kube::resources::kPods, "", on_node, "no pod to be terminating",
      [](const std::vector<json::value>& pods) {
        return std::none_of(pods.begin(), pods.end(), [](const json::value& pod) {
          return value_at(pod, "metadata.deletionTimestamp") != nullptr;
        });
      },
      seconds(60), ctx.cancel());
  if (!quiet) throw e2e::CaseError(quiet.message, quiet.transport_failed);
}

GRADUAND_CASE(second_shorter_delete_cancels_the_sleep,
              {.name = "a second, shorter delete cancels the sleep, and the kubelet counts it",
               .features = {kGate},
               .labels = {"Metrics"},
               .needs = {"gate PodLifecycleSleepAction on"},
               .expected_duration = seconds(15),
               .serial = true}) {
  constexpr int kSleep = 40;
  const std::string node = ready_node(ctx());
  wait_for_quiet_node(ctx(), node);
  PodObserver pods(ctx());
  pods.start({app_pod("pod", node, 60, {quick_app("mark"), quick_app("app", pre_stop_sleep(kSleep))})});
  const double before = ended_early(ctx(), node);
  pods.remove("pod");
  // The container without hook has ended, so the other one's sleep is under way.
  pods.until(
      "the container without hook to end",
      [&] {
        const auto* mark = container_status(pods["pod"].object, "mark");
        return mark != nullptr && value_at(*mark, "state.terminated") != nullptr;
      },
      seconds(30));
  const double during = ended_early(ctx(), node);
  const Timestamp asked = pods.remove("pod", 1);
  pods.until_ended({"pod"}, seconds(60));
  const double after = ended_early(ctx(), node);
  const double took = seconds_between(asked, *pods["pod"].ended);
  const double slept = term_of(pods, "pod") - term_of(pods, "pod", "mark");
  ctx().measure("ended_after_second_delete", took, "s");
  ctx().measure("slept", slept, "s");
  ctx().measure("counter_growth", after - during, "1");
  EXPECT_EQ(during, before) << "the counter grew before anything was cut short";
  EXPECT_THAT(after, Ge(during + 1));
  EXPECT_THAT(took, Le(12.0)) << "the sleep went on";
  EXPECT_THAT(slept, Le(kSleep / 2.0));
}

// Names of the pod's containers that the kubelet says its runtime runs. The API server knows nothing of the pod any
// more.
bool runs_on_node(e2e::Context& ctx, const std::string& node, const std::string& pod) {
  const auto page = must(ctx.client().raw("GET", "/api/v1/nodes/" + node + "/proxy/runningpods/"));
  const auto list = parse_json(page.body, "runningpods");
  if (!list) throw e2e::CaseError(to_string(list.error()), false);
  for (const auto& running : array_at(*list, "items"))
    if (kube::namespace_of(running) == ctx.ns() && kube::name_of(running) == pod)
      return !array_at(running, "spec.containers").empty();
  return false;
}

GRADUAND_CASE(force_delete_skips_the_sleep,
              {.name = "a force delete skips the sleep",
               .description = "With grace 0 the object goes at once; the kubelet grants one second, then stops the "
                              "container. A pod without hook, deleted in the same way, is the baseline.",
               .features = {kGate},
               .needs = {"gate PodLifecycleSleepAction on"},
               .expected_duration = seconds(18)}) {
  constexpr int kSleep = 25;
  auto pair = quick_pair(ctx(), pre_stop_sleep(kSleep), 60);
  pair.baseline.finalizers.clear();
  pair.hooked.finalizers.clear();
  PodObserver pods(ctx());
  pods.start({pair.baseline, pair.hooked});
  const std::string node = pair.hooked.node_name;
  ASSERT_TRUE(runs_on_node(ctx(), node, "hooked")) << "its end could not be seen";
  const Timestamp baseline_asked = pods.remove("baseline", 0);
  const Timestamp hooked_asked = pods.remove("hooked", 0);
  pods.until("the object to be gone", [&] { return pods["hooked"].gone.has_value(); }, seconds(20));
  std::optional<Timestamp> baseline_stopped;
  std::optional<Timestamp> hooked_stopped;
  // The kubelet offers no watch of what it runs.
  while (!baseline_stopped || !hooked_stopped) {
    const Timestamp now = ctx().clock().now();
    if (seconds_between(hooked_asked, now) > kSleep + 10) break;
    if (!baseline_stopped && !runs_on_node(ctx(), node, "baseline")) baseline_stopped = now;
    if (!hooked_stopped && !runs_on_node(ctx(), node, "hooked")) hooked_stopped = now;
    if (ctx().cancel().wait_for(milliseconds(250))) throw e2e::CaseError("stopped", false);
  }
  ASSERT_TRUE(baseline_stopped.has_value());
  ASSERT_TRUE(hooked_stopped.has_value()) << "still running long after its sleep";
  const double gone = seconds_between(hooked_asked, *pods["hooked"].gone);
  const double baseline = seconds_between(baseline_asked, *baseline_stopped);
  const double hooked = seconds_between(hooked_asked, *hooked_stopped);
  ctx().measure("object_gone_after", gone, "s");
  ctx().measure("baseline_stopped_after", baseline, "s");
  ctx().measure("hooked_stopped_after", hooked, "s");
  EXPECT_THAT(gone, Le(5.0));
  EXPECT_THAT(hooked - baseline, Le(1 + kLate));
}

}  // namespace
}  // namespace graduand::sleep_action
