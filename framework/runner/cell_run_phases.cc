// SPDX-License-Identifier: Apache-2.0
// The part of CellRun that carries the cell's attempts through its phases.
#include <algorithm>

#include "framework/runner/cell_run.h"

namespace graduand::runner {

Status CellRun::go_through_phases() {
  const RunSummary& summary = scope_.recorder.summary();
  const std::size_t first = phases_.place();
  for (std::size_t place = first; place < phases_.names().size(); ++place) {
    if (place > first && book_.over().empty() && !summary.stopped_early) GRADUAND_TRY(advance());
    if (!summary.interrupted) GRADUAND_TRY(run_phase(phases_.names()[place]));
    if (!summary.interrupted && place == first) GRADUAND_TRY(start_throughout());
    if (summary.interrupted) return {};
  }
  return finish_throughout();
}

Status CellRun::run_phase(const std::string& phase) {
  Queue together, alone;
  for (const PlannedAttempt& planned : cell_.attempts) {
    if (planned.throughout || planned.first_phase() != phase) continue;
    const SelectedCase* known = book_.find(planned);
    const bool serial = known != nullptr && (known->info->serial || known->info->disruptive);
    (serial && !scope_.options.conformance ? alone : together).push_back(&planned);
  }
  if (scope_.options.conformance)
    GRADUAND_TRY(run_together(Together::kConformance, together));
  else if (scope_.options.share_processes)
    GRADUAND_TRY(run_together(Together::kSharedProcesses, together));
  GRADUAND_TRY(execute(together, scope_.options.procs));
  // Steps that wait for one that runs alone.
  alone.insert(alone.end(), together.begin(), together.end());
  return execute(alone, 1);
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
  RunSummary& summary = scope_.recorder.summary();
  const int failed_before = summary.failed_cells;
  GRADUAND_TRY_ASSIGN(auto problem, phases_.advance());
  if (scope_.cancel.cancelled()) return interrupt();
  if (!problem) return {};
  book_.end_cell(*problem);
  if (scope_.options.fail_fast && summary.failed_cells > failed_before) summary.stopped_early = true;
  return {};
}

Status CellRun::start_throughout() {
  for (const PlannedAttempt& planned : cell_.attempts) {
    if (!planned.throughout) continue;
    const auto verdict = book_.ask(planned);
    if (!book_.over().empty())
      GRADUAND_TRY(book_.not_run(planned, book_.over()));
    else if (book_.stopping())
      return {};
    else if (verdict.answer == StepLedger::Answer::kStart)
      GRADUAND_TRY(start(planned));
    else
      GRADUAND_TRY(book_.not_run(planned, verdict.why));
  }
  return {};
}

Status CellRun::finish_throughout() {
  finishing_ = true;
  for (const auto& [id, under_way] : under_way_) GRADUAND_TRY(under_way->files.tell_to_finish());
  Queue none;
  return execute(none, 1);
}

std::size_t CellRun::running_in_phase() const {
  const auto throughout = std::count_if(under_way_.begin(), under_way_.end(),
                                        [](const auto& one) { return one.second->planned->throughout; });
  return pool_.running() - static_cast<std::size_t>(throughout);
}

Result<const PlannedAttempt*> CellRun::next_ready(Queue& queue) {
  for (auto it = queue.begin(); it != queue.end();) {
    const PlannedAttempt& planned = **it;
    const auto verdict = book_.ask(planned);
    if (verdict.answer == StepLedger::Answer::kWait) {
      ++it;
      continue;
    }
    it = queue.erase(it);
    if (verdict.answer == StepLedger::Answer::kStart) return &planned;
    GRADUAND_TRY(book_.not_run(planned, verdict.why));
  }
  return nullptr;
}

}  // namespace graduand::runner
