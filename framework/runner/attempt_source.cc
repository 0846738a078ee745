// SPDX-License-Identifier: Apache-2.0
#include "framework/runner/attempt_source.h"

namespace graduand::runner {
namespace {

Turn turn_of(const PlannedAttempt& planned, const CasesById& cases) {
  if (planned.throughout) return Turn::kThroughout;
  const auto known = cases.find({planned.suite, planned.case_id});
  if (known == cases.end()) return Turn::kTogether;
  const catalogue::CaseInfo& info = *known->second.info;
  return info.serial || info.disruptive ? Turn::kAlone : Turn::kTogether;
}

}  // namespace

FixedAttempts::FixedAttempts(const PlannedCell& cell, const CasesById& cases) {
  for (const PlannedAttempt& planned : cell.attempts)
    waiting_[{planned.first_phase(), turn_of(planned, cases)}].push_back(&planned);
}

const PlannedAttempt* FixedAttempts::next(const std::string& phase, Turn turn) {
  const auto found = waiting_.find({phase, turn});
  if (found == waiting_.end() || found->second.empty()) return nullptr;
  const PlannedAttempt* first = found->second.front();
  found->second.pop_front();
  return first;
}

}  // namespace graduand::runner
