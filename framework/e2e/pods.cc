// SPDX-License-Identifier: Apache-2.0
#include "framework/e2e/pods.h"

#include <algorithm>

namespace graduand::e2e {
namespace {

void merge(json::object& into, const json::object& from) {
  for (const auto& member : from) into[member.key()] = member.value();
}

json::object container_json(const ContainerSpec& spec) {
  json::object container{{"name", spec.name}, {"image", spec.image}, {"imagePullPolicy", "IfNotPresent"}};
  if (!spec.command.empty()) container["command"] = to_json(spec.command);
  if (!spec.lifecycle.empty()) container["lifecycle"] = spec.lifecycle;
  merge(container, spec.extra);
  return container;
}

json::array containers_json(const std::vector<ContainerSpec>& specs) {
  json::array containers;
  for (const auto& spec : specs) containers.push_back(container_json(spec));
  return containers;
}

bool takes_pods(const json::value& node) {
  if (!kube::has_condition(node, "Ready", "True") || bool_at(node, "spec.unschedulable")) return false;
  const auto& taints = array_at(node, "spec.taints");
  return std::none_of(taints.begin(), taints.end(), [](const json::value& taint) {
    const std::string effect = string_at(taint, "effect");
    return effect == "NoSchedule" || effect == "NoExecute";
  });
}

}  // namespace

json::object pod_spec_json(const PodSpec& spec) {
  json::object pod{{"containers", containers_json(spec.containers)},
                   {"restartPolicy", spec.restart_policy},
                   {"automountServiceAccountToken", false},
                   {"enableServiceLinks", false}};
  if (!spec.init_containers.empty()) pod["initContainers"] = containers_json(spec.init_containers);
  if (spec.termination_grace_period_seconds)
    pod["terminationGracePeriodSeconds"] = *spec.termination_grace_period_seconds;
  if (!spec.node_name.empty()) pod["nodeName"] = spec.node_name;
  merge(pod, spec.extra_spec);
  return pod;
}

json::object pod_json(const PodSpec& spec) {
  json::object metadata{{"name", spec.name}};
  if (!spec.finalizers.empty()) metadata["finalizers"] = to_json(spec.finalizers);
  return {{"apiVersion", "v1"}, {"kind", "Pod"}, {"metadata", std::move(metadata)}, {"spec", pod_spec_json(spec)}};
}

PodSpec shell_pod(const std::string& name, const std::string& script) {
  ContainerSpec container;
  container.command = {"sh", "-c", script};
  const json::object test{{"command", json::array{"test", "-e", kReadyFile}}};
  const json::object probe{{"exec", test}, {"periodSeconds", 1}};
  container.extra["readinessProbe"] = probe;
  PodSpec pod;
  pod.name = name;
  pod.containers = {std::move(container)};
  pod.termination_grace_period_seconds = 30;
  return pod;
}

json::value create_pod(Context& ctx, const PodSpec& spec, std::source_location where) {
  return must(ctx.client().create_object(kube::resources::kPods, ctx.ns(), pod_json(spec)), where);
}

json::value create_ready_pod(Context& ctx, const PodSpec& spec, milliseconds limit, std::source_location where) {
  create_pod(ctx, spec, where);
  return must(kube::wait_for_pod_ready(ctx.client(), ctx.ns(), spec.name, limit, ctx.cancel()), where);
}

double seconds_to_end(Context& ctx, const std::string& pod, milliseconds limit, std::source_location where) {
  const SteadyTime asked = ctx.clock().steady_now();
  must(ctx.client().remove(kube::resources::kPods, ctx.ns(), pod), where);
  must(kube::wait_for_deletion(ctx.client(), kube::resources::kPods, ctx.ns(), pod, limit, ctx.cancel()), where);
  return std::chrono::duration<double>(ctx.clock().steady_now() - asked).count();
}

std::string ready_node(Context& ctx, std::source_location where) {
  constexpr milliseconds kLimit{30000};
  auto nodes = must(ctx.client().list(kube::resources::kNodes, ""), where).items;
  if (std::none_of(nodes.begin(), nodes.end(), takes_pods)) {
    // On a busy host a kubelet is NotReady for a moment while images come.
    auto ready = kube::wait_for_set(
        ctx.client(), kube::resources::kNodes, "", {}, "a node that is Ready and free of NoSchedule taints",
        [](const std::vector<json::value>& all) { return std::any_of(all.begin(), all.end(), takes_pods); }, kLimit,
        ctx.cancel());
    if (!ready) throw CaseError(ready.message, ready.transport_failed, where);
    nodes = std::move(ready.objects);
  }
  std::erase_if(nodes, [](const json::value& node) { return !takes_pods(node); });
  return kube::name_of(nodes[ctx.random().below(nodes.size())]);
}

}  // namespace graduand::e2e
