// SPDX-License-Identifier: Apache-2.0
#include "suites/gate-cycle/sleeping.h"

namespace graduand::gate_cycle {

json::object pre_stop_sleep(int duration_s) {
  const json::object sleep{{"seconds", duration_s}};
  const json::object handler{{"sleep", sleep}};
  return {{"preStop", handler}};
}

e2e::PodSpec quick_pod(const std::string& name, const json::object& lifecycle) {
  auto pod = e2e::shell_pod(name, e2e::kIdleScript);
  pod.containers.front().lifecycle = lifecycle;
  return pod;
}

json::object stored_template(const std::string& name, const json::object& lifecycle) {
  auto pod = quick_pod(name, lifecycle);
  pod.restart_policy = "Always";
  const json::object labels{{"app", name}};
  const json::object selector{{"matchLabels", labels}};
  const json::object template_metadata{{"labels", labels}};
  const json::object pod_template{{"metadata", template_metadata}, {"spec", e2e::pod_spec_json(pod)}};
  const json::object spec{{"replicas", 0}, {"selector", selector}, {"template", pod_template}};
  const json::object metadata{{"name", name}};
  return {{"apiVersion", "apps/v1"}, {"kind", "Deployment"}, {"metadata", metadata}, {"spec", spec}};
}

json::value sleep_of(const json::value& object) {
  for (const char* path : {"spec.template.spec.containers", "spec.containers"}) {
    const auto& containers = array_at(object, path);
    if (containers.empty()) continue;
    const json::value* sleep = value_at(containers.front(), "lifecycle.preStop.sleep.seconds");
    return sleep == nullptr ? json::value() : *sleep;
  }
  throw e2e::CaseError("neither a pod nor a template: " + json::serialize(object), false);
}

json::value touch(const std::string& value) {
  const json::object labels{{"touched-in", value}};
  const json::object metadata{{"labels", labels}};
  return json::object{{"metadata", metadata}};
}

json::value new_sleep(int duration_s) {
  const json::object container{{"name", "c"}, {"lifecycle", pre_stop_sleep(duration_s)}};
  json::array containers;
  containers.emplace_back(container);
  const json::object pod_spec{{"containers", containers}};
  const json::object pod_template{{"spec", pod_spec}};
  const json::object spec{{"template", pod_template}};
  return json::object{{"spec", spec}};
}

}  // namespace graduand::gate_cycle
