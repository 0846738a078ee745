// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>
#include <vector>

#include "framework/e2e/case.h"
#include "suites/pod-lifecycle-sleep-action/effect.h"

GRADUAND_SUITE_MAIN("pod-lifecycle-sleep-action")

namespace graduand::sleep_action {
namespace {

using testing::Ge;
using testing::Lt;

GRADUAND_CASE(prestop_sleep_delays_termination, {.name = "preStop sleep delays termination by its seconds",
                                                 .features = {kGate},
                                                 .needs = {"gate PodLifecycleSleepAction on"},
                                                 .expected_duration = seconds(20)}) {
  constexpr int kSleep = 5;
  const auto pair = quick_pair(ctx(), pre_stop_sleep(kSleep), 30);
  EXPECT_THAT(measure_hook_effect(ctx(), pair, {}, seconds(40)), about(kSleep));
}

GRADUAND_CASE(shorter_delete_grace_cuts_the_sleep,
              {.name = "a delete with a shorter grace period cuts the sleep",
               .description = "The wait is the lesser of the sleep and the grace period of the delete.",
               .features = {kGate},
               .needs = {"gate PodLifecycleSleepAction on"},
               .expected_duration = seconds(20)}) {
  constexpr int kGrace = 4;
  const auto pair = quick_pair(ctx(), pre_stop_sleep(30), 60);
  EXPECT_THAT(measure_hook_effect(ctx(), pair, kGrace, seconds(50)), about(kGrace));
}

GRADUAND_CASE(
    app_that_ignores_sigterm_ends_at_the_grace_period,
    {.name = "an app that ignores SIGTERM ends at the grace period, sleep included",
     .description = "Sleep and SIGTERM share one grace period: SIGTERM comes after the sleep, SIGKILL when the "
                    "period is over. A container without hook in the same pod marks the begin.",
     .features = {kGate},
     .needs = {"gate PodLifecycleSleepAction on"},
     .expected_duration = seconds(22)}) {
  constexpr int kSleep = 3;
  constexpr int kGrace = 7;
  PodObserver pods(ctx());
  pods.start(
      {app_pod("pod", ready_node(ctx()), kGrace, {quick_app("mark"), stubborn_app("app", pre_stop_sleep(kSleep))})});
  pods.remove("pod");
  pods.until_ended({"pod"}, seconds(40));
  const double begin = term_of(pods, "pod", "mark");
  const double term = term_of(pods, "pod") - begin;
  const double last_alive = stamps_of(pods["pod"].object, "app").alive.value_or(0) - begin;
  ctx().measure("sigterm_after", term, "s");
  ctx().measure("last_alive_after", last_alive, "s");
  EXPECT_THAT(term, about(kSleep));
  EXPECT_THAT(last_alive, about(kGrace)) << "not killed when the grace period was over";
}

GRADUAND_CASE(two_containers_sleep_side_by_side, {.name = "two containers sleep side by side, not in sum",
                                                  .features = {kGate},
                                                  .needs = {"gate PodLifecycleSleepAction on"},
                                                  .expected_duration = seconds(20)}) {
  constexpr int kSleep = 5;
  PodObserver pods(ctx());
  pods.start({app_pod(
      "pod", ready_node(ctx()), 30,
      {quick_app("mark"), quick_app("first", pre_stop_sleep(kSleep)), quick_app("second", pre_stop_sleep(kSleep))})});
  pods.remove("pod");
  pods.until_ended({"pod"}, seconds(40));
  const double begin = term_of(pods, "pod", "mark");
  const double first = term_of(pods, "pod", "first") - begin;
  const double second = term_of(pods, "pod", "second") - begin;
  ctx().measure("first_delay", first, "s");
  ctx().measure("second_delay", second, "s");
  EXPECT_THAT(first, about(kSleep));
  EXPECT_THAT(second, about(kSleep));
}

GRADUAND_CASE(
    native_sidecar_with_a_sleep,
    {.name = "a native sidecar with a sleep ends after its sleep, and after the main container",
     .description = "Hooks of main container and sidecar start together; the sidecar's SIGTERM waits for its own "
                    "sleep and for the main container's end.",
     .features = {kGate},
     .labels = {"Sidecar"},
     .needs = {"gate PodLifecycleSleepAction on"},
     .expected_duration = seconds(24)}) {
  constexpr int kShort = 2;
  constexpr int kLong = 5;
  const auto sidecar = [](int duration_s) {
    auto container = quick_app("sidecar", pre_stop_sleep(duration_s));
    container.extra["restartPolicy"] = "Always";
    return container;
  };
  const std::string node = ready_node(ctx());
  auto sidecar_longer =
      app_pod("sidecar-longer", node, 30, {quick_app("mark"), quick_app("main", pre_stop_sleep(kShort))});
  sidecar_longer.init_containers = {sidecar(kLong)};
  auto main_longer = app_pod("main-longer", node, 30, {quick_app("mark"), quick_app("main", pre_stop_sleep(kLong))});
  main_longer.init_containers = {sidecar(kShort)};
  PodObserver pods(ctx());
  pods.start({sidecar_longer, main_longer});
  pods.remove("sidecar-longer");
  pods.remove("main-longer");
  pods.until_ended({"sidecar-longer", "main-longer"}, seconds(50));
  for (const char* pod : {"sidecar-longer", "main-longer"}) {
    const double begin = term_of(pods, pod, "mark");
    const double main_term = term_of(pods, pod, "main") - begin;
    const double sidecar_term = term_of(pods, pod, "sidecar") - begin;
    ctx().measure(std::string(pod) + ".main_delay", main_term, "s");
    ctx().measure(std::string(pod) + ".sidecar_delay", sidecar_term, "s");
    EXPECT_THAT(main_term, about(std::string(pod) == "main-longer" ? kLong : kShort)) << pod;
    EXPECT_THAT(sidecar_term, about(kLong)) << pod;
    EXPECT_THAT(sidecar_term, Ge(main_term)) << pod << ": the sidecar ended before the main container";
  }
}

GRADUAND_CASE(
    hook_of_an_ended_container_does_not_run,
    {.name = "the hook of a container that has ended does not run",
     .description = "A pod whose container with the hook has ended goes as soon as one in which it never was; a "
                    "control pod in which it still runs shows that the hook would be seen.",
     .features = {kGate},
     .needs = {"gate PodLifecycleSleepAction on"},
     .expected_duration = seconds(40)}) {
  // Long beside the seconds by which a busy kubelet lets one pod go later than another.
  constexpr int kSleep = 20;
  const std::string node = ready_node(ctx());
  auto ended = app_pod("ended", node, 40, {quick_app("mark"), ended_app("app", pre_stop_sleep(kSleep))});
  auto baseline = app_pod("baseline", node, 40, {quick_app("mark"), ended_app("app")});
  for (auto* pod : {&ended, &baseline}) pod->finalizers.clear();
  PodObserver pods(ctx());
  pods.start(
      {baseline, ended, app_pod("control", node, 40, {quick_app("mark"), quick_app("app", pre_stop_sleep(kSleep))})});
  pods.until(
      "the short-lived containers to end",
      [&] {
        const auto* first = container_status(pods["baseline"].object, "app");
        const auto* second = container_status(pods["ended"].object, "app");
        return value_at(*first, "state.terminated") != nullptr && value_at(*second, "state.terminated") != nullptr;
      },
      seconds(30));
  for (const char* pod : {"baseline", "ended", "control"}) pods.remove(pod);
  pods.until(
      "the pods to be gone", [&] { return pods["baseline"].gone.has_value() && pods["ended"].gone.has_value(); },
      seconds(60));
  pods.until_ended({"control"}, seconds(60));
  // Our clock against the node's: only the difference means anything.
  const auto took = [&](const char* pod) { return seconds_between(finished_at(pods, pod, "mark"), *pods[pod].gone); };
  const double control_delay = term_of(pods, "control", "app") - term_of(pods, "control", "mark");
  const double ended_effect = took("ended") - took("baseline");
  ctx().measure("control_delay", control_delay, "s");
  ctx().measure("ended_effect", ended_effect, "s");
  EXPECT_THAT(control_delay, about(kSleep)) << "the control shows no sleep: nothing is shown";
  EXPECT_THAT(ended_effect, Lt(kSleep / 2.0)) << "the ended container's hook ran";
}

}  // namespace
}  // namespace graduand::sleep_action
