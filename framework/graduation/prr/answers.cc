// SPDX-License-Identifier: Apache-2.0
#include "framework/graduation/prr/answers.h"

#include <fmt/format.h>

#include <algorithm>

#include "framework/base/markdown.h"
#include "framework/base/text.h"
#include "framework/graduation/prr/path.h"
#include "framework/graduation/rule_text.h"

namespace graduand::graduation::prr {

using results::Attempt;
using results::ClusterInstance;
using results::Outcome;
using results::Transition;

results::Outcome outcome_of(const Attempt& attempt, const AnswerEvidence& evidence) {
  return evidence.filter.outcome(attempt);
}

results::Outcome outcome_of(const Transition& transition, const AnswerEvidence& evidence) {
  return evidence.filter.outcome(transition);
}

const Attempt& Collector::use(const Attempt& attempt) {
  if (!seen_.insert(attempt.id).second) return attempt;
  runs_.insert(attempt.run_id);
  if (results::is_failure(outcome_of(attempt, evidence_)))
    troubles_.emplace_back(attempt.started, trouble_of(attempt, evidence_));
  return attempt;
}

const Transition& Collector::use(const Transition& transition, const Course& course) {
  if (!seen_.insert(transition.id).second) return transition;
  runs_.insert(transition.run_id);
  if (transition.outcome != Outcome::kPassed)
    troubles_.emplace_back(transition.started, trouble_of(transition, course, evidence_));
  return transition;
}

const ClusterInstance& Collector::use(const ClusterInstance& instance) {
  if (!seen_.insert(instance.id).second) return instance;
  runs_.insert(instance.run_id);
  if (instance.outcome != Outcome::kPassed)
    troubles_.emplace_back(instance.created,
                           Trouble{"cluster creation of " + instance.cell.display_name(), to_string(instance.outcome),
                                   instance.message, evidence_.place_of_run(instance.run_id), instance.run_id});
  return instance;
}

Tally Collector::attempts_in(const Course& course, const std::function<bool(const CoursePhase&)>& wanted) {
  Tally tally;
  for (const Attempt* attempt : course.attempts) {
    if (!evidence_.filter.speaks(*attempt) || relation_of(*attempt, *course.timeline) != AttemptRelation::kInPhase)
      continue;
    const CoursePhase* phase = course.phase(attempt->first_phase);
    if (phase == nullptr || !wanted(*phase)) continue;
    const Outcome outcome = outcome_of(use(*attempt), evidence_);
    if (phase->verified) tally.add(outcome);
  }
  return tally;
}

void Collector::finish(Answer& answer) {
  const auto& runs = evidence_.input.judge.evidence.runs;
  for (auto run = runs.rbegin(); run != runs.rend(); ++run) {
    if (!runs_.contains(run->id)) continue;
    answer.runs.push_back(run->id);
    answer.newest = std::max(answer.newest.value_or(run->started), run->started);
  }
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

bool switches(const Transition& transition, bool on, const AnswerEvidence& evidence) {
  const auto& gates = evidence.info.gates;
  return std::any_of(gates.begin(), gates.end(), [&](const std::string& gate) {
    const auto set = transition.request.gates.find(gate);
    return set != transition.request.gates.end() && set->second == on;
  });
}

std::string where(const Transition& transition) {
  return transition.request.component.empty() ? "every component" : transition.request.component;
}

std::string switching_profile(const AnswerEvidence& evidence) {
  return "whose transitions set " + gate_names(evidence) + " off and on again";
}

bool without_gate(const AnswerEvidence& evidence, Answer& answer) {
  if (!evidence.info.gates.empty()) return false;
  answer.verdict = Verdict::kNotApplicable;
  answer.statements.push_back("The feature has no feature gate.");
  return true;
}

std::string run_command(const AnswerEvidence& evidence) {
  return graduation::run_command(evidence.info.name, true);
}

std::string gate_names(const AnswerEvidence& evidence) {
  std::vector<std::string> names;
  for (const std::string& gate : evidence.info.gates) names.push_back(markdown_code(gate));
  return join(names, " and ");
}

std::string tally_text(const Tally& tally) {
  std::string text = rate_text(tally.passed, tally.ran);
  if (tally.infra > 0) text += fmt::format(" (+{} infra-error{})", tally.infra, tally.infra == 1 ? "" : "s");
  return text;
}

Verdict verdict_of(const Tally& tally) {
  if (tally.failed()) return Verdict::kFail;
  return tally.passed > 0 ? Verdict::kPass : Verdict::kNoEvidence;
}

}  // namespace graduand::graduation::prr
