// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <CLI/CLI.hpp>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "framework/base/error.h"
#include "framework/history/store.h"
#include "framework/runner/plan/suite.h"

namespace graduand::cli {

// Exit codes, as ARCHITECTURE.md lists them.
enum Exit : int {
  kOk = 0,
  kFailed = 1,
  kUsage = 2,
  kNothingSelected = 3,
  kNoEvidence = 4,
  kInfrastructure = 5,
  kInterrupted = 130,
};

// Options that every verb takes, and what the chosen verb will do.
struct Session {
  std::vector<std::string> argv;
  int verbosity = 0;
  std::vector<std::string> suite_folders;
  std::vector<std::string> feature_folders;
  std::vector<std::string> kind_config_folders;
  std::function<int()> action;
};

// Prints "error: ..." with its hint to stderr and returns the exit code for the error's kind.
int report_error(const Error& error);

// Of two ends the one that counts: 130, 2, 3, 1, 5, 4, 0.
int worse_exit(int one, int other);

// --suites, $GRADUAND_SUITES, or the folder beside the program.
std::vector<std::filesystem::path> suite_folders_of(const Session& session);

// The suites of --suites, $GRADUAND_SUITES or those beside the program, their programs asked for their cases; of suites
// of kind ginkgo the binaries for these versions of Kubernetes, or all. kUsage also when the suites and the features'
// files contradict one another (see feature.h).
Result<std::vector<runner::LoadedSuite>> load_all_suites(
    const Session& session, std::optional<std::vector<catalogue::KubeVersion>> versions = std::nullopt,
    const CancelToken& cancel = {});

// The cases that the label filter selects, of the named suites and cases (all when empty). A case is named by its id or
// by what follows the suite's name in it. kUsage for a filter or a case that is wrong, kNothingSelected for nothing
// left. A suite that is named and not available here is kUsage, too, with the reason.
struct CaseArguments {
  std::string label_filter;
  std::vector<std::string> suites;
  std::vector<std::string> cases;
  bool all_specs = false;
};
void add_case_options(CLI::App& verb, CaseArguments& options);
Result<std::vector<runner::SelectedCase>> chosen_cases(const std::vector<runner::LoadedSuite>& suites,
                                                       const CaseArguments& options);

// The history at `path`, or the default one when empty: made and migrated where need be, so for verbs that add to it.
Result<std::unique_ptr<history::Store>> open_history(const std::string& path);
// The same for verbs that change one: where there is none, it must be a slip of the name (kUsage).
Result<std::unique_ptr<history::Store>> open_existing_history(const std::string& path);

// For verbs that only read: nothing is made or changed. A path that was named and is not there is kNotFound; the
// default one that is not there yet is a history without anything.
struct HistoryToRead {
  std::unique_ptr<history::StoreReader> store;
  std::string name;  // for people: "history /path"
};
Result<HistoryToRead> open_history_to_read(const std::string& path);

// What flakes, judge and report read: run directories when given, else the history.
struct EvidenceOptions {
  std::vector<std::string> runs;
  std::string history;
  std::optional<long> up_to;  // see history::Query; only of a history
};
void add_evidence_options(CLI::App& verb, EvidenceOptions& options);
struct Evidence {
  history::Selection selection;
  std::string source;
  std::map<std::string, std::string> folders;  // run id → the directory it was read from, as it was named
};
Result<Evidence> load_evidence(const EvidenceOptions& options, const history::Query& query);

// Writes to stdout; a closed pipe is no error.
void print(const std::string& text);

// One function a verb, each in the file of its name: adds the verb, and sets session.action when it was chosen.
void add_doctor(CLI::App& app, Session& session);
void add_cluster(CLI::App& app, Session& session);
void add_cluster_gates(CLI::App& cluster, Session& session);     // below the verb cluster
void add_cluster_versions(CLI::App& cluster, Session& session);  // upgrade, downgrade, kubelet, restart
void add_suites(CLI::App& app, Session& session);
void add_run(CLI::App& app, Session& session);
void add_flakes(CLI::App& app, Session& session);
void add_judge(CLI::App& app, Session& session);
void add_ingest(CLI::App& app, Session& session);
void add_mark(CLI::App& app, Session& session);
void add_report(CLI::App& app, Session& session);
void add_completion(CLI::App& app, Session& session);
// What the completion scripts call as `graduand __complete WORD...`: prints what may stand for the last word.
int complete(const CLI::App& app, const std::vector<std::string>& words);

}  // namespace graduand::cli
