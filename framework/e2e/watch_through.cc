// SPDX-License-Identifier: Apache-2.0
#include "framework/e2e/watch_through.h"

#include <algorithm>
#include <map>
#include <numeric>

#include "framework/e2e/case_error.h"

namespace graduand::e2e {
namespace {

constexpr milliseconds kProbeLimit = seconds(1);

std::map<std::string, std::int64_t> restarts_of(const json::value& pod) {
  std::map<std::string, std::int64_t> restarts;
  for (const char* list : {"status.initContainerStatuses", "status.containerStatuses"})
    for (const json::value& status : array_at(pod, list))
      restarts[string_at(status, "name")] = int_at(status, "restartCount");
  return restarts;
}

}  // namespace

void GapMeter::note(bool answered, SteadyTime began, SteadyTime ended) {
  ++probes_;
  if (answered && !open_since_) return;
  if (!open_since_) {
    open_since_ = began;
    gaps_.push_back(0);
  }
  gaps_.back() = std::chrono::duration<double>(ended - *open_since_).count();
  if (answered) open_since_.reset();
}

double GapMeter::longest_s() const {
  return gaps_.empty() ? 0 : *std::max_element(gaps_.begin(), gaps_.end());
}

double GapMeter::total_s() const {
  return std::accumulate(gaps_.begin(), gaps_.end(), 0.0);
}

std::vector<std::string> workload_changes(const std::vector<json::value>& before,
                                          const std::vector<json::value>& after) {
  std::vector<std::string> changes;
  for (const json::value& pod : before) {
    const std::string name = "pod " + kube::name_of(pod);
    const auto now = std::find_if(after.begin(), after.end(),
                                  [&](const json::value& other) { return kube::name_of(other) == kube::name_of(pod); });
    if (now == after.end()) {
      changes.push_back(name + ": gone");
      continue;
    }
    if (kube::uid_of(*now) != kube::uid_of(pod)) {
      changes.push_back(name + ": is another one");
      continue;
    }
    const auto earlier = restarts_of(pod);
    for (const auto& [container, count] : restarts_of(*now)) {
      const auto known = earlier.find(container);
      const std::int64_t times = count - (known == earlier.end() ? 0 : known->second);
      if (times != 0)
        changes.push_back(name + ", container " + container + ": restarted " + std::to_string(times) + " times");
    }
  }
  return changes;
}

Watched watch_until_finish(Context& ctx, const std::string& selector, milliseconds every) {
  kube::ClientOptions options;
  options.user_agent = "graduand-e2e/probe";
  options.timeout = kProbeLimit;
  auto prober = kube::Client::create(ctx.client().config(), std::move(options));
  if (!prober) throw CaseError(to_string(prober.error()), true);
  kube::ListOptions watched;
  watched.label_selector = selector;
  const auto before = must(ctx.client().list(kube::resources::kPods, ctx.ns(), watched)).items;
  if (before.empty()) throw CaseError("no pod with " + selector + " to be watched", false);

  Watched result;
  do {
    const SteadyTime began = ctx.clock().steady_now();
    const bool answered = (*prober)->raw("GET", "/readyz").has_value();
    const bool before_that = result.api.answering();
    result.api.note(answered, began, ctx.clock().steady_now());
    if (answered != before_that)
      ctx.progress(answered ? "the API server answers again, after " + std::to_string(result.api.gaps().back()) + " s"
                            : "the API server does not answer");
  } while (!ctx.state().told_to_finish(every));

  result.changes = workload_changes(before, must(ctx.client().list(kube::resources::kPods, ctx.ns(), watched)).items);
  ctx.measure("api_probes", result.api.probes(), "1");
  ctx.measure("api_gaps", static_cast<double>(result.api.gaps().size()), "1");
  ctx.measure("api_gap_longest", result.api.longest_s(), "s");
  ctx.measure("api_gap_total", result.api.total_s(), "s");
  return result;
}

}  // namespace graduand::e2e
