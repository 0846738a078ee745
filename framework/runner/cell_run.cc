// SPDX-License-Identifier: Apache-2.0
#include "framework/runner/cell_run.h"

#include <fmt/format.h>

#include "framework/runner/names.h"

namespace graduand::runner {
namespace {

using results::Outcome;

constexpr milliseconds kForever = std::chrono::hours(24 * 365);

bool is_trouble(Outcome outcome) {
  return results::is_failure(outcome) || outcome == Outcome::kInfraError;
}

}  // namespace

CellRun::CellRun(const PlannedCell& cell, RunScope& scope)
    : cell_(cell),
      scope_(scope),
      cluster_(scope.run_id, cell, scope.options, scope.recorder, scope.clock, scope.cancel) {}

Status CellRun::run() {
  Observer& observer = scope_.recorder.observer();
  observer.on_cell_started(cell_.cell);
  Status status = run_attempts();
  end_children();
  const bool kept = cluster_.put_away(trouble_ || !status, scope_.recorder.summary().interrupted);
  observer.on_cell_finished(cell_.cell, kept);
  return status;
}

Status CellRun::run_attempts() {
  GRADUAND_TRY_ASSIGN(const bool up, cluster_.bring_up(scope_.provider_for));
  if (!up) {
    if (cluster_.why_not().empty()) {
      scope_.recorder.summary().interrupted = true;
      return {};
    }
    for (const PlannedAttempt& planned : cell_.attempts) GRADUAND_TRY(not_run(planned, cluster_.why_not()));
    if (scope_.options.fail_fast && results::is_failure(cluster_.instance().outcome))
      scope_.recorder.summary().stopped_early = true;
    return {};
  }
  Queue together, alone;
  for (const PlannedAttempt& planned : cell_.attempts) {
    const auto known = scope_.cases.find({planned.suite, planned.case_id});
    const bool serial = known != scope_.cases.end() && (known->second.info->serial || known->second.info->disruptive);
    (serial ? alone : together).push_back(&planned);
  }
  GRADUAND_TRY(execute(std::move(together), scope_.options.procs));
  return execute(std::move(alone), 1);
}

bool CellRun::stopping() const {
  return !over_.empty() || scope_.recorder.summary().stopped_early || scope_.recorder.summary().interrupted;
}

Status CellRun::execute(Queue queue, int procs) {
  const RunSummary& summary = scope_.recorder.summary();
  for (;;) {
    if (scope_.cancel.cancelled()) return interrupt();
    while (!stopping() && !queue.empty() && pool_.running() < static_cast<std::size_t>(std::max(1, procs))) {
      const PlannedAttempt& next = *queue.front();
      queue.pop_front();
      GRADUAND_TRY(start(next));
    }
    if (pool_.running() == 0) break;
    auto finished = pool_.wait_next(kForever, scope_.cancel);
    if (finished) GRADUAND_TRY(handle(*finished));
    GRADUAND_TRY(scope_.recorder.status());  // a transition may have met a full disk
  }
  // Stopped by --fail-fast, they have no record: --resume goes on with them.
  if (over_.empty() || summary.interrupted) return {};
  for (const PlannedAttempt* planned : queue) GRADUAND_TRY(not_run(*planned, over_));
  return {};
}

Status CellRun::start(const PlannedAttempt& planned) {
  const auto known = scope_.cases.find({planned.suite, planned.case_id});
  results::Attempt attempt = blank(planned);
  if (known == scope_.cases.end()) {
    attempt.outcome = Outcome::kInfraError;
    attempt.reason = "the suite does not have this case (any more)";
    trouble_ = true;
    return scope_.recorder.attempt(attempt);
  }
  auto on_progress = [this, &planned](const std::string& message) {
    scope_.recorder.observer().on_attempt_progress(planned, message);
  };
  auto on_transition = [this, &planned](results::Transition transition) {
    // An error is kept by the recorder, and looked at after each wait.
    static_cast<void>(cluster_.record_transition(std::move(transition), planned.id));
  };
  auto under_way = std::make_unique<UnderWay>(
      UnderWay{&planned, known->second, AttemptFiles(scope_.recorder.folder(), cell_.cell.display_name(), planned),
               std::move(attempt), MessageCollector(on_progress, on_transition)});
  auto id = prepare(*under_way).and_then([&](ProcessSpec spec) {
    // The callback lives as long as the child, and the child's end is handled before `under_way` goes.
    spec.on_record_line = [&messages = under_way->messages](std::string_view line) { messages.line(line); };
    return pool_.start(std::move(spec));
  });
  if (!id) {
    trouble_ = true;
    return record(*under_way, {Outcome::kInfraError, one_line("could not be started: " + to_string(id.error()))});
  }
  under_way_.emplace(*id, std::move(under_way));
  scope_.recorder.observer().on_attempt_started(planned);
  return {};
}

Result<ProcessSpec> CellRun::prepare(const UnderWay& under_way) const {
  const catalogue::CaseInfo& info = *under_way.selected.info;
  const results::ClusterInstance& instance = cluster_.instance();
  cluster::Cluster& running = *cluster_.cluster();
  GRADUAND_TRY(under_way.files.prepare());
  results::AttemptContext context;
  context.attempt_id = under_way.attempt.id;
  context.run_id = scope_.run_id;
  context.instance_id = instance.id;
  context.case_id = info.id;
  context.seed = under_way.attempt.seed;
  context.ns = under_way.attempt.ns;
  const auto kubeconfig = running.kubeconfig();
  context.kubeconfig = kubeconfig.empty() ? std::string() : std::filesystem::absolute(kubeconfig).string();
  context.kube_context = running.kube_context();
  context.provider = instance.provider;
  context.cluster_name = instance.cluster_name;
  context.time_limit = info.time_limit;
  context.facts = instance.facts;
  context.host_added_gates = instance.host_added_gates;
  context.artifacts = under_way.files.artifacts().string();
  GRADUAND_TRY(under_way.files.write_context(context));
  return attempt_process(under_way.files, under_way.selected.suite->file.binary, under_way.attempt.id, info.time_limit,
                         info.disruptive);
}

Status CellRun::handle(const ProcessPool::Finished& finished) {
  const auto found = under_way_.find(finished.id);
  const std::unique_ptr<UnderWay> under_way = std::move(found->second);
  under_way_.erase(found);
  const ProcessResult& result = finished.result;
  Collected said = under_way->messages.take();
  Ending ending = ending_of(said, result, under_way->selected.info->time_limit);
  // Ended by us because the cluster was lost.
  if (result.cancelled) ending = {Outcome::kInfraError, {}};
  if (!confirm(ending)) return {};  // interrupted: no record
  notice_oddities(*under_way, result, said);
  under_way->attempt.started = result.started;
  under_way->attempt.took = result.wall;
  under_way->attempt.failures = std::move(said.failures);
  under_way->attempt.measures = std::move(said.measures);
  under_way->attempt.last_phase = std::move(said.last_phase);
  under_way->attempt.stdout_path = under_way->files.relative_if_there(under_way->files.stdout_file());
  under_way->attempt.stderr_path = under_way->files.relative_if_there(under_way->files.stderr_file());
  GRADUAND_TRY(record(*under_way, ending));
  if (under_way->selected.info->disruptive) return after_disruptive(*under_way->planned);
  return {};
}

bool CellRun::confirm(Ending& ending) {
  if (!is_trouble(ending.outcome)) return true;
  using State = cluster::Health::State;
  if (!lost_ && !broken_) {
    const cluster::Health health = cluster_.cluster()->health(scope_.cancel);
    if (scope_.cancel.cancelled()) return false;
    if (health.state == State::kInfrastructureLost) {
      lost_ = true;
      over_ = one_line("the cluster was lost: " + health.message);
      pool_.terminate_all();
    } else if (health.state == State::kProductBroken) {
      broken_ = true;
      over_ = one_line("the cluster does not work any more: " + health.message);
    }
    if (!over_.empty()) scope_.recorder.observer().on_notice(over_);
  }
  if (lost_) {
    const std::string own = ending.reason.empty() ? std::string() : "; the attempt: " + ending.reason;
    ending = {Outcome::kInfraError, one_line(over_ + own)};
  } else if (ending.outcome == Outcome::kInfraError) {
    ending = {Outcome::kFailed, one_line(fmt::format("reported as infrastructure, but {}: {}",
                                                     broken_ ? over_ : "the cluster is healthy", ending.reason))};
  }
  return true;
}

Status CellRun::record(UnderWay& under_way, const Ending& ending) {
  under_way.attempt.outcome = ending.outcome;
  under_way.attempt.reason = ending.reason;
  trouble_ = trouble_ || is_trouble(ending.outcome);
  GRADUAND_TRY(scope_.recorder.attempt(under_way.attempt));
  RunSummary& summary = scope_.recorder.summary();
  if (scope_.options.fail_fast && results::is_failure(ending.outcome) && !summary.stopped_early) {
    summary.stopped_early = true;
    scope_.recorder.observer().on_notice("no attempt starts any more (fail fast), after " + under_way.attempt.id);
  }
  return {};
}

Status CellRun::after_disruptive(const PlannedAttempt& planned) {
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
  scope_.recorder.observer().on_notice(over_);
  return {};
}

Status CellRun::interrupt() {
  scope_.recorder.summary().interrupted = true;
  pool_.terminate_all();
  while (auto finished = pool_.wait_next(kForever)) {
    // What went wrong cannot be told from infrastructure now that nobody can be asked: it runs again at --resume.
    const auto found = under_way_.find(finished->id);
    const Ending ending =
        ending_of(found->second->messages.collected(), finished->result, found->second->selected.info->time_limit);
    if (finished->result.cancelled || is_trouble(ending.outcome)) {
      under_way_.erase(found);
      continue;
    }
    GRADUAND_TRY(handle(*finished));
  }
  return {};
}

void CellRun::end_children() {
  pool_.terminate_all();
  while (pool_.wait_next(kForever)) {
  }
  under_way_.clear();
}

Status CellRun::not_run(const PlannedAttempt& planned, const std::string& reason) {
  results::Attempt attempt = blank(planned);
  attempt.outcome = Outcome::kNotRun;
  attempt.reason = reason;
  attempt.ns.clear();
  return scope_.recorder.attempt(attempt);
}

results::Attempt CellRun::blank(const PlannedAttempt& planned) const {
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
  if (instance.facts.api_server_version.major > 0) attempt.kubernetes_version = instance.facts.api_server_version.str();
  const cluster::Cluster* running = cluster_.cluster();
  if (running != nullptr && !running->kubeconfig().empty())
    attempt.ns = namespace_name(scope_.run_id, instance.id, planned.case_id, planned.id, planned.number);
  const auto known = scope_.cases.find({planned.suite, planned.case_id});
  if (known == scope_.cases.end()) return attempt;
  const auto& [suite, info] = known->second;
  attempt.suite_revision = suite->revision;
  attempt.case_name = info->name;
  attempt.features = info->features;
  attempt.labels = info->all_labels();
  return attempt;
}

void CellRun::notice_oddities(const UnderWay& under_way, const ProcessResult& result, const Collected& said) {
  const auto notice = [&](const std::string& text) {
    scope_.recorder.observer().on_notice(under_way.attempt.id + ": " + text);
  };
  if (result.group_survivors) notice("left processes behind, which were killed");
  if (result.dropped_bytes != 0) notice(fmt::format("{} bytes of its output were dropped", result.dropped_bytes));
  if (!result.output_error.empty()) notice("its output is not complete: " + result.output_error);
  if (said.dropped != 0) notice(fmt::format("{} of its messages were dropped, beyond the limits", said.dropped));
}

}  // namespace graduand::runner
