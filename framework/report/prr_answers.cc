// SPDX-License-Identifier: Apache-2.0
#include "framework/report/prr_answers.h"

#include <fmt/format.h>

#include <algorithm>

#include "framework/base/text.h"
#include "framework/report/prr_path.h"
#include "framework/report/text.h"

namespace graduand::report::prr {

using results::Attempt;
using results::ClusterInstance;
using results::Outcome;
using results::Transition;

const Attempt& Collector::use(const Attempt& attempt) {
  if (!seen_.insert(attempt.id).second) return attempt;
  runs_.add(attempt.run_id);
  if (results::is_failure(attempt.outcome)) troubles_.emplace_back(attempt.started, trouble_of(attempt, counted_));
  return attempt;
}

const Transition& Collector::use(const Transition& transition, const Walk& walk) {
  if (!seen_.insert(transition.id).second) return transition;
  runs_.add(transition.run_id);
  if (transition.outcome != Outcome::kPassed)
    troubles_.emplace_back(transition.started, trouble_of(transition, walk, counted_));
  return transition;
}

const ClusterInstance& Collector::use(const ClusterInstance& instance) {
  if (!seen_.insert(instance.id).second) return instance;
  runs_.add(instance.run_id);
  if (instance.outcome != Outcome::kPassed)
    troubles_.emplace_back(instance.created,
                           Trouble{"cluster creation of " + instance.cell.display_name(), to_string(instance.outcome),
                                   instance.message, counted_.place_of_run(instance.run_id), instance.run_id});
  return instance;
}

Tally Collector::attempts_in(const Walk& walk, const std::function<bool(const Phase&)>& wanted) {
  Tally tally;
  for (const Attempt* attempt : walk.attempts) {
    if (!counted_.speaks(*attempt) || stance_of(*attempt, walk) != Stance::kInPhase) continue;
    const auto at = walk.phase(attempt->first_phase);
    if (at && wanted(walk.phases[*at])) tally.add(use(*attempt).outcome);
  }
  return tally;
}

void Collector::finish(Answer& answer) {
  answer.runs = runs_.newest_first(counted_);
  std::stable_sort(troubles_.begin(), troubles_.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
  // What counts against the feature comes before what does not.
  std::stable_partition(troubles_.begin(), troubles_.end(),
                        [](const auto& one) { return one.second.outcome != to_string(Outcome::kInfraError); });
  for (auto& [started, trouble] : troubles_) answer.troubles.push_back(std::move(trouble));
}

Answer unanswered(const char* id, const char* section, const char* question) {
  Answer answer;
  answer.id = id;
  answer.section = section;
  answer.question = question;
  return answer;
}

bool switches(const Transition& transition, bool on, const Input& input) {
  const auto request = request_of(transition);
  return std::any_of(input.info.gates.begin(), input.info.gates.end(), [&](const std::string& gate) {
    const auto set = request.gates.find(gate);
    return set != request.gates.end() && set->second == on;
  });
}

std::string where(const Transition& transition) {
  const auto component = request_of(transition).component;
  return component.empty() ? "every component" : component;
}

std::string switching_profile(const Input& input) {
  return "whose transitions set " + gate_names(input) + " off and on again";
}

std::vector<std::string> components_of(const catalogue::FeatureInfo& info) {
  std::set<std::string> named;
  for (const auto& [stage, cells] : info.required_cells)
    for (const auto& cell : cells)
      for (const auto& [component, gates] : cell.component_gates)
        for (const std::string& gate : info.gates)
          if (gates.contains(gate)) named.insert(component);
  std::vector<std::string> ordered;
  for (const std::string& component : catalogue::components())
    if (named.contains(component)) ordered.push_back(component);
  return ordered;
}

bool without_gate(const Input& input, Answer& answer) {
  if (!input.info.gates.empty()) return false;
  answer.verdict = graduation::Verdict::kNotApplicable;
  answer.statements.push_back("suite.yaml names no feature gate.");
  return true;
}

std::string run_command(const Input& input) {
  return "graduand run --profile FILE --label-filter 'FeatureGate:" + input.info.name + "'";
}

std::string gate_names(const Input& input) {
  std::vector<std::string> names;
  for (const std::string& gate : input.info.gates) names.push_back(markdown_code(gate));
  return join(names, " and ");
}

std::string tally_text(const Tally& tally) {
  std::string text = rate_text(tally.passed, tally.ran);
  if (tally.infra > 0) text += fmt::format(" (+{} infra-error{})", tally.infra, tally.infra == 1 ? "" : "s");
  return text;
}

graduation::Verdict verdict_of(const Tally& tally) {
  if (tally.failed()) return graduation::Verdict::kFail;
  return tally.passed > 0 ? graduation::Verdict::kPass : graduation::Verdict::kNoEvidence;
}

}  // namespace graduand::report::prr
