// SPDX-License-Identifier: Apache-2.0
#include "framework/cluster/transitions/component_waits.h"

#include <fmt/format.h>

#include <algorithm>

#include "framework/base/log.h"
#include "framework/base/text.h"
#include "framework/cluster/last_words.h"
#include "framework/cluster/transitions/static_pod.h"
#include "framework/kube/metrics.h"
#include "framework/kube/wait.h"

namespace graduand::cluster {
namespace {

constexpr milliseconds kNodeLimit = seconds(60);
// An API server comes and goes behind one address: there is no event to wait for, so it is asked again and again.
constexpr milliseconds kAskAgain{250};

// The image's place in a manifest as kubeadm writes it, one key a line.
struct ImagePlace {
  std::size_t begin = 0;
  std::size_t length = 0;
};
Result<ImagePlace> find_image(const std::string& manifest) {
  constexpr std::string_view kKey = " image: ";
  const std::size_t key = manifest.find(kKey);
  if (key == std::string::npos) return fail(ErrorKind::kUsage, "the manifest names no image");
  const std::size_t begin = key + kKey.size();
  return ImagePlace{begin, std::min(manifest.find('\n', begin), manifest.size()) - begin};
}

// By the kubelet's journal. Empty when it cannot be read.
std::string last_words_of_kubelet(NodeAccess& nodes, const std::string& node) {
  // By the field rather than by --unit: that would add what systemd says of it.
  const auto result = nodes.run(node,
                                {"journalctl", "_SYSTEMD_UNIT=kubelet.service", "--lines",
                                 std::to_string(kLastWordsLines), "--output", "cat", "--no-pager"},
                                kNodeLimit);
  return result && result->ok() ? last_words_in(result->stdout_text) : "";
}

}  // namespace

const std::vector<std::string>& LeaderLeases::components() {
  static const std::vector<std::string> names = {catalogue::kControllerManager, catalogue::kScheduler};
  return names;
}

void LeaderLeases::remember() {
  for (const std::string& component : components()) {
    const auto lease = client_.get(kube::resources::kLeases, "kube-system", component);
    if (lease) holders_[component] = string_at(*lease, "spec.holderIdentity");
  }
}

bool LeaderLeases::held_on(const std::string& node, const std::string& component) const {
  const auto holder = holders_.find(component);
  return holder != holders_.end() && starts_with(holder->second, node + "_");
}

void LeaderLeases::release(const std::string& node, const std::string& component) {
  if (!held_on(node, component)) return;
  const auto step = [](const char* op, const char* member, json::value value) {
    return json::object{{"op", op}, {"path", std::string("/spec/") + member}, {"value", std::move(value)}};
  };
  // Somebody else may have it by now, and is not to lose it.
  const json::array change = {step("test", "holderIdentity", json::value(holders_.at(component))),
                              step("replace", "holderIdentity", ""), step("replace", "leaseDurationSeconds", 1)};
  const auto released =
      client_.patch(kube::resources::kLeases, "kube-system", component, kube::PatchType::kJson, change);
  if (!released) spdlog::debug("the lease of {}: {}", component, kube::to_string(released.error()));
}

Status LeaderLeases::wait_for_leader(const std::string& component, const std::vector<std::string>& restarted,
                                     milliseconds limit, const CancelToken& cancel) {
  const bool ended = std::any_of(restarted.begin(), restarted.end(),
                                 [&](const std::string& node) { return held_on(node, component); });
  // A holder that ends as it should leaves the lease without one.
  const auto taken = [&before = holders_[component], ended](const json::value& lease) {
    const std::string holder = string_at(lease, "spec.holderIdentity");
    return !holder.empty() && (!ended || holder != before);
  };
  const auto lease = kube::wait_for(client_, kube::resources::kLeases, "kube-system", component,
                                    ended ? "to be held by a new leader" : "to be held", taken, limit, cancel);
  if (lease) return {};
  return fail(cancel.cancelled() ? ErrorKind::kCancelled : ErrorKind::kProduct, lease.message);
}

Result<std::string> image_in_manifest(const std::string& manifest) {
  GRADUAND_TRY_ASSIGN(const ImagePlace place, find_image(manifest));
  return std::string(trim(std::string_view(manifest).substr(place.begin, place.length)));
}

Result<std::string> manifest_with_image(const std::string& manifest, const std::string& image) {
  GRADUAND_TRY_ASSIGN(const ImagePlace place, find_image(manifest));
  return std::string(manifest).replace(place.begin, place.length, image);
}

Status wait_for_static_pod(TransitionWork& work, const std::string& node, const std::string& component,
                           const std::string& image, milliseconds limit) {
  const auto runs = [&image](const json::value& pod) {
    const json::array& containers = array_at(pod, "spec.containers");
    return !containers.empty() && string_at(containers.front(), "image") == image &&
           kube::has_condition(pod, "Ready", "True");
  };
  const auto waited = kube::wait_for(work.client(), kube::resources::kPods, "kube-system", component + "-" + node,
                                     "to be Ready with " + image, runs, limit, work.cancel());
  if (waited) return {};
  return fail(with_last_words(work.nodes(), work.not_so(waited.message).error(), node, component));
}

Status wait_for_api_server(TransitionWork& work, const std::string& version, milliseconds limit) {
  GRADUAND_TRY_ASSIGN(const auto client, work.parts().client(seconds(5)));
  return until_api_server_ready(*client, version, limit, work.clock(), work.cancel());
}

Status until_api_server_ready(kube::Client& client, const std::string& version, milliseconds limit, const Clock& clock,
                              const CancelToken& cancel, double before) {
  const auto not_so = [&cancel](const std::string& message) {
    return fail(cancel.cancelled() ? ErrorKind::kCancelled : ErrorKind::kProduct, message);
  };
  const SteadyTime end = clock.steady_now() + limit;
  for (;;) {
    std::string trouble;
    const auto ready = client.raw("GET", "/readyz");
    if (!ready) trouble = kube::to_string(ready.error());
    const auto running = kube::server_version(client);
    const double start = before == 0 ? 0 : process_start_of(client);
    const bool another = before == 0 || (start != 0 && start != before);
    if (ready && running && another && (version.empty() || *running == version)) return {};
    if (trouble.empty() && !running) trouble = kube::to_string(running.error());
    if (trouble.empty()) trouble = another ? "it is " + *running : "its process is the one of before";
    if (clock.steady_now() >= end) {
      return not_so(fmt::format("the API server did not become ready{} within {}: {}",
                                version.empty() ? "" : " as " + version, format_duration(limit), trouble));
    }
    if (cancel.wait_for(kAskAgain)) return not_so("cancelled while waiting for the API server");
  }
}

double process_start_in(std::string_view metrics) {
  constexpr const char* kMetric = "process_start_time_seconds";
  const auto samples = kube::parse_metrics(metrics, kMetric);
  return samples ? kube::sample_value(*samples, kMetric).value_or(0) : 0;
}

double process_start_of(kube::Client& client) {
  const auto page = client.raw("GET", "/metrics");
  return page ? process_start_in(page->body) : 0;
}

std::string container_of(const json::value& pod) {
  const json::array& statuses = array_at(pod, "status.containerStatuses");
  return statuses.empty() ? "" : string_at(statuses.front(), "containerID");
}

Status wait_for_kube_proxy(TransitionWork& work, milliseconds limit) {
  const auto done = [](const json::value& set) {
    const auto wanted = int_at(set, "status.desiredNumberScheduled", -1);
    return set.is_object() && int_at(set, "status.observedGeneration") >= int_at(set, "metadata.generation", 1) &&
           int_at(set, "status.updatedNumberScheduled") == wanted && int_at(set, "status.numberAvailable") == wanted;
  };
  const auto waited = kube::wait_for(work.client(), kube::resources::kDaemonSets, "kube-system", "kube-proxy",
                                     "to be rolled out", done, limit, work.cancel());
  return waited ? Status{} : work.not_so(waited.message);
}

Status wait_for_kubelet(TransitionWork& work, const std::string& node, const std::string& version, milliseconds limit) {
  const auto is_so = [&version](const json::value& object) {
    return string_at(object, "status.nodeInfo.kubeletVersion") == version &&
           kube::has_condition(object, "Ready", "True");
  };
  const auto waited = kube::wait_for(work.client(), kube::resources::kNodes, "", node,
                                     "to be Ready with kubelet " + version, is_so, limit, work.cancel());
  if (waited) return {};
  return fail(with_last_words(work.nodes(), work.not_so(waited.message).error(), node, catalogue::kKubelet));
}

Error with_last_words(NodeAccess& nodes, Error error, const std::string& node, const std::string& component) {
  if (error.kind == ErrorKind::kCancelled) return error;
  const std::string words = component == catalogue::kKubelet ? last_words_of_kubelet(nodes, node)
                                                             : last_words_of_static_pod(nodes, node, component);
  if (!words.empty()) error.message += fmt::format("; last words of {}: {}", component, words);
  return error;
}

}  // namespace graduand::cluster
