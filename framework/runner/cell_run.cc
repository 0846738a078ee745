// SPDX-License-Identifier: Apache-2.0
#include "framework/runner/cell_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "framework/base/files.h"
#include "framework/base/text.h"
#include "framework/catalogue/ginkgo_spec.h"
#include "framework/catalogue/need.h"
#include "framework/runner/names.h"
#include "framework/runner/step_state.h"

namespace graduand::runner {
namespace {

using results::Outcome;

constexpr milliseconds kForever = std::chrono::hours(24 * 365);

// The end of a file, for a crash's last words.
std::string tail_of(const std::filesystem::path& file) {
  const auto text = read_file(file);
  return text ? text->substr(text->size() - std::min<std::size_t>(text->size(), 4096)) : std::string();
}

}  // namespace

CellRun::CellRun(const PlannedCell& cell, RunScope& scope)
    : cell_(cell),
      scope_(scope),
      cluster_(scope.run_id, cell, scope.options, scope.recorder, scope.clock, scope.cancel),
      phases_(cell, cluster_, scope.recorder, scope.clock, scope.cancel),
      book_(cell, scope, cluster_, phases_) {}

Status CellRun::run() {
  Observer& observer = scope_.recorder.observer();
  observer.on_cell_started(cell_.cell);
  Status status = run_attempts();
  end_children();
  const bool kept = cluster_.put_away(book_.trouble() || !status, scope_.recorder.summary().interrupted);
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
    for (const PlannedAttempt& planned : cell_.attempts) GRADUAND_TRY(book_.not_run(planned, cluster_.why_not()));
    if (scope_.options.fail_fast && results::is_failure(cluster_.instance().outcome))
      scope_.recorder.summary().stopped_early = true;
    return {};
  }
  if (cluster_.taken_over_in()) book_.look_for_cut_short();
  provide_images();
  phases_.begin();
  return go_through_phases();
}

Status CellRun::execute(Queue& queue, int procs) {
  const RunSummary& summary = scope_.recorder.summary();
  for (;;) {
    if (scope_.cancel.cancelled()) return interrupt();
    while (!book_.stopping() && running_in_phase() < static_cast<std::size_t>(std::max(1, procs))) {
      GRADUAND_TRY_ASSIGN(const PlannedAttempt* next, next_ready(queue));
      if (next == nullptr) break;
      GRADUAND_TRY(start(*next));
    }
    if ((finishing_ ? pool_.running() : running_in_phase()) == 0) break;
    auto finished = pool_.wait_next(kForever, scope_.cancel);
    if (finished) GRADUAND_TRY(handle(*finished));
    if (book_.lost()) pool_.terminate_all();
    GRADUAND_TRY(scope_.recorder.status());  // a transition may have met a full disk
  }
  // Stopped by --fail-fast, they have no record: --resume goes on with them.
  if (book_.over().empty() || summary.interrupted) return {};
  for (const PlannedAttempt* planned : queue) GRADUAND_TRY(book_.not_run(*planned, book_.over()));
  queue.clear();
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
  if (!selected.suite->ginkgo) return std::nullopt;
  const catalogue::CaseInfo& info = *selected.info;
  if (auto reason = catalogue::first_unmet(info.needs, cluster_.facts()))
    return Ending{Outcome::kSkipped, one_line(*reason)};
  for (const std::string& image : info.images)
    if (const auto missing = missing_images_.find(image); missing != missing_images_.end())
      return Ending{Outcome::kSkipped, one_line("needs the image " + image + ": " + missing->second)};
  if (catalogue::is_ambiguous(selected.suite->cases, info))
    return Ending{Outcome::kInfraError,
                  one_line(fmt::format("another spec has the same name at {}:{}: Ginkgo cannot be told to run just one",
                                       info.file, info.line)),
                  true};
  return std::nullopt;
}

Status CellRun::start(const PlannedAttempt& planned) {
  const SelectedCase* known = book_.find(planned);
  results::Attempt attempt = book_.blank(planned);
  if (known == nullptr)
    return book_.record(attempt, {Outcome::kInfraError, "the suite does not have this case (any more)"});
  if (auto ending = kept_from_running(*known)) return book_.record(attempt, *ending);
  auto on_progress = [this, &planned](const std::string& message) {
    scope_.recorder.observer().on_attempt_progress(planned, message);
  };
  auto on_transition = [this, &planned](results::Transition transition) {
    // An error is kept by the recorder, and looked at after each wait.
    static_cast<void>(cluster_.record_transition(std::move(transition), planned.id));
  };
  auto under_way = std::make_unique<UnderWay>(
      UnderWay{&planned, *known, AttemptFiles(scope_.recorder.folder(), cell_.cell.display_name(), planned),
               std::move(attempt), MessageCollector(on_progress, on_transition)});
  auto prepared = known->suite->ginkgo ? prepare_ginkgo(*under_way) : prepare(*under_way);
  auto id = std::move(prepared).and_then([&](ProcessSpec spec) {
    // The callback lives as long as the child, and the child's end is handled before `under_way` goes.
    if (!known->suite->ginkgo)
      spec.on_record_line = [&messages = under_way->messages](std::string_view line) { messages.line(line); };
    return pool_.start(std::move(spec));
  });
  if (!id)
    return book_.record(under_way->attempt,
                        {Outcome::kInfraError, one_line("could not be started: " + to_string(id.error()))});
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
  context.facts = cluster_.facts();
  context.host_added_gates = instance.host_added_gates;
  context.artifacts = under_way.files.artifacts().string();
  context.phase = under_way.attempt.first_phase;
  context.transitions = cell_.cell.transitions;
  if (info.step.is_step()) context.state_file = state_file(cluster_.folder(), info.step, under_way.attempt.number);
  if (under_way.planned->throughout) context.finish_file = under_way.files.finish_file().string();
  GRADUAND_TRY(under_way.files.write_context(context));
  return attempt_process(under_way.files, under_way.selected.suite->file.binary, under_way.attempt.id, info.time_limit,
                         info.disruptive);
}

Result<ProcessSpec> CellRun::prepare_ginkgo(const UnderWay& under_way) const {
  GRADUAND_TRY(under_way.files.prepare());
  const GinkgoTarget target = ginkgo_target(*cluster_.cluster(), under_way.files.artifacts());
  return ginkgo_process(under_way.files, *under_way.selected.suite, *under_way.selected.info, target);
}

Status CellRun::handle(const ProcessPool::Finished& finished) {
  const auto found = under_way_.find(finished.id);
  const std::unique_ptr<UnderWay> under_way = std::move(found->second);
  under_way_.erase(found);
  const ProcessResult& result = finished.result;
  if (under_way->selected.suite->ginkgo) return handle_ginkgo(*under_way, result);
  Collected said = under_way->messages.take();
  Ending ending = ending_of(said, result, under_way->selected.info->time_limit);
  // Ended by us because the cluster was lost.
  if (result.cancelled) ending = {Outcome::kInfraError, {}};
  if (!book_.confirm(ending)) return {};  // interrupted: no record
  notice_oddities(*under_way, result, said);
  under_way->attempt.failures = std::move(said.failures);
  under_way->attempt.measures = std::move(said.measures);
  under_way->attempt.last_phase =
      under_way->planned->throughout ? phases_.name() : said.last_phase.value_or(under_way->attempt.first_phase);
  keep(*under_way, result);
  GRADUAND_TRY(book_.record(under_way->attempt, ending));
  if (under_way->selected.info->disruptive) return book_.after_disruptive(*under_way->planned);
  return {};
}

Status CellRun::handle_ginkgo(UnderWay& under_way, ProcessResult result) {
  const auto report = take_ginkgo_report(under_way.files.folder() / "report.json");
  if (!report) {
    result.stdout_text = tail_of(under_way.files.stdout_file());
    result.stderr_text = tail_of(under_way.files.stderr_file());
  }
  const catalogue::CaseInfo& info = *under_way.selected.info;
  GinkgoEnding end = ending_of_ginkgo(result, report, info, info.time_limit);
  if (result.cancelled) end.ending = {Outcome::kInfraError, {}};
  if (!book_.confirm(end.ending)) return {};  // interrupted: no record
  notice_oddities(under_way, result, {});
  under_way.attempt.failures = std::move(end.failures);
  under_way.attempt.measures = std::move(end.measures);
  keep(under_way, result);
  GRADUAND_TRY(book_.record_with_tries(under_way.attempt, end.ending, end.failed_tries));
  if (info.disruptive) return book_.after_disruptive(*under_way.planned);
  return {};
}

void CellRun::keep(UnderWay& under_way, const ProcessResult& result) const {
  under_way.attempt.started = result.started;
  under_way.attempt.took = result.wall;
  under_way.attempt.stdout_path = under_way.files.relative_if_there(under_way.files.stdout_file());
  under_way.attempt.stderr_path = under_way.files.relative_if_there(under_way.files.stderr_file());
}

Status CellRun::interrupt() {
  scope_.recorder.summary().interrupted = true;
  pool_.terminate_all();
  while (auto finished = pool_.wait_next(kForever)) {
    // What went wrong cannot be told from infrastructure now that nobody can be asked: it runs again at --resume.
    const auto found = under_way_.find(finished->id);
    UnderWay& one = *found->second;
    const bool ginkgo = one.selected.suite->ginkgo.has_value();
    const bool bad =
        ginkgo
            ? !finished->result.ok()
            : is_trouble(ending_of(one.messages.collected(), finished->result, one.selected.info->time_limit).outcome);
    if (finished->result.cancelled || bad) {
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
