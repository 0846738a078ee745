// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "framework/runner/plan/plan.h"

namespace graduand::runner {

// By suite and case id.
using CasesById = std::map<std::pair<std::string, std::string>, SelectedCase>;

// Which steps of phased cases may start. A step needs that the `before` steps of its case and those that it `uses`
// passed, in the same repeat and on the same cluster instance: their state is in the cluster. After a step that was cut
// short, nobody knows that state: no step of its case may start in that repeat, but what goes throughout only watches,
// and begins anew. Ordinary cases may always start.
class StepLedger {
 public:
  // Starts with what earlier executions recorded. `cases` has all steps, selected or not, and must outlive it.
  StepLedger(const PlannedCell& cell, const CasesById& cases);

  enum class Answer { kStart, kWait, kNever };
  struct Verdict {
    Answer answer = Answer::kStart;
    std::string why;  // of kNever: the reason of a not-run attempt
  };
  Verdict ask(const PlannedAttempt& planned, const std::string& instance_id) const;
  void note(const results::Attempt& attempt);
  // An earlier execution began it on this cluster, and did not come to record it.
  void note_cut_short(const PlannedAttempt& planned);

 private:
  struct Ended {
    results::Outcome outcome;
    std::string instance_id;
  };
  std::vector<std::string> needed_by(const catalogue::CaseInfo& step) const;
  bool still_to_come(const std::string& case_id, const PlannedAttempt& before) const;

  const CasesById& cases_;
  // Of planned attempts the id and the phase's place, by case and number: what is asked must not take longer the more
  // is planned.
  std::map<std::pair<std::string, int>, std::vector<std::pair<std::string, std::size_t>>> planned_;
  std::map<std::string, std::size_t> place_;  // of a phase
  std::map<std::pair<std::string, int>, Ended> newest_;
  std::set<std::string> recorded_;  // attempt ids of this execution
  // The step that was cut short, by suite, phased case and number.
  std::map<std::tuple<std::string, std::string, int>, std::string> cut_short_;
};

}  // namespace graduand::runner
