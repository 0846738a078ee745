// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "framework/runner/cells/cell_cluster.h"
#include "framework/runner/cells/phases.h"
#include "framework/runner/cells/step_ledger.h"
#include "framework/runner/ending.h"
#include "framework/runner/run_scope.h"

namespace graduand::runner {

// The attempts of one cell as they are written: what each record says, how an ending is held against the cluster's
// health, and what that means for those that follow. The rules are run_plan's. Not thread-safe.
class AttemptRecorder {
 public:
  AttemptRecorder(const PlannedCell& cell, RunScope& scope, CellCluster& cluster, const CellPhases& phases);

  // Those that the suites have for this cell's version of Kubernetes.
  const CasesById& cases() const { return cases_; }
  // nullptr when the suites have no such case (any more) for this cell's version of Kubernetes.
  const SelectedCase* find(const PlannedAttempt& planned) const;
  // A record with everything that is known before the attempt begins.
  results::Attempt blank(const PlannedAttempt& planned) const;
  // The ending after the cluster's health was looked at; false when an interruption made that impossible. Afterwards
  // lost() may be true: whatever is under way must be ended.
  bool confirm(Ending& ending);
  // Writes the record with this ending. An error only when the run directory cannot be written; so for all below.
  Status record(results::Attempt& attempt, const Ending& ending);
  // The same, after a record for each try that failed and that its program repeated (results::try_id). A kill may come
  // in between: the tries that a resumed run's attempt meets are counted on from those.
  Status record_with_tries(const PlannedAttempt& planned, results::Attempt& attempt, const Ending& ending,
                           const std::vector<results::Failure>& failed_tries);
  // Of an attempt that never begins.
  Status record_at_once(const PlannedAttempt& planned, const Ending& ending);
  Status not_run(const PlannedAttempt& planned, const std::string& reason);
  // After an attempt that changes the cluster: Cluster::restore().
  Status after_disruptive(const PlannedAttempt& planned);
  // Whether a step of a phased case may start now.
  StepLedger::Verdict ask(const PlannedAttempt& planned) const { return ledger_.ask(planned, cluster_.instance().id); }
  // Of a cluster that was taken over: which steps an earlier execution began and did not record, by their folders.
  void look_for_cut_short();
  // Called with every record of an attempt, after it was written.
  void when_recorded(std::function<void(const results::Attempt&)> told) { told_ = std::move(told); }
  // No attempt may start on this cluster any more.
  void end_cell(const std::string& why);
  void notice(const std::string& text) { scope_.recorder.observer().on_notice(text); }

  // Whether no attempt may start any more, on this cluster or in this run.
  bool stopping() const;
  const std::string& over() const { return over_; }
  bool lost() const { return lost_; }
  bool trouble() const { return trouble_; }

 private:
  Status write(const results::Attempt& attempt);

  const PlannedCell& cell_;
  RunScope& scope_;
  CellCluster& cluster_;
  const CellPhases& phases_;
  const CasesById cases_;
  StepLedger ledger_;
  std::function<void(const results::Attempt&)> told_ = [](const results::Attempt&) {};
  std::string over_;      // why no attempt may start on this cluster any more; empty: they may
  bool lost_ = false;     // the infrastructure is gone: those under way are infra-error
  bool broken_ = false;   // the product is: their outcomes stand
  bool trouble_ = false;  // logs are wanted
};

// Whether the outcome is a reason to look at the cluster.
bool is_trouble(results::Outcome outcome);

}  // namespace graduand::runner
