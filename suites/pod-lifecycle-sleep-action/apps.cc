// SPDX-License-Identifier: Apache-2.0
#include "suites/pod-lifecycle-sleep-action/apps.h"

#include <algorithm>
#include <sstream>

#include "framework/base/text.h"

namespace graduand::sleep_action {
namespace {

// `read` is a builtin: noting a time starts no process.
constexpr const char* kNote = "note() { read -r now idle </proc/uptime; echo \"$1 $now\" >>/dev/termination-log; }\n";
constexpr const char* kQuick =
    "trap 'note term; exit 0' TERM\n"
    "note start\n"
    "echo armed\n"
    "sleep 3600 &\n"
    "wait $!\n";
constexpr const char* kStubborn =
    "trap 'note term' TERM\n"
    "note start\n"
    "echo armed\n"
    "while :; do sleep 0.5; note alive; done\n";

e2e::ContainerSpec app(std::string name, const char* script, json::object lifecycle) {
  return {std::move(name), e2e::kBusyboxImage, {"sh", "-c", std::string(kNote) + script}, std::move(lifecycle), {}};
}

json::object hook(const char* event, json::value duration_s) {
  json::object lifecycle;
  lifecycle[event] = sleep_handler(std::move(duration_s));
  return lifecycle;
}

}  // namespace

json::object sleep_handler(json::value duration_s) {
  json::object sleep{{"seconds", std::move(duration_s)}};
  return {{"sleep", std::move(sleep)}};
}
json::object pre_stop_sleep(json::value duration_s) {
  return hook("preStop", std::move(duration_s));
}
json::object post_start_sleep(json::value duration_s) {
  return hook("postStart", std::move(duration_s));
}

e2e::ContainerSpec quick_app(std::string name, json::object lifecycle) {
  return app(std::move(name), kQuick, std::move(lifecycle));
}
e2e::ContainerSpec stubborn_app(std::string name, json::object lifecycle) {
  return app(std::move(name), kStubborn, std::move(lifecycle));
}
e2e::ContainerSpec ended_app(std::string name, json::object lifecycle) {
  return app(std::move(name), "note start\necho armed\n", std::move(lifecycle));
}

e2e::PodSpec app_pod(std::string name, std::string node, int grace_s, std::vector<e2e::ContainerSpec> containers) {
  e2e::PodSpec pod;
  pod.name = std::move(name);
  pod.node_name = std::move(node);
  pod.termination_grace_period_seconds = grace_s;
  pod.containers = std::move(containers);
  pod.finalizers = {"graduand.io/observed"};
  return pod;
}

const json::value* container_status(const json::value& pod, const std::string& container) {
  for (const char* list : {"status.containerStatuses", "status.initContainerStatuses"})
    for (const auto& status : array_at(pod, list))
      if (string_at(status, "name") == container) return &status;
  return nullptr;
}

Stamps stamps_of(const json::value& pod, const std::string& container) {
  Stamps stamps;
  const json::value* status = container_status(pod, container);
  if (status == nullptr) return stamps;
  std::istringstream lines(string_at(*status, "state.terminated.message"));
  std::string what;
  double at = 0;
  while (lines >> what >> at) {
    if (what == "start") stamps.start = at;
    if (what == "term" && !stamps.term) stamps.term = at;
    if (what == "alive") stamps.alive = at;
  }
  return stamps;
}

bool all_terminated(const json::value& pod) {
  std::size_t terminated = 0;
  for (const char* list : {"status.containerStatuses", "status.initContainerStatuses"})
    for (const auto& status : array_at(pod, list))
      terminated += value_at(status, "state.terminated") != nullptr ? 1 : 0;
  return terminated > 0 &&
         terminated == array_at(pod, "spec.containers").size() + array_at(pod, "spec.initContainers").size();
}

bool is_armed(e2e::Context& ctx, const std::string& pod, const std::string& container) {
  const auto log = ctx.client().logs(ctx.ns(), pod, container);
  return log && log->find("armed") != std::string::npos;
}

}  // namespace graduand::sleep_action
