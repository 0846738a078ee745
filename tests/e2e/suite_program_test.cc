// SPDX-License-Identifier: Apache-2.0
// A suite's program as the runner meets it: the suite "faults", started for one attempt at a time, without a cluster.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "framework/base/files.h"
#include "framework/base/processes/process.h"
#include "framework/results/protocol.h"
#include "tests/paths.h"

namespace graduand::e2e {
namespace {

using results::Outcome;
using testing::HasSubstr;

std::string program() {
  return testing_support::binary_dir() + "/bin/test-suites/faults/faults";
}

struct Told {
  std::vector<results::Message> messages;
  ProcessResult process;

  const results::Terminal* terminal() const {
    return messages.empty() ? nullptr : std::get_if<results::Terminal>(&messages.back());
  }
  template <class T>
  std::vector<T> all() const {
    std::vector<T> found;
    for (const auto& message : messages)
      if (const auto* one = std::get_if<T>(&message)) found.push_back(*one);
    return found;
  }
};

class SuiteProgram : public testing::Test {
 protected:
  fs::path context_file(const std::string& case_name, std::uint64_t seed) {
    results::AttemptContext context;
    context.attempt_id = "run/cell/faults/" + case_name + "/1";
    context.run_id = "run";
    context.case_id = "faults/" + case_name;
    context.seed = seed;
    context.time_limit = seconds(10);
    const fs::path file = folder_.path() / "context.json";
    EXPECT_TRUE(write_file_atomically(file, json::serialize(results::to_json(context)), 0600));
    return file;
  }

  Told attempt(const std::string& case_name, std::uint64_t seed = 2,
               std::map<std::string, std::string> environment = {}) {
    Told told;
    ProcessSpec spec;
    spec.argv = {program(), "--attempt", context_file(case_name, seed).string()};
    spec.environment = std::move(environment);
    spec.time_limit = seconds(20);
    spec.on_record_line = [&](std::string_view line) {
      auto message = results::message_from_line(line);
      ASSERT_TRUE(message) << line;
      told.messages.push_back(std::move(*message));
    };
    auto result = system_process_runner().run(spec);
    EXPECT_TRUE(result) << to_string(result.error());
    if (result) told.process = std::move(*result);
    return told;
  }

  TempDir folder_ = TempDir::create("e2e-test").value();
};

TEST_F(SuiteProgram, SaysWhatItMeasuredAndThatItPassed) {
  const Told told = attempt("passes");
  ASSERT_NE(told.terminal(), nullptr);
  EXPECT_EQ(told.terminal()->outcome, Outcome::kPassed);
  EXPECT_EQ(told.process.exit_code, 0);
  const auto measures = told.all<results::Measure>();
  ASSERT_EQ(measures.size(), 1u);
  EXPECT_EQ(measures[0].name, "answer");
  EXPECT_EQ(measures[0].value, 42);
  EXPECT_THAT(told.process.stdout_text, HasSubstr("seed 2"));
}

TEST_F(SuiteProgram, StreamsAFailureWithItsPlace) {
  const Told told = attempt("fails");
  const auto failures = told.all<results::Failure>();
  ASSERT_EQ(failures.size(), 1u);
  EXPECT_EQ(failures[0].file, "tests/suites/faults/faults.cc");
  EXPECT_GT(failures[0].line, 0);
  EXPECT_THAT(failures[0].message, HasSubstr("base thirteen"));
  ASSERT_NE(told.terminal(), nullptr);
  EXPECT_EQ(told.terminal()->outcome, Outcome::kFailed);
  EXPECT_EQ(told.process.exit_code, 1);
}

TEST_F(SuiteProgram, AnExceptionIsAFailure) {
  const Told told = attempt("throws");
  ASSERT_NE(told.terminal(), nullptr);
  EXPECT_EQ(told.terminal()->outcome, Outcome::kFailed);
  EXPECT_THAT(told.terminal()->reason, HasSubstr("nobody expected"));
}

TEST_F(SuiteProgram, ASkipHasItsReason) {
  const Told told = attempt("skips-with-reason");
  ASSERT_NE(told.terminal(), nullptr);
  EXPECT_EQ(told.terminal()->outcome, Outcome::kSkipped);
  EXPECT_EQ(told.terminal()->reason, "this machine has one thread per core");
  EXPECT_EQ(told.process.exit_code, 4);
}

TEST_F(SuiteProgram, AChangeOfANodeThatIsOutOfReachSkipsTheRestOfTheBody) {
  const Told told = attempt("changes-a-node");
  ASSERT_NE(told.terminal(), nullptr);
  EXPECT_EQ(told.terminal()->outcome, Outcome::kSkipped);
  EXPECT_THAT(told.terminal()->reason, HasSubstr("needs node access"));
}

TEST_F(SuiteProgram, AnUnmetNeedSkipsBeforeTheBody) {
  const Told told = attempt("needs-more-nodes");
  ASSERT_EQ(told.messages.size(), 1u);
  ASSERT_NE(told.terminal(), nullptr);
  EXPECT_EQ(told.terminal()->outcome, Outcome::kSkipped);
  EXPECT_THAT(told.terminal()->reason, HasSubstr("needs nodes >= 1000"));
}

TEST_F(SuiteProgram, ALostClusterIsInfrastructure) {
  const Told told = attempt("infra");
  ASSERT_NE(told.terminal(), nullptr);
  EXPECT_EQ(told.terminal()->outcome, Outcome::kInfraError);
  EXPECT_EQ(told.process.exit_code, 5);
}

TEST_F(SuiteProgram, TheSeedIsTheContexts) {
  EXPECT_EQ(attempt("flaky", 4).terminal()->outcome, Outcome::kPassed);
  EXPECT_EQ(attempt("flaky", 5).terminal()->outcome, Outcome::kFailed);
}

// Each of these makes a plain GoogleTest program run nothing, or twice, and say "passed".
TEST_F(SuiteProgram, GoogleTestsEnvironmentDoesNotReachIt) {
  const std::vector<std::map<std::string, std::string>> environments = {
      {{"GTEST_FILTER", "nothing"}},
      {{"GTEST_TOTAL_SHARDS", "2"}, {"GTEST_SHARD_INDEX", "1"}},
      {{"GTEST_REPEAT", "3"}},
      {{"GTEST_LIST_TESTS", "1"}},
      {{"GTEST_THROW_ON_FAILURE", "1"}}};
  for (const auto& environment : environments) {
    const Told told = attempt("fails", 2, environment);
    EXPECT_EQ(told.all<results::Failure>().size(), 1u) << environment.begin()->first;
    ASSERT_NE(told.terminal(), nullptr) << environment.begin()->first;
    EXPECT_EQ(told.terminal()->outcome, Outcome::kFailed) << environment.begin()->first;
  }
}

TEST_F(SuiteProgram, ADeathLeavesNoTerminalRecord) {
  EXPECT_EQ(attempt("segfaults").terminal(), nullptr);
  EXPECT_EQ(attempt("exits-0-without-a-record").terminal(), nullptr);
}

// When the runner is killed, nobody reads the pipe: the program ends by itself, though its body waits for ten minutes.
TEST_F(SuiteProgram, EndsWhenItsReaderIsGone) {
  int pipe_fds[2];
  ASSERT_EQ(::pipe2(pipe_fds, O_CLOEXEC), 0);
  const std::string file = context_file("hangs-until-told", 2).string();
  const std::string faults = program();
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    ::dup2(pipe_fds[1], results::kRecordFd);
    ::execl(faults.c_str(), faults.c_str(), "--attempt", file.c_str(), nullptr);
    ::_exit(127);
  }
  ::close(pipe_fds[1]);
  ::close(pipe_fds[0]);
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 130);
}

// Told to stop, a body that listens ends; the terminal record is the runner's to write.
TEST_F(SuiteProgram, SaysNothingTerminalWhenItWasStopped) {
  ProcessSpec spec;
  spec.argv = {program(), "--attempt", context_file("hangs-until-told", 2).string()};
  spec.time_limit = milliseconds(500);
  bool terminal = false;
  spec.on_record_line = [&](std::string_view line) {
    const auto message = results::message_from_line(line);
    terminal = terminal || (message && std::holds_alternative<results::Terminal>(*message));
  };
  const auto result = system_process_runner().run(spec);
  ASSERT_TRUE(result);
  EXPECT_TRUE(result->timed_out);
  EXPECT_EQ(result->exit_code, 130);
  EXPECT_FALSE(terminal);
}

TEST_F(SuiteProgram, ListsItsCases) {
  ProcessSpec spec;
  spec.argv = {program(), "--list-cases"};
  const auto result = system_process_runner().run(spec);
  ASSERT_TRUE(result);
  const auto listing = parse_json(result->stdout_text);
  ASSERT_TRUE(listing) << to_string(listing.error());
  EXPECT_EQ(string_at(*listing, "suite"), "faults");
  EXPECT_FALSE(string_at(*listing, "revision").empty());
  EXPECT_GE(array_at(*listing, "cases").size(), 12u);
  EXPECT_EQ(string_at(array_at(*listing, "cases")[0], "id"), "faults/passes");
}

TEST_F(SuiteProgram, RefusesWhatItDoesNotKnow) {
  for (const std::vector<std::string>& arguments : {std::vector<std::string>{"--nonsense"},
                                                    {"--case"},
                                                    {"--case", "no-such-case"},
                                                    {"--case", "passes", "--seed", "x"}}) {
    ProcessSpec spec;
    spec.argv = {program()};
    spec.argv.insert(spec.argv.end(), arguments.begin(), arguments.end());
    const auto result = system_process_runner().run(spec);
    ASSERT_TRUE(result);
    EXPECT_EQ(result->exit_code, 2) << arguments.back();
    EXPECT_FALSE(result->stderr_text.empty()) << arguments.back();
  }
}

}  // namespace
}  // namespace graduand::e2e
