// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "framework/runner/cells/step_ledger.h"

namespace graduand::runner {

// Which attempts of a cell run in one process: those on cases of one unit (CaseInfo::unit) with one number in one
// phase.
class AttemptUnits {
 public:
  struct Member {
    const PlannedAttempt* planned = nullptr;
    const SelectedCase* selected = nullptr;
    bool recorded = false;  // by an earlier execution of the plan: it runs again for the others' sake, for no record
  };

  // Both must outlive it. Attempts of cases that are in no unit cost nothing.
  AttemptUnits(const PlannedCell& cell, const CasesById& cases);
  // Those that run with this one, itself among them, in their order; just itself when it is in no unit. The others are
  // taken then.
  std::vector<Member> take(const PlannedAttempt& planned, const SelectedCase& selected);
  // Whether it ran, or runs, with another one that was asked for before.
  bool taken(const PlannedAttempt& planned) const { return taken_.count(&planned) != 0; }

 private:
  using Key = std::tuple<std::string, int, int, std::string>;  // suite, unit, number, phase
  static Key key(const PlannedAttempt& planned, const SelectedCase& selected) {
    return {planned.suite, selected.info->unit, planned.number, planned.phase};
  }
  void add(const PlannedAttempt& planned, const CasesById& cases, bool recorded);

  std::map<Key, std::vector<Member>> units_;
  std::set<const PlannedAttempt*> taken_;
};

}  // namespace graduand::runner
