// SPDX-License-Identifier: Apache-2.0
#include "framework/e2e/case.h"
#include "suites/skew/older_node.h"

namespace graduand::skew {
namespace {

using e2e::must;
using kube::resources::kConfigMaps;
using kube::resources::kPods;

constexpr const char* kFeature = "PodLifecycleSleepAction";

std::string idle_script() {
  return std::string("echo started; ") + e2e::kIdleScript;
}

json::value pod_of(e2e::Context& ctx, const std::string& name) {
  return must(ctx.client().get(kPods, ctx.ns(), name));
}

// Waits for what `holds` says of the pod.
void until(e2e::Context& ctx, const std::string& pod, const std::string& what, const kube::Condition& holds,
           milliseconds limit = seconds(60)) {
  must(kube::wait_for(ctx.client(), kPods, ctx.ns(), pod, what, holds, limit, ctx.cancel()));
}

GRADUAND_CASE(pod_lives_and_ends_on_an_older_kubelet,
              {.name = "a pod starts, is Ready, and is gone after its deletion, on an older kubelet",
               .labels = {"Skew"},
               .expected_duration = seconds(8)}) {
  const std::string node = older_node(ctx());
  if (node.empty()) GTEST_SKIP() << kNoOlderNode;
  const auto pod = create_ready_pod(ctx(), script_pod("pod", node, idle_script()));
  EXPECT_EQ(string_at(pod, "spec.nodeName"), node);
  EXPECT_EQ(string_at(pod, "status.phase"), "Running");
  EXPECT_FALSE(string_at(pod, "status.podIP").empty());
  ctx().measure("ended_after", seconds_to_end(ctx(), "pod"), "s");
}

GRADUAND_CASE(exec_and_logs_on_an_older_kubelet, {.name = "exec and logs reach a container on an older kubelet",
                                                  .labels = {"Skew"},
                                                  .expected_duration = seconds(6)}) {
  const std::string node = older_node(ctx());
  if (node.empty()) GTEST_SKIP() << kNoOlderNode;
  create_ready_pod(ctx(), script_pod("pod", node, idle_script()));
  const auto echoed =
      must(client().exec(ns(), "pod", "c", {"sh", "-c", "cat; echo on stderr >&2; exit 3"}, seconds(30), "from stdin"));
  EXPECT_EQ(echoed.stdout_text, "from stdin");
  EXPECT_EQ(echoed.stderr_text, "on stderr\n");
  EXPECT_EQ(echoed.exit_code, 3);
  EXPECT_EQ(must(client().logs(ns(), "pod", "c")), "started\n");
}

GRADUAND_CASE(probes_on_an_older_kubelet,
              {.name = "readiness follows its probe and liveness restarts, on an older kubelet",
               .labels = {"Skew"},
               .expected_duration = seconds(15)}) {
  const std::string node = older_node(ctx());
  if (node.empty()) GTEST_SKIP() << kNoOlderNode;
  auto spec = script_pod("pod", node, "touch /tmp/alive; " + idle_script());
  const json::object alive{{"command", json::array{"test", "-e", "/tmp/alive"}}};
  const json::object liveness{
      {"exec", alive}, {"periodSeconds", 1}, {"failureThreshold", 1}, {"initialDelaySeconds", 2}};
  spec.containers[0].extra["livenessProbe"] = liveness;
  spec.restart_policy = "Always";
  create_ready_pod(ctx(), spec);
  must(client().exec(ns(), "pod", "c", {"rm", "/tmp/ready"}, seconds(30)));
  until(ctx(), "pod", "not to be Ready",
        [](const json::value& pod) { return kube::has_condition(pod, "Ready", "False"); });
  must(client().exec(ns(), "pod", "c", {"touch", "/tmp/ready"}, seconds(30)));
  must(kube::wait_for_pod_ready(client(), ns(), "pod", seconds(30), ctx().cancel()));
  EXPECT_EQ(int_at(array_at(pod_of(ctx(), "pod"), "status.containerStatuses").front(), "restartCount"), 0);
  must(client().exec(ns(), "pod", "c", {"rm", "/tmp/alive"}, seconds(30)));
  until(ctx(), "pod", "to be restarted", [](const json::value& pod) {
    const auto& statuses = array_at(pod, "status.containerStatuses");
    return !statuses.empty() && int_at(statuses.front(), "restartCount") == 1;
  });
}

GRADUAND_CASE(pre_stop_sleep_on_an_older_kubelet,
              {.name = "a preStop sleep delays the end of a pod on an older kubelet",
               .features = {kFeature},
               .labels = {"Skew"},
               .needs = {"gate PodLifecycleSleepAction on"},
               .expected_duration = seconds(20)}) {
  constexpr int kSleep = 12;
  const std::string node = older_node(ctx());
  if (node.empty()) GTEST_SKIP() << kNoOlderNode;
  auto hooked = script_pod("hooked", node, idle_script());
  const json::object sleep{{"seconds", kSleep}};
  const json::object handler{{"sleep", sleep}};
  hooked.containers[0].lifecycle["preStop"] = handler;
  create_pod(ctx(), hooked);
  create_ready_pod(ctx(), script_pod("plain", node, idle_script()));
  must(kube::wait_for_pod_ready(client(), ns(), "hooked", seconds(60), ctx().cancel()));
  const double plain = seconds_to_end(ctx(), "plain");
  const double hooked_end = seconds_to_end(ctx(), "hooked");
  ctx().measure("plain_ended_after", plain, "s");
  ctx().measure("hooked_ended_after", hooked_end, "s");
  // The lower bound is exact; how long an end takes beside the hook is the baseline's, and as noisy as the host.
  EXPECT_LT(plain, kSleep);
  EXPECT_GE(hooked_end, kSleep);
  EXPECT_LT(hooked_end, kSleep + 2 * plain + 4);
}

GRADUAND_CASE(config_map_update_reaches_an_older_kubelet,
              {.name = "a config map's update reaches a pod's volume on an older kubelet",
               .description = "The kubelet looks at mounted config maps once in its sync period of up to 90 s.",
               .labels = {"Skew"},
               .time_limit = seconds(200),
               .expected_duration = seconds(90)}) {
  const std::string node = older_node(ctx());
  if (node.empty()) GTEST_SKIP() << kNoOlderNode;
  const json::object metadata{{"name", "config"}};
  const json::object data{{"text", "old"}};
  must(client().create_object(
      kConfigMaps, ns(),
      json::object{{"apiVersion", "v1"}, {"kind", "ConfigMap"}, {"metadata", metadata}, {"data", data}}));
  // It ends by itself when it sees the new text, so that its end is the event that is waited for.
  auto spec = script_pod("pod", node,
                         "grep -q old /config/text && touch /tmp/ready; until grep -q new /config/text; do sleep 1; "
                         "done; cat /config/text >/dev/termination-log");
  const json::object mount{{"name", "config"}, {"mountPath", "/config"}};
  json::array mounts;
  mounts.emplace_back(mount);
  spec.containers[0].extra["volumeMounts"] = mounts;
  const json::object source{{"name", "config"}};
  const json::object volume{{"name", "config"}, {"configMap", source}};
  json::array volumes;
  volumes.emplace_back(volume);
  spec.extra_spec["volumes"] = volumes;
  create_ready_pod(ctx(), spec);
  const json::object new_data{{"text", "new"}};
  const SteadyTime updated = ctx().clock().steady_now();
  must(client().patch(kConfigMaps, ns(), "config", kube::PatchType::kMerge, json::object{{"data", new_data}}));
  until(
      ctx(), "pod", "to see the new text",
      [](const json::value& pod) { return string_at(pod, "status.phase") == "Succeeded"; }, seconds(150));
  ctx().measure("reached_after", std::chrono::duration<double>(ctx().clock().steady_now() - updated).count(), "s");
}

}  // namespace
}  // namespace graduand::skew
