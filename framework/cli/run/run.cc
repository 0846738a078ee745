// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "framework/base/files.h"
#include "framework/base/text.h"
#include "framework/cli/cli.h"
#include "framework/cli/run/progress.h"
#include "framework/cli/run/run_conclude.h"
#include "framework/cli/run/run_prepare.h"

namespace graduand::cli {

namespace {

// In the order of execution, with the transitions between.
std::string attempts_text(const runner::PlannedCell& cell) {
  const auto& transitions = cell.cell.transitions;
  const auto phases = catalogue::phase_names(transitions);
  std::string text;
  for (std::size_t place = 0; place < phases.size(); ++place) {
    if (place > 0)
      text += fmt::format("  transition {}: {}\n", catalogue::to_string(transitions[place - 1].kind),
                          json::serialize(catalogue::encode(transitions[place - 1])));
    if (!transitions.empty()) text += fmt::format("  phase {}\n", phases[place]);
    const char* indent = transitions.empty() ? "  " : "    ";
    for (const bool throughout : {false, true})
      for (const auto& attempt : cell.attempts)
        if (attempt.first_phase() == phases[place] && attempt.throughout == throughout)
          text += fmt::format("{}{} #{}{}\n", indent, attempt.case_id, attempt.number,
                              throughout ? ", from here throughout" : "");
  }
  return text;
}

int show_plan(const Prepared& prepared, bool as_json) {
  if (as_json) {
    print(pretty_json(prepared.plan.to_json()));
    return kOk;
  }
  std::string text;
  for (const auto& cell : prepared.plan.cells) {
    text += fmt::format("cell {} (Kubernetes {}, {}, fingerprint {})\n", cell.cell.display_name(),
                        cell.cell.kubernetes_version.str(), cell.cell.provider, cell.cell.fingerprint());
    text += attempts_text(cell);
  }
  text += fmt::format("{} attempts in {} cells, seed {}; nothing was run\n", prepared.plan.attempts(),
                      prepared.plan.cells.size(), prepared.run.seed);
  print(text);
  return kOk;
}

Result<results::RunDirectoryWriter> open_directory(const Prepared& prepared, bool resume) {
  if (resume) {
    GRADUAND_TRY_ASSIGN(auto reopened, results::RunDirectoryWriter::reopen(prepared.directory));
    // It has no end now: what is recorded from here on would lie after the one that an earlier invocation wrote.
    GRADUAND_TRY(reopened.finish(prepared.run));
    return reopened;
  }
  GRADUAND_TRY_ASSIGN(auto writer, results::RunDirectoryWriter::create(prepared.directory, prepared.run));
  GRADUAND_TRY(
      write_file_atomically(prepared.directory / results::layout::kPlan, pretty_json(prepared.plan.to_json())));
  return writer;
}

Result<runner::RunSummary> carry_out(Prepared& prepared, Providers& providers, bool resume, const CancelToken& cancel) {
  GRADUAND_TRY_ASSIGN(auto writer, open_directory(prepared, resume));
  std::fprintf(stderr, "run %s: %zu attempts in %zu cells, seed %llu\n  directory %s\n", prepared.run.id.c_str(),
               prepared.plan.attempts(), prepared.plan.cells.size(), static_cast<unsigned long long>(prepared.run.seed),
               prepared.directory.c_str());
  if (resume) std::fprintf(stderr, "  resumed: %zu attempts were done before\n", prepared.done_before);
  Result<runner::RunSummary> summary = fail(ErrorKind::kInternal, "not run");
  {
    ProgressPrinter progress(prepared.plan.attempts(), system_clock());
    summary = runner::run_plan(
        prepared.plan, prepared.suites, prepared.run, writer, prepared.directory,
        [&providers](const runner::PlannedCell& cell) { return providers.of(cell); }, prepared.plan.invocation.options,
        progress, system_clock(), cancel);
  }
  if (!summary) {
    std::fprintf(stderr, "what was recorded is kept; go on with: graduand run --resume %s\n",
                 prepared.directory.c_str());
    return summary;
  }
  if (!summary->interrupted) prepared.run.finished = system_clock().now();
  if (auto finished = writer.finish(prepared.run); !finished) report_error(finished.error());
  return summary;
}

int execute(Prepared& prepared, const RunArguments& arguments, Providers& providers, const CancelToken& cancel) {
  const bool resume = !arguments.resume.empty();
  // A run that is complete has its end already.
  if (resume && prepared.plan.cells.empty()) {
    std::fprintf(stderr, "run %s is complete: all of its %zu attempts have a record\n", prepared.run.id.c_str(),
                 prepared.done_before);
    return conclude_run(prepared, arguments.as_json, false);
  }
  const auto summary = carry_out(prepared, providers, resume, cancel);
  if (!summary) {
    // What had failed before counts all the same.
    const auto recorded = results::read_run_directory(prepared.directory);
    return worse_exit(report_error(summary.error()), recorded ? runner::summarize(*recorded).exit_code() : kOk);
  }
  const int code = conclude_run(prepared, arguments.as_json, summary->interrupted);
  if (summary->interrupted || summary->stopped_early) {
    const std::string next = prepared.plan.invocation.options.conformance
                                 ? "a conformance run is one invocation: start it anew"
                                 : "go on with: graduand run --resume " + prepared.directory.string();
    std::fprintf(stderr, "%s; %s\n", summary->interrupted ? "interrupted" : "stopped at the first failure",
                 next.c_str());
  }
  std::fprintf(stderr, "run directory: %s\n", prepared.directory.c_str());
  return code;
}

// A build that the history has already would be refused at the end, after hours.
Status check_build(const Prepared& prepared) {
  const results::Run& run = prepared.run;
  const auto& path = prepared.plan.invocation.history;
  std::error_code ignored;
  if (run.trigger != results::Trigger::kPeriodic || path.empty() || !std::filesystem::exists(path, ignored)) return {};
  GRADUAND_TRY_ASSIGN(const auto store, open_history(path.string()));
  GRADUAND_TRY_ASSIGN(const auto known, store->runs());
  for (const results::Run& one : known)
    if (one.trigger == run.trigger && one.job == run.job && one.build_id == run.build_id)
      return fail(ErrorKind::kConflict,
                  fmt::format("build {} of job {} is run {} in the history already; one build is one scheduled run",
                              run.build_id, run.job, one.id),
                  path.string(), "give each build its own --build-id, or run with --no-history");
  return {};
}

int run(const Session& session, const RunArguments& arguments) {
  const bool resume = !arguments.resume.empty();
  if (resume != arguments.profiles.empty())
    return report_error(
        Error{ErrorKind::kUsage, "name either --profile FILE or --resume DIR", {}, "see 'graduand run --help'"});
  // Before the first child is started: a signal ends those of preparation, too.
  CancelSource cancel;
  const SignalGuard signals(cancel);
  auto prepared =
      resume ? prepare_resume(session, arguments, cancel.token()) : prepare_new(session, arguments, cancel.token());
  if (!prepared) return report_error(prepared.error());
  if (arguments.dry_run) return show_plan(*prepared, arguments.as_json);
  if (auto fresh = resume ? Status() : check_build(*prepared); !fresh) return report_error(fresh.error());
  Providers providers;
  if (auto ready = preflight(*prepared, providers, cancel.token()); !ready) return report_error(ready.error());
  return execute(*prepared, arguments, providers, cancel.token());
}

}  // namespace

void add_run(CLI::App& app, Session& session) {
  auto arguments = std::make_shared<RunArguments>();
  auto* verb = app.add_subcommand("run", "Run suites on the cells of profiles, and keep every attempt");
  verb->add_option("--profile", arguments->profiles, "Gates × versions × topology (may be repeated)")
      ->type_name("FILE");
  verb->add_option("--cell", arguments->cells, "Only this cell of the profiles (may be repeated)")->type_name("NAME");
  add_case_options(*verb, arguments->selection);
  verb->add_option("--repeat", arguments->repeat, "Attempts of each case in each cell")
      ->check(CLI::Range(1, 100000))
      ->capture_default_str();
  verb->add_option("--procs", arguments->procs, "Attempts at once on one cluster")
      ->check(CLI::Range(1, 256))
      ->capture_default_str();
  verb->add_option("--clusters", arguments->clusters, "Clusters up at once, or auto: as many as cores and memory bear")
      ->check(CLI::Range(1, 64) | CLI::IsMember({"auto"}))
      ->type_name("N|auto")
      ->capture_default_str();
  verb->add_flag("--fail-fast", arguments->fail_fast, "Start nothing new after the first failure");
  verb->add_flag("--share-processes", arguments->share_processes,
                 "Ginkgo specs that are not serial share --procs processes: quicker, less isolated");
  verb->add_flag("--conformance", arguments->conformance,
                 "The Conformance set of one --suite in one invocation, with e2e.log and junit_01.xml");
  verb->add_option("--keep-cluster", arguments->keep_cluster,
                   "Leave clusters standing: never, on-failure (at once only with --fail-fast) or always")
      ->check(CLI::IsMember({"never", "on-failure", "always"}))
      ->capture_default_str();
  verb->add_option("-o,--output", arguments->output, "Run directory (default: graduand-runs/<run id>)")
      ->type_name("DIR");
  verb->add_option("--history", arguments->history, "Ingest into this history")
      ->type_name("FILE")
      ->default_str(history::default_history_path().string());
  verb->add_flag("--no-history", arguments->no_history, "Do not ingest; 'graduand ingest' can do so later");
  verb->add_option("--trigger", arguments->trigger, "Why it runs: only periodic counts as a schedule")
      ->check(CLI::IsMember({"periodic", "presubmit", "manual", "reproduce"}))
      ->capture_default_str();
  verb->add_option("--job", arguments->job, "The CI job's name; a periodic run needs it")->type_name("JOB");
  verb->add_option("--build-id", arguments->build_id, "The CI job's build; a periodic run needs it, each its own")
      ->type_name("ID");
  verb->add_option("--change", arguments->change,
                   "What a presubmit tests, such as kubernetes/kubernetes#128046 (default: as Prow's environment says)")
      ->type_name("CHANGE");
  auto* seed =
      verb->add_option("--seed", arguments->seed, "The run's seed, from which each attempt's derives (default: new)")
          ->type_name("N");
  verb->add_option("--attempt-seed", arguments->attempt_seed,
                   "The seed of every attempt, as a failure prints it: to have it again")
      ->type_name("N")
      ->excludes(seed);
  verb->add_option("--resume", arguments->resume, "Go on with a run that was cut short")->type_name("DIR");
  verb->add_flag("--dry-run", arguments->dry_run, "Print what would be run, and run nothing");
  verb->add_flag("--json", arguments->as_json, "Print the result (or the plan) as JSON");
  verb->footer(
      "\nExamples:\n"
      "  graduand run --profile kind-configs/sleep-action-v1.33.yaml --cell on --repeat 10\n"
      "  graduand run --profile kind-configs/default-v1.34.yaml --label-filter 'sig-node && !Disruptive'\n"
      "  graduand run --profile kind-configs/default-v1.34.yaml --suite kubernetes-e2e --conformance\n"
      "  graduand run --profile p.yaml --trigger periodic --job ci-sleep-action --build-id 1234\n"
      "  graduand run --resume graduand-runs/20261121t041000-ab12cd34");
  verb->callback([arguments, &session, verb] {
    for (const CLI::Option* option : verb->get_options([](const CLI::Option* one) { return one->count() > 0; }))
      if (!option->get_lnames().empty()) arguments->given.insert(option->get_lnames().front());
    session.action = [arguments, &session] { return run(session, *arguments); };
  });
}

}  // namespace graduand::cli
