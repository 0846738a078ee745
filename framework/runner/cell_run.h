// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <string>

#include "framework/base/process.h"
#include "framework/runner/attempt_files.h"
#include "framework/runner/cell_book.h"
#include "framework/runner/driver.h"
#include "framework/runner/messages.h"
#include "framework/runner/phases.h"

namespace graduand::runner {

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
  Status go_through_phases();
  // The attempts of the present phase; those that go throughout are not among them.
  Status run_phase(const std::string& phase);
  // Those of the queue that their drivers run together in this way; the rest stays there.
  Status run_together(Together how, Queue& queue);
  Status advance();
  Status start_throughout();
  Status finish_throughout();
  // Runs the queue; what waits for steps that are not in it stays there.
  Status execute(Queue& queue, int procs);
  // The first of the queue that may start; those that never may are recorded as not-run. Null: none, for now.
  Result<const PlannedAttempt*> next_ready(Queue& queue);
  // Under way, without those that go throughout.
  std::size_t running_in_phase() const;
  Status start(const PlannedAttempt& planned);
  results::AttemptContext context_of(const UnderWay& under_way) const;
  Status handle(const ProcessPool::Finished& finished);
  static JudgedAttempt judge(const UnderWay& under_way, const ProcessResult& result);
  void keep(UnderWay& under_way, const ProcessResult& result) const;
  // Ends all children, and writes what had ended by itself before.
  Status interrupt();
  void end_children();
  void provide_images();
  std::optional<Ending> kept_from_running(const SelectedCase& selected) const;
  void notice_oddities(const UnderWay& under_way, const ProcessResult& result);

  const PlannedCell& cell_;
  RunScope& scope_;
  CellCluster cluster_;
  CellPhases phases_;
  CellBook book_;
  ProcessPool pool_;
  std::map<ProcessPool::Id, std::unique_ptr<UnderWay>> under_way_;
  MissingImages missing_images_;
  int batches_ = 0;         // in all phases
  bool finishing_ = false;  // the last phase is over: those that go throughout are waited for
};

}  // namespace graduand::runner
