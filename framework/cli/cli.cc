// SPDX-License-Identifier: Apache-2.0
#include "framework/cli/cli.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "framework/base/files.h"
#include "framework/base/processes/process.h"
#include "framework/base/text.h"
#include "framework/cli/feature.h"
#include "framework/results/run_directory.h"

namespace graduand::cli {

int report_error(const Error& error) {
  std::fflush(stdout);
  std::fprintf(stderr, "error: %s\n", to_string(error).c_str());
  switch (error.kind) {
    case ErrorKind::kUsage:
    case ErrorKind::kNotFound:
    case ErrorKind::kConflict:
      return kUsage;
    case ErrorKind::kNothingSelected:
      return kNothingSelected;
    case ErrorKind::kCancelled:
      return kInterrupted;
    case ErrorKind::kProduct:
      return kFailed;
    case ErrorKind::kInfrastructure:
    case ErrorKind::kTimeout:
    case ErrorKind::kInternal:
      return kInfrastructure;
  }
  return kInfrastructure;
}

int worse_exit(int one, int other) {
  for (const int code : {kInterrupted, kUsage, kNothingSelected, kFailed, kInfrastructure, kNoEvidence})
    if (one == code || other == code) return code;
  return one != kOk ? one : other;
}

std::vector<std::filesystem::path> suite_folders_of(const Session& session) {
  if (session.suite_folders.empty()) return runner::default_suite_folders();
  return {session.suite_folders.begin(), session.suite_folders.end()};
}

Result<std::vector<runner::LoadedSuite>> load_all_suites(const Session& session,
                                                         std::optional<std::vector<catalogue::KubeVersion>> versions,
                                                         const CancelToken& cancel) {
  const auto folders = suite_folders_of(session);
  GRADUAND_TRY_ASSIGN(auto files, catalogue::find_suites(folders));
  if (files.empty()) {
    std::vector<std::string> names;
    for (const auto& folder : folders) names.push_back(folder.string());
    return fail(ErrorKind::kUsage, "no suite.yaml below " + join(names, ", "), {},
                "build the project, or name a folder of suites with --suites or $GRADUAND_SUITES");
  }
  GRADUAND_TRY(known_features(session, files));
  return runner::load_suites(files, system_process_runner(), {user_cache_dir(), std::move(versions)}, cancel);
}

void add_case_options(CLI::App& verb, CaseArguments& options) {
  verb.add_option("--label-filter", options.label_filter, "Ginkgo's label-filter language")->type_name("EXPR");
  verb.add_option("--suite", options.suites, "Only this suite (may be repeated)")->type_name("NAME");
  verb.add_option("--case", options.cases, "Only this case, or this step of one (may be repeated)")->type_name("ID");
  verb.add_flag("--all-specs", options.all_specs,
                "Of suites of kind ginkgo, also specs that speak for none of their features");
}

namespace {

Status check_suite(const std::vector<runner::LoadedSuite>& suites, const std::string& name) {
  std::vector<std::string> names;
  std::string unavailable;
  for (const auto& suite : suites) {
    names.push_back(suite.file.name);
    if (suite.file.name != name) continue;
    if (suite.unavailable.empty()) return {};
    unavailable = suite.unavailable;
  }
  if (!unavailable.empty()) return fail(ErrorKind::kUsage, "the suite " + name + " is not available: " + unavailable);
  return fail(ErrorKind::kUsage, "no suite '" + name + "'", {}, did_you_mean_hint(name, names));
}

}  // namespace

Result<std::vector<runner::SelectedCase>> chosen_cases(const std::vector<runner::LoadedSuite>& suites,
                                                       const CaseArguments& options) {
  GRADUAND_TRY_ASSIGN(const auto filter, catalogue::LabelFilter::parse(options.label_filter));
  const auto named = [](const catalogue::CaseInfo& info, const std::string& name) {
    for (const std::string& full : {name, info.suite + "/" + name})
      if (info.id == full || info.step.phased_case == full) return true;
    return false;
  };
  std::vector<std::string> ids;
  for (const auto& suite : suites)
    for (const auto& info : suite.cases) ids.push_back(info.id);
  for (const auto& name : options.cases) {
    bool known = false;
    for (const auto& suite : suites)
      known = known || std::any_of(suite.cases.begin(), suite.cases.end(),
                                   [&](const catalogue::CaseInfo& info) { return named(info, name); });
    if (!known) {
      auto hint = did_you_mean_hint(name, ids);
      return fail(ErrorKind::kUsage, "no case '" + name + "'", {},
                  hint.empty() ? "'graduand suites list' shows all cases" : hint);
    }
  }
  for (const auto& name : options.suites) GRADUAND_TRY(check_suite(suites, name));
  // Who names cases wants those, whatever they speak for.
  const bool all_specs = options.all_specs || !options.cases.empty();
  auto cases = runner::select_cases(suites, {filter, options.suites, all_specs});
  if (!options.cases.empty())
    std::erase_if(cases, [&](const runner::SelectedCase& selected) {
      return std::none_of(options.cases.begin(), options.cases.end(),
                          [&](const std::string& name) { return named(*selected.info, name); });
    });
  if (!cases.empty()) return cases;
  return fail(ErrorKind::kNothingSelected, "no case matches the label filter '" + options.label_filter + "'", {},
              "'graduand suites list' shows all cases with their labels");
}

Result<std::unique_ptr<history::Store>> open_history(const std::string& path) {
  return history::open_sqlite(path.empty() ? history::default_history_path() : std::filesystem::path(path));
}

Result<std::unique_ptr<history::Store>> open_existing_history(const std::string& path) {
  const std::filesystem::path file = path.empty() ? history::default_history_path() : std::filesystem::path(path);
  std::error_code ignored;
  if (!std::filesystem::exists(file, ignored))
    return fail(ErrorKind::kUsage, "there is no such history", file.string(),
                "name another file with --history FILE; 'graduand run' and 'graduand ingest' make one");
  return open_history(path);
}

Result<HistoryToRead> open_history_to_read(const std::string& path) {
  if (!path.empty()) {
    GRADUAND_TRY_ASSIGN(auto named, history::open_sqlite_to_read(path));
    return HistoryToRead{std::move(named), "history " + path};
  }
  const auto file = history::default_history_path();
  auto store = history::open_sqlite_to_read(file);
  if (store) return HistoryToRead{std::move(*store), "history " + file.string()};
  if (store.error().kind != ErrorKind::kNotFound) return fail(store.error());
  GRADUAND_TRY_ASSIGN(auto none, history::empty_history());
  return HistoryToRead{std::move(none), "history " + file.string() + " (not there yet)"};
}

void add_evidence_options(CLI::App& verb, EvidenceOptions& options) {
  verb.add_option("--run", options.runs, "Read this run directory instead of the history (may be repeated)")
      ->type_name("DIR");
  verb.add_option("--history", options.history, "The history to read")
      ->type_name("FILE")
      ->default_str(history::default_history_path().string());
  verb.add_option("--up-to", options.up_to, "The history as it was after its first N ingests and marks (default: now)")
      ->check(CLI::NonNegativeNumber)
      ->type_name("N");
}

Result<Evidence> load_evidence(const EvidenceOptions& options, const history::Query& query) {
  Evidence evidence;
  if (!options.runs.empty()) {
    if (options.up_to)
      return fail(ErrorKind::kUsage, "--up-to looks back in a history, and --run reads run directories instead", {},
                  "leave out one of them");
    std::vector<results::RunContents> contents;
    for (const auto& run : options.runs) {
      GRADUAND_TRY_ASSIGN(auto read, results::read_run_directory(run));
      evidence.folders[read.run.id] = run;
      contents.push_back(std::move(read));
    }
    GRADUAND_TRY_ASSIGN(evidence.selection, history::select_from(contents, query));
    evidence.source = "run directory " + join(options.runs, ", ");
    return evidence;
  }
  GRADUAND_TRY_ASSIGN(auto opened, open_history_to_read(options.history));
  history::Query then = query;
  if (options.up_to) then.up_to = options.up_to;
  GRADUAND_TRY_ASSIGN(evidence.selection, opened.store->select(then));
  evidence.source = std::move(opened.name);
  return evidence;
}

void print(const std::string& text) {
  std::fwrite(text.data(), 1, text.size(), stdout);
  std::fflush(stdout);
}

}  // namespace graduand::cli
