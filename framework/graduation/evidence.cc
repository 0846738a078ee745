// SPDX-License-Identifier: Apache-2.0
#include "framework/graduation/evidence.h"

#include <algorithm>

#include "framework/base/text.h"
#include "framework/catalogue/feature_gates.h"
#include "framework/catalogue/need.h"
#include "framework/catalogue/phase.h"

namespace graduand::graduation {
namespace {

using results::Attempt;
using results::ClusterInstance;
using results::Outcome;
using results::Run;

template <class T>
bool contains(const std::vector<T>& all, const T& one) {
  return std::find(all.begin(), all.end(), one) != all.end();
}

bool speaks_for(const Attempt& attempt, const JudgeInput& input) {
  return contains(attempt.features, input.feature);
}

// Where attempts that speak for the feature were made or planned.
struct Whereabouts {
  std::set<std::string> runs;
  std::set<std::string> instances;
  std::set<std::pair<std::string, std::string>> cells;  // run id, fingerprint

  explicit Whereabouts(const JudgeInput& input) {
    for (const Attempt& attempt : input.evidence.attempts) {
      if (!speaks_for(attempt, input)) continue;
      runs.insert(attempt.run_id);
      instances.insert(attempt.instance_id);
      cells.emplace(attempt.run_id, attempt.fingerprint);
    }
    for (const ClusterInstance& instance : input.evidence.instances)
      if (sets_a_gate(instance, input)) {
        runs.insert(instance.run_id);
        instances.insert(instance.id);
      }
  }

  // Whether a cluster was there because of the feature: an attempt for it was planned on it, or its cell sets a gate of
  // the feature.
  bool concern(const ClusterInstance& instance) const {
    return instances.contains(instance.id) || cells.contains({instance.run_id, instance.cell.fingerprint()});
  }

  static bool sets_a_gate(const ClusterInstance& instance, const JudgeInput& input) {
    for (const std::string& component : catalogue::components())
      for (const auto& [gate, on] : instance.cell.requested_gates(component))
        if (contains(input.info.gates, gate)) return true;
    return false;
  }
};

// Why a run does not count; empty when it does.
std::string left_out(const Run& run, const Evidence& evidence, const Whereabouts& where) {
  const JudgeInput& input = *evidence.input;
  if (contains(input.excluded_runs, run.id)) return "excluded on request";
  if (run.simulated) return "simulated: it had no real cluster";
  if (!contains(evidence.policy->admissible, run.trigger))
    return std::string("trigger ") + to_string(run.trigger) + " is not admissible under the policy " +
           evidence.policy->name;
  if (run.started < evidence.window_start) return "started " + format_rfc3339(run.started) + ", before the window";
  if (run.started > input.as_of) return "started " + format_rfc3339(run.started) + ", after the time of this verdict";
  if (where.runs.contains(run.id)) return {};
  return "no attempt in it speaks for " + input.feature;
}

void choose_runs(Evidence& evidence, const Whereabouts& where) {
  for (const Run& run : evidence.input->evidence.runs) {
    std::string why = left_out(run, evidence, where);
    if (why.empty())
      evidence.runs.emplace(run.id, &run);
    else
      evidence.runs_left_out.emplace_back(run.id, std::move(why));
  }
  const auto& all = evidence.input->evidence.runs;
  for (const std::string& id : evidence.input->excluded_runs)
    if (std::none_of(all.begin(), all.end(), [&](const Run& run) { return run.id == id; }))
      evidence.runs_left_out.emplace_back(id, "excluded on request; it is not in the evidence");
}

void choose_records(Evidence& evidence, const Whereabouts& where) {
  const JudgeInput& input = *evidence.input;
  const history::Selection& from = input.evidence;
  history::Selection& to = evidence.counted;
  for (const Run& run : from.runs)
    if (evidence.runs.contains(run.id)) to.runs.push_back(run);
  for (const ClusterInstance& instance : from.instances) {
    if (!evidence.runs.contains(instance.run_id)) continue;
    evidence.instances.emplace(instance.id, &instance);
    if (where.concern(instance)) to.instances.push_back(instance);
  }
  std::set<std::string> attempt_ids;
  std::set<std::string> instance_ids;
  for (std::size_t i = 0; i < from.attempts.size(); ++i) {
    const Attempt& attempt = from.attempts[i];
    if (!evidence.runs.contains(attempt.run_id) || !speaks_for(attempt, input)) continue;
    if (attempt.simulated || attempt.started > input.as_of) continue;
    attempt_ids.insert(attempt.id);
    instance_ids.insert(attempt.instance_id);
    to.attempts.push_back(attempt);
    to.attempt_numbers.push_back(i < from.attempt_numbers.size() ? from.attempt_numbers[i] : 0);
  }
  // A transition that a case of another feature made says nothing about this one.
  for (const results::Transition& transition : from.transitions) {
    if (!evidence.runs.contains(transition.run_id) || transition.started > input.as_of) continue;
    if (transition.attempt_id.empty() ? instance_ids.contains(transition.instance_id)
                                      : attempt_ids.contains(transition.attempt_id))
      to.transitions.push_back(transition);
  }
}

CaseInCell look_at(const catalogue::CaseInfo& info, const CellEvidence& cell, const Evidence& evidence) {
  CaseInCell seen;
  seen.info = &info;
  std::set<std::string> met;  // instances in which it can run
  std::set<std::string> here;
  for (const ClusterInstance* instance : cell.instances) {
    here.insert(instance->id);
    if (auto unmet = catalogue::first_unmet(info.needs, instance->facts))
      seen.why_not = *unmet;
    else
      met.insert(instance->id);
  }
  for (const Attempt& attempt : evidence.counted.attempts) {
    if (attempt.case_id != info.id || !here.contains(attempt.instance_id) || !Evidence::as_created(attempt)) continue;
    if (attempt.outcome == Outcome::kInfraError) ++seen.infra;
    if (attempt.outcome == Outcome::kSkipped) {
      seen.skip_reason = attempt.reason;
      if (met.contains(attempt.instance_id)) ++seen.skipped;
    }
    if (!results::ran(attempt.outcome)) continue;
    ++seen.ran;
    const Run& run = *evidence.runs.at(attempt.run_id);
    if (!evidence.scheduled(run)) continue;
    seen.newest_scheduled = attempt.id;
    if (seen.scheduled_runs.empty() || run.started < seen.first_scheduled) seen.first_scheduled = run.started;
    if (seen.scheduled_runs.empty() || run.started > seen.last_scheduled) seen.last_scheduled = run.started;
    seen.scheduled_runs.insert(run.id);
  }
  seen.applicable = cell.instances.empty() || !met.empty() || seen.ran > 0;
  return seen;
}

void look_at_cells(Evidence& evidence) {
  const JudgeInput& input = *evidence.input;
  const auto cells = catalogue::resolve(input.info, to_string(input.stage), input.release);
  if (!cells || cells->empty()) {
    evidence.cells_missing = std::string("suite.yaml names no required cells for stage ") + to_string(input.stage);
    return;
  }
  // Steps of phased cases need transitions, and a required cell asks for none.
  std::vector<const catalogue::CaseInfo*> cases;
  for (const catalogue::CaseInfo& info : input.cases)
    if (contains(info.features, input.feature) && !info.step.is_step()) cases.push_back(&info);
  std::sort(cases.begin(), cases.end(), [](const auto* a, const auto* b) { return a->id < b->id; });
  for (const catalogue::ResolvedCell& cell : *cells) {
    CellEvidence seen;
    seen.cell = cell;
    for (const auto& [id, instance] : evidence.instances)
      if (instance->outcome == Outcome::kPassed && cell.matches(instance->facts)) seen.instances.push_back(instance);
    if (cell.impossible.empty())
      for (const catalogue::CaseInfo* info : cases) seen.cases.push_back(look_at(*info, seen, evidence));
    evidence.cells.push_back(std::move(seen));
  }
}

}  // namespace

bool Evidence::scheduled(const Run& run) const {
  return contains(policy->scheduled, run.trigger);
}

bool Evidence::as_created(const Attempt& attempt) {
  return attempt.first_phase == catalogue::kInitialPhase;
}

std::optional<bool> Evidence::gate_state(const std::string& gate, const ClusterInstance& instance) {
  std::optional<bool> state;
  for (const char* component : {catalogue::kApiServer, catalogue::kKubelet}) {
    if (contains(instance.facts.unverified_components, std::string(component))) return std::nullopt;
    const auto here = instance.facts.effective(component, gate);
    if (!here) continue;  // a gate need not exist in every component
    if (state && *state != *here) return std::nullopt;
    state = here;
  }
  if (state) return state;
  // What is locked may have left the component's list.
  const auto spec = catalogue::FeatureGates::builtin().at(gate, instance.facts.api_server_version);
  return spec && spec->locked ? std::optional(spec->default_on) : std::nullopt;
}

Evidence gather(const JudgeInput& input, const Policy& policy) {
  Evidence evidence;
  evidence.input = &input;
  evidence.policy = &policy;
  evidence.thresholds = &policy.of(input.stage);
  evidence.window_start =
      input.as_of -
      std::chrono::microseconds(static_cast<std::int64_t>(evidence.thresholds->window_days.value * 86400e6));
  const Whereabouts where(input);
  choose_runs(evidence, where);
  choose_records(evidence, where);
  evidence.rates = history::case_cells(evidence.counted);
  look_at_cells(evidence);
  return evidence;
}

}  // namespace graduand::graduation
