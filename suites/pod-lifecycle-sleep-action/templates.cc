// SPDX-License-Identifier: Apache-2.0
#include "suites/pod-lifecycle-sleep-action/templates.h"

namespace graduand::sleep_action {

json::object deployment_json(const std::string& name, const json::object& lifecycle, int grace_s) {
  auto pod = app_pod(name, "", grace_s, {quick_app("app", lifecycle)});
  pod.restart_policy = "Always";
  const json::object labels{{"app", name}};
  json::object template_metadata{{"labels", labels}};
  json::object selector{{"matchLabels", labels}};
  json::object pod_template{{"metadata", std::move(template_metadata)}, {"spec", e2e::pod_spec_json(pod)}};
  json::object spec{{"replicas", 0}, {"selector", std::move(selector)}, {"template", std::move(pod_template)}};
  json::object metadata{{"name", name}};
  return {
      {"apiVersion", "apps/v1"}, {"kind", "Deployment"}, {"metadata", std::move(metadata)}, {"spec", std::move(spec)}};
}

namespace {

const json::value* lifecycle_of_app(const json::array& containers) {
  for (const auto& container : containers)
    if (string_at(container, "name") == "app") return value_at(container, "lifecycle");
  return nullptr;
}

const json::value* sleep_of(const json::value* lifecycle) {
  return lifecycle == nullptr ? nullptr : value_at(*lifecycle, "preStop.sleep.seconds");
}

}  // namespace

const json::value* app_lifecycle(const json::value& pod) {
  return lifecycle_of_app(array_at(pod, "spec.containers"));
}

const json::value* pod_sleep(const json::value& pod) {
  return sleep_of(app_lifecycle(pod));
}

const json::value* template_sleep(const json::value& deployment) {
  return sleep_of(lifecycle_of_app(array_at(deployment, "spec.template.spec.containers")));
}

json::value label_patch(const std::string& key, const std::string& value) {
  json::object labels;
  labels[key] = value;
  json::object metadata{{"labels", std::move(labels)}};
  return json::object{{"metadata", std::move(metadata)}};
}

kube::ApiResult<json::value> dry_run_pod(e2e::Context& ctx, json::object lifecycle, int grace_s) {
  const auto pod = app_pod("asked", "", grace_s, {quick_app("app", std::move(lifecycle))});
  kube::WriteOptions options;
  options.dry_run = true;
  return ctx.client().create_object(kube::resources::kPods, ctx.ns(), e2e::pod_json(pod), options);
}

std::string out_of_bounds_message(bool zero_allowed, int grace_s) {
  const std::string bound = " less than terminationGracePeriodSeconds (" + std::to_string(grace_s) + ")";
  if (zero_allowed) return "must be non-negative and" + bound;
  return "must be greater than 0 and" + bound +
         ". Enable AllowPodLifecycleSleepActionZeroValue feature gate for zero sleep.";
}

// A version that no longer lists the gate has it on for good.
bool zero_allowed(e2e::Context& ctx) {
  return ctx.facts().effective(catalogue::kApiServer, kZeroGate).value_or(true);
}

}  // namespace graduand::sleep_action
