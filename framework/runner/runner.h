// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
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
  bool fail_fast = false;
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
  std::map<results::Outcome, int> attempts;   // by outcome
  int infrastructure_cells = 0;               // cells that never came up, for reasons that are not the product's
  int failed_cells = 0;                       // cells that the product kept from coming up, failed transitions
  bool interrupted = false;
  bool stopped_early = false;                 // --fail-fast
  // As architecture.md orders them: 130, 2, 3, 1, 5, 4, 0.
  int exit_code() const;
};

// Runs a plan cell by cell into a run directory: create the cluster, run the attempts (each in a process of its own,
// `procs` at once; serial and disruptive ones alone, after the others), judge how each ended, delete the cluster. Every
// planned attempt gets exactly one record, unless the run is interrupted. Rules:
//  - no terminal record → crashed (signal, or exit without a word), timed-out (time limit), never passed;
//  - a terminal record with more than one Terminal message, or for a child that died of a signal after it → crashed;
//  - not passed → ask the cluster's health: infrastructure lost → infra-error, and so are those under way; the rest of
//    the cell is not-run with that reason, the next cell goes on. Product broken → the outcome stands, and the rest of
//    the cell is `not-run` naming it;
//  - a disruptive attempt is followed by Cluster::restore(); when that fails the rest of the cell is not-run.
// An error only when the run directory cannot be written (what was recorded stays), kInfrastructure.
Result<RunSummary> run_plan(const Plan& plan, const std::vector<LoadedSuite>& suites, const results::Run& run,
                            results::RunDirectoryWriter& directory, const ProviderFor& provider_for,
                            const RunOptions& options, Observer& observer, const Clock& clock,
                            const CancelToken& cancel);

}  // namespace graduand::runner
