// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "framework/base/processes/child_pool.h"
#include "framework/runner/attempt_files.h"
#include "framework/runner/attempt_source.h"
#include "framework/runner/attempt_units.h"
#include "framework/runner/cells/attempt_recorder.h"
#include "framework/runner/cells/parked_steps.h"
#include "framework/runner/cells/phases.h"
#include "framework/runner/driver.h"
#include "framework/runner/messages.h"

namespace graduand::runner {

// The attempts of one cell on one cluster, on one thread. The rules are run_plan's.
class CellRun {
 public:
  // `alone`: no other cluster is up, or comes up, at the same time.
  CellRun(const PlannedCell& cell, RunScope& scope, bool alone);
  enum class End {
    kDone,
    kCrowded,  // the cluster did not come up beside others; nothing was recorded
  };
  // An error only when a record cannot be written.
  Result<End> run();

 private:
  // A process and the attempts that it runs: one, or those of a unit in their order.
  struct UnderWay {
    const PlannedAttempt* planned = nullptr;  // for which it was started
    SelectedCase selected{};
    std::vector<AttemptUnits::Member> members;
    AttemptFiles files;
    results::Attempt attempt;  // of `planned`
    MessageCollector messages;
    std::vector<SelectedCase> cases() const;
  };
  using Queue = std::deque<const PlannedAttempt*>;

  Result<End> run_attempts();
  Status go_through_phases();
  // The attempts of the present phase; those that go throughout are not among them.
  Status run_phase(const std::string& phase);
  // Those of the queue that their drivers run together in this way; the rest stays there.
  Status run_together(Together how, Queue& queue);
  Status advance();
  Status start_throughout();
  Status finish_throughout();
  // All of the source that is left of a phase and turn.
  Queue rest_of(const std::string& phase, Turn turn);
  // Runs what `next` gives, and steps that were parked and can start now; what waits for other steps is parked.
  using Next = std::function<const PlannedAttempt*()>;
  Status execute(const Next& next, int procs);
  // The next that may start; those that never may are recorded as not-run. Null: none, for now.
  Result<const PlannedAttempt*> next_ready(const Next& next);
  // Under way, without those that go throughout.
  std::size_t running_in_phase() const;
  Status start(const PlannedAttempt& planned);
  results::AttemptContext context_of(const UnderWay& under_way) const;
  Status handle(const ChildPool::Finished& finished);
  // Of each member.
  static std::vector<JudgedAttempt> judge(const UnderWay& under_way, const ProcessResult& result);
  Status record(const UnderWay& under_way, const AttemptUnits::Member& member, JudgedAttempt judged,
                const ProcessResult& result);
  // Of attempts that run with `planned`: those that can, the others are recorded as what keeps them from running.
  Result<std::vector<AttemptUnits::Member>> take_unit(const PlannedAttempt& planned, const SelectedCase& selected);
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
  AttemptRecorder book_;
  FixedAttempts source_;
  AttemptUnits units_;
  ParkedSteps parked_;
  const bool alone_;
  std::unique_ptr<ChildPool> pool_;
  std::map<ChildPool::Id, std::unique_ptr<UnderWay>> under_way_;
  MissingImages missing_images_;
  int batches_ = 0;         // in all phases
  bool finishing_ = false;  // the last phase is over: those that go throughout are waited for
};

}  // namespace graduand::runner
