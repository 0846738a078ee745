// SPDX-License-Identifier: Apache-2.0
// The part of CellRun that carries the cell's attempts through its phases.
#include <algorithm>

#include "framework/runner/cells/cell_run.h"

namespace graduand::runner {

Status CellRun::go_through_phases() {
  const Recorder& recorder = scope_.recorder;
  const std::size_t first = phases_.place();
  for (std::size_t place = first; place < phases_.names().size(); ++place) {
    if (place > first && book_.over().empty() && !recorder.stopped_early()) GRADUAND_TRY(advance());
    if (!recorder.interrupted()) GRADUAND_TRY(run_phase(phases_.names()[place]));
    if (!recorder.interrupted() && place == first) GRADUAND_TRY(start_throughout());
    if (recorder.interrupted()) return {};
  }
  return finish_throughout();
}

CellRun::Queue CellRun::rest_of(const std::string& phase, Turn turn) {
  Queue rest;
  while (const PlannedAttempt* planned = source_.next(phase, turn)) rest.push_back(planned);
  return rest;
}

Status CellRun::run_phase(const std::string& phase) {
  Next together = [&] { return source_.next(phase, Turn::kTogether); };
  Queue left;
  if (scope_.options.conformance || scope_.options.share_processes) {
    left = rest_of(phase, Turn::kTogether);
    if (scope_.options.conformance) {
      // The whole set is one invocation, whatever its specs would do alone.
      const Queue alone = rest_of(phase, Turn::kAlone);
      left.insert(left.end(), alone.begin(), alone.end());
    }
    GRADUAND_TRY(run_together(scope_.options.conformance ? Together::kConformance : Together::kSharedProcesses, left));
    together = [&left]() -> const PlannedAttempt* {
      if (left.empty()) return nullptr;
      const PlannedAttempt* first = left.front();
      left.pop_front();
      return first;
    };
  }
  GRADUAND_TRY(execute(together, scope_.options.procs));
  // Among the parked ones are steps that wait for one that runs alone.
  return execute([&] { return source_.next(phase, Turn::kAlone); }, 1);
}

Status CellRun::run_together(Together how, Queue& queue) {
  std::vector<const SuiteDriver*> drivers;
  Queue ready, rest;
  for (const PlannedAttempt* planned : queue) {
    const SelectedCase* known = book_.find(*planned);
    const SuiteDriver* driver = known == nullptr ? nullptr : known->suite->driver.get();
    // Conformance is the whole set.
    const bool able = driver != nullptr && driver->runs_together(how) &&
                      (how == Together::kConformance || !kept_from_running(*known));
    (able ? ready : rest).push_back(planned);
    if (able && std::find(drivers.begin(), drivers.end(), driver) == drivers.end()) drivers.push_back(driver);
  }
  for (const SuiteDriver* driver : drivers) {
    for (const auto& batch : driver->take_batches(how, ready, {cell_, scope_, book_, cluster_})) {
      if (book_.stopping() || scope_.cancel.cancelled()) {
        const auto attempts = batch->attempts();
        ready.insert(ready.end(), attempts.begin(), attempts.end());
      } else {
        GRADUAND_TRY(batch->run(++batches_));
      }
    }
  }
  queue = std::move(rest);
  queue.insert(queue.end(), ready.begin(), ready.end());
  return {};
}

Status CellRun::advance() {
  GRADUAND_TRY_ASSIGN(const auto problem, phases_.advance());
  if (scope_.cancel.cancelled()) return interrupt();
  if (!problem) return {};
  book_.end_cell(problem->why);
  if (scope_.options.fail_fast && results::is_failure(problem->outcome)) scope_.recorder.stop_early();
  return {};
}

Status CellRun::start_throughout() {
  for (const std::string& phase : phases_.names()) {
    for (const PlannedAttempt* planned : rest_of(phase, Turn::kThroughout)) {
      const auto verdict = book_.ask(*planned);
      if (!book_.over().empty())
        GRADUAND_TRY(book_.not_run(*planned, book_.over()));
      else if (book_.stopping())
        return {};
      else if (verdict.answer == StepLedger::Answer::kStart)
        GRADUAND_TRY(start(*planned));
      else
        GRADUAND_TRY(book_.not_run(*planned, verdict.why));
    }
  }
  return {};
}

Status CellRun::finish_throughout() {
  finishing_ = true;
  for (const auto& [id, under_way] : under_way_) GRADUAND_TRY(under_way->files.tell_to_finish());
  return execute([]() -> const PlannedAttempt* { return nullptr; }, 1);
}

std::size_t CellRun::running_in_phase() const {
  const auto throughout = std::count_if(under_way_.begin(), under_way_.end(),
                                        [](const auto& one) { return one.second->planned->throughout; });
  return pool_->running() - static_cast<std::size_t>(throughout);
}

Result<const PlannedAttempt*> CellRun::next_ready(const Next& next) {
  for (;;) {
    const PlannedAttempt* planned = parked_.take();
    if (planned == nullptr) planned = next();
    if (planned == nullptr) return nullptr;
    if (units_.taken(*planned)) continue;
    const auto verdict = book_.ask(*planned);
    if (verdict.answer == StepLedger::Answer::kStart) return planned;
    if (verdict.answer == StepLedger::Answer::kWait)
      parked_.park(*planned, book_.find(*planned)->info->step.phased_case);
    else
      GRADUAND_TRY(book_.not_run(*planned, verdict.why));
  }
}

}  // namespace graduand::runner
