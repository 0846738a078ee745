// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <filesystem>
#include <functional>
#include <mutex>

#include "framework/results/record_sink.h"
#include "framework/runner/runner.h"
#include "framework/runner/serial_observer.h"

namespace graduand::runner {

// Where everything that happened goes: the sink first, then the summary, then the observer. After the first error
// nothing is written any more, and every call returns that error. Thread-safe.
class Recorder {
 public:
  // `folder`: the run directory. `on_failure` is called once, when the sink has failed.
  Recorder(results::RecordSink& sink, std::filesystem::path folder, Observer& observer,
           std::function<void()> on_failure = {});
  Status instance(const results::ClusterInstance& instance);
  Status transition(const catalogue::CellDescription& cell, const results::Transition& transition);
  Status attempt(const results::Attempt& attempt);
  Status fact(const results::Fact& fact);
  Status status() const;
  Observer& observer() { return observer_; }
  const std::filesystem::path& folder() const { return folder_; }

  // No attempt starts any more, in any cell: the user's wish, or --fail-fast.
  void interrupt() { interrupted_ = true; }
  void stop_early() { stopped_early_ = true; }
  bool interrupted() const { return interrupted_; }
  bool stopped_early() const { return stopped_early_; }
  bool stopping() const { return interrupted_ || stopped_early_; }
  RunSummary summary() const;

 private:
  Status append(const results::Record& record);
  results::RecordSink& sink_;
  const std::filesystem::path folder_;
  SerialObserver observer_;
  const std::function<void()> on_failure_;
  std::atomic<bool> interrupted_{false};
  std::atomic<bool> stopped_early_{false};
  mutable std::mutex mutex_;  // of the two below, and of the sink
  RunSummary summary_;
  Status status_;
};

}  // namespace graduand::runner
