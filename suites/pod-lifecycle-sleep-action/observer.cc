// SPDX-License-Identifier: Apache-2.0
#include "suites/pod-lifecycle-sleep-action/observer.h"

#include <algorithm>

#include "framework/base/text.h"
#include "suites/pod-lifecycle-sleep-action/apps.h"

namespace graduand::sleep_action {

using e2e::CaseError;
using e2e::must;

PodObserver::PodObserver(e2e::Context& ctx)
    : ctx_(ctx), watch_(must(ctx.client().watch(kube::resources::kPods, ctx.ns()))) {}

void PodObserver::note(const kube::WatchEvent& event) {
  using Type = kube::WatchEvent::Type;
  if (event.type == Type::kBookmark || event.type == Type::kError) return;
  Sighting& sighting = sightings_[kube::name_of(event.object)];
  if (event.type == Type::kDeleted) sighting.gone = event.received;
  if (!sighting.ready && kube::has_condition(event.object, "Ready", "True")) sighting.ready = event.received;
  if (!sighting.ended && all_terminated(event.object)) sighting.ended = event.received;
  sighting.object = event.object;
}

std::string PodObserver::describe() const {
  std::vector<std::string> parts;
  for (const auto& [name, sighting] : sightings_)
    parts.push_back(name + ": " + (sighting.gone ? "gone" : kube::describe_object(sighting.object)));
  return join(parts, "; ");
}

void PodObserver::until(const std::string& what, const std::function<bool()>& done, milliseconds limit) {
  const SteadyTime deadline = ctx_.clock().steady_now() + limit;
  while (!done()) {
    const auto left = std::chrono::duration_cast<milliseconds>(deadline - ctx_.clock().steady_now());
    auto event = left.count() > 0 ? must(watch_->next(left, ctx_.cancel())) : std::optional<kube::WatchEvent>();
    if (!event)
      throw CaseError(
          "timed out after " + format_duration(limit) + " waiting for " + what + "; last seen: " + describe(), false);
    note(*event);
  }
}

void PodObserver::until_ended(const std::vector<std::string>& pods, milliseconds limit) {
  const auto ended = [&](const std::string& pod) { return sightings_[pod].ended.has_value(); };
  until(
      "the containers of " + join(pods, ", ") + " to end", [&] { return std::all_of(pods.begin(), pods.end(), ended); },
      limit);
}

void PodObserver::start(const std::vector<e2e::PodSpec>& pods, milliseconds limit) {
  for (const auto& pod : pods) create_pod(ctx_, pod);
  const auto ready = [&](const e2e::PodSpec& pod) {
    const json::value& object = sightings_[pod.name].object;
    const auto& statuses = array_at(object, "status.containerStatuses");
    return statuses.size() == pod.containers.size() &&
           std::all_of(statuses.begin(), statuses.end(), [](const json::value& status) {
             return bool_at(status, "ready") || value_at(status, "state.terminated") != nullptr;
           });
  };
  until("the pods to be ready", [&] { return std::all_of(pods.begin(), pods.end(), ready); }, limit);
  for (const auto& pod : pods) {
    for (const auto& container : pod.init_containers) wait_until_armed(pod.name, container.name);
    for (const auto& container : pod.containers) wait_until_armed(pod.name, container.name);
  }
}

void PodObserver::wait_until_armed(const std::string& pod, const std::string& container) {
  const json::value* status = container_status(sightings_[pod].object, container);
  if (status == nullptr || value_at(*status, "state.running") == nullptr) return;
  // Nothing announces a line in a log, so this asks; nearly always once.
  for (int tries = 0; !is_armed(ctx_, pod, container); ++tries) {
    if (tries == 50) throw CaseError(pod + "/" + container + " does not say that it is armed", false);
    if (ctx_.cancel().wait_for(milliseconds(200))) throw CaseError("stopped", false);
  }
}

Timestamp PodObserver::remove(const std::string& pod, std::optional<int> grace_s) {
  kube::DeleteOptions options;
  options.grace_period_seconds = grace_s;
  const Timestamp sent = ctx_.clock().now();
  must(ctx_.client().remove(kube::resources::kPods, ctx_.ns(), pod, options));
  return sent + (ctx_.clock().now() - sent) / 2;
}

double seconds_between(Timestamp from, Timestamp to) {
  return std::chrono::duration<double>(to - from).count();
}

}  // namespace graduand::sleep_action
