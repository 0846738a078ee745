// SPDX-License-Identifier: Apache-2.0
#include "framework/runner/exec/attempt.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>

#include "framework/base/files.h"

namespace graduand::runner {
namespace {

using results::GoTest;
using results::GoTestReport;
using results::JunitCase;
using results::JunitReport;
using results::Outcome;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;

ProcessResult exited(int code) {
  ProcessResult result;
  result.exit_code = code;
  return result;
}

class ExecAttempt : public testing::Test {
 protected:
  TempDir dir_ = TempDir::create("exec").value();
  LoadedSuite suite_;
  catalogue::CaseInfo info_;
  SelectedCase selected_{&suite_, &info_};
  AttemptFiles files_{dir_.path(), "p/c", {"id", "p/c", "s", "s/a+b", 1, 1}};
  results::AttemptContext context_;

  void SetUp() override {
    ASSERT_TRUE(files_.prepare());
    suite_.file.exec.folder = "/suites/s";
    suite_.file.exec.run = {"/suites/s/run", "{case}", "^{case-regex}$", "--kubeconfig={kubeconfig}", "{suite}/x{y}"};
    info_.name = "a+b";
    info_.time_limit = seconds(9);
    context_.attempt_id = "run/p/c/s/a+b/1";
    context_.kubeconfig = "/run/kubeconfig";
    context_.kube_context = "kind-x";
    context_.ns = "gr-1";
    context_.seed = 42;
    context_.artifacts = files_.artifacts().string();
    context_.time_limit = info_.time_limit;
  }
  ProcessSpec process() { return exec_process(selected_, files_, context_).value(); }
  void wrote(const fs::path& file, const std::string& text) { ASSERT_TRUE(write_file_atomically(file, text)); }
};

TEST_F(ExecAttempt, PlaceholdersAndTheEnvironmentSayWhatItRunsAndWhere) {
  suite_.file.exec.environment = {{"REPORTS", "{artifacts}/r"}, {"TZ", "CET"}};
  const ProcessSpec spec = process();
  EXPECT_THAT(spec.argv,
              ElementsAre("/suites/s/run", "a+b", R"(^a\+b$)", "--kubeconfig=/run/kubeconfig", "/suites/s/x{y}"));
  for (const auto& [name, value] : std::map<std::string, std::string>{{"KUBECONFIG", "/run/kubeconfig"},
                                                                      {"GRADUAND_CONTEXT", "kind-x"},
                                                                      {"GRADUAND_NAMESPACE", "gr-1"},
                                                                      {"GRADUAND_ARTIFACTS", context_.artifacts},
                                                                      {"GRADUAND_CASE", "a+b"},
                                                                      {"GRADUAND_SEED", "42"},
                                                                      {"GRADUAND_PHASE", "initial"},
                                                                      {"REPORTS", context_.artifacts + "/r"},
                                                                      {"TZ", "CET"}})
    EXPECT_THAT(spec.environment, Contains(Pair(name, value)));
  EXPECT_TRUE(fs::is_directory(files_.artifacts()));
  EXPECT_EQ(spec.working_directory, files_.folder());
  EXPECT_EQ(spec.time_limit, seconds(9));
  EXPECT_EQ(spec.stdout_file, files_.stdout_file());
  EXPECT_FALSE(spec.on_record_line);
}

TEST_F(ExecAttempt, WithoutAClusterTheUsersOwnIsOutOfReach) {
  context_.kubeconfig.clear();
  EXPECT_EQ(process().environment.at("KUBECONFIG"), "/dev/null");
}

TEST_F(ExecAttempt, AWorkingDirectoryIsLookedForFromTheSuitesFolder) {
  suite_.file.exec.working_directory = "testdata/{case}";
  EXPECT_EQ(process().working_directory, "/suites/s/testdata/a+b");
  suite_.file.exec.working_directory = "{suite}";
  EXPECT_EQ(process().working_directory, "/suites/s");
}

TEST_F(ExecAttempt, TheTimeLimitAndSignalsCountWhateverWasWritten) {
  ProcessResult result;
  result.timed_out = true;
  EXPECT_EQ(judge_exec(selected_, result, files_).ending.outcome, Outcome::kTimedOut);
  wrote(files_.stderr_file(), "a stack\nat the end\n");
  result = {};
  result.signal = SIGSEGV;
  const Ending ending = judge_exec(selected_, result, files_).ending;
  EXPECT_EQ(ending.outcome, Outcome::kCrashed);
  EXPECT_THAT(ending.reason, testing::AllOf(HasSubstr("Segmentation fault"), HasSubstr("at the end")));
}

TEST_F(ExecAttempt, ByExitCode) {
  suite_.file.exec.skipped_exit_code = 77;
  wrote(files_.stdout_file(), "working\nno pod came\n");
  EXPECT_EQ(judge_exec(selected_, exited(0), files_).ending.outcome, Outcome::kPassed);
  const JudgedAttempt failed = judge_exec(selected_, exited(1), files_);
  EXPECT_EQ(failed.ending.outcome, Outcome::kFailed);
  EXPECT_EQ(failed.ending.reason, "exit code 1: no pod came");
  ASSERT_EQ(failed.failures.size(), 1u);
  EXPECT_EQ(failed.failures[0].message, "working\nno pod came");
  EXPECT_EQ(judge_exec(selected_, exited(77), files_).ending.outcome, Outcome::kSkipped);
  suite_.file.exec.skipped_exit_code.reset();
  EXPECT_EQ(judge_exec(selected_, exited(77), files_).ending.outcome, Outcome::kFailed);
}

TEST_F(ExecAttempt, ReadsTheReportThatSuiteYamlNames) {
  suite_.file.exec.results = catalogue::ExecResults::kGoTest;
  EXPECT_EQ(judge_exec(selected_, exited(0), files_).ending.outcome, Outcome::kCrashed) << "it wrote nothing";
  wrote(files_.stdout_file(), "\x16=== RUN   a+b\n\x16--- PASS: a+b (0.50s)\n");
  EXPECT_EQ(judge_exec(selected_, exited(0), files_).ending.outcome, Outcome::kPassed);
  suite_.file.exec.results = catalogue::ExecResults::kJunit;
  suite_.file.exec.results_file = "{artifacts}/{case}.xml";
  EXPECT_EQ(judge_exec(selected_, exited(0), files_).ending.outcome, Outcome::kCrashed);
  wrote(files_.artifacts() / "a+b.xml", "<testsuite><testcase name='x'/></testsuite>");
  EXPECT_EQ(judge_exec(selected_, exited(0), files_).ending.outcome, Outcome::kPassed);
  wrote(files_.artifacts() / "a+b.xml", "<testsuite><testcase name='x'/>");
  const Ending cut = judge_exec(selected_, exited(0), files_).ending;
  EXPECT_EQ(cut.outcome, Outcome::kCrashed);
  EXPECT_THAT(cut.reason, HasSubstr("without a readable report"));
}

GoTest go_test(const std::string& name, GoTest::State state, const std::string& output = {}) {
  GoTest test;
  test.name = name;
  test.state = state;
  test.took = milliseconds(250);
  test.output = output;
  return test;
}

JudgedAttempt by_go(std::vector<GoTest> tests, int exit_code = 0) {
  return judge_go_test(exited(exit_code), GoTestReport{std::move(tests), {}}, "TestA", "last words");
}

TEST(JudgeGoTest, AsTheTestOfTheNameEnded) {
  const JudgedAttempt passed = by_go({go_test("TestA", GoTest::State::kPassed)});
  EXPECT_EQ(passed.ending.outcome, Outcome::kPassed);
  ASSERT_EQ(passed.measures.size(), 1u);
  EXPECT_EQ(passed.measures[0].name, "test");
  EXPECT_DOUBLE_EQ(passed.measures[0].value, 0.25);
  const JudgedAttempt skipped = by_go({go_test("TestA", GoTest::State::kSkipped, "    a.go:3: no swap here\n")});
  EXPECT_EQ(skipped.ending.outcome, Outcome::kSkipped);
  EXPECT_EQ(skipped.ending.reason, "no swap here");
}

TEST(JudgeGoTest, FailuresAreItsOwnAndItsSubtests) {
  const JudgedAttempt failed =
      by_go({go_test("TestA", GoTest::State::kFailed), go_test("TestA/x", GoTest::State::kPassed),
             go_test("TestA/y", GoTest::State::kFailed, "    a_test.go:7: got 3\n"),
             go_test("TestAB", GoTest::State::kFailed, "    b_test.go:1: other\n")},
            1);
  EXPECT_EQ(failed.ending.outcome, Outcome::kFailed);
  EXPECT_EQ(failed.ending.reason, "TestA/y: got 3");
  ASSERT_EQ(failed.failures.size(), 1u);
  EXPECT_EQ(failed.failures[0].file, "a_test.go");
  EXPECT_EQ(failed.failures[0].line, 7);
  EXPECT_EQ(by_go({go_test("TestA", GoTest::State::kFailed)}, 0).ending.outcome, Outcome::kFailed)
      << "whatever the exit code";
}

TEST(JudgeGoTest, APanicIsToldByItsWords) {
  const GoTestReport report{{go_test("TestA", GoTest::State::kFailed)}, {}};
  const JudgedAttempt failed = judge_go_test(exited(2), report, "TestA", "log\npanic: oh\n\ngoroutine 1:\n");
  EXPECT_EQ(failed.ending.reason, "panic: oh");
  ASSERT_EQ(failed.failures.size(), 1u);
  EXPECT_EQ(failed.failures[0].message, "log\npanic: oh\n\ngoroutine 1:");
}

TEST(JudgeGoTest, ExactlyTheTestMustHaveRunToItsEnd) {
  const Ending none = by_go({go_test("TestB", GoTest::State::kPassed)}).ending;
  EXPECT_EQ(none.outcome, Outcome::kInfraError);
  EXPECT_TRUE(none.outside);
  EXPECT_THAT(none.reason, HasSubstr("no test of the name TestA"));
  const Ending torn = by_go({go_test("TestA", GoTest::State::kRunning)}, 0).ending;
  EXPECT_EQ(torn.outcome, Outcome::kCrashed);
  EXPECT_THAT(torn.reason, testing::AllOf(HasSubstr("exit code 0 in the middle of the test"), HasSubstr("last words")));
  const Ending twice =
      by_go({go_test("TestA", GoTest::State::kPassed), go_test("TestA", GoTest::State::kFailed)}, 1).ending;
  EXPECT_EQ(twice.outcome, Outcome::kFailed) << "in one of two packages";
  const Ending half =
      by_go({go_test("TestA", GoTest::State::kPassed), go_test("TestA", GoTest::State::kRunning)}, 0).ending;
  EXPECT_EQ(half.outcome, Outcome::kCrashed);
}

TEST(JudgeGoTest, WhatPassedHasToEndWell) {
  const JudgedAttempt crashed = by_go({go_test("TestA", GoTest::State::kPassed)}, 2);
  EXPECT_EQ(crashed.ending.outcome, Outcome::kCrashed);
  EXPECT_THAT(crashed.ending.reason, HasSubstr("its report says passed, and then it ended with exit code 2"));
  EXPECT_EQ(crashed.measures.size(), 1u);
  EXPECT_EQ(by_go({go_test("TestA", GoTest::State::kSkipped)}, 2).ending.outcome, Outcome::kCrashed);
}

JunitCase junit_case(const std::string& name, JunitCase::State state, const std::string& message = {}) {
  return {name, "c", state, milliseconds(500), message};
}

JudgedAttempt by_junit(std::vector<JunitCase> cases, int exit_code = 0) {
  return judge_junit(exited(exit_code), JunitReport{std::move(cases)}, "");
}

TEST(JudgeJunit, OneFailureOrErrorIsEnough) {
  using State = JunitCase::State;
  EXPECT_EQ(by_junit({junit_case("a", State::kPassed), junit_case("b", State::kSkipped)}).ending.outcome,
            Outcome::kPassed);
  const JudgedAttempt failed =
      by_junit({junit_case("a", State::kPassed), junit_case("b", State::kFailed, "got 3\nwant 4"),
                junit_case("c", State::kError)});
  EXPECT_EQ(failed.ending.outcome, Outcome::kFailed);
  EXPECT_EQ(failed.ending.reason, "b: got 3");
  EXPECT_EQ(failed.failures.size(), 2u);
  EXPECT_DOUBLE_EQ(failed.measures.at(0).value, 1.5);
}

TEST(JudgeJunit, NothingAndOnlySkipsAreNoPass) {
  using State = JunitCase::State;
  const Ending none = by_junit({}).ending;
  EXPECT_EQ(none.outcome, Outcome::kInfraError);
  EXPECT_TRUE(none.outside);
  const Ending skipped = by_junit({junit_case("a", State::kSkipped, "no swap\nhere")}).ending;
  EXPECT_EQ(skipped.outcome, Outcome::kSkipped);
  EXPECT_EQ(skipped.reason, "no swap");
  EXPECT_EQ(by_junit({junit_case("a", State::kPassed)}, 1).ending.outcome, Outcome::kCrashed);
}

}  // namespace
}  // namespace graduand::runner
