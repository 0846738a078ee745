// SPDX-License-Identifier: Apache-2.0
#include "framework/runner/cells/cell_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "framework/runner/cells/step_state.h"
#include "framework/runner/names.h"

namespace graduand::runner {
namespace {

using results::Outcome;

}  // namespace

CellRun::CellRun(const PlannedCell& cell, RunScope& scope, bool alone)
    : cell_(cell),
      scope_(scope),
      cluster_(scope.run_id, cell, scope.options, scope.recorder, scope.clock, scope.cancel),
      phases_(cell, cluster_, scope.recorder, scope.clock, scope.cancel),
      book_(cell, scope, cluster_, phases_),
      source_(cell, book_.cases()),
      units_(cell, book_.cases()),
      alone_(alone),
      pool_(scope.make_pool()) {
  book_.when_recorded([this](const results::Attempt& attempt) {
    source_.ended(attempt);
    parked_.recorded(attempt);
  });
}

Result<CellRun::End> CellRun::run() {
  Observer& observer = scope_.recorder.observer();
  observer.on_cell_started(cell_.cell);
  auto end = run_attempts();
  end_children();
  const bool kept = cluster_.put_away(book_.trouble() || !end, scope_.recorder.interrupted());
  if (!end || *end == End::kDone) observer.on_cell_finished(cell_.cell, kept);
  return end;
}

Result<CellRun::End> CellRun::run_attempts() {
  GRADUAND_TRY_ASSIGN(const CellCluster::Came came, cluster_.bring_up(scope_.provider_for, alone_));
  switch (came) {
    case CellCluster::Came::kUp:
      break;
    case CellCluster::Came::kCrowded:
      return End::kCrowded;
    case CellCluster::Came::kCancelled:
      scope_.recorder.interrupt();
      return End::kDone;
    case CellCluster::Came::kNotUp:
      for (const PlannedAttempt& planned : cell_.attempts) GRADUAND_TRY(book_.not_run(planned, cluster_.why_not()));
      if (scope_.options.fail_fast && results::is_failure(cluster_.instance().outcome)) scope_.recorder.stop_early();
      return End::kDone;
  }
  if (cluster_.taken_over_in()) book_.look_for_cut_short();
  provide_images();
  phases_.begin();
  GRADUAND_TRY(go_through_phases());
  return End::kDone;
}

Status CellRun::execute(const Next& next, int procs) {
  for (;;) {
    if (scope_.cancel.cancelled()) return interrupt();
    while (!book_.stopping() && running_in_phase() < static_cast<std::size_t>(std::max(1, procs))) {
      GRADUAND_TRY_ASSIGN(const PlannedAttempt* ready, next_ready(next));
      if (ready == nullptr) break;
      GRADUAND_TRY(start(*ready));
    }
    if ((finishing_ ? pool_->running() : running_in_phase()) == 0) break;
    auto finished = pool_->wait_next(ChildPool::kForever, scope_.cancel);
    if (finished) GRADUAND_TRY(handle(*finished));
    if (book_.lost()) pool_->terminate_all();
    GRADUAND_TRY(scope_.recorder.status());  // a transition, or another cell, may have met a full disk
  }
  // Stopped by --fail-fast, they have no record: --resume goes on with them.
  if (book_.over().empty() || scope_.recorder.interrupted()) return {};
  for (const PlannedAttempt* planned : parked_.take_all()) GRADUAND_TRY(book_.not_run(*planned, book_.over()));
  while (const PlannedAttempt* planned = next())
    if (!units_.taken(*planned)) GRADUAND_TRY(book_.not_run(*planned, book_.over()));
  return {};
}

void CellRun::provide_images() {
  std::set<std::string> wanted;
  for (const PlannedAttempt& planned : cell_.attempts)
    if (const SelectedCase* known = book_.find(planned))
      wanted.insert(known->info->images.begin(), known->info->images.end());
  if (wanted.empty()) return;
  scope_.recorder.observer().on_cell_progress(cell_.cell, fmt::format("providing {} images", wanted.size()));
  missing_images_ = cluster_.cluster()->provide_images({wanted.begin(), wanted.end()}, scope_.cancel);
}

std::optional<Ending> CellRun::kept_from_running(const SelectedCase& selected) const {
  return selected.suite->driver->kept_from_running(selected, cluster_.facts(), missing_images_);
}

Result<std::vector<AttemptUnits::Member>> CellRun::take_unit(const PlannedAttempt& planned,
                                                             const SelectedCase& selected) {
  std::vector<AttemptUnits::Member> able;
  for (const AttemptUnits::Member& member : units_.take(planned, selected)) {
    const auto ending = kept_from_running(*member.selected);
    if (!ending) {
      able.push_back(member);
    } else if (!member.recorded) {
      results::Attempt attempt = book_.blank(*member.planned);
      GRADUAND_TRY(book_.record(attempt, *ending));
    }
  }
  const bool none = std::all_of(able.begin(), able.end(), [](const auto& member) { return member.recorded; });
  return none ? std::vector<AttemptUnits::Member>() : able;
}

Status CellRun::start(const PlannedAttempt& planned) {
  const SelectedCase* known = book_.find(planned);
  results::Attempt attempt = book_.blank(planned);
  if (known == nullptr)
    return book_.record(attempt, {Outcome::kInfraError, "the suite does not have this case (any more)"});
  GRADUAND_TRY_ASSIGN(auto members, take_unit(planned, *known));
  if (members.empty()) return {};
  auto on_progress = [this, &planned](const std::string& message) {
    scope_.recorder.observer().on_attempt_progress(planned, message);
  };
  auto on_transition = [this, &planned](results::Transition transition) {
    // An error is kept by the recorder, and looked at after each wait.
    static_cast<void>(cluster_.record_transition(std::move(transition), planned.id));
  };
  auto under_way = std::make_unique<UnderWay>(UnderWay{
      &planned, *known, std::move(members), AttemptFiles(scope_.recorder.folder(), cell_.cell.display_name(), planned),
      std::move(attempt), MessageCollector(on_progress, on_transition)});
  const SuiteDriver& driver = *known->suite->driver;
  auto prepared = under_way->files.prepare().and_then(
      [&] { return driver.process_of_unit(under_way->cases(), under_way->files, context_of(*under_way)); });
  auto id = std::move(prepared).and_then([&](ProcessSpec spec) {
    // The callback lives as long as the child, and the child's end is handled before `under_way` goes.
    if (driver.sends_messages())
      spec.on_record_line = [&messages = under_way->messages](std::string_view line) { messages.line(line); };
    return pool_->start(std::move(spec));
  });
  if (!id) {
    for (const AttemptUnits::Member& member : under_way->members)
      if (!member.recorded)
        GRADUAND_TRY(book_.record_at_once(
            *member.planned, {Outcome::kInfraError, one_line("could not be started: " + to_string(id.error()))}));
    return {};
  }
  for (const AttemptUnits::Member& member : under_way->members)
    if (!member.recorded) scope_.recorder.observer().on_attempt_started(*member.planned);
  under_way_.emplace(*id, std::move(under_way));
  return {};
}

std::vector<SelectedCase> CellRun::UnderWay::cases() const {
  std::vector<SelectedCase> all;
  for (const AttemptUnits::Member& member : members) all.push_back(*member.selected);
  return all;
}

results::AttemptContext CellRun::context_of(const UnderWay& under_way) const {
  const catalogue::CaseInfo& info = *under_way.selected.info;
  const results::ClusterInstance& instance = cluster_.instance();
  cluster::Cluster& running = *cluster_.cluster();
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
  context.facts = cluster_.facts();
  context.host_added_gates = instance.host_added_gates;
  context.artifacts = under_way.files.artifacts().string();
  context.phase = under_way.attempt.first_phase;
  context.transitions = cell_.cell.transitions;
  if (info.step.is_step()) context.state_file = state_file(cluster_.folder(), info.step, under_way.attempt.number);
  if (under_way.planned->throughout) context.finish_file = under_way.files.finish_file().string();
  return context;
}

std::vector<JudgedAttempt> CellRun::judge(const UnderWay& under_way, const ProcessResult& result) {
  return under_way.selected.suite->driver->judge_unit(under_way.cases(),
                                                      {result, under_way.files, under_way.messages.collected()});
}

Status CellRun::handle(const ChildPool::Finished& finished) {
  const auto found = under_way_.find(finished.id);
  const std::unique_ptr<UnderWay> under_way = std::move(found->second);
  under_way_.erase(found);
  const ProcessResult& result = finished.result;
  std::vector<JudgedAttempt> judged = judge(*under_way, result);
  notice_oddities(*under_way, result);
  for (std::size_t i = 0; i < judged.size(); ++i) {
    const AttemptUnits::Member& member = under_way->members[i];
    if (member.recorded) continue;
    // Ended by us because the cluster was lost.
    if (result.cancelled) judged[i].ending = {Outcome::kInfraError, {}};
    if (!book_.confirm(judged[i].ending)) return {};  // interrupted: no record
    GRADUAND_TRY(record(*under_way, member, std::move(judged[i]), result));
  }
  if (under_way->selected.info->disruptive) return book_.after_disruptive(*under_way->planned);
  return {};
}

Status CellRun::record(const UnderWay& under_way, const AttemptUnits::Member& member, JudgedAttempt judged,
                       const ProcessResult& result) {
  const PlannedAttempt& planned = *member.planned;
  results::Attempt attempt = &planned == under_way.planned ? under_way.attempt : book_.blank(planned);
  attempt.failures = std::move(judged.failures);
  attempt.measures = std::move(judged.measures);
  attempt.last_phase = planned.throughout ? phases_.name() : judged.last_phase.value_or(attempt.first_phase);
  attempt.started = judged.started.value_or(result.started);
  attempt.took = judged.took.value_or(result.wall);
  attempt.stdout_path = under_way.files.relative_if_there(under_way.files.stdout_file());
  attempt.stderr_path = under_way.files.relative_if_there(under_way.files.stderr_file());
  return book_.record_with_tries(planned, attempt, judged.ending, judged.failed_tries);
}

Status CellRun::interrupt() {
  scope_.recorder.interrupt();
  pool_->terminate_all();
  while (pool_->running() > 0) {
    const auto finished = pool_->wait_next(ChildPool::kForever);
    if (!finished) continue;  // woken
    // What went wrong cannot be told from infrastructure now that nobody can be asked: it runs again at --resume.
    const auto found = under_way_.find(finished->id);
    const auto judged = judge(*found->second, finished->result);
    const bool bad = std::any_of(judged.begin(), judged.end(),
                                 [](const JudgedAttempt& one) { return is_trouble(one.ending.outcome); });
    if (finished->result.cancelled || bad) {
      under_way_.erase(found);
      continue;
    }
    GRADUAND_TRY(handle(*finished));
  }
  return {};
}

void CellRun::end_children() {
  pool_->terminate_all();
  while (pool_->running() > 0) pool_->wait_next(ChildPool::kForever);
  under_way_.clear();
}

void CellRun::notice_oddities(const UnderWay& under_way, const ProcessResult& result) {
  const std::size_t dropped = under_way.messages.collected().dropped;
  const auto notice = [&](const std::string& text) {
    scope_.recorder.observer().on_notice(under_way.attempt.id + ": " + text);
  };
  if (result.group_survivors) notice("left processes behind, which were killed");
  if (result.dropped_bytes != 0) notice(fmt::format("{} bytes of its output were dropped", result.dropped_bytes));
  if (!result.output_error.empty()) notice("its output is not complete: " + result.output_error);
  if (dropped != 0) notice(fmt::format("{} of its messages were dropped, beyond the limits", dropped));
}

}  // namespace graduand::runner
