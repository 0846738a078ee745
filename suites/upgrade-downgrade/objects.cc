// SPDX-License-Identifier: Apache-2.0
#include "suites/upgrade-downgrade/objects.h"

#include <algorithm>

namespace graduand::upgrade_downgrade {
namespace {

using e2e::must;
using namespace kube::resources;

constexpr milliseconds kReady = seconds(90);

json::object labels_of(const std::string& phase) {
  json::object labels;
  labels[kCreatedIn] = phase;
  labels["app"] = "web-" + phase;
  return labels;
}

json::object named(const char* api_version, const char* kind, const std::string& name) {
  json::object metadata{{"name", name}};
  return {{"apiVersion", api_version}, {"kind", kind}, {"metadata", std::move(metadata)}};
}

json::object config_map(const std::string& name, const std::string& phase) {
  json::object object = named("v1", "ConfigMap", name);
  const json::object data{{"phase", phase}};
  object["data"] = data;
  return object;
}

json::object widget(const e2e::Context& ctx, const std::string& phase) {
  json::object object = named((widgets(ctx).group + "/v1").c_str(), "Widget", "widget-" + phase);
  const json::object spec{{"size", 3}};
  object["spec"] = spec;
  return object;
}

json::object selector_of(const std::string& phase) {
  json::object labels;
  labels["app"] = "web-" + phase;
  return labels;
}

json::object web_deployment(const std::string& phase) {
  auto pod =
      e2e::shell_pod("web", "mkdir /tmp/www && echo " + phase +
                                " >/tmp/www/index.html && touch /tmp/ready && exec httpd -f -p 8080 -h /tmp/www");
  pod.restart_policy = "Always";
  pod.termination_grace_period_seconds = 1;
  const json::object template_metadata{{"labels", labels_of(phase)}};
  const json::object pod_template{{"metadata", template_metadata}, {"spec", e2e::pod_spec_json(pod)}};
  const json::object selector{{"matchLabels", selector_of(phase)}};
  const json::object spec{{"replicas", 1}, {"selector", selector}, {"template", pod_template}};
  json::object object = named("apps/v1", "Deployment", "web-" + phase);
  object["spec"] = spec;
  return object;
}

json::object service(const std::string& phase) {
  const json::object port{{"port", 80}, {"targetPort", 8080}};
  json::array ports;
  ports.emplace_back(port);
  const json::object spec{{"selector", selector_of(phase)}, {"ports", ports}};
  json::object object = named("v1", "Service", "web-" + phase);
  object["spec"] = spec;
  return object;
}

json::object budget(const std::string& phase) {
  const json::object selector{{"matchLabels", selector_of(phase)}};
  const json::object spec{{"minAvailable", 1}, {"selector", selector}};
  json::object object = named("policy/v1", "PodDisruptionBudget", "web-" + phase);
  object["spec"] = spec;
  return object;
}

json::object sleeping_pod(const std::string& phase) {
  auto pod = e2e::shell_pod("sleeping-" + phase, e2e::kIdleScript);
  const json::object sleep{{"seconds", kSleep}};
  const json::object handler{{"sleep", sleep}};
  pod.containers[0].lifecycle["preStop"] = handler;
  json::object object = e2e::pod_json(pod);
  json::object labels;
  labels[kCreatedIn] = phase;
  object["metadata"].as_object()["labels"] = labels;
  return object;
}

void until(e2e::Context& ctx, const kube::Resource& resource, const std::string& name, const std::string& what,
           const kube::Condition& holds) {
  must(kube::wait_for(ctx.client(), resource, ctx.ns(), name, what, holds, kReady, ctx.cancel()));
}

void until_endpoint(e2e::Context& ctx, const std::string& service_name) {
  kube::ListOptions of_service;
  of_service.label_selector = "kubernetes.io/service-name=" + service_name;
  const auto there = kube::wait_for_set(
      ctx.client(), kEndpointSlices, ctx.ns(), of_service, "a ready endpoint",
      [](const std::vector<json::value>& slices) {
        return std::any_of(slices.begin(), slices.end(), [](const json::value& slice) {
          const auto& endpoints = array_at(slice, "endpoints");
          return !endpoints.empty() && bool_at(endpoints.front(), "conditions.ready");
        });
      },
      kReady, ctx.cancel());
  if (!there) throw e2e::CaseError(there.message, there.transport_failed);
}

std::string page_of(e2e::Context& ctx, const std::string& earlier) {
  const auto address = string_at(must(ctx.client().get(kServices, ctx.ns(), "web-" + earlier)), "spec.clusterIP");
  // From a node, where kube-proxy's rules hold too: a static busybox's wget may crash in looking its host up.
  const auto fetched =
      ctx.nodes().run(ctx.control_plane_node(),
                      {"curl", "--silent", "--show-error", "--max-time", "20", "http://" + address + "/"}, seconds(30));
  if (!fetched) throw e2e::CaseError(to_string(fetched.error()), true);
  if (!fetched->ok())
    throw e2e::CaseError("no page from the Service web-" + earlier + ": " + fetched->stderr_text, false);
  return fetched->stdout_text;
}

}  // namespace

kube::Resource widgets(const e2e::Context& ctx) {
  return {ctx.ns() + ".graduand.io", "v1", "widgets", true, "Widget"};
}

void define_widgets(e2e::Context& ctx) {
  const std::string group = widgets(ctx).group;
  const json::object size{{"type", "integer"}};
  const json::object spec_properties{{"size", size}};
  const json::object spec_schema{{"type", "object"}, {"properties", spec_properties}};
  const json::object properties{{"spec", spec_schema}};
  const json::object schema{{"type", "object"}, {"properties", properties}};
  const json::object validation{{"openAPIV3Schema", schema}};
  const json::object version{{"name", "v1"}, {"served", true}, {"storage", true}, {"schema", validation}};
  json::array versions;
  versions.emplace_back(version);
  const json::object names{{"plural", "widgets"}, {"singular", "widget"}, {"kind", "Widget"}};
  const json::object spec{{"group", group}, {"scope", "Namespaced"}, {"names", names}, {"versions", versions}};
  json::object definition = named("apiextensions.k8s.io/v1", "CustomResourceDefinition", "widgets." + group);
  definition["spec"] = spec;
  must(ctx.client().create_object(kCustomResourceDefinitions, "", definition));
  must(kube::wait_for(
      ctx.client(), kCustomResourceDefinitions, "", "widgets." + group, "to be established",
      [](const json::value& object) { return kube::has_condition(object, "Established", "True"); }, seconds(30),
      ctx.cancel()));
}

void create_objects(e2e::Context& ctx) {
  const std::string& phase = ctx.phase();
  kube::Client& client = ctx.client();
  must(client.create_object(kConfigMaps, ctx.ns(), config_map("stays-" + phase, phase)));
  must(client.create_object(kConfigMaps, ctx.ns(), config_map("goes-" + phase, phase)));
  must(client.create_object(widgets(ctx), ctx.ns(), widget(ctx, phase)));
  must(client.create_object(kPods, ctx.ns(), sleeping_pod(phase)));
  must(client.create_object(kDeployments, ctx.ns(), web_deployment(phase)));
  must(client.create_object(kServices, ctx.ns(), service(phase)));
  must(client.create_object(kPodDisruptionBudgets, ctx.ns(), budget(phase)));
  must(kube::wait_for_pod_ready(client, ctx.ns(), "sleeping-" + phase, kReady, ctx.cancel()));
  until(ctx, kDeployments, "web-" + phase, "a ready replica",
        [](const json::value& object) { return int_at(object, "status.readyReplicas") == 1; });
  until(ctx, kPodDisruptionBudgets, "web-" + phase, "to count its pod",
        [](const json::value& object) { return int_at(object, "status.currentHealthy") == 1; });
  until_endpoint(ctx, "web-" + phase);
}

void use_objects(e2e::Context& ctx, const std::string& earlier) {
  kube::Client& client = ctx.client();
  EXPECT_EQ(string_at(must(client.get(kConfigMaps, ctx.ns(), "stays-" + earlier)), "data.phase"), earlier);
  json::object labels;
  labels["touched-in"] = ctx.phase();
  const json::object metadata{{"labels", labels}};
  const json::value touch = json::object{{"metadata", metadata}};
  for (const auto& [resource, name] : {std::pair{kConfigMaps, "stays-" + earlier},
                                       {kDeployments, "web-" + earlier},
                                       {kServices, "web-" + earlier},
                                       {kPodDisruptionBudgets, "web-" + earlier}}) {
    const auto touched = must(client.patch(resource, ctx.ns(), name, kube::PatchType::kMerge, touch));
    EXPECT_EQ(string_at(touched, "metadata.labels.touched-in"), ctx.phase()) << resource.plural << " " << name;
  }
  EXPECT_EQ(int_at(must(client.get(kDeployments, ctx.ns(), "web-" + earlier)), "status.readyReplicas"), 1);
  EXPECT_EQ(page_of(ctx, earlier), earlier + "\n");
}

double delete_objects(e2e::Context& ctx, const std::string& earlier) {
  kube::Client& client = ctx.client();
  for (const auto& [resource, name] :
       {std::pair{kConfigMaps, "goes-" + earlier}, {widgets(ctx), "widget-" + earlier}}) {
    EXPECT_EQ(kube::name_of(must(client.get(resource, ctx.ns(), name))), name);
    must(client.remove(resource, ctx.ns(), name));
    const auto gone = client.get(resource, ctx.ns(), name);
    EXPECT_TRUE(!gone && gone.error().not_found()) << name << " was deleted, and is still there";
  }
  return e2e::seconds_to_end(ctx, "sleeping-" + earlier, seconds(90));
}

}  // namespace graduand::upgrade_downgrade
