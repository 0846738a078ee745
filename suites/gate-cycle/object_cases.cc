// SPDX-License-Identifier: Apache-2.0
// For any gate: what was there before a flip stays, can be read, changed and deleted; new things can be made.
#include <gmock/gmock.h>

#include "framework/e2e/phased_case.h"
#include "framework/e2e/pods.h"
#include "framework/e2e/watch_through.h"

namespace graduand::gate_cycle {
namespace {

using e2e::must;
using kube::resources::kConfigMaps;
using kube::resources::kDeployments;
using kube::resources::kPods;
using testing::IsEmpty;

constexpr const char* kWatched = "graduand.io/created-in";

json::object labels_of(const std::string& phase) {
  json::object labels;
  labels[kWatched] = phase;
  return labels;
}

json::object config_map(const std::string& name, const std::string& phase) {
  return {{"apiVersion", "v1"},
          {"kind", "ConfigMap"},
          {"metadata", json::object{{"name", name}}},
          {"data", json::object{{"phase", phase}}}};
}

e2e::PodSpec sleeper(const std::string& name) {
  e2e::PodSpec pod;
  pod.name = name;
  pod.containers = {{.name = "c", .image = e2e::kPauseImage}};
  pod.termination_grace_period_seconds = 1;
  return pod;
}

json::object deployment(const std::string& phase) {
  auto pod = sleeper(phase);
  pod.restart_policy = "Always";
  json::object labels = labels_of(phase);
  labels["app"] = "deployed-" + phase;
  const json::object selector{{"matchLabels", json::object{{"app", "deployed-" + phase}}}};
  const json::object pod_template{{"metadata", json::object{{"labels", labels}}}, {"spec", e2e::pod_spec_json(pod)}};
  return {{"apiVersion", "apps/v1"},
          {"kind", "Deployment"},
          {"metadata", json::object{{"name", "deployed-" + phase}}},
          {"spec", json::object{{"replicas", 1}, {"selector", selector}, {"template", pod_template}}}};
}

// A config map that stays and one to be deleted, a pod, and a Deployment: the way through API server, controller
// manager, scheduler and kubelet.
void create_objects(e2e::Context& ctx) {
  const std::string& phase = ctx.phase();
  kube::Client& client = ctx.client();
  must(client.create_object(kConfigMaps, ctx.ns(), config_map("stays-" + phase, phase)));
  must(client.create_object(kConfigMaps, ctx.ns(), config_map("goes-" + phase, phase)));
  json::object pod = e2e::pod_json(sleeper("pod-" + phase));
  pod["metadata"].as_object()["labels"] = labels_of(phase);
  must(client.create_object(kPods, ctx.ns(), pod));
  must(client.create_object(kDeployments, ctx.ns(), deployment(phase)));
  must(kube::wait_for_pod_ready(client, ctx.ns(), "pod-" + phase, seconds(60), ctx.cancel()));
  must(kube::wait_for(
      client, kDeployments, ctx.ns(), "deployed-" + phase, "a ready replica",
      [](const json::value& object) { return int_at(object, "status.readyReplicas") == 1; }, seconds(60),
      ctx.cancel()));
}

json::value label(const std::string& value) {
  return json::object{{"metadata", json::object{{"labels", json::object{{"touched-in", value}}}}}};
}

void use_objects_of(e2e::Context& ctx, const std::string& earlier) {
  kube::Client& client = ctx.client();
  const auto config = must(client.get(kConfigMaps, ctx.ns(), "stays-" + earlier));
  EXPECT_EQ(string_at(config, "data.phase"), earlier);
  for (const auto& [resource, name] :
       {std::pair{kConfigMaps, "stays-" + earlier}, {kPods, "pod-" + earlier}, {kDeployments, "deployed-" + earlier}}) {
    const auto touched = must(client.patch(resource, ctx.ns(), name, kube::PatchType::kMerge, label(ctx.phase())));
    EXPECT_EQ(string_at(touched, "metadata.labels.touched-in"), ctx.phase()) << name;
  }
  EXPECT_EQ(string_at(must(client.get(kPods, ctx.ns(), "pod-" + earlier)), "status.phase"), "Running");
}

GRADUAND_PHASED_CASE(objects,
                     {.name = "objects live on across the transitions",
                      .description = "Config maps, pods and Deployments created in every phase are readable and "
                                     "writable in each later one, deletable in the next, and run undisturbed.",
                      .speaks_for_flipped_gates = true});

GRADUAND_STEP(objects, create, before(), {.name = "created before", .expected_duration = seconds(6)}) {
  create_objects(ctx());
  keep("phases", json::array{phase()});
}

GRADUAND_STEP(objects, carry_on, after_each(),
              {.name = "older ones are used and deleted, and new ones created", .expected_duration = seconds(6)}) {
  json::value phases = kept("phases");
  for (const json::value& earlier : phases.as_array()) use_objects_of(ctx(), std::string(earlier.as_string()));
  const std::string previous(phases.as_array().back().as_string());
  must(client().remove(kConfigMaps, ns(), "goes-" + previous));
  const auto gone = client().get(kConfigMaps, ns(), "goes-" + previous);
  EXPECT_TRUE(!gone && gone.error().not_found()) << "deleted, and still there";
  create_objects(ctx());
  phases.as_array().emplace_back(phase());
  keep("phases", phases);
}

GRADUAND_STEP(objects, run_on, throughout(), {.name = "pods are neither replaced nor restarted"}) {
  const auto watched = e2e::watch_until_finish(ctx(), std::string(kWatched) + "=" + phase());
  EXPECT_THAT(watched.changes, IsEmpty());
  EXPECT_TRUE(watched.api.answering()) << "the API server did not answer when the last phase ended";
}

}  // namespace
}  // namespace graduand::gate_cycle
