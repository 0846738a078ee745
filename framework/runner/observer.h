// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "framework/results/records.h"
#include "framework/runner/plan/plan.h"

namespace graduand::runner {

// What happens, as it happens. Called from any of the run's threads, one call at a time. Default: nothing.
class Observer {
 public:
  virtual ~Observer() = default;
  virtual void on_cell_started(const catalogue::CellDescription&) {}
  virtual void on_cell_progress(const catalogue::CellDescription&, const std::string& /*step*/) {}
  virtual void on_instance(const results::ClusterInstance&) {}
  virtual void on_attempt_started(const PlannedAttempt&) {}
  // What the case says of its progress: ctx().progress().
  virtual void on_attempt_progress(const PlannedAttempt&, const std::string& /*message*/) {}
  virtual void on_attempt(const results::Attempt&) {}
  virtual void on_transition(const catalogue::CellDescription&, const results::Transition&) {}
  virtual void on_cell_finished(const catalogue::CellDescription&, bool /*cluster_kept*/) {}
  virtual void on_notice(const std::string& /*text*/) {}
};

}  // namespace graduand::runner
