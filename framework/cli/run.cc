// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "framework/base/files.h"
#include "framework/base/text.h"
#include "framework/cli/cli.h"
#include "framework/cli/progress.h"
#include "framework/cli/run_prepare.h"
#include "framework/history/rates.h"
#include "framework/report/fixed_costs.h"
#include "framework/report/report.h"
#include "framework/results/junit.h"

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

runner::KeepCluster keep_cluster(const std::string& text) {
  if (text == "always") return runner::KeepCluster::kAlways;
  return text == "on-failure" ? runner::KeepCluster::kOnFailure : runner::KeepCluster::kNever;
}

// junit.xml, the history and the tables: what is made of a run directory after its last record.
// Returns what the directory says of the whole run, which is more than this invocation's part of a resumed one.
Result<runner::RunSummary> conclude(const Prepared& prepared, const RunArguments& arguments) {
  GRADUAND_TRY_ASSIGN(auto contents, results::read_run_directory(prepared.directory));
  const auto whole = runner::summarize(contents);
  GRADUAND_TRY(write_file_atomically(prepared.directory / results::layout::kJunit, results::junit_xml(contents)));
  std::vector<results::RunContents> all;
  all.push_back(std::move(contents));
  GRADUAND_TRY_ASSIGN(auto selection, history::select_from(all, history::Query{}));
  const auto rates = history::case_cells(selection);
  const auto costs = report::fixed_costs(all.front());
  if (arguments.as_json)
    print(pretty_json(json::object{{"schema_version", 1},
                                   {"run_id", prepared.run.id},
                                   {"directory", prepared.directory.string()},
                                   {"rates", report::flakes_json(rates)},
                                   {"fixed_costs", report::fixed_costs_json(costs)}}));
  else
    print(report::flakes_terminal(rates, report::terminal_style_for_stdout()) + report::fixed_costs_text(costs));
  if (arguments.no_history) return whole;
  GRADUAND_TRY_ASSIGN(auto store, open_history(arguments.history));
  GRADUAND_TRY_ASSIGN(auto summary, store->ingest(all.front()));
  std::fprintf(stderr, "history: %d attempts added\n", summary.attempts);
  return whole;
}

int execute(Prepared& prepared, const RunArguments& arguments, Providers& providers) {
  const bool resume = !arguments.resume.empty();
  auto writer = open_directory(prepared, resume);
  if (!writer) return report_error(writer.error());
  std::fprintf(stderr, "run %s: %zu attempts in %zu cells, seed %llu\n  directory %s\n", prepared.run.id.c_str(),
               prepared.plan.attempts(), prepared.plan.cells.size(), static_cast<unsigned long long>(prepared.run.seed),
               prepared.directory.c_str());
  if (resume) std::fprintf(stderr, "  resumed: %zu attempts were done before\n", prepared.done_before);

  CancelSource cancel;
  SignalGuard signals(cancel);
  runner::RunOptions options{.procs = arguments.procs,
                             .fail_fast = arguments.fail_fast,
                             .share_processes = arguments.share_processes,
                             .conformance = arguments.conformance,
                             .keep_cluster = keep_cluster(arguments.keep_cluster)};
  Result<runner::RunSummary> summary = fail(ErrorKind::kInternal, "not run");
  {
    ProgressPrinter progress(prepared.plan.attempts(), system_clock());
    summary = runner::run_plan(
        prepared.plan, prepared.suites, prepared.run, *writer,
        [&providers](const runner::PlannedCell& cell) { return providers.of(cell); }, options, progress, system_clock(),
        cancel.token());
  }
  if (!summary) {
    std::fprintf(stderr, "what was recorded is kept; go on with: graduand run --resume %s\n",
                 prepared.directory.c_str());
    return report_error(summary.error());
  }
  if (!summary->interrupted) prepared.run.finished = system_clock().now();
  if (auto finished = writer->finish(prepared.run); !finished) return report_error(finished.error());
  auto whole = conclude(prepared, arguments);
  if (!whole) return report_error(whole.error());
  whole->interrupted = summary->interrupted;
  if (summary->interrupted || summary->stopped_early) {
    const std::string next = arguments.conformance ? "a conformance run is one invocation: start it anew"
                                                   : "go on with: graduand run --resume " + prepared.directory.string();
    std::fprintf(stderr, "%s; %s\n", summary->interrupted ? "interrupted" : "stopped at the first failure",
                 next.c_str());
  }
  std::fprintf(stderr, "run directory: %s\n", prepared.directory.c_str());
  return whole->exit_code();
}

// A build that the history has already would be refused at the end, after hours.
Status check_build(const results::Run& run, const RunArguments& arguments) {
  if (run.trigger != results::Trigger::kPeriodic || arguments.no_history || !arguments.resume.empty()) return {};
  const auto path =
      arguments.history.empty() ? history::default_history_path() : std::filesystem::path(arguments.history);
  std::error_code ignored;
  if (!std::filesystem::exists(path, ignored)) return {};
  GRADUAND_TRY_ASSIGN(const auto store, open_history(arguments.history));
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
  if (arguments.resume.empty() == arguments.profiles.empty())
    return report_error(
        Error{ErrorKind::kUsage, "name either --profile FILE or --resume DIR", {}, "see 'graduand run --help'"});
  if (arguments.conformance && !arguments.resume.empty())
    return report_error(Error{ErrorKind::kUsage,
                              "a conformance run is one invocation and cannot be resumed",
                              {},
                              "start it anew with --profile"});
  auto prepared =
      arguments.resume.empty() ? prepare_new(session, arguments) : prepare_resume(session, arguments.resume);
  if (!prepared) return report_error(prepared.error());
  if (arguments.dry_run) return show_plan(*prepared, arguments.as_json);
  if (auto fresh = check_build(prepared->run, arguments); !fresh) return report_error(fresh.error());
  Providers providers;
  if (auto ready = preflight(*prepared, providers); !ready) return report_error(ready.error());
  return execute(*prepared, arguments, providers);
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
  verb->add_flag("--fail-fast", arguments->fail_fast, "Start nothing new after the first failure");
  verb->add_flag("--share-processes", arguments->share_processes,
                 "Ginkgo specs that are not serial share --procs processes: quicker, less isolated");
  verb->add_flag("--conformance", arguments->conformance,
                 "The Conformance set of one --suite in one invocation, with e2e.log and junit_01.xml");
  verb->add_option("--keep-cluster", arguments->keep_cluster, "Leave clusters standing: never, on-failure or always")
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
  verb->add_option("--seed", arguments->seed, "Seed of all randomness (default: a new one, printed)")->type_name("N");
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
  verb->callback(
      [arguments, &session] { session.action = [arguments, &session] { return run(session, *arguments); }; });
}

}  // namespace graduand::cli
