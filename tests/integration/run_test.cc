// SPDX-License-Identifier: Apache-2.0
// The program's main path with real processes, a real run directory and a real history, and no cluster.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/mount.h>

#include <set>
#include <thread>

#include "framework/base/json.h"
#include "framework/base/processes/child_pool.h"
#include "framework/history/store.h"
#include "tests/integration/program.h"

namespace graduand {
namespace {

using results::Outcome;
using testing::HasSubstr;
using testing_support::attempts_by_case;
using testing_support::Program;
using testing_support::program_with_faults;

class RunVerb : public testing::Test {
 protected:
  TempDir dir_ = TempDir::create("run").value();
  Program program_ = program_with_faults(dir_.path());
  fs::path profile_ = program_.no_cluster_profile();
  fs::path out_ = dir_.path() / "out";

  ProcessResult run(const std::string& test_case, std::vector<std::string> more = {}) {
    std::vector<std::string> arguments = {"run", "--profile", profile_.string(), "--output", out_.string()};
    if (!test_case.empty()) arguments.insert(arguments.end(), {"--case", test_case});
    arguments.insert(arguments.end(), more.begin(), more.end());
    return program_.run(arguments);
  }
  results::RunContents contents() { return results::read_run_directory(out_).value(); }
};

TEST_F(RunVerb, EachFaultOfACaseEndsInItsOutcome) {
  const auto result = run("", {"--procs", "4"});
  EXPECT_EQ(result.exit_code, 1) << result.stderr_text;
  const auto attempts = attempts_by_case(out_);
  const std::map<std::string, Outcome> expected = {{"passes", Outcome::kPassed},
                                                   {"fails", Outcome::kFailed},
                                                   {"segfaults", Outcome::kCrashed},
                                                   {"hangs", Outcome::kTimedOut},
                                                   {"stuck", Outcome::kTimedOut},
                                                   {"prints-100-mb", Outcome::kPassed},
                                                   {"exits-0-without-a-record", Outcome::kCrashed},
                                                   {"skips-with-reason", Outcome::kSkipped}};
  for (const auto& [name, outcome] : expected) {
    ASSERT_TRUE(attempts.count(name)) << name;
    EXPECT_EQ(attempts.at(name).outcome, outcome) << name << ": " << attempts.at(name).reason;
  }
  EXPECT_FALSE(attempts.at("skips-with-reason").reason.empty());
  EXPECT_THAT(attempts.at("segfaults").reason, HasSubstr("signal 11"));
  EXPECT_LT(fs::file_size(out_ / attempts.at("prints-100-mb").stdout_path), 12u << 20);
  EXPECT_TRUE(fs::exists(out_ / "junit.xml"));
  EXPECT_TRUE(contents().run.simulated);
}

TEST_F(RunVerb, ExitCodesTellPassSkipAndNothing) {
  EXPECT_EQ(run("passes").exit_code, 0);
  out_ = dir_.path() / "skipped";
  EXPECT_EQ(run("skips-with-reason").exit_code, 4);
}

TEST_F(RunVerb, ARunDirectoryIsNotOverwritten) {
  ASSERT_EQ(run("passes").exit_code, 0);
  const auto again = run("passes");
  EXPECT_EQ(again.exit_code, 2);
  EXPECT_THAT(again.stderr_text, HasSubstr(out_.string()));
  EXPECT_EQ(contents().attempts.size(), 1u);
}

TEST_F(RunVerb, TheSeedMakesAFlakyCaseRepeatable) {
  ASSERT_EQ(run("flaky", {"--seed", "7", "--repeat", "12"}).exit_code, 1);
  const auto first = contents();
  out_ = dir_.path() / "again";
  run("flaky", {"--seed", "7", "--repeat", "12"});
  const auto second = contents();
  ASSERT_EQ(first.attempts.size(), 12u);
  std::map<int, Outcome> outcomes;
  std::set<Outcome> seen;
  for (const auto& attempt : first.attempts) {
    outcomes[attempt.number] = attempt.outcome;
    seen.insert(attempt.outcome);
  }
  EXPECT_EQ(seen.size(), 2u) << "twelve attempts of a coin must show both sides with this seed";
  for (const auto& attempt : second.attempts) EXPECT_EQ(outcomes[attempt.number], attempt.outcome);
  const auto flakes = program_.run({"flakes", "--run", out_.string(), "--json"});
  EXPECT_THAT(flakes.stdout_text, HasSubstr("\"flake\": true"));
}

TEST_F(RunVerb, AfterKillNineResumeRunsExactlyWhatIsMissing) {
  auto call = program_.spec({"run", "--profile", profile_.string(), "--case", "slow-pass", "--repeat", "40", "--procs",
                             "2", "--output", out_.string()});
  ProcessPool pool;
  std::size_t lines = 0;
  call.on_stderr_line = [&lines](std::string_view line) { lines += line.find("] passed") != std::string_view::npos; };
  ASSERT_TRUE(pool.start(call));
  while (lines < 6) pool.wait_next(milliseconds(20));
  const auto find = system_process_runner().run({.argv = {"pkill", "-KILL", "-f", out_.string()}});
  ASSERT_TRUE(find && find->ok());
  ASSERT_TRUE(pool.wait_next(seconds(20)));

  const auto before = contents().attempts.size();
  ASSERT_GE(before, 6u);
  ASSERT_LT(before, 40u);
  const auto resumed = program_.run({"run", "--resume", out_.string()});
  EXPECT_EQ(resumed.exit_code, 0) << resumed.stderr_text;
  EXPECT_THAT(resumed.stderr_text, HasSubstr(std::to_string(before) + " attempts were done before"));
  std::set<std::string> ids;
  const auto after = contents();
  for (const auto& attempt : after.attempts) ids.insert(attempt.id);
  EXPECT_EQ(after.attempts.size(), 40u);
  EXPECT_EQ(ids.size(), 40u);
  EXPECT_TRUE(after.run.finished.has_value());
}

TEST_F(RunVerb, InterruptedItStopsWithinSecondsAndSaysHowToGoOn) {
  auto call = program_.spec({"run", "--profile", profile_.string(), "--case", "slow-pass", "--repeat", "200", "--procs",
                             "2", "--output", out_.string()});
  ProcessPool pool;
  std::size_t lines = 0;
  call.on_stderr_line = [&lines](std::string_view line) { lines += line.find("] passed") != std::string_view::npos; };
  ASSERT_TRUE(pool.start(call));
  while (lines < 3) pool.wait_next(milliseconds(20));
  ASSERT_TRUE(system_process_runner().run({.argv = {"pkill", "-INT", "-f", "graduand run.*" + out_.string()}}));
  const auto finished = pool.wait_next(seconds(20));
  ASSERT_TRUE(finished);
  EXPECT_EQ(finished->result.exit_code, 130);
  EXPECT_THAT(finished->result.stderr_text, HasSubstr("graduand run --resume"));
  EXPECT_LT(contents().attempts.size(), 200u);
}

TEST_F(RunVerb, TwoRunsAtOnceShareAHistory) {
  ProcessPool pool;
  const auto history = (dir_.path() / "shared.db").string();
  for (const char* name : {"one", "two"})
    ASSERT_TRUE(pool.start(program_.spec({"run", "--profile", profile_.string(), "--case", "passes", "--repeat", "20",
                                          "--output", (dir_.path() / name).string(), "--history", history})));
  for (int i = 0; i < 2; ++i) {
    const auto finished = pool.wait_next(seconds(60));
    ASSERT_TRUE(finished);
    EXPECT_EQ(finished->result.exit_code, 0) << finished->result.stderr_text;
  }
  auto selection = history::open_sqlite(history).value()->select({});
  ASSERT_TRUE(selection);
  EXPECT_EQ(selection->runs.size(), 2u);
  ASSERT_EQ(selection->attempts.size(), 40u);
  std::set<long> numbers(selection->attempt_numbers.begin(), selection->attempt_numbers.end());
  EXPECT_EQ(numbers.size(), 40u);
  EXPECT_EQ(*numbers.rbegin() - *numbers.begin(), 39) << "numbered without gaps";
}

TEST_F(RunVerb, AFullDiskEndsTheRunAndKeepsWhatWasRecorded) {
  const auto small = dir_.path() / "small";
  fs::create_directories(small);
  if (mount("tmpfs", small.c_str(), "tmpfs", 0, "size=1m") != 0) GTEST_SKIP() << "mounting a tmpfs needs root";
  out_ = small / "out";
  const auto result = run("passes", {"--repeat", "300", "--no-history"});
  EXPECT_EQ(result.exit_code, 5) << result.stderr_text;
  EXPECT_THAT(result.stderr_text, HasSubstr("disk full"));
  EXPECT_THAT(result.stderr_text, HasSubstr("--resume"));
  const auto kept = results::read_run_directory(out_);
  EXPECT_TRUE(kept) << to_string(kept.error());
  if (kept) {
    EXPECT_GT(kept->attempts.size(), 0u);
  }
  umount2(small.c_str(), MNT_DETACH);
}

TEST_F(RunVerb, DryRunPrintsThePlanAndTouchesNothing) {
  const auto result = run("passes", {"--repeat", "3", "--dry-run"});
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_THAT(result.stdout_text, HasSubstr("3 attempts in 1 cells"));
  EXPECT_FALSE(fs::exists(out_));
}

TEST_F(RunVerb, IngestIsIdempotentAndReportsReadTheSame) {
  ASSERT_EQ(run("passes", {"--case", "fails", "--no-history"}).exit_code, 1);
  const auto first = program_.run({"ingest", out_.string()});
  EXPECT_EQ(first.exit_code, 0) << first.stderr_text;
  EXPECT_THAT(first.stdout_text, HasSubstr("2 attempts"));
  EXPECT_THAT(program_.run({"ingest", out_.string()}).stdout_text, HasSubstr("0 attempts"));
  const auto from_run = program_.run({"flakes", "--json", "--run", out_.string()});
  const auto from_history = program_.run({"flakes", "--json"});
  EXPECT_EQ(from_run.stdout_text, from_history.stdout_text);
  for (const char* format : {"terminal", "markdown", "json", "junit"}) {
    const auto report = program_.run({"report", "--format", format});
    EXPECT_EQ(report.exit_code, 0) << format << report.stderr_text;
    EXPECT_THAT(report.stdout_text, HasSubstr("fails")) << format;
  }
  EXPECT_TRUE(parse_json(program_.run({"report", "--format", "json"}).stdout_text));
}

}  // namespace
}  // namespace graduand
