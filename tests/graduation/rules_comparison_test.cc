// SPDX-License-Identifier: Apache-2.0
// The two sides of the gate against each other: the rules of rules_comparison.cc.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/graduation/world.h"

namespace graduand::graduation {
namespace {

using results::Outcome;
using test::rule;
using test::texts;
using test::World;
using testing::HasSubstr;

class Comparison : public testing::Test {
 protected:
  // Ten days with a case of another feature on each cluster.
  Comparison() {
    for (int day = 9; day >= 0; --day) {
      world.add_run("run" + std::to_string(day), world.input.as_of - std::chrono::hours(24 * day + 1));
      for (const bool on : {true, false}) {
        world.add_instance(on ? "sleep/on" : "sleep/off", world.older(), on);
        world.add_attempt("sleep/validates").measures = {{"memory", on ? 110.0 : 100.0, "MiB"}};
        world.add_attempt("other/case", Outcome::kPassed, {}, {"Other"});
      }
    }
  }
  RuleResult judged(const std::string& id) const { return rule(world.judged(), id); }
  // Failures of the other feature's case, oldest first.
  void fail(const std::string& cell, int n) {
    for (auto& attempt : world.input.evidence.attempts)
      if (attempt.cell == cell && attempt.case_id == "other/case" && n-- > 0) attempt.outcome = Outcome::kFailed;
  }
  World world;
};

TEST_F(Comparison, OthersSeeNoDifference) {
  const RuleResult same = judged("default-behaviour");
  EXPECT_EQ(same.verdict, Verdict::kPass);
  EXPECT_EQ(same.reason, "0 of 1 case of other features failed more with the gate on");
  fail("sleep/on", 10);
  fail("sleep/off", 10);  // it is broken anyway
  EXPECT_EQ(judged("default-behaviour").verdict, Verdict::kPass);
}

TEST_F(Comparison, ACaseThatFailsOnlyWithTheGateOnFails) {
  fail("sleep/on", 3);  // p = 0.11
  EXPECT_EQ(judged("default-behaviour").verdict, Verdict::kPass);
  fail("sleep/on", 4);  // p = C(10,4)/C(20,4) = 0.043
  const RuleResult differs = judged("default-behaviour");
  EXPECT_EQ(differs.verdict, Verdict::kFail);
  EXPECT_EQ(differs.findings[0].text,
            "other/case at v1.33: failed in 4 of 10 with the gate on, in 0 of 10 off; by chance p = 0.043");
  EXPECT_EQ(differs.findings[0].attempt_ids.size(), 4u);
  EXPECT_THAT(differs.next, HasSubstr("find out why before it is on by default"));
}

TEST_F(Comparison, WithManyCasesEachHasToDifferMore) {
  world.add_run("extra", world.input.as_of - std::chrono::hours(2));
  for (const bool on : {true, false}) {
    world.add_instance(on ? "sleep/on" : "sleep/off", world.older(), on);
    world.add_attempt("other/second", Outcome::kPassed, {}, {"Other"});
  }
  fail("sleep/on", 4);  // 0.043 is not below 0.05 / 2
  EXPECT_EQ(judged("default-behaviour").verdict, Verdict::kPass);
  fail("sleep/on", 5);  // 0.016 is
  EXPECT_EQ(judged("default-behaviour").verdict, Verdict::kFail);
}

TEST_F(Comparison, WithoutCasesOfOthersOnBothSidesThereIsNothingToCompare) {
  for (auto& attempt : world.input.evidence.attempts)
    if (attempt.cell == "sleep/off" && attempt.case_id == "other/case") attempt.outcome = Outcome::kSkipped;
  EXPECT_EQ(judged("default-behaviour").verdict, Verdict::kNotApplicable);
  EXPECT_EQ(judged("default-behaviour").reason, "no case of another feature ran with the gate on and with it off");
  world.input.info.gates.clear();
  EXPECT_EQ(judged("default-behaviour").reason, "PodLifecycleSleepAction has no gate");
}

TEST_F(Comparison, ResourcesAreComparedByMediansOfInstances) {
  EXPECT_EQ(judged("resources-compared").verdict, Verdict::kNotApplicable);
  world.input.info.comparisons = {{"memory", 1.2}};
  const RuleResult cheap = judged("resources-compared");
  EXPECT_EQ(cheap.verdict, Verdict::kPass);
  EXPECT_EQ(cheap.reason, "memory: 110 MiB with the gate on, 100 MiB off: 1.10 times (at most 1.2)");
  world.input.info.comparisons = {{"memory", 1.05}};
  EXPECT_EQ(judged("resources-compared").verdict, Verdict::kFail);
  world.input.evidence.attempts[0].measures[0].value = 1e6;  // one outlier moves no median
  world.input.info.comparisons = {{"memory", 1.2}};
  EXPECT_EQ(judged("resources-compared").verdict, Verdict::kPass);
}

TEST_F(Comparison, FewerThanThreeInstancesASideAreNoEvidence) {
  world.input.info.comparisons = {{"memory", 1.2}};
  int left = 2;
  for (auto& attempt : world.input.evidence.attempts)
    if (attempt.cell == "sleep/off" && attempt.case_id == "sleep/validates" && left-- <= 0) attempt.measures.clear();
  const RuleResult few = judged("resources-compared");
  EXPECT_EQ(few.verdict, Verdict::kNoEvidence);
  EXPECT_EQ(few.threshold, "medians of at least 3 cluster instances a side, gate on against off");
  EXPECT_EQ(few.reason, "memory: measured on 10 cluster instances with the gate on, on 2 off");
  EXPECT_THAT(few.next, HasSubstr("ctx().measure"));
}

}  // namespace
}  // namespace graduand::graduation
