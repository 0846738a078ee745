// SPDX-License-Identifier: Apache-2.0
#include "framework/runner/recorder.h"

namespace graduand::runner {
namespace {

using results::Outcome;

void count_cell(RunSummary& summary, Outcome outcome) {
  if (results::is_failure(outcome)) ++summary.failed_cells;
  if (outcome == Outcome::kInfraError) ++summary.infrastructure_cells;
}

}  // namespace

Recorder::Recorder(results::RecordSink& sink, std::filesystem::path folder, Observer& observer,
                   std::function<void()> on_failure)
    : sink_(sink), folder_(std::move(folder)), observer_(observer), on_failure_(std::move(on_failure)) {}

Status Recorder::append(const results::Record& record) {
  if (!status_) return status_;
  status_ = sink_.append(record);
  if (!status_ && on_failure_) on_failure_();
  return status_;
}

Status Recorder::instance(const results::ClusterInstance& instance) {
  const std::lock_guard<std::mutex> lock(mutex_);
  GRADUAND_TRY(append(instance));
  count_cell(summary_, instance.outcome);
  observer_.on_instance(instance);
  return {};
}

Status Recorder::transition(const catalogue::CellDescription& cell, const results::Transition& transition) {
  const std::lock_guard<std::mutex> lock(mutex_);
  GRADUAND_TRY(append(transition));
  count_cell(summary_, transition.outcome);
  observer_.on_transition(cell, transition);
  return {};
}

Status Recorder::attempt(const results::Attempt& attempt) {
  const std::lock_guard<std::mutex> lock(mutex_);
  GRADUAND_TRY(append(attempt));
  ++summary_.attempts[attempt.outcome];
  observer_.on_attempt(attempt);
  return {};
}

Status Recorder::fact(const results::Fact& fact) {
  const std::lock_guard<std::mutex> lock(mutex_);
  return append(fact);
}

Status Recorder::status() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return status_;
}

RunSummary Recorder::summary() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  RunSummary summary = summary_;
  summary.interrupted = interrupted_;
  summary.stopped_early = stopped_early_;
  return summary;
}

RunSummary summarize(const results::RunContents& run) {
  RunSummary summary;
  for (const auto& instance : run.instances) count_cell(summary, instance.outcome);
  for (const auto& transition : run.transitions) count_cell(summary, transition.outcome);
  for (const auto& attempt : run.attempts) ++summary.attempts[attempt.outcome];
  return summary;
}

int RunSummary::exit_code() const {
  // What nothing selected (3) and wrong usage (2) are, the caller knows before anything runs.
  if (interrupted) return 130;
  bool any_ran = false, any_failed = failed_cells > 0, any_infrastructure = infrastructure_cells > 0,
       any_skipped = false, any_not_run = false;
  for (const auto& [outcome, count] : attempts) {
    if (count == 0) continue;
    any_ran = any_ran || results::ran(outcome);
    any_failed = any_failed || results::is_failure(outcome);
    any_infrastructure = any_infrastructure || outcome == Outcome::kInfraError;
    any_skipped = any_skipped || outcome == Outcome::kSkipped;
    any_not_run = any_not_run || outcome == Outcome::kNotRun;
  }
  if (any_failed) return 1;
  if (any_infrastructure) return 5;
  if (!any_ran && (any_skipped || any_not_run)) return 4;
  return any_not_run ? 5 : 0;  // a gap that nothing explains but the run itself
}

}  // namespace graduand::runner
