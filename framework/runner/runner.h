// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "framework/base/cancel.h"
#include "framework/cluster/provider.h"
#include "framework/results/record_sink.h"
#include "framework/results/run_directory.h"
#include "framework/runner/observer.h"
#include "framework/runner/plan/invocation.h"
#include "framework/runner/plan/plan.h"

namespace graduand::runner {

// The provider of a cell, by the profile it came from. Called from the cells' threads, several at once.
using ProviderFor = std::function<Result<cluster::Provider*>(const PlannedCell&)>;

struct RunSummary {
  std::map<results::Outcome, int> attempts;  // by outcome
  int infrastructure_cells = 0;  // cells that did not come up, or not back, for reasons that are not the product's
  int failed_cells = 0;          // cells that the product kept from coming up; failed transitions
  bool interrupted = false;
  bool stopped_early = false;  // --fail-fast
  // As architecture.md orders them: 130, 2, 3, 1, 5, 4, 0.
  int exit_code() const;
};

// The same of what a run directory holds: the exit code of a resumed run is that of the whole run.
RunSummary summarize(const results::RunContents& run);

// Runs a plan into a run directory: for each cell create the cluster, run the attempts (each in a process of its own,
// `procs` at once; serial and disruptive ones alone, after the others), judge how each ended, delete the cluster. Every
// planned attempt gets exactly one record, unless the run is interrupted or stopped by fail_fast; those under way at an
// interruption get none, so that --resume runs them again. The rules:
//  - cells go in the plan's order, up to `clusters` of them at once, each on a thread of its own; their children are in
//    one pool, which the calling thread serves. Cells that share one cluster are never up side by side;
//  - a cluster that does not come up while others may be up has no record, but is tried once more when it is alone,
//    after the other cells: the host may have been full. Its folder is kept as clusters/<cell>.beside-others;
//  - how an attempt ended: its suite's driver says, see driver.h;
//  - failed, timed-out, crashed or infra-error → ask the cluster's health. Infrastructure lost → infra-error, and so is
//    what is under way; the rest of the cell is not-run with that reason, the next cell goes on. Product broken → the
//    outcome stands, what is under way goes on to its own end, and the rest of the cell is not-run naming it. An
//    infra-error that the health does not confirm is a failure: when unsure it counts against the feature;
//  - a process that cannot be started, or a case that its suite no longer has → infra-error;
//  - a disruptive attempt is followed by Cluster::restore(). When that succeeds the cell goes on, even if the product
//    was broken before; when it fails, a transition of kind "restore" says so (failed, or infra-error when the cluster
//    is lost, or is healthy and could not be put back as it was), and the rest of the cell is not-run.
//  - a cell with transitions: in each phase the attempts that are planned in it, then the next transition; what goes
//    throughout starts after the first phase's attempts, is not counted in `procs`, and is told to finish after the
//    last phase's. Attempts have the facts and the version of their phase, and what was read back after a transition is
//    recorded as a fact (kPhaseFacts). A transition that does not pass ends the cell: it is recorded, logs are
//    exported, and the attempts of the phases that were not reached are not-run with its message. A step whose earlier
//    steps did not pass is not-run, see step_ledger.h. A transition that is interrupted has no record.
//  - a resumed cell with transitions goes on with the cluster instance that the killed run left, in its phase, when
//    that can be told (each transition recorded with its facts, none under way, no attempt of an earlier phase
//    missing), Provider::open() finds it, and it is healthy after restore(). Otherwise the phases begin again on a new
//    instance: ordinary cases run in their phases there; steps whose earlier steps ran on the old one never run on
//    another, and are not-run with that reason. A cell whose recorded transition did not pass gets no cluster any more:
//    what is missing is not-run.
// Transitions are recorded as they are reported; their ids are "<instance id>/transition/<n>".
// Logs go to clusters/<cell>/logs before a cluster is deleted, when anything but passed, skipped and not-run happened
// on it, and on an interruption; an interrupted cluster is deleted, too, except with KeepCluster::kAlways. A cell's
// second instance (after a resume) has clusters/<cell>.2, and so on. Preflight is the caller's. `run` must be the
// plan's run (kInternal otherwise). Else an error only when a record cannot be written, kInfrastructure; what
// was recorded stays, children are ended and the cluster is deleted.
Result<RunSummary> run_plan(const Plan& plan, const std::vector<LoadedSuite>& suites, const results::Run& run,
                            results::RecordSink& records, const std::filesystem::path& directory,
                            const ProviderFor& provider_for, const RunOptions& options, Observer& observer,
                            const Clock& clock, const CancelToken& cancel);

}  // namespace graduand::runner
