// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "tests/graduation/world.h"

// Somebody who wants a pass, and edits a history in which nothing is missing until he gets one.
namespace graduand::graduation::test {

// No run counts: what every rule about runs says.
inline constexpr const char* kNoRunCounts =
    "no-evidence: ran-in-every-required-cell, enough-scheduled-runs, days-with-runs, largest-gap, newest-run, "
    "ran-when-due, no-product-failures, presubmits-agree, infrastructure-even, gate-on-and-off, "
    "effective-gates-verified, toggled-while-running, upgrade-downgrade-upgrade, version-skew, default-behaviour";
// Runs count, and none is verified.
inline constexpr const char* kNothingCounts =
    "no-evidence: ran-in-every-required-cell, enough-scheduled-runs, days-with-runs, largest-gap, newest-run, "
    "ran-when-due, no-product-failures, gate-on-and-off, effective-gates-verified, toggled-while-running, "
    "upgrade-downgrade-upgrade, version-skew";
// A case ran in some required cells, and never in another.
inline constexpr const char* kACellIsEmpty =
    "no-evidence: ran-in-every-required-cell, enough-scheduled-runs, days-with-runs, largest-gap, newest-run, "
    "ran-when-due";

struct Operator {
  const char* id;
  const char* what;  // what it does, in one line
  std::function<void(World&, Policy&)> apply;
  // What must come out, as open_text() writes it: "pass", or "no-evidence: newest-run"; a rule that fails has a "!".
  const char* expected;
};

// All of them, by theme: see schedule_operators() and the others.
std::vector<Operator> operators();
std::vector<Operator> schedule_operators();  // when it ran, and whether
std::vector<Operator> cluster_operators();   // on what
std::vector<Operator> change_operators();    // what was changed on running clusters
std::vector<Operator> outcome_operators();   // what came out, and what somebody said about it
std::vector<Operator> harmless_operators();  // what a good history may have besides

// The overall verdict and the rules that are open.
std::string open_text(const Judgement& judgement);

// Edits of a history. "run07" is the run of seven days ago (World::add_good_days).
std::string day_run(int day);
template <class T>
std::vector<T*> of_run(std::vector<T>& records, const std::string& run) {
  std::vector<T*> found;
  for (T& one : records)
    if (one.run_id == run) found.push_back(&one);
  return found;
}
results::Run& run_of(World& world, const std::string& id);
results::Attempt& attempt_of(World& world, const std::string& run, const std::string& cell, const std::string& case_id);
void drop_run(World& world, const std::string& id);
void drop_attempts(World& world, const std::function<bool(const results::Attempt&)>& which);
// All times of a run, or of all runs.
void shift_run(World& world, const std::string& id, Timestamp::duration by);
void shift_all(World& world, Timestamp::duration by);
// The run once more, with other ids for it and everything that it has.
void copy_run(World& world, const std::string& from, const std::string& to);
// Facts as they were read back when the cluster came up, of every cluster of such a cell.
void each_facts(World& world, const std::string& cell, const std::function<void(catalogue::CellFacts&)>& edit);
// Facts that were read back after a transition.
void each_phase_facts(World& world, const std::string& run,
                      const std::function<void(const std::string& phase, catalogue::CellFacts&)>& edit);
Waiver waiver(const World& world, const std::string& rule, const std::string& run = {});

}  // namespace graduand::graduation::test
