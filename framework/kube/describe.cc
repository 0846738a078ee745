// SPDX-License-Identifier: Apache-2.0
#include "framework/base/text.h"
#include "framework/kube/wait.h"

namespace graduand::kube {
namespace {

std::string with_message(const std::string& text, const json::value& holder) {
  const auto message = string_at(holder, "message");
  return message.empty() ? text : text + ": " + shorten(printable(message), 200);
}

// "waiting (ImagePullBackOff: ...)"; empty for a container that runs and is ready: there is nothing to say about it.
std::string container_state(const json::value& container) {
  if (const auto* waiting = value_at(container, "state.waiting")) {
    return "waiting (" + with_message(string_at(*waiting, "reason", "no reason"), *waiting) + ")";
  }
  if (const auto* ended = value_at(container, "state.terminated")) {
    auto text = "terminated (" + string_at(*ended, "reason", "no reason") + ", exit code " +
                std::to_string(int_at(*ended, "exitCode"));
    return text + ")";
  }
  if (value_at(container, "state.running") != nullptr) return bool_at(container, "ready") ? "" : "running, not ready";
  return {};
}

void describe_conditions(const json::value& object, bool only_ready, std::vector<std::string>& parts) {
  for (const auto& condition : array_at(object, "status.conditions")) {
    const auto type = string_at(condition, "type");
    const auto status = string_at(condition, "status");
    if (only_ready && type != "Ready" && !(type == "PodScheduled" && status != "True")) continue;
    auto text = type + "=" + status;
    if (status != "True") {
      const auto why = with_message(string_at(condition, "reason"), condition);
      if (!why.empty()) text += " (" + why + ")";
    }
    parts.push_back(std::move(text));
  }
}

}  // namespace

std::string describe_object(const json::value& object) {
  if (object.is_null()) return "does not exist";
  std::vector<std::string> parts;
  const bool pod = value_at(object, "spec.containers") != nullptr;
  const auto phase = string_at(object, "status.phase");
  if (!phase.empty()) parts.push_back("phase=" + phase);
  if (const auto deleted = string_at(object, "metadata.deletionTimestamp"); !deleted.empty()) {
    parts.push_back("deletionTimestamp=" + deleted);
    const auto finalizers = array_at(object, "metadata.finalizers");
    if (!finalizers.empty()) parts.push_back("finalizers=" + join(strings_of(finalizers), ","));
  }
  if (const auto reason = string_at(object, "status.reason"); !reason.empty()) parts.push_back("reason=" + reason);
  describe_conditions(object, pod, parts);
  for (const char* list : {"status.initContainerStatuses", "status.containerStatuses"}) {
    for (const auto& container : array_at(object, list)) {
      const auto state = container_state(container);
      if (!state.empty()) parts.push_back(string_at(container, "name") + ": " + state);
    }
  }
  if (parts.empty()) return "exists";
  return join(parts, ", ");
}

bool has_condition(const json::value& object, std::string_view type, std::string_view status) {
  for (const auto& condition : array_at(object, "status.conditions")) {
    if (string_at(condition, "type") == type) return string_at(condition, "status") == status;
  }
  return false;
}

}  // namespace graduand::kube
