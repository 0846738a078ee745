// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <set>
#include <string>

#include "framework/runner/runner.h"

namespace graduand::cli {

// Shows a run on stderr: on a terminal one line that is rewritten, with failures and cells left standing above it;
// otherwise a plain line for each cell, attempt and notice. No colour when NO_COLOR is set.
class ProgressPrinter final : public runner::Observer {
 public:
  ProgressPrinter(std::size_t attempts, const Clock& clock);
  ~ProgressPrinter() override;

  void on_cell_started(const catalogue::CellDescription& cell) override;
  void on_cell_progress(const catalogue::CellDescription& cell, const std::string& step) override;
  void on_instance(const results::ClusterInstance& instance) override;
  void on_attempt_started(const runner::PlannedAttempt& attempt) override;
  void on_attempt_progress(const runner::PlannedAttempt& attempt, const std::string& message) override;
  void on_attempt(const results::Attempt& attempt) override;
  void on_transition(const results::Transition& transition) override;
  void on_cell_finished(const catalogue::CellDescription& cell, bool cluster_kept) override;
  void on_notice(const std::string& text) override;

 private:
  void line(const std::string& text);  // stays
  void status();                       // rewritten; terminals only
  void clear();
  std::string painted(const char* code, const std::string& text) const;

  std::size_t planned_;
  const Clock& clock_;
  SteadyTime start_;
  bool terminal_;
  bool colour_;
  bool status_shown_ = false;
  std::size_t done_ = 0;
  std::size_t failed_ = 0;
  bool phased_ = false;  // the cell has transitions
  std::string cell_;
  std::string step_;
  std::map<std::string, std::string> running_;  // attempt id → case id
  std::set<std::string> reasons_;               // for which attempts were not run, said so far
};

}  // namespace graduand::cli
