// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "framework/base/process.h"
#include "framework/runner/attempt_files.h"
#include "framework/runner/cell_cluster.h"
#include "framework/runner/ending.h"
#include "framework/runner/messages.h"

namespace graduand::runner {

// What all cells of a run share.
struct RunScope {
  const std::string& run_id;
  // By suite and case id.
  std::map<std::pair<std::string, std::string>, SelectedCase> cases;
  const ProviderFor& provider_for;
  const RunOptions& options;
  Recorder& recorder;
  const Clock& clock;
  const CancelToken& cancel;
};

// The attempts of one cell on one cluster. The rules are run_plan's.
class CellRun {
 public:
  CellRun(const PlannedCell& cell, RunScope& scope);
  // An error only when the run directory cannot be written.
  Status run();

 private:
  struct UnderWay {
    const PlannedAttempt* planned = nullptr;
    SelectedCase selected{};
    AttemptFiles files;
    results::Attempt attempt;
    MessageCollector messages;
  };
  using Queue = std::deque<const PlannedAttempt*>;

  Status run_attempts();
  Status execute(Queue queue, int procs);
  Status start(const PlannedAttempt& planned);
  Result<ProcessSpec> prepare(const UnderWay& under_way) const;
  Status handle(const ProcessPool::Finished& finished);
  // The outcome after the cluster's health was looked at; false when an interruption made that impossible.
  bool confirm(Ending& ending);
  Status record(UnderWay& under_way, const Ending& ending);
  Status after_disruptive(const PlannedAttempt& planned);
  // Ends all children, and writes what had ended by itself before.
  Status interrupt();
  void end_children();
  Status not_run(const PlannedAttempt& planned, const std::string& reason);
  results::Attempt blank(const PlannedAttempt& planned) const;
  void notice_oddities(const UnderWay& under_way, const ProcessResult& result, const Collected& said);
  bool stopping() const;

  const PlannedCell& cell_;
  RunScope& scope_;
  CellCluster cluster_;
  ProcessPool pool_;
  std::map<ProcessPool::Id, std::unique_ptr<UnderWay>> under_way_;
  std::string over_;      // why no attempt may start on this cluster any more; empty: they may
  bool lost_ = false;     // the infrastructure is gone: those under way are infra-error
  bool broken_ = false;   // the product is: their outcomes stand
  bool trouble_ = false;  // logs are wanted
};

}  // namespace graduand::runner
