// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

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

// The kubelet says "Killing" of a container just before it runs its preStop hook. The pod's status says nothing until
// all containers have ended.
void wait_for_stop(e2e::Context& ctx, const std::string& pod, const std::string& container) {
  kube::ListOptions killing;
  killing.field_selector = "reason=Killing,involvedObject.name=" + pod;
  const std::string path = "spec.containers{" + container + "}";
  const auto begun = kube::wait_for_set(
      ctx.client(), kube::resources::kEvents, ctx.ns(), killing, "a Killing event of " + container,
      [&](const std::vector<json::value>& events) {
        return std::any_of(events.begin(), events.end(), [&](const json::value& event) {
          return string_at(event, "involvedObject.fieldPath") == path;
        });
      },
      seconds(30), ctx.cancel());
  if (!begun) throw e2e::CaseError(begun.message, begun.transport_failed);
}

GRADUAND_CASE(
    second_shorter_delete_is_counted_when_it_cuts_the_sleep,
    {.name = "a second, shorter delete that cuts a sleep under way is counted by the kubelet",
     .description =
         "KEP-3960's metric counts sleeps that were ended early. Kubelets up to v1.36 run hooks with a context that "
         "nothing cancels (kubernetes/kubernetes#113606), so there the sleep goes on and the counter stands still; the "
         "measure cut_short says which it was. A sleep that is cut without being counted, or counted without being "
         "cut, fails.",
     .features = {kGate},
     .labels = {"Metrics"},
     .needs = {"gate PodLifecycleSleepAction on"},
     .expected_duration = seconds(16),
     .serial = true}) {
  constexpr int kSleep = 12;
  const std::string node = ready_node(ctx());
  wait_for_quiet_node(ctx(), node);
  PodObserver pods(ctx());
  pods.start({app_pod("pod", node, 60, {quick_app("mark"), quick_app("app", pre_stop_sleep(kSleep))})});
  const double before = ended_early(ctx(), node);
  pods.remove("pod");
  wait_for_stop(ctx(), "pod", "app");
  const double during = ended_early(ctx(), node);
  const Timestamp asked = pods.remove("pod", 1);
  const auto shortened = must(client().get(kube::resources::kPods, ns(), "pod"));
  ASSERT_EQ(int_at(shortened, "metadata.deletionGracePeriodSeconds"), 1) << "the API server did not shorten the grace";
  pods.until_ended({"pod"}, seconds(kSleep + 20));
  const double growth = ended_early(ctx(), node) - during;
  const double slept = term_of(pods, "pod") - term_of(pods, "pod", "mark");
  const bool cut_short = slept < kSleep - kEarly;
  ctx().measure("ended_after_second_delete", seconds_between(asked, *pods["pod"].ended), "s");
  ctx().measure("slept", slept, "s");
  ctx().measure("counter_growth", growth, "1");
  ctx().measure("cut_short", cut_short ? 1 : 0, "1");
  EXPECT_EQ(during, before) << "the counter grew before anything was cut short";
  if (cut_short) {
    EXPECT_THAT(growth, Ge(1)) << "kubelet_sleep_action_terminated_early_total did not grow";
  } else {
    EXPECT_THAT(slept, about(kSleep));
    EXPECT_EQ(growth, 0) << "the kubelet counted a sleep that was not cut short";
  }
}

// Whether the kubelet says that containers of the pod run. It looks anew when it last did so over two seconds ago. The
// API server knows nothing of the pod any more.
bool runs_on_node(e2e::Context& ctx, const std::string& node, const std::string& pod) {
  const auto page = must(ctx.client().raw("GET", "/api/v1/nodes/" + node + "/proxy/runningpods/"));
  const auto list = parse_json(page.body, "runningpods");
  if (!list) throw e2e::CaseError(to_string(list.error()), false);
  for (const auto& running : array_at(*list, "items"))
    if (kube::namespace_of(running) == ctx.ns() && kube::name_of(running) == pod)
      return !array_at(running, "spec.containers").empty();
  return false;
}

// Without it having been seen to run, its end could not be seen.
void wait_until_runs(e2e::Context& ctx, const std::string& node, const std::string& pod) {
  for (int tries = 0; !runs_on_node(ctx, node, pod); ++tries) {
    if (tries == 50) throw e2e::CaseError("the kubelet does not show that " + pod + " runs", false);
    if (ctx.cancel().wait_for(milliseconds(250))) throw e2e::CaseError("stopped", false);
  }
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
  wait_until_runs(ctx(), node, "baseline");
  wait_until_runs(ctx(), node, "hooked");
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
  EXPECT_THAT(hooked - baseline, Le(kSleep / 3.0));
}

}  // namespace
}  // namespace graduand::sleep_action
