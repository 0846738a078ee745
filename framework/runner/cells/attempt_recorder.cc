// SPDX-License-Identifier: Apache-2.0
#include "framework/runner/cells/attempt_recorder.h"

#include <fmt/format.h>

#include "framework/base/files.h"
#include "framework/results/try_id.h"
#include "framework/runner/attempt_files.h"
#include "framework/runner/cells/step_state.h"
#include "framework/runner/driver.h"
#include "framework/runner/names.h"

namespace graduand::runner {

using results::Outcome;

bool is_trouble(Outcome outcome) {
  return results::is_failure(outcome) || outcome == Outcome::kInfraError;
}

namespace {

CasesById cases_for(const PlannedCell& cell, const std::vector<LoadedSuite>& suites) {
  CasesById cases;
  for (const LoadedSuite& suite : suites) {
    if (!suite.fits(cell.cell.kubernetes_version)) continue;
    for (const catalogue::CaseInfo& info : suite.cases) cases[{suite.file.name, info.id}] = {&suite, &info};
  }
  return cases;
}

}  // namespace

AttemptRecorder::AttemptRecorder(const PlannedCell& cell, RunScope& scope, CellCluster& cluster,
                                 const CellPhases& phases)
    : cell_(cell),
      scope_(scope),
      cluster_(cluster),
      phases_(phases),
      cases_(cases_for(cell, scope.suites)),
      ledger_(cell, cases_) {}

void AttemptRecorder::look_for_cut_short() {
  std::error_code ignored;
  for (const PlannedAttempt& planned : cell_.attempts)
    if (fs::exists(AttemptFiles(scope_.recorder.folder(), cell_.cell.display_name(), planned).folder(), ignored))
      ledger_.note_cut_short(planned);
}

void AttemptRecorder::end_cell(const std::string& why) {
  over_ = why;
  trouble_ = true;
}

Status AttemptRecorder::write(const results::Attempt& attempt) {
  ledger_.note(attempt);
  GRADUAND_TRY(scope_.recorder.attempt(attempt));
  told_(attempt);
  return {};
}

const SelectedCase* AttemptRecorder::find(const PlannedAttempt& planned) const {
  const auto known = cases_.find({planned.suite, planned.case_id});
  return known == cases_.end() ? nullptr : &known->second;
}

bool AttemptRecorder::stopping() const {
  return !over_.empty() || scope_.recorder.stopping();
}

results::Attempt AttemptRecorder::blank(const PlannedAttempt& planned) const {
  const results::ClusterInstance& instance = cluster_.instance();
  results::Attempt attempt;
  attempt.id = planned.id;
  attempt.run_id = scope_.run_id;
  attempt.instance_id = instance.id;
  attempt.cell = cell_.cell.display_name();
  attempt.fingerprint = cell_.cell.fingerprint();
  attempt.suite = planned.suite;
  attempt.case_id = planned.case_id;
  attempt.number = planned.number;
  attempt.seed = planned.seed;
  attempt.started = scope_.clock.now();
  attempt.simulated = cluster_.simulated();
  if (cluster_.facts().api_server_version.major > 0)
    attempt.kubernetes_version = cluster_.facts().api_server_version.str();
  attempt.first_phase = planned.throughout ? phases_.name() : planned.first_phase();
  attempt.last_phase = attempt.first_phase;
  const SelectedCase* known = find(planned);
  if (known == nullptr) return attempt;
  const auto& [suite, info] = *known;
  const cluster::Cluster* running = cluster_.cluster();
  if (suite->driver->wants_namespace() && running != nullptr && !running->kubeconfig().empty())
    attempt.ns = namespace_name(scope_.run_id, instance.id, planned.case_id, planned.id, planned.number);
  attempt.suite_revision = suite->revision;
  attempt.case_name = info->name;
  attempt.phased_case = info->step.phased_case;
  attempt.features = info->features_in(cell_.cell.transitions);
  attempt.labels = info->labels_in(cell_.cell.transitions);
  if (info->step.is_step() && !attempt.ns.empty()) attempt.ns = step_namespace(attempt, info->step);
  return attempt;
}

bool AttemptRecorder::confirm(Ending& ending) {
  if (!is_trouble(ending.outcome)) return true;
  using State = cluster::Health::State;
  if (!lost_ && !broken_) {
    const cluster::Health health = cluster_.cluster()->health(scope_.cancel);
    if (scope_.cancel.cancelled()) return false;
    if (health.state == State::kInfrastructureLost) {
      lost_ = true;
      over_ = one_line("the cluster was lost: " + health.message);
    } else if (health.state == State::kProductBroken) {
      broken_ = true;
      over_ = one_line("the cluster does not work any more: " + health.message);
    }
    if (!over_.empty()) notice(over_);
  }
  if (lost_) {
    const std::string own = ending.reason.empty() ? std::string() : "; the attempt: " + ending.reason;
    ending = {Outcome::kInfraError, one_line(over_ + own)};
  } else if (ending.outcome == Outcome::kInfraError && !(ending.outside && !broken_)) {
    ending = {Outcome::kFailed, one_line(fmt::format("reported as infrastructure, but {}: {}",
                                                     broken_ ? over_ : "the cluster is healthy", ending.reason))};
  }
  return true;
}

Status AttemptRecorder::record(results::Attempt& attempt, const Ending& ending) {
  attempt.outcome = ending.outcome;
  attempt.reason = ending.reason;
  trouble_ = trouble_ || is_trouble(ending.outcome);
  GRADUAND_TRY(write(attempt));
  if (scope_.options.fail_fast && results::is_failure(ending.outcome) && !scope_.recorder.stopped_early()) {
    scope_.recorder.stop_early();
    notice("no attempt starts any more (fail fast), after " + attempt.id);
  }
  return {};
}

Status AttemptRecorder::record_with_tries(const PlannedAttempt& planned, results::Attempt& attempt,
                                          const Ending& ending, const std::vector<results::Failure>& failed_tries) {
  int number = planned.recorded_tries;
  for (const results::Failure& failure : failed_tries) {
    results::Attempt one = attempt;
    one.id = results::try_id(attempt.id, ++number);
    one.failures = {failure};
    one.measures.clear();
    GRADUAND_TRY(record(one, {Outcome::kFailed, one_line(failure.message)}));
  }
  return record(attempt, ending);
}

Status AttemptRecorder::record_at_once(const PlannedAttempt& planned, const Ending& ending) {
  results::Attempt attempt = blank(planned);
  attempt.ns.clear();
  return record(attempt, ending);
}

Status AttemptRecorder::not_run(const PlannedAttempt& planned, const std::string& reason) {
  return record_at_once(planned, {Outcome::kNotRun, reason});
}

Status AttemptRecorder::after_disruptive(const PlannedAttempt& planned) {
  if (lost_) return {};
  GRADUAND_TRY_ASSIGN(const auto problem, cluster_.restore(planned.id));
  if (!problem) {
    // It ran alone: what was broken was broken by it, and has been put back.
    broken_ = false;
    over_.clear();
    return {};
  }
  over_ = one_line(*problem);
  trouble_ = true;
  notice(over_);
  return {};
}

}  // namespace graduand::runner
