// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "framework/base/cancel.h"
#include "framework/cluster/provider.h"
#include "framework/results/run_directory.h"
#include "framework/runner/plan.h"

namespace graduand::runner {

enum class KeepCluster { kNever, kOnFailure, kAlways };

struct RunOptions {
  int procs = 4;  // attempts at once per cluster
  // After the first failure (or a cell that the product kept from coming up) no attempt starts any more, in any cell.
  // Those not started get no record, so that --resume goes on with them.
  bool fail_fast = false;
  // What is not serial runs in processes that it shares, instead of one each, where its driver can: Ginkgo's specs.
  bool share_processes = false;
  // All attempts are of the Conformance set of one suite, which its driver runs in one invocation.
  bool conformance = false;
  KeepCluster keep_cluster = KeepCluster::kNever;
};

// What happens, as it happens. Called from the runner's thread. Default: nothing.
class Observer {
 public:
  virtual ~Observer() = default;
  virtual void on_cell_started(const catalogue::CellDescription&) {}
  virtual void on_cell_progress(const catalogue::CellDescription&, const std::string& /*step*/) {}
  virtual void on_instance(const results::ClusterInstance&) {}
  virtual void on_attempt_started(const PlannedAttempt&) {}
  virtual void on_attempt_progress(const PlannedAttempt&, const std::string& /*message*/) {}
  virtual void on_attempt(const results::Attempt&) {}
  virtual void on_transition(const results::Transition&) {}
  virtual void on_cell_finished(const catalogue::CellDescription&, bool /*cluster_kept*/) {}
  virtual void on_notice(const std::string& /*text*/) {}
};

// The provider of a cell, by the profile it came from.
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

// Runs a plan cell by cell into a run directory: create the cluster, run the attempts (each in a process of its own,
// `procs` at once; serial and disruptive ones alone, after the others), judge how each ended, delete the cluster. Every
// planned attempt gets exactly one record, unless the run is interrupted or stopped by fail_fast; those under way at an
// interruption get none, so that --resume runs them again. The rules:
//  - how an attempt ended: its suite's driver says, see driver.h;
//  - failed, timed-out, crashed or infra-error → ask the cluster's health. Infrastructure lost → infra-error, and so is
//    what is under way; the rest of the cell is not-run with that reason, the next cell goes on. Product broken → the
//    outcome stands, what is under way goes on to its own end, and the rest of the cell is not-run naming it. An
//    infra-error that the health does not confirm is a failure: when unsure it counts against the feature;
//  - a process that cannot be started, or a case that its suite no longer has → infra-error;
//  - a disruptive attempt is followed by Cluster::restore(). When that succeeds the cell goes on, even if the product
//    was broken before; when it fails, a transition of kind "restore" says so (failed, or infra-error when the cluster
//    is lost), and the rest of the cell is not-run.
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
// plan's run (kInternal otherwise). Else an error only when the run directory cannot be written, kInfrastructure; what
// was recorded stays, children are ended and the cluster is deleted.
Result<RunSummary> run_plan(const Plan& plan, const std::vector<LoadedSuite>& suites, const results::Run& run,
                            results::RunDirectoryWriter& directory, const ProviderFor& provider_for,
                            const RunOptions& options, Observer& observer, const Clock& clock,
                            const CancelToken& cancel);

}  // namespace graduand::runner
