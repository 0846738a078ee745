// SPDX-License-Identifier: Apache-2.0
#include "framework/runner/runner.h"

#include "framework/runner/cell_run.h"

namespace graduand::runner {

Result<RunSummary> run_plan(const Plan& plan, const std::vector<LoadedSuite>& suites, const results::Run& run,
                            results::RunDirectoryWriter& directory, const ProviderFor& provider_for,
                            const RunOptions& options, Observer& observer, const Clock& clock,
                            const CancelToken& cancel) {
  if (run.id != plan.run_id)
    return fail(ErrorKind::kInternal, "the plan of run " + plan.run_id + " was given for run " + run.id);
  Recorder recorder(directory, observer);
  RunScope scope{plan.run_id, suites, provider_for, options, recorder, clock, cancel};
  for (const PlannedCell& cell : plan.cells) {
    if (cancel.cancelled()) recorder.summary().interrupted = true;
    if (recorder.summary().interrupted || recorder.summary().stopped_early) break;
    if (cell.attempts.empty()) continue;
    GRADUAND_TRY(CellRun(cell, scope).run());
  }
  return recorder.summary();
}

}  // namespace graduand::runner
