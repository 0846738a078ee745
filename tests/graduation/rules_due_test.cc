// SPDX-License-Identifier: Apache-2.0
// Whether cases ran in the scheduled runs in which they were due.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "framework/graduation/commands/planned_way.h"
#include "framework/graduation/evidence.h"
#include "tests/graduation/world.h"

namespace graduand::graduation {
namespace {

using results::Outcome;
using test::kGate;
using test::rule;
using test::texts;
using test::World;
using testing::HasSubstr;

class Due : public testing::Test {
 protected:
  Due() { world.add_good_days(10); }
  RuleResult judged() const { return rule(world.judged(), "ran-when-due"); }
  // The attempts of sleep/validates with the gate off, oldest first.
  std::vector<results::Attempt*> off() {
    std::vector<results::Attempt*> all;
    for (auto& attempt : world.input.evidence.attempts)
      if (attempt.cell == "sleep/off" && attempt.case_id == "sleep/validates") all.push_back(&attempt);
    return all;
  }
  World world;
};

TEST_F(Due, RanWheneverItWasPlanned) {
  const RuleResult due = judged();
  EXPECT_EQ(due.verdict, Verdict::kPass);
  EXPECT_EQ(due.threshold, "in 90.0 % of the scheduled runs in which it was due, per case and required cell");
  EXPECT_THAT(due.reason, HasSubstr("ran in 10 of 10 scheduled runs where it was least (90.0 % asked)"));
}

TEST_F(Due, OneOfTenMayBeMissedAndTwoMayNot) {
  off()[3]->outcome = Outcome::kInfraError;
  EXPECT_EQ(judged().verdict, Verdict::kPass);
  EXPECT_EQ(judged().reason, "sleep/validates ran in 9 of 10 scheduled runs where it was least (90.0 % asked)");
  off()[4]->outcome = Outcome::kNotRun;
  const RuleResult due = judged();
  EXPECT_EQ(due.verdict, Verdict::kNoEvidence);
  EXPECT_EQ(due.findings[0].text,
            "v1.33, off: sleep/validates: ran in 8 of 10 scheduled runs: 1 × infra-error, 1 × not run");
  EXPECT_EQ(due.next, "look at what kept them from running");
  EXPECT_THAT(due.commands, testing::ElementsAre("graduand report --feature PodLifecycleSleepAction"));
  ASSERT_EQ(due.counts.size(), 1u);
  EXPECT_EQ(due.counts[0].k, 8);
  EXPECT_EQ(due.counts[0].n, 10);
}

TEST_F(Due, ASkipForAnUnmetNeedWasNotDue) {
  // sleep/delays is skipped in each run where the gate is off, and misses nothing.
  EXPECT_THAT(texts(judged()), testing::Not(HasSubstr("skipped although")));
  off()[0]->outcome = Outcome::kSkipped;
  EXPECT_THAT(texts(judged()), HasSubstr("1 × skipped although its needs held"));
}

TEST_F(Due, APlannedCaseWithoutARecordWasMissed) {
  const std::string id = off()[2]->id;
  std::erase_if(world.input.evidence.attempts, [&](const auto& attempt) { return attempt.id == id; });
  EXPECT_THAT(texts(judged()), HasSubstr("1 × no record of it"));
  for (auto& run : world.input.evidence.runs) run.finished.reset();
  EXPECT_THAT(texts(judged()), HasSubstr("1 × the run was not finished"));
}

TEST_F(Due, ACaseThatTheJobLeavesOutIsStillDue) {
  const std::string run = off()[9]->run_id;
  std::erase_if(world.input.evidence.attempts,
                [&](const auto& attempt) { return attempt.run_id == run && attempt.case_id == "sleep/validates"; });
  for (auto& plan : world.input.evidence.plans)
    if (plan.run_id == run)
      for (auto& cell : plan.cells)
        std::erase_if(cell.cases, [](const auto& one) { return one.case_id == "sleep/validates"; });
  EXPECT_THAT(texts(judged()), HasSubstr("v1.33, off: sleep/validates: ran in 9 of 10 scheduled runs: "
                                         "1 × not selected by the run"));
}

TEST_F(Due, AnotherJobThatNeverHadItOwesNothing) {
  world.add_upgrade_cycle("upgrade", world.input.as_of - std::chrono::hours(3));
  EXPECT_THAT(texts(judged()), HasSubstr("ran in 10 of 10"));
  EXPECT_EQ(judged().verdict, Verdict::kPass);
}

TEST_F(Due, WithoutAPlanTheClusterSaysWhatWasDue) {
  world.input.evidence.plans.clear();
  off()[3]->outcome = Outcome::kInfraError;
  EXPECT_THAT(texts(judged()),
              HasSubstr("v1.33, off: sleep/validates: ran in 9 of 10 scheduled runs: 1 × infra-error"));
}

TEST_F(Due, AClusterThatIsNotWhatWasAskedForMisses) {
  for (auto& instance : world.input.evidence.instances)
    if (instance.cell.name == "off" && instance.run_id == "run04") instance.facts = World::facts(world.older(), true);
  EXPECT_THAT(texts(judged()), HasSubstr("1 × its cluster was not the cell"));
}

TEST(AskedToBe, FollowsRequestsDefaultsAndTransitions) {
  World world;
  world.add_gate_cycle("cycle", world.input.as_of - std::chrono::hours(3));
  const auto cells = catalogue::resolve(world.input.info, "stable", world.input.release).value();
  ASSERT_EQ(cells.size(), 3u);
  catalogue::CellDescription planned = world.input.evidence.instances[0].cell;
  EXPECT_TRUE(is_asked_to_be(planned, 0, cells[0]));
  EXPECT_FALSE(is_asked_to_be(planned, 1, cells[0]));
  EXPECT_TRUE(is_asked_to_be(planned, 1, cells[1]));
  EXPECT_TRUE(is_asked_to_be(planned, 2, cells[0]));
  EXPECT_FALSE(is_asked_to_be(planned, 0, cells[2]));  // another minor
  planned.gates.clear();                               // on by default
  EXPECT_TRUE(is_asked_to_be(planned, 0, cells[0]));
  planned.provider = "none";
  EXPECT_FALSE(is_asked_to_be(planned, 0, cells[0]));
}

}  // namespace
}  // namespace graduand::graduation
