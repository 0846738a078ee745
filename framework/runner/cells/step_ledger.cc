// SPDX-License-Identifier: Apache-2.0
#include "framework/runner/cells/step_ledger.h"

#include <fmt/format.h>

#include <algorithm>

namespace graduand::runner {
namespace {

using When = catalogue::StepBinding::When;

}  // namespace

StepLedger::StepLedger(const PlannedCell& cell, const CasesById& cases) : cases_(cases) {
  for (const std::string& phase : catalogue::phase_names(cell.cell.transitions)) place_.emplace(phase, place_.size());
  for (const PlannedAttempt& planned : cell.attempts)
    planned_[{planned.case_id, planned.number}].emplace_back(planned.id, place_.at(planned.first_phase()));
  for (const ResumeState::Done& done : cell.before.done)
    newest_[{done.case_id, done.number}] = {done.outcome, done.instance_id};
}

void StepLedger::note(const results::Attempt& attempt) {
  newest_[{attempt.case_id, attempt.number}] = {attempt.outcome, attempt.instance_id};
  recorded_.insert(attempt.id);
}

void StepLedger::note_cut_short(const PlannedAttempt& planned) {
  const auto known = cases_.find({planned.suite, planned.case_id});
  if (known == cases_.end() || planned.throughout || !known->second.info->step.is_step()) return;
  cut_short_[{planned.suite, known->second.info->step.phased_case, planned.number}] = planned.case_id;
}

std::vector<std::string> StepLedger::needed_by(const catalogue::CaseInfo& step) const {
  std::vector<std::string> needed = step.step.uses;
  if (step.step.when == When::kBefore) return needed;
  for (const auto& [key, selected] : cases_) {
    const catalogue::StepBinding& other = selected.info->step;
    if (key.first == step.suite && other.phased_case == step.step.phased_case && other.when == When::kBefore)
      needed.push_back(key.second);
  }
  return needed;
}

bool StepLedger::still_to_come(const std::string& case_id, const PlannedAttempt& before) const {
  const auto found = planned_.find({case_id, before.number});
  if (found == planned_.end()) return false;
  return std::any_of(found->second.begin(), found->second.end(), [&](const auto& one) {
    const auto& [id, place] = one;
    return !recorded_.contains(id) && place <= place_.at(before.first_phase());
  });
}

StepLedger::Verdict StepLedger::ask(const PlannedAttempt& planned, const std::string& instance_id) const {
  const auto known = cases_.find({planned.suite, planned.case_id});
  if (known == cases_.end() || !known->second.info->step.is_step()) return {};
  const auto cut = cut_short_.find({planned.suite, known->second.info->step.phased_case, planned.number});
  if (cut != cut_short_.end() && !planned.throughout)
    return {Answer::kNever,
            fmt::format("the step {} was cut short when the run was: what it had changed is not known", cut->second)};
  for (const std::string& needed : needed_by(*known->second.info)) {
    if (still_to_come(needed, planned)) return {Answer::kWait, {}};
    const auto ended = newest_.find({needed, planned.number});
    if (ended == newest_.end())
      return {Answer::kNever, fmt::format("it needs the state of the step {}, which this run does not have", needed)};
    const auto& [outcome, where] = ended->second;
    if (outcome != results::Outcome::kPassed)
      return {Answer::kNever,
              fmt::format("it needs the state of the step {}, which was {}", needed, results::to_string(outcome))};
    if (where != instance_id)
      return {Answer::kNever, fmt::format("it needs the state of the step {}, which ran on the cluster instance {}, "
                                          "and that is gone",
                                          needed, where)};
  }
  return {};
}

}  // namespace graduand::runner
