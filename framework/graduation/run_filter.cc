// SPDX-License-Identifier: Apache-2.0
#include "framework/graduation/run_filter.h"

#include <algorithm>
#include <tuple>

#include "framework/base/contains.h"
#include "framework/catalogue/provider_capabilities.h"
#include "framework/graduation/rule_text.h"

namespace graduand::graduation {
namespace {

using results::Attempt;
using results::ClusterInstance;
using results::Mark;
using results::Outcome;
using results::Run;
using results::Transition;
using results::Trigger;

bool asks_for_a_gate(const catalogue::CellDescription& cell, const std::vector<std::string>& gates) {
  for (const std::string& component : catalogue::components())
    for (const auto& [gate, on] : cell.requested_gates(component))
      if (contains(gates, gate)) return true;
  return std::any_of(cell.transitions.begin(), cell.transitions.end(), [&](const auto& request) {
    return std::any_of(request.gates.begin(), request.gates.end(),
                       [&](const auto& one) { return contains(gates, one.first); });
  });
}

bool is_at(const std::string& recorded, const std::string& revision) {
  return !recorded.empty() && recorded.find(revision) != std::string::npos;
}

}  // namespace

RunFilter::RunFilter(const JudgeInput& input, const Policy& policy)
    : input_(input), policy_(policy), window_start_(input.as_of - days(policy.of(input.stage).window_days.value)) {
  for (const ClusterInstance& instance : input.evidence.instances)
    if (catalogue::capabilities_of(instance.provider).simulated ||
        catalogue::capabilities_of(instance.cell.provider).simulated)
      simulated_.insert(instance.id);
  for (const catalogue::CaseInfo& info : input.cases)
    if (contains(info.features, input.feature)) cases_.insert(info.id);
  note_concerned();
  note_copies();
  std::vector<const Run*> in_time;
  for (const Run& run : input.evidence.runs) in_time.push_back(&run);
  std::stable_sort(in_time.begin(), in_time.end(), [](const Run* a, const Run* b) {
    return std::tie(a->started, a->id) < std::tie(b->started, b->id);
  });
  for (const Run* run : in_time) {
    std::string why = why_left_out(*run);
    if (!why.empty()) {
      left_out_.emplace_back(run->id, std::move(why));
      continue;
    }
    ever_.emplace(run->id, run);
    if (last_of(*run) >= window_start_)
      runs_.emplace(run->id, run);
    else
      left_out_.emplace_back(run->id, "started " + format_rfc3339(run->started) + ", before the window");
  }
  note_marks();
}

void RunFilter::note_concerned() {
  const JudgeInput& input = input_;
  for (const Attempt& attempt : input.evidence.attempts) {
    Timestamp& last = last_[attempt.run_id];
    last = std::max(last, attempt.started);
    if (speaks(attempt)) concerned_.insert(attempt.run_id);
  }
  for (const results::RunPlan& plan : input.evidence.plans)
    for (const results::CellPlan& cell : plan.cells)
      for (const results::PlannedCase& planned : cell.cases)
        if (contains(planned.features, input.feature) || cases_.contains(case_id(planned.case_id)))
          concerned_.insert(plan.run_id);
  for (const ClusterInstance& instance : input.evidence.instances)
    if (asks_for_a_gate(instance.cell, input.info.gates)) concerned_.insert(instance.run_id);
}

Timestamp RunFilter::last_of(const Run& run) const {
  const auto found = last_.find(run.id);
  return found == last_.end() ? run.started : std::max(run.started, found->second);
}

std::string RunFilter::why_left_out(const Run& run) {
  if (run.simulated) return "simulated: it had no real cluster";
  if (run.started > input_.as_of) return "started " + format_rfc3339(run.started) + ", after the time of this verdict";
  const bool concerned = concerned_.contains(run.id);
  const std::string nothing = "nothing in it concerns " + input_.feature;
  if (!concerned && (run.trigger == Trigger::kPresubmit || !contains(policy_.admissible, run.trigger))) return nothing;
  const bool in_window = last_of(run) >= window_start_;
  if (run.trigger == Trigger::kPresubmit) {
    if (in_window) presubmits_.push_back(&run);
    return "a presubmit: it tests a change that is not merged, and is never evidence for a feature";
  }
  if (!contains(policy_.admissible, run.trigger))
    return std::string("trigger ") + to_string(run.trigger) + " is not admissible under the policy " + policy_.name;
  if (const auto copy = copies_.find(run.id); copy != copies_.end())
    return "the same job and build, or the same start and seed, as run " + copy->second + ": a copy of it";
  for (const Waiver& waiver : policy_.waivers) {
    if (waiver.run != run.id || !in_scope(waiver, input_) || !in_window) continue;
    exclusions_.push_back(&waiver);
    return "left out by " + waiver.author + ": " + waiver.reason;
  }
  if (concerned) return {};
  if (in_window) unconcerned_.push_back(&run);
  return nothing;
}

// Copies of one run differ only when somebody edited one: the worst of them is the one that counts, or a clean copy
// would hide a failure.
void RunFilter::note_copies() {
  struct Content {
    long failures = 0;
    long passes = 0;
    std::set<std::string> cells;  // fingerprints: two halves of one run are no copies
  };
  std::map<std::string, Content> contents;
  const auto take = [&](const std::string& run, Outcome outcome) {
    contents[run].failures += results::is_failure(outcome) ? 1 : 0;
    contents[run].passes += outcome == Outcome::kPassed ? 1 : 0;
  };
  for (const Attempt& one : input_.evidence.attempts) {
    if (speaks(one)) take(one.run_id, one.outcome);
    contents[one.run_id].cells.insert(one.fingerprint);
  }
  for (const Transition& one : input_.evidence.transitions) take(one.run_id, one.outcome);
  for (const ClusterInstance& one : input_.evidence.instances) take(one.run_id, one.outcome);
  std::vector<const Run*> runs;
  for (const Run& run : input_.evidence.runs)
    if (!run.simulated && run.started <= input_.as_of && run.trigger != Trigger::kPresubmit &&
        contains(policy_.admissible, run.trigger))
      runs.push_back(&run);
  const auto order = [&](const Run* run) {
    const Content& content = contents[run->id];
    return std::tuple(-content.failures, !concerned_.contains(run->id), content.passes, run->started, run->id);
  };
  std::sort(runs.begin(), runs.end(), [&](const Run* a, const Run* b) { return order(a) < order(b); });
  std::map<std::pair<std::string, std::string>, std::string> builds;  // job and build id → the run that counts
  std::map<std::tuple<Timestamp, std::uint64_t, std::set<std::string>>, std::string> seeds;  // start, seed and cells
  for (const Run* run : runs) {
    if (!run->job.empty() && !run->build_id.empty())
      if (const auto [first, added] = builds.try_emplace({run->job, run->build_id}, run->id); !added)
        copies_.emplace(run->id, first->second);
    if (run->seed != 0)
      if (const auto [first, added] = seeds.try_emplace({run->started, run->seed, contents[run->id].cells}, run->id);
          !added)
        copies_.emplace(run->id, first->second);
  }
}

void RunFilter::note_marks() {
  std::map<std::string, const Run*> runs;
  for (const Run& run : input_.evidence.runs) runs.emplace(run.id, &run);
  // When a mark was made is no matter: what was known is the watermark's, what had happened is as_of's.
  for (const Mark& mark : input_.evidence.marks) {
    if (mark.kind == Mark::Kind::kInfrastructure) {
      infrastructure_.emplace(mark.target, &mark);
      continue;
    }
    if (mark.feature != input_.feature) continue;
    if (mark.since && *mark.since > input_.as_of) continue;
    // Until something ran at the revision of the fix, nothing shows that it holds.
    Timestamp since = mark.since.value_or(input_.as_of);
    if (!mark.since_revision.empty())
      for (const Attempt& attempt : input_.evidence.attempts) {
        if (case_id(attempt.case_id) != case_id(mark.case_id)) continue;
        const auto run = runs.find(attempt.run_id);
        const std::string harness = run == runs.end() ? std::string() : run->second->harness_revision;
        if (is_at(attempt.suite_revision, mark.since_revision) || is_at(harness, mark.since_revision) ||
            is_at(attempt.kubernetes_version, mark.since_revision))
          since = std::min(since, attempt.started);
      }
    Fixed& fixed = fixed_[case_id(mark.case_id)];
    if (fixed.mark == nullptr || since > fixed.since) fixed = {&mark, since};
  }
  for (const auto& [id, fixed] : fixed_) marks_.push_back(fixed.mark);
  for (const Attempt& attempt : input_.evidence.attempts)
    if (ever_.contains(attempt.run_id) && speaks(attempt) && outcome(attempt) == Outcome::kInfraError &&
        attempt.outcome != Outcome::kInfraError)
      marks_.push_back(infrastructure_.at(attempt.id));
  for (const Transition& transition : input_.evidence.transitions)
    if (ever_.contains(transition.run_id) && outcome(transition) != transition.outcome)
      marks_.push_back(infrastructure_.at(transition.id));
  std::sort(marks_.begin(), marks_.end(),
            [](const Mark* a, const Mark* b) { return std::tie(a->made, a->id) < std::tie(b->made, b->id); });
}

bool RunFilter::scheduled(const Run& run) const {
  return (ever_.contains(run.id) || contains(unconcerned_, static_cast<const Run*>(&run))) &&
         contains(policy_.scheduled, run.trigger) && !run.job.empty() && !run.build_id.empty();
}

const Run* RunFilter::run(const std::string& id) const {
  const auto found = ever_.find(id);
  return found == ever_.end() ? nullptr : found->second;
}

bool RunFilter::sets_a_gate(const catalogue::CellDescription& cell) const {
  return asks_for_a_gate(cell, input_.info.gates);
}

bool RunFilter::ended(const Run& run) const {
  return run.finished && *run.finished <= input_.as_of;
}

bool RunFilter::speaks(const Attempt& attempt) const {
  return contains(attempt.features, input_.feature) || cases_.contains(case_id(attempt.case_id));
}

bool RunFilter::counts(const Attempt& attempt, Span span) const {
  const auto& runs = span == Span::kEver ? ever_ : runs_;
  if (!runs.contains(attempt.run_id) || attempt.simulated || simulated_.contains(attempt.instance_id)) return false;
  if (attempt.started + attempt.took > input_.as_of) return false;
  if (span == Span::kWindow && attempt.started < window_start_) return false;
  const Fixed* since = fixed(case_id(attempt.case_id));
  return since == nullptr || attempt.started >= since->since;
}

bool RunFilter::counts(const Transition& transition) const {
  return runs_.contains(transition.run_id) && !simulated_.contains(transition.instance_id) &&
         transition.started >= window_start_ && transition.started + transition.took <= input_.as_of;
}

bool RunFilter::counts(const ClusterInstance& instance) const {
  return runs_.contains(instance.run_id) && !simulated_.contains(instance.id) && instance.created >= window_start_ &&
         instance.created + instance.ready_after <= input_.as_of;
}

Outcome RunFilter::outcome(const Attempt& attempt) const {
  // A pass that tells of failures contradicts itself, and counts against the feature.
  if (attempt.outcome == Outcome::kPassed && !attempt.failures.empty()) return Outcome::kFailed;
  return results::is_failure(attempt.outcome) && infrastructure_.contains(attempt.id) ? Outcome::kInfraError
                                                                                      : attempt.outcome;
}

Outcome RunFilter::outcome(const Transition& transition) const {
  return results::is_failure(transition.outcome) && infrastructure_.contains(transition.id) ? Outcome::kInfraError
                                                                                            : transition.outcome;
}

const std::string& RunFilter::case_id(const std::string& recorded) const {
  const auto found = input_.renames.find(recorded);
  return found == input_.renames.end() ? recorded : found->second;
}

const RunFilter::Fixed* RunFilter::fixed(const std::string& case_id) const {
  const auto found = fixed_.find(case_id);
  return found == fixed_.end() ? nullptr : &found->second;
}

bool in_scope(const Waiver& waiver, const JudgeInput& input) {
  return waiver.feature == input.feature && waiver.stage == input.stage && waiver.release.same_minor(input.release) &&
         waiver.expires > input.as_of;
}

}  // namespace graduand::graduation
