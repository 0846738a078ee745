// SPDX-License-Identifier: Apache-2.0
#include "framework/runner/attempt_units.h"

#include <algorithm>

namespace graduand::runner {

AttemptUnits::AttemptUnits(const PlannedCell& cell, const CasesById& cases) {
  for (const PlannedAttempt& planned : cell.attempts) add(planned, cases, false);
  for (const PlannedAttempt& planned : cell.recorded) add(planned, cases, true);
  for (auto& [key, members] : units_)
    std::sort(members.begin(), members.end(), [](const Member& a, const Member& b) {
      return a.selected->info->place_in_unit < b.selected->info->place_in_unit;
    });
}

void AttemptUnits::add(const PlannedAttempt& planned, const CasesById& cases, bool recorded) {
  const auto known = cases.find({planned.suite, planned.case_id});
  if (known == cases.end() || known->second.info->unit == 0) return;
  units_[key(planned, known->second)].push_back({&planned, &known->second, recorded});
}

std::vector<AttemptUnits::Member> AttemptUnits::take(const PlannedAttempt& planned, const SelectedCase& selected) {
  if (selected.info->unit == 0) return {{&planned, &selected}};
  const std::vector<Member>& members = units_.at(key(planned, selected));
  for (const Member& member : members) taken_.insert(member.planned);
  taken_.erase(&planned);
  return members;
}

}  // namespace graduand::runner
