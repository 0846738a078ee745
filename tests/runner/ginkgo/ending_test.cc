// SPDX-License-Identifier: Apache-2.0
#include "framework/runner/ginkgo/ending.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

namespace graduand::runner {
namespace {

using results::GinkgoNode;
using results::GinkgoReport;
using results::Outcome;
using testing::ElementsAre;
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
  node.file = wanted().file;
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
  const catalogue::CaseInfo info = wanted();
  return endings_of_ginkgo(result, said, {{&info}}, seconds(30)).at(0);
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

// An ordered container with three specs.
class UnitOfThree : public testing::Test {
 protected:
  UnitOfThree() : infos_(3, wanted()) {
    for (std::size_t i = 0; i < infos_.size(); ++i) {
      infos_[i].name = "step " + std::to_string(i);
      infos_[i].line = static_cast<int>(i);
      wanted_.push_back({&infos_[i]});
    }
  }
  // One letter a spec: Passed, Failed, Interrupted, Aborted, Left out, Earlier one failed.
  std::vector<GinkgoNode> ran(const std::string& how) const {
    static const std::map<char, std::string> states = {{'P', "passed"},  {'F', "failed"},  {'I', "interrupted"},
                                                       {'A', "aborted"}, {'L', "skipped"}, {'E', "skipped"}};
    std::vector<GinkgoNode> nodes;
    for (std::size_t i = 0; i < how.size(); ++i) {
      GinkgoNode node = spec(states.at(how[i]));
      node.name = infos_[i].name;
      node.line = infos_[i].line;
      node.started = Timestamp(seconds(110 + i));
      if (how[i] == 'L' || how[i] == 'E') node.tries = 0;
      if (how[i] != 'P' && how[i] != 'L') node.message = "why " + node.name;
      nodes.push_back(node);
    }
    return nodes;
  }
  std::vector<Outcome> outcomes(const ProcessResult& result, const Result<GinkgoReport>& said) {
    ends_ = endings_of_ginkgo(result, said, wanted_, seconds(90));
    std::vector<Outcome> all;
    for (const JudgedAttempt& end : ends_) all.push_back(end.ending.outcome);
    return all;
  }
  std::vector<catalogue::CaseInfo> infos_;
  std::vector<WantedSpec> wanted_;
  std::vector<JudgedAttempt> ends_;
};

TEST_F(UnitOfThree, EachHasItsOwnEndTimeAndFailures) {
  EXPECT_THAT(outcomes(exited(1), report(ran("PFE"))),
              ElementsAre(Outcome::kPassed, Outcome::kFailed, Outcome::kSkipped));
  EXPECT_TRUE(ends_[0].failures.empty());
  EXPECT_EQ(ends_[1].failures.at(0).message, "why step 1");
  EXPECT_EQ(ends_[2].ending.reason, "why step 2") << "as Ginkgo says";
  EXPECT_EQ(ends_[1].started, Timestamp(seconds(111)));
  EXPECT_EQ(ends_[1].took, milliseconds(1500));
  EXPECT_EQ(ends_[0].measures.size(), 3u) << "the process was started once";
  EXPECT_EQ(ends_[1].measures.size(), 1u);
}

TEST_F(UnitOfThree, TheTimeLimitEndsTheOneThatWasRunning) {
  ProcessResult late = exited(1);
  late.timed_out = true;
  EXPECT_THAT(outcomes(late, report(ran("PIL"))), ElementsAre(Outcome::kPassed, Outcome::kTimedOut, Outcome::kNotRun));
  EXPECT_THAT(ends_[2].ending.reason, HasSubstr("'step 1'"));
  EXPECT_THAT(outcomes(late, report(ran("PFE"))), ElementsAre(Outcome::kPassed, Outcome::kTimedOut, Outcome::kSkipped))
      << "what hung came after the last that ran: AfterAll, or AfterSuite";
}

TEST_F(UnitOfThree, WithoutAReportTheOutputSaysWhereTheProcessWas) {
  const std::string dashes = "------------------------------\n";
  const auto begins = [&](int step) {
    return dashes + "step " + std::to_string(step) + "\nk8s.io/x/pods.go:" + std::to_string(step) + "\n";
  };
  const auto absent = [] { return fail(ErrorKind::kNotFound, "absent"); };
  ProcessResult dead = exited(3);
  dead.stdout_text = begins(0) + "\u2022 [0.001 seconds]\n" + begins(1) + "panic: nil map\n";
  EXPECT_THAT(outcomes(dead, absent()), ElementsAre(Outcome::kPassed, Outcome::kCrashed, Outcome::kNotRun));
  EXPECT_THAT(ends_[1].ending.reason, HasSubstr("panic: nil map"));
  EXPECT_THAT(ends_[2].ending.reason, HasSubstr("not reached"));
  dead.stdout_text = begins(0) + "\u2022 [FAILED] [0.001 seconds]\nstep 0\nk8s.io/x/pods.go:0\n" + begins(2);
  EXPECT_THAT(outcomes(dead, absent()), ElementsAre(Outcome::kNotRun, Outcome::kNotRun, Outcome::kCrashed));
  EXPECT_THAT(ends_[0].ending.reason, HasSubstr("how it ended is lost"));
  dead.stdout_text = "nothing that Ginkgo writes";
  EXPECT_THAT(outcomes(dead, absent()), ElementsAre(Outcome::kCrashed, Outcome::kNotRun, Outcome::kNotRun));
  dead.signal = 9;
  dead.stdout_text = begins(0) + "\u2022 [0.001 seconds]\n" + begins(1);
  EXPECT_THAT(outcomes(dead, absent()), ElementsAre(Outcome::kPassed, Outcome::kCrashed, Outcome::kNotRun));
}

TEST_F(UnitOfThree, TheSuitesTroubleIsNotTheSpecs) {
  EXPECT_THAT(outcomes(exited(1), report(ran("PAL"))),
              ElementsAre(Outcome::kPassed, Outcome::kInfraError, Outcome::kInfraError));
  EXPECT_THAT(ends_[2].ending.reason, HasSubstr("why step 1"));
  auto after_suite = report(ran("PFE"));
  after_suite.nodes.push_back(suite_node("AfterSuite", "failed"));
  EXPECT_THAT(outcomes(exited(1), after_suite),
              ElementsAre(Outcome::kInfraError, Outcome::kFailed, Outcome::kInfraError));
  EXPECT_THAT(outcomes(exited(2), report(ran("PPP"))),
              ElementsAre(Outcome::kPassed, Outcome::kPassed, Outcome::kCrashed))
      << "nothing explains the exit code";
  auto other = report(ran("PPP"));
  other.nodes.push_back(spec("passed"));
  EXPECT_THAT(outcomes(exited(0), other),
              ElementsAre(Outcome::kInfraError, Outcome::kInfraError, Outcome::kInfraError));
  EXPECT_THAT(ends_[0].ending.reason, HasSubstr("another spec: a (b) [c]"));
}

TEST_F(UnitOfThree, SpecsOfOneNameAtOnePlaceAreToldApartByTheirOrder) {
  for (catalogue::CaseInfo& info : infos_) info = wanted();
  for (int i = 0; i < 3; ++i) wanted_[static_cast<std::size_t>(i)] = {&infos_[static_cast<std::size_t>(i)], i, 3};
  EXPECT_THAT(outcomes(exited(1), report({spec("passed"), spec("failed"), spec("passed")})),
              ElementsAre(Outcome::kPassed, Outcome::kFailed, Outcome::kPassed));
  wanted_ = {wanted_[2]};
  EXPECT_THAT(outcomes(exited(1), report({spec("passed"), spec("failed"), spec("passed")})),
              ElementsAre(Outcome::kPassed))
      << "the failure of the one that was not wanted is why the process failed";
  EXPECT_THAT(outcomes(exited(1), report({spec("passed"), spec("failed"), spec("passed"), spec("passed")})),
              ElementsAre(Outcome::kInfraError));
}

}  // namespace
}  // namespace graduand::runner
