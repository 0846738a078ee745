// SPDX-License-Identifier: Apache-2.0
#include "framework/graduation/evidence.h"

#include <algorithm>
#include <functional>

#include "framework/base/contains.h"
#include "framework/catalogue/need.h"
#include "framework/graduation/rule_text.h"

namespace graduand::graduation {
namespace {

using catalogue::CellFacts;
using results::Attempt;
using results::Outcome;

// Facts of the phase in which the attempt began: whether the cluster was known, even if the attempt saw it change.
const CellFacts* facts_at_start(const Attempt& attempt, const InstanceTimeline& timeline) {
  const auto at = timeline.phase(attempt.first_phase);
  return at ? timeline.phases[*at].measured() : nullptr;
}

void add_attempts(Evidence& evidence) {
  for (const Attempt& attempt : evidence.input.evidence.attempts) {
    if (!evidence.filter.speaks(attempt) || !evidence.filter.counts(attempt, RunFilter::Span::kEver)) continue;
    CountedAttempt counted;
    counted.attempt = &attempt;
    counted.run = evidence.filter.run(attempt.run_id);
    counted.case_id = evidence.filter.case_id(attempt.case_id);
    counted.outcome = evidence.filter.outcome(attempt);
    counted.scheduled = evidence.filter.scheduled(*counted.run);
    counted.in_window = evidence.filter.counts(attempt);
    if (const auto found = evidence.by_instance.find(attempt.instance_id); found != evidence.by_instance.end()) {
      counted.timeline = found->second;
      counted.facts = counted.timeline->facts_at(attempt);
      counted.verified = counted.timeline->instance->outcome == Outcome::kPassed &&
                         unverified(evidence.input.info, facts_at_start(attempt, *counted.timeline)).empty();
    }
    evidence.anything_ran = evidence.anything_ran || (counted.in_window && counted.ran() && counted.verified);
    evidence.attempt_ids.insert(attempt.id);
    evidence.instance_ids.insert(attempt.instance_id);
    evidence.attempts.push_back(std::move(counted));
  }
  std::stable_sort(evidence.attempts.begin(), evidence.attempts.end(), [](const auto& a, const auto& b) {
    return std::tie(a.attempt->started, a.attempt->id) < std::tie(b.attempt->started, b.attempt->id);
  });
}

void add_instances(Evidence& evidence) {
  std::set<std::pair<std::string, std::string>> planned;  // run and fingerprint
  for (const results::RunPlan& plan : evidence.input.evidence.plans)
    for (const results::CellPlan& cell : plan.cells)
      if (std::any_of(cell.cases.begin(), cell.cases.end(),
                      [&](const auto& one) { return contains(one.features, evidence.input.feature); }))
        planned.emplace(plan.run_id, cell.cell.fingerprint());
  for (const results::ClusterInstance& instance : evidence.input.evidence.instances)
    if (evidence.filter.counts(instance) && (evidence.instance_ids.contains(instance.id) ||
                                             planned.contains({instance.run_id, instance.cell.fingerprint()}) ||
                                             evidence.filter.sets_a_gate(instance.cell)))
      evidence.instances.push_back(&instance);
  for (const results::ClusterInstance* instance : evidence.instances) evidence.instance_ids.insert(instance->id);
}

// Phases of counted clusters that are the cell.
struct Place {
  const InstanceTimeline* timeline;
  const CellFacts* facts;
};

std::vector<Place> places_of(const Evidence& evidence, const catalogue::ResolvedCell& cell) {
  std::vector<Place> places;
  for (const InstanceTimeline& timeline : evidence.timelines) {
    if (!evidence.filter.counts(*timeline.instance) || timeline.instance->outcome != Outcome::kPassed) continue;
    for (const TimelinePhase& phase : timeline.phases)
      if (phase.facts && unverified(evidence.input.info, &*phase.facts).empty() &&
          cell.matches(*phase.facts, evidence.policy.prereleases))
        places.push_back({&timeline, &*phase.facts});
  }
  return places;
}

void take(CaseInCell& seen, const CountedAttempt& one) {
  if (one.scheduled && one.ran()) {
    seen.instances.insert(one.attempt->instance_id);
    if (one.failed()) seen.failed_instances.insert(one.attempt->instance_id);
  }
  if (!one.in_window) return;
  if (one.outcome == Outcome::kInfraError) ++seen.infra;
  if (one.outcome == Outcome::kSkipped && !catalogue::first_unmet(seen.info->needs, *one.facts)) {
    if (is_rightly_skipped(*seen.info, one)) {
      ++seen.locked;
      seen.why_not = one.attempt->reason;
    } else {
      ++seen.skipped;
      seen.skip_reason = one.attempt->reason;
    }
  }
  if (!one.ran()) return;
  ++seen.ran;
  if (!one.scheduled) return;
  seen.newest_scheduled = one.attempt->id;
  seen.newest_at = std::max(seen.newest_at, one.attempt->started);
  seen.scheduled_runs.insert(one.run->id);
  seen.days.insert(day_of(one.attempt->started));
}

using Attempts = std::vector<const CountedAttempt*>;

CaseInCell look_at(const catalogue::CaseInfo& info, const std::vector<Place>& places, const Attempts& attempts,
                   const std::function<bool(const CellFacts&)>& is_cell) {
  CaseInCell seen;
  seen.info = &info;
  bool met = places.empty();
  for (const Place& place : places) {
    if (const auto unmet = catalogue::first_unmet(info.needs, *place.facts))
      seen.why_not = *unmet;
    else
      met = true;
  }
  for (const CountedAttempt* one : attempts)
    if (one->verified && one->facts != nullptr && is_cell(*one->facts)) take(seen, *one);
  const bool locked = seen.locked > 0 && seen.skipped == 0 && seen.infra == 0;
  seen.applicable = seen.ran > 0 || (met && !locked);
  return seen;
}

void look_at_cells(Evidence& evidence, std::vector<catalogue::ResolvedCell> resolved) {
  if (resolved.empty())
    evidence.cells_missing =
        "no required cells are stated for " + evidence.input.feature + " at stage " + to_string(evidence.input.stage);
  // Steps of phased cases need transitions, and a required cell asks for none.
  const auto& suites = evidence.input.info.required_suites;
  std::vector<const catalogue::CaseInfo*> cases;
  for (const catalogue::CaseInfo& info : evidence.input.cases)
    if (contains(info.features, evidence.input.feature) && !info.step.is_step() &&
        (suites.empty() || contains(suites, info.suite)))
      cases.push_back(&info);
  std::sort(cases.begin(), cases.end(), [](const auto* a, const auto* b) { return a->id < b->id; });
  std::map<std::string, Attempts> by_case;
  for (const CountedAttempt& one : evidence.attempts) by_case[one.case_id].push_back(&one);
  for (catalogue::ResolvedCell& cell : resolved) {
    CellEvidence seen;
    seen.cell = std::move(cell);
    const auto places = places_of(evidence, seen.cell);
    std::map<const CellFacts*, bool> known;  // all attempts of a phase have the same
    const auto is_cell = [&](const CellFacts& facts) {
      const auto [found, added] = known.try_emplace(&facts, false);
      if (added) found->second = seen.cell.matches(facts, evidence.policy.prereleases);
      return found->second;
    };
    for (const Place& place : places) seen.instances.insert(place.timeline->instance->id);
    if (seen.cell.impossible.empty())
      for (const catalogue::CaseInfo* info : cases)
        seen.cases.push_back(look_at(*info, places, by_case[info->id], is_cell));
    evidence.cells.push_back(std::move(seen));
  }
}

}  // namespace

bool is_rightly_skipped(const catalogue::CaseInfo& info, const CountedAttempt& one) {
  if (one.facts != nullptr && catalogue::first_unmet(info.needs, *one.facts)) return true;
  return std::any_of(info.needs.begin(), info.needs.end(), [&](const std::string& need) {
    return need.ends_with(" unlocked") && one.attempt->reason.starts_with("needs " + need);
  });
}

Evidence::Evidence(const JudgeInput& judge_input, const Policy& judge_policy,
                   std::vector<catalogue::ResolvedCell> resolved)
    : input(judge_input),
      policy(judge_policy),
      thresholds(judge_policy.of(judge_input.stage)),
      filter(judge_input, judge_policy),
      timelines(timelines_of(judge_input.evidence)) {
  for (const InstanceTimeline& timeline : timelines) by_instance.emplace(timeline.instance->id, &timeline);
  add_attempts(*this);
  add_instances(*this);
  look_at_cells(*this, std::move(resolved));
  count_due(*this);
}

bool Evidence::is_settled(const CellFacts& facts) const {
  const auto settled = [&](const catalogue::KubeVersion& one) { return policy.prereleases || one.prerelease.empty(); };
  const bool emulates = facts.emulated_version && !facts.emulated_version->same_minor(facts.api_server_version);
  return !emulates && settled(facts.api_server_version) &&
         std::all_of(facts.kubelet_versions.begin(), facts.kubelet_versions.end(), settled);
}

bool Evidence::is_required_version(const catalogue::KubeVersion& version) const {
  return version.same_minor(input.release) || std::any_of(cells.begin(), cells.end(), [&](const CellEvidence& cell) {
           return cell.cell.kubernetes.same_minor(version);
         });
}

bool Evidence::is_unlocked_in_a_cell(const std::string& gate) const {
  const auto& table = catalogue::FeatureGates::builtin();
  return !table.known(gate) || std::any_of(cells.begin(), cells.end(), [&](const CellEvidence& cell) {
    const auto spec = table.at(gate, cell.cell.kubernetes);
    return spec && !spec->locked;
  });
}

}  // namespace graduand::graduation
