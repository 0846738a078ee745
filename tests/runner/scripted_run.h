// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "framework/base/files.h"
#include "framework/results/protocol.h"
#include "framework/runner/runner.h"
#include "tests/runner/fake_cluster.h"

namespace graduand::runner {

// A shell command that writes the message to descriptor 3.
std::string say(const results::Message& message);
std::string say_terminal(results::Outcome outcome, const std::string& reason = {});
std::string passes();

// Logs what it is told, one short line each; may act when an attempt starts.
struct LoggingObserver : Observer {
  std::vector<std::string> log;
  std::vector<std::string> notices;
  std::function<void(const PlannedAttempt&)> when_started;
  void on_cell_started(const catalogue::CellDescription& cell) override { log.push_back("cell " + cell.name); }
  void on_attempt_started(const PlannedAttempt& attempt) override {
    log.push_back("started " + attempt.case_id);
    if (when_started) when_started(attempt);
  }
  void on_attempt_progress(const PlannedAttempt&, const std::string& text) override { log.push_back("says " + text); }
  void on_attempt(const results::Attempt& attempt) override {
    log.push_back(std::string(to_string(attempt.outcome)) + " " + attempt.case_id);
  }
  void on_transition(const catalogue::CellDescription&, const results::Transition& transition) override {
    log.push_back(std::string("transition ") + to_string(transition.request.kind));
  }
  void on_cell_finished(const catalogue::CellDescription& cell, bool kept) override {
    log.push_back("finished " + cell.name + (kept ? " kept" : ""));
  }
  void on_notice(const std::string& text) override { notices.push_back(text); }
};

// A run of a suite that is a shell script, on fake clusters, in a run directory of its own.
class ScriptedRun : public testing::Test {
 protected:
  void SetUp() override;
  // `body` is shell; its working folder is the attempt's. `$SHARED` is a folder that all attempts see.
  catalogue::CaseInfo& add_case(const std::string& name, const std::string& body);
  // The reference holds until the next one is added.
  catalogue::CellDescription& add_cell(const std::string& name);
  // Plans all cases on all cells (one cell "on" when none was added) and runs.
  Result<RunSummary> run(int repeat = 1);
  // Runs `plan` into the run directory that is there already.
  Result<RunSummary> resume(const Plan& plan);
  void make_plan_and_script(int repeat);
  Result<RunSummary> execute(results::RunDirectoryWriter& writer, const Plan& plan);

  results::RunContents contents() const;
  // The attempt of a case ("name"), the only one or that of a cell.
  results::Attempt attempt(const std::string& name, const std::string& cell = "on") const;
  // Outcomes in the order of the records: "passed suite/a".
  std::vector<std::string> outcomes() const;
  FakeCell& cell(const std::string& name = "on") { return provider.cells["profile/" + name]; }
  std::string shared(const std::string& file) const;  // content of $SHARED/file
  std::filesystem::path directory() const { return folder_->path() / "run"; }
  std::filesystem::path shared_folder() const { return folder_->path(); }

  FakeProvider provider;
  LoggingObserver observer;
  RunOptions options;
  CancelSource cancel;
  results::Run run_record;
  std::vector<LoadedSuite> suites{1};
  Plan plan;
  std::optional<std::filesystem::path> run_directory;  // instead of directory()

 private:
  std::optional<TempDir> folder_;
  std::vector<std::pair<std::string, std::string>> bodies_;
  std::vector<std::pair<std::filesystem::path, catalogue::CellDescription>> cells_;
};

}  // namespace graduand::runner
