// SPDX-License-Identifier: Apache-2.0
#include "framework/cluster/transitions/node_components.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>

#include "framework/base/processes/run_checked.h"
#include "framework/base/text.h"
#include "framework/catalogue/cell.h"
#include "framework/cluster/transitions/component_waits.h"
#include "framework/cluster/transitions/static_pod.h"
#include "framework/kube/wait.h"

namespace graduand::cluster {
namespace {

constexpr milliseconds kUnitLimit = seconds(60);
constexpr milliseconds kRequest = seconds(5);
// The kubelet shows a static pod that is as an earlier one was, to the byte, when it next looks at all of its pods:
// that can be over a minute later.
constexpr milliseconds kShownLimit = std::chrono::minutes(3);
constexpr milliseconds kAnotherLimit = seconds(100);

// One that has ended too often is not started again before that is forgotten.
constexpr const char* kRestart =
    "set -e; systemctl daemon-reload; systemctl reset-failed \"$1\" 2>/dev/null || true; systemctl restart \"$1\"";
// The kubelet says itself when it is healthy; curl asks until it does. Of other units systemd knows it.
constexpr const char* kKubeletHealthy =
    "curl --silent --show-error --fail --retry \"$1\" --retry-delay 1 --retry-connrefused "
    "http://127.0.0.1:10248/healthz >/dev/null";
constexpr const char* kActive = "systemctl is-active --quiet \"$1\"";

}  // namespace

KubeadmComponents::KubeadmComponents(NodeAccess& nodes, MakeClient make_client, milliseconds limit, const Clock& clock)
    : nodes_(nodes), make_client_(std::move(make_client)), limit_(limit), clock_(clock) {}

Status KubeadmComponents::put_static_pod(const std::string& node, const std::string& component,
                                         const std::optional<std::string>& manifest) {
  const std::string pod_name = component + "-" + node;
  // A mirror pod stays Ready for a moment after its pod has gone. Where the API does not tell, any Ready one has to do.
  if (const auto client = make_client_(kRequest)) {
    if (component == catalogue::kApiServer) {
      const double start = process_start_of(**client);
      const std::lock_guard<std::mutex> lock(mutex_);
      api_servers_[node] = start;
    } else if (const auto pod = (*client)->get(kube::resources::kPods, "kube-system", pod_name)) {
      const std::lock_guard<std::mutex> lock(mutex_);
      containers_[pod_name] = container_of(*pod);
    }
  }
  if (manifest) return replace_static_pod(nodes_, node, component, *manifest);
  return take_static_pod_away(nodes_, node, component);
}

Status KubeadmComponents::restart_unit(const std::string& node, const std::string& unit) {
  GRADUAND_TRY_ASSIGN(const ProcessResult result, nodes_.run(node, {"sh", "-c", kRestart, "sh", unit}, kUnitLimit));
  if (result.ok()) return {};
  return fail(ErrorKind::kProduct,
              fmt::format("{} could not be restarted: {}: {}", unit, describe_end(result, kUnitLimit),
                          last_lines(result.stderr_text, 1)),
              node);
}

Status KubeadmComponents::wait_until_ready(const std::string& node, const std::set<std::string>& static_pods,
                                           const std::set<std::string>& units) {
  for (const std::string& unit : units) GRADUAND_TRY(wait_for_unit(node, unit));
  const bool kubelet = units.contains(catalogue::kKubelet);
  if (static_pods.empty() && !kubelet) return {};
  GRADUAND_TRY(wait_for_api_server(node, static_pods.contains(catalogue::kApiServer)));
  GRADUAND_TRY_ASSIGN(const auto client, make_client_(kRequest));
  // The API server answers for itself, long before the kubelet shows its pod.
  for (const std::string& component : static_pods)
    if (component != catalogue::kApiServer) GRADUAND_TRY(wait_for_static_pod(*client, node, component));
  if (!kubelet) return {};
  const auto ready = [](const json::value& object) { return kube::has_condition(object, "Ready", "True"); };
  const auto waited = kube::wait_for(*client, kube::resources::kNodes, "", node, "to be Ready", ready, limit_);
  if (waited) return {};
  return fail(with_last_words(nodes_, Error{ErrorKind::kProduct, waited.message, node}, node, catalogue::kKubelet));
}

Status KubeadmComponents::wait_for_api_server(const std::string& node, bool was_changed) {
  GRADUAND_TRY_ASSIGN(const auto client, make_client_(kRequest));
  double before = 0;
  if (was_changed) {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (const auto found = api_servers_.find(node); found != api_servers_.end()) before = found->second;
  }
  Status ready = until_api_server_ready(*client, "", limit_, clock_, {}, before);
  if (ready) {
    const std::lock_guard<std::mutex> lock(mutex_);
    api_servers_.erase(node);
  }
  if (ready || !was_changed) return ready;
  ready.error().where = node;
  return fail(with_last_words(nodes_, std::move(ready).error(), node, catalogue::kApiServer));
}

Status KubeadmComponents::wait_for_static_pod(kube::Client& client, const std::string& node,
                                              const std::string& component) {
  const std::string name = component + "-" + node;
  std::string replaced;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (const auto found = containers_.find(name); found != containers_.end()) replaced = found->second;
  }
  const auto is_ready = [&replaced](const json::value& pod) {
    const std::string now = container_of(pod);
    return !now.empty() && now != replaced && kube::has_condition(pod, "Ready", "True");
  };
  const auto wait = [&](const std::function<bool(const json::value&)>& so, milliseconds limit) {
    return kube::wait_for(client, kube::resources::kPods, "kube-system", name, "to be Ready again", so, limit);
  };
  auto waited = wait(is_ready, kAnotherLimit);
  // The kubelet keeps the container when it was put back before it had looked, as while it was restarted itself.
  if (!waited)
    waited = wait([](const json::value& pod) { return kube::has_condition(pod, "Ready", "True"); },
                  std::max(limit_, kShownLimit) - kAnotherLimit);
  if (!waited) return fail(with_last_words(nodes_, Error{ErrorKind::kProduct, waited.message, node}, node, component));
  const std::lock_guard<std::mutex> lock(mutex_);
  containers_.erase(name);
  return {};
}

Status KubeadmComponents::wait_for_unit(const std::string& node, const std::string& unit) {
  const bool kubelet = unit == catalogue::kKubelet;
  const auto tries = std::to_string(std::chrono::duration_cast<seconds>(limit_).count());
  const std::vector<std::string> argv = {"sh", "-c", kubelet ? kKubeletHealthy : kActive, "sh", kubelet ? tries : unit};
  const milliseconds limit = limit_ + kUnitLimit;
  GRADUAND_TRY_ASSIGN(const ProcessResult result, nodes_.run(node, argv, limit));
  if (result.ok()) return {};
  Error error{ErrorKind::kProduct,
              fmt::format("{} is not {}: {}: {}", unit, kubelet ? "healthy" : "active", describe_end(result, limit),
                          last_lines(result.stderr_text, 1)),
              node};
  return fail(kubelet ? with_last_words(nodes_, std::move(error), node, unit) : std::move(error));
}

}  // namespace graduand::cluster
