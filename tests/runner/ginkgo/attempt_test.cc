// SPDX-License-Identifier: Apache-2.0
#include "framework/runner/ginkgo/attempt.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "framework/base/files.h"
#include "framework/runner/ginkgo/driver.h"

namespace graduand::runner {
namespace {

using results::GinkgoNode;
using results::GinkgoReport;
using results::Outcome;
using testing::Contains;
using testing::HasSubstr;

catalogue::CaseInfo wanted() {
  catalogue::CaseInfo info;
  info.id = "e2e/a (b) [c]";
  info.name = "a (b) [c] [Beta]";
  info.file = "k8s.io/x/pods.go";
  info.line = 42;
  return info;
}

GinkgoNode spec(const std::string& state) {
  GinkgoNode node;
  node.type = "It";
  node.name = wanted().name;
  node.line = 42;
  node.state = state;
  node.tries = 1;
  node.took = milliseconds(1500);
  return node;
}

GinkgoNode suite_node(const std::string& type, const std::string& state) {
  GinkgoNode node;
  node.type = type;
  node.state = state;
  node.message = "no nodes are ready";
  node.took = milliseconds(250);
  return node;
}

GinkgoReport report(std::vector<GinkgoNode> nodes) {
  GinkgoReport made;
  made.started = Timestamp(seconds(102));
  made.nodes = std::move(nodes);
  return made;
}

ProcessResult exited(int code) {
  ProcessResult result;
  result.exit_code = code;
  result.started = Timestamp(seconds(100));
  return result;
}

JudgedAttempt ending(const ProcessResult& result, const Result<GinkgoReport>& said) {
  return ending_of_ginkgo(result, said, wanted(), seconds(30));
}

TEST(EndingOfGinkgo, IsTheSpecsOwnWhenAllIsWell) {
  const auto passed = ending(exited(0), report({suite_node("BeforeSuite", "passed"), spec("passed")}));
  EXPECT_EQ(passed.ending.outcome, Outcome::kPassed);
  ASSERT_EQ(passed.measures.size(), 3u);
  EXPECT_EQ(passed.measures[0].name, "process_start");
  EXPECT_DOUBLE_EQ(passed.measures[0].value, 2);
  EXPECT_DOUBLE_EQ(passed.measures[1].value, 0.25);
  EXPECT_DOUBLE_EQ(passed.measures[2].value, 1.5);

  GinkgoNode failed = spec("failed");
  failed.message = "no pod";
  failed.more = {{"x.go", 1, "clean-up", true}};
  const auto end = ending(exited(1), report({failed}));
  EXPECT_EQ(end.ending.outcome, Outcome::kFailed);
  EXPECT_EQ(end.ending.reason, "no pod");
  EXPECT_EQ(end.failures.size(), 2u);

  GinkgoNode skipped = spec("skipped");
  skipped.message = "needs two nodes";
  EXPECT_EQ(ending(exited(0), report({skipped})).ending.outcome, Outcome::kSkipped);
  EXPECT_EQ(ending(exited(0), report({skipped})).ending.reason, "needs two nodes");
  GinkgoNode pending = spec("pending");
  pending.tries = 0;
  EXPECT_EQ(ending(exited(0), report({pending})).ending.outcome, Outcome::kSkipped);
  EXPECT_EQ(ending(exited(1), report({spec("panicked")})).ending.outcome, Outcome::kFailed);
  EXPECT_EQ(ending(exited(1), report({spec("timedout")})).ending.outcome, Outcome::kTimedOut);
}

TEST(EndingOfGinkgo, ADeadProcessIsACrashWhateverItHadReported) {
  ProcessResult killed = exited(-1);
  killed.signal = 9;
  EXPECT_EQ(ending(killed, report({spec("passed")})).ending.outcome, Outcome::kCrashed);
  ProcessResult late = exited(1);
  late.timed_out = true;
  EXPECT_EQ(ending(late, report({spec("interrupted")})).ending.outcome, Outcome::kTimedOut);
  ProcessResult silent = exited(3);
  silent.stderr_text = "first\npanic: nil map\n";
  const auto end = ending(silent, fail(ErrorKind::kNotFound, "no such file"));
  EXPECT_EQ(end.ending.outcome, Outcome::kCrashed);
  EXPECT_THAT(end.ending.reason, HasSubstr("exit code 3"));
  EXPECT_THAT(end.ending.reason, HasSubstr("panic: nil map"));
  EXPECT_EQ(ending(exited(0), fail(ErrorKind::kNotFound, "absent")).ending.outcome, Outcome::kCrashed)
      << "an exit code alone is no pass";
  EXPECT_EQ(ending(exited(2), report({spec("passed")})).ending.outcome, Outcome::kCrashed);
}

void expect_outside(const JudgedAttempt& end, const std::string& reason) {
  EXPECT_EQ(end.ending.outcome, Outcome::kInfraError) << end.ending.reason;
  EXPECT_TRUE(end.ending.outside);
  EXPECT_THAT(end.ending.reason, HasSubstr(reason));
}

TEST(EndingOfGinkgo, TheSuitesOwnTroubleIsNotTheSpecs) {
  expect_outside(ending(exited(1), report({suite_node("SynchronizedBeforeSuite", "failed")})),
                 "SynchronizedBeforeSuite failed: no nodes are ready");
  expect_outside(ending(exited(1), report({spec("passed"), suite_node("AfterSuite", "failed")})), "AfterSuite failed");
  expect_outside(ending(exited(1), report({spec("interrupted")})), "interrupted");
  GinkgoReport timed = report({});
  timed.special_reasons = {"Suite Timeout Elapsed"};
  expect_outside(ending(exited(1), timed), "Suite Timeout Elapsed");
  const auto failed = ending(exited(1), report({spec("failed"), suite_node("AfterSuite", "failed")}));
  EXPECT_EQ(failed.ending.outcome, Outcome::kFailed) << "a spec that failed stays failed";
}

TEST(EndingOfGinkgo, ExactlyTheOneSpecMustHaveRun) {
  expect_outside(ending(exited(0), report({})), "ran no spec");
  expect_outside(ending(exited(0), report({spec("passed"), spec("passed")})), "2 specs instead of one");
  GinkgoNode other = spec("passed");
  other.name = "another";
  expect_outside(ending(exited(0), report({other})), "another spec");
  GinkgoNode left_out = other;
  left_out.state = "skipped";
  left_out.tries = 0;
  EXPECT_EQ(ending(exited(0), report({left_out, spec("passed")})).ending.outcome, Outcome::kPassed);
}

TEST(GinkgoProcess, FocusesOnTheWholeNameAtItsPlace) {
  LoadedSuite suite;
  suite.driver =
      std::make_shared<GinkgoDriver>(GinkgoProgram{.binary = "/opt/e2e.test", .description = "Kubernetes e2e suite"});
  suite.file.ginkgo.flags = {"--provider=skeleton", "--kubeconfig={kubeconfig}", "--x={artifacts}/{context}"};
  const TempDir dir = TempDir::create("ginkgo").value();
  const AttemptFiles files(dir.path(), "p/c", {"id", "p/c", "e2e", wanted().id, 1, 1});
  const ProcessSpec made = ginkgo_process(files, suite, wanted(), {"/kube/config", "kind-a", "/art"});
  EXPECT_EQ(made.argv[0], "/opt/e2e.test");
  EXPECT_THAT(made.argv, Contains(R"(--ginkgo.focus=^Kubernetes\ e2e\ suite\ a\ \(b\)\ \[c\]\ \[Beta\]$)"));
  EXPECT_THAT(made.argv, Contains("--ginkgo.focus-file=k8s.io/x/pods.go:42"));
  EXPECT_THAT(made.argv, Contains("--kubeconfig=/kube/config"));
  EXPECT_THAT(made.argv, Contains("--x=/art/kind-a"));
  EXPECT_FALSE(made.on_record_line);
}

}  // namespace
}  // namespace graduand::runner
