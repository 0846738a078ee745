// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <set>
#include <string>

#include "framework/runner/runner.h"

namespace graduand::cli {

// Shows a run on stderr: on a terminal a line that is rewritten, and one for each cell when several are up, with
// failures and cells left standing above; otherwise a plain line for each cell, attempt, notice and word of a case on
// its progress. No colour when NO_COLOR is set.
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
  void on_transition(const catalogue::CellDescription& cell, const results::Transition& transition) override;
  void on_cell_finished(const catalogue::CellDescription& cell, bool cluster_kept) override;
  void on_notice(const std::string& text) override;

 private:
  struct Cell {
    bool phased = false;                         // it has transitions
    std::string step;                            // of what is done to its cluster; empty while attempts run
    std::string said;                            // by a case, last
    std::map<std::string, std::string> running;  // attempt id → case id
  };
  void line(const std::string& text);  // stays
  void status();                       // rewritten; terminals only
  void clear();
  std::string doing(const Cell& cell) const;
  // ", in <cell>" when it could be another.
  std::string in_cell(const std::string& name) const;
  std::string painted(const char* code, const std::string& text) const;

  std::size_t planned_;
  const Clock& clock_;
  SteadyTime start_;
  bool terminal_;
  bool colour_;
  int status_lines_ = 0;  // shown now
  std::size_t done_ = 0;
  std::size_t failed_ = 0;
  std::map<std::string, Cell> cells_;  // those that are up, or come up, by display name
  std::set<std::string> reasons_;      // for which attempts were not run, said so far
};

}  // namespace graduand::cli
