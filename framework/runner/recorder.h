// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "framework/results/run_directory.h"
#include "framework/runner/runner.h"

namespace graduand::runner {

// Where everything that happened goes: the run directory first, then the summary, then the observer. After the first
// error nothing is written any more, and every call returns that error.
class Recorder {
 public:
  Recorder(results::RunDirectoryWriter& directory, Observer& observer) : directory_(directory), observer_(observer) {}
  Status instance(const results::ClusterInstance& instance);
  Status transition(const results::Transition& transition);
  Status attempt(const results::Attempt& attempt);
  Status fact(const results::Fact& fact);
  const Status& status() const { return status_; }
  RunSummary& summary() { return summary_; }
  Observer& observer() { return observer_; }
  const std::filesystem::path& folder() const { return directory_.path(); }

 private:
  Status append(const results::Record& record);
  results::RunDirectoryWriter& directory_;
  Observer& observer_;
  RunSummary summary_;
  Status status_;
};

}  // namespace graduand::runner
