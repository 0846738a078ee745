// SPDX-License-Identifier: Apache-2.0
// Whether there is a schedule and it was kept: the rules of rules_schedule.cc.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/graduation/world.h"

namespace graduand::graduation {
namespace {

using results::Outcome;
using std::chrono::hours;
using test::at;
using test::rule;
using test::texts;
using test::World;
using testing::HasSubstr;
using testing::Not;

class Schedule : public testing::Test {
 protected:
  RuleResult judged(const std::string& id) const { return rule(world.judged(), id); }
  // A good run on each of these days of November, at a time of the day.
  void add_days(std::initializer_list<int> days, const std::string& time = "11:00:00") {
    for (const int day : days) {
      const std::string text = (day < 10 ? "0" : "") + std::to_string(day);
      world.add_good_run("r" + text + time, at("2026-11-" + text + "T" + time + "Z"));
    }
  }
  World world;
};

TEST_F(Schedule, ThirteenRunsAreNotFourteen) {
  world.add_good_days(13);
  const RuleResult runs = judged("enough-scheduled-runs");
  EXPECT_EQ(runs.verdict, Verdict::kNoEvidence);
  EXPECT_EQ(runs.threshold, "at least 14 scheduled runs (periodic) within 30 days, per case and required cell");
  EXPECT_EQ(runs.reason, "13 of 14 scheduled runs where there are fewest");
  EXPECT_THAT(runs.next, HasSubstr("needs up to 1 more in v1.33, on; v1.33, off; v1.34, on"));
  EXPECT_THAT(texts(runs), HasSubstr("no-evidence: v1.33, off: sleep/validates: 13 of 14 scheduled runs"));
  world.add_good_run("extra", world.input.as_of - hours(2));
  EXPECT_EQ(judged("enough-scheduled-runs").verdict, Verdict::kPass);
  EXPECT_EQ(judged("enough-scheduled-runs").reason, "14 scheduled runs (14 asked) where there are fewest");
  EXPECT_EQ(judged("enough-scheduled-runs").next, "");
  EXPECT_THAT(judged("enough-scheduled-runs").commands, testing::IsEmpty());
}

TEST_F(Schedule, ARunWithTwoAttemptsIsOneRun) {
  world.add_good_days(13);
  world.add_attempt("sleep/validates").number = 2;
  EXPECT_EQ(judged("enough-scheduled-runs").reason, "13 of 14 scheduled runs where there are fewest");
}

TEST_F(Schedule, RunsByHandAreNoSchedule) {
  Policy policy = builtin_policy();
  policy.admissible.push_back(results::Trigger::kManual);
  world.add_good_run("by-hand", world.input.as_of - hours(1), results::Trigger::kManual);
  const Judgement judgement = world.judged(policy);
  EXPECT_EQ(rule(judgement, "enough-scheduled-runs").reason, "0 of 14 scheduled runs where there are fewest");
  EXPECT_EQ(rule(judgement, "largest-gap").reason, "no scheduled run");
  EXPECT_EQ(rule(judgement, "newest-run").reason, "no scheduled run");
  EXPECT_EQ(rule(judgement, "ran-when-due").reason, "no case was due in any scheduled run");
  EXPECT_EQ(rule(judgement, "ran-in-every-required-cell").verdict, Verdict::kPass);
}

TEST_F(Schedule, ManyRunsInOneDayAreOneDay) {
  for (int i = 0; i < 20; ++i)
    world.add_good_run("r" + std::to_string(i), at("2026-11-30T00:30:00Z") + std::chrono::minutes(30 * i));
  EXPECT_EQ(judged("enough-scheduled-runs").verdict, Verdict::kPass);
  const RuleResult days = judged("days-with-runs");
  EXPECT_EQ(days.verdict, Verdict::kNoEvidence);
  EXPECT_EQ(days.reason, "1 of 14 days with a scheduled run where there are fewest");
  EXPECT_THAT(days.next, testing::StartsWith("keep the schedule up until 2026-12-13"));  // thirteen days more
}

TEST_F(Schedule, DaysAreCalendarDaysWhateverTheTimeOfDay) {
  world.add_good_days(14);
  EXPECT_EQ(judged("days-with-runs").verdict, Verdict::kPass);
  EXPECT_EQ(judged("days-with-runs").reason, "14 days with a scheduled run (14 asked) where there are fewest");
  World late;
  for (int day = 0; day < 14; ++day)  // each 30 seconds later than the day before
    late.add_good_run("r" + std::to_string(day), at("2026-11-17T06:00:00Z") + day * (hours(24) + seconds(30)));
  EXPECT_EQ(rule(late.judged(), "days-with-runs").verdict, Verdict::kPass);
  EXPECT_THAT(texts(rule(late.judged(), "largest-gap")), HasSubstr("0 days without a run"));
}

TEST_F(Schedule, AttemptsOnBothSidesOfMidnightAreOfTwoDays) {
  world.input.info.required_cells["stable"].resize(1);
  world.add_good_run("r", at("2026-11-29T23:59:55Z"));  // a cluster takes six seconds until its first attempt starts
  world.add_good_run("s", at("2026-11-29T23:59:40Z"));
  EXPECT_EQ(judged("days-with-runs").reason, "2 of 14 days with a scheduled run where there are fewest");
}

TEST_F(Schedule, TheWindowHasAnEdge) {
  world.add_good_days(13);
  world.add_good_run("edge", at("2026-10-31T12:00:00Z"));
  EXPECT_EQ(judged("enough-scheduled-runs").verdict, Verdict::kPass);
  world.input.as_of += hours(1);
  EXPECT_EQ(judged("enough-scheduled-runs").verdict, Verdict::kNoEvidence);
}

TEST_F(Schedule, ThreeDaysOffAreAllowedAndFourAreNot) {
  add_days({20, 24, 30});
  const RuleResult bad = judged("largest-gap");
  EXPECT_EQ(bad.verdict, Verdict::kNoEvidence);
  EXPECT_EQ(bad.threshold, "at most 3 days in a row without a scheduled run, per case and required cell");
  EXPECT_EQ(bad.reason, "5 days without a run where the gap is largest (3 allowed)");
  EXPECT_THAT(texts(bad), HasSubstr("5 days without a run from 2026-11-25 on"));
  EXPECT_EQ(bad.next, "find out why the job did not run");
  add_days({28});
  EXPECT_EQ(judged("largest-gap").verdict, Verdict::kPass);
  EXPECT_EQ(judged("largest-gap").reason, "3 days without a run where the gap is largest (3 allowed)");
}

TEST_F(Schedule, AGapIsPerCaseAndCell) {
  add_days({20, 22, 24, 26, 28, 30});
  EXPECT_EQ(judged("largest-gap").verdict, Verdict::kPass);
  for (auto& attempt : world.input.evidence.attempts)
    if (attempt.cell == "sleep/off" && attempt.started > at("2026-11-21T00:00:00Z") &&
        attempt.started < at("2026-11-27T00:00:00Z"))
      attempt.outcome = Outcome::kInfraError;
  const RuleResult gap = judged("largest-gap");
  EXPECT_EQ(gap.verdict, Verdict::kNoEvidence);
  EXPECT_EQ(gap.findings[0].text, "v1.33, off: sleep/validates: 7 days without a run from 2026-11-21 on");
  EXPECT_THAT(texts(gap), HasSubstr("pass: v1.33, on: sleep/delays, sleep/validates: 1 day without a run"));
}

TEST_F(Schedule, TheNewestRunMustBeNew) {
  add_days({27}, "12:00:00");
  EXPECT_EQ(judged("newest-run").verdict, Verdict::kPass);
  EXPECT_EQ(judged("newest-run").threshold, "the newest scheduled run at most 3 days old, per case and required cell");
  world.input.as_of += std::chrono::minutes(10);
  const RuleResult old = judged("newest-run");
  EXPECT_EQ(old.verdict, Verdict::kNoEvidence);
  EXPECT_EQ(old.reason, "3.1 days old where it is oldest (3 allowed)");  // never rounded down to what is allowed
  EXPECT_THAT(old.next, HasSubstr("keep the schedule up in v1.33, on; v1.33, off; v1.34, on"));
}

TEST_F(Schedule, WithoutCellsThereIsNoEvidence) {
  world.add_good_days(30);
  world.input.info.required_cells.clear();
  for (const char* id : {"enough-scheduled-runs", "days-with-runs", "largest-gap", "newest-run", "ran-when-due"}) {
    EXPECT_EQ(judged(id).verdict, Verdict::kNoEvidence) << id;
    EXPECT_THAT(judged(id).reason, HasSubstr("no required cells are stated")) << id;
    EXPECT_THAT(judged(id).next, HasSubstr("required-cells")) << id;
  }
}

TEST_F(Schedule, WithoutACaseThereIsNoEvidence) {
  world.add_good_days(30);
  world.input.cases.clear();
  for (const char* id : {"enough-scheduled-runs", "days-with-runs", "largest-gap", "newest-run"}) {
    EXPECT_EQ(judged(id).verdict, Verdict::kNoEvidence) << id;
    EXPECT_EQ(judged(id).reason, "no case can run in any required cell") << id;
    EXPECT_THAT(judged(id).next, Not(testing::IsEmpty())) << id;
  }
}

}  // namespace
}  // namespace graduand::graduation
