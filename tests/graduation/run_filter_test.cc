// SPDX-License-Identifier: Apache-2.0
#include "framework/graduation/run_filter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/graduation/world.h"

namespace graduand::graduation {
namespace {

using results::Mark;
using results::Outcome;
using results::Trigger;
using std::chrono::hours;
using test::at;
using test::kGate;
using test::World;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;
using testing::SizeIs;

class Filter : public testing::Test {
 protected:
  RunFilter filter() const { return {world.input, policy}; }
  // Why the only run that is left out is.
  std::string why() const {
    const RunFilter made = filter();
    return made.left_out().size() == 1 ? made.left_out()[0].second : std::to_string(made.left_out().size()) + " runs";
  }
  Mark& add_mark(Mark::Kind kind) {
    Mark mark;
    mark.id = "mark-" + std::to_string(world.input.evidence.marks.size() + 1);
    mark.kind = kind;
    mark.reason = "mended";
    mark.author = "me";
    mark.made = world.input.as_of - hours(1);
    if (kind == Mark::Kind::kFixed) {
      mark.feature = kGate;
      mark.case_id = "sleep/validates";
    }
    world.input.evidence.marks.push_back(mark);
    return world.input.evidence.marks.back();
  }
  const results::Attempt& attempt(std::size_t i) const { return world.input.evidence.attempts[i]; }

  World world;
  Policy policy = builtin_policy();
  Timestamp yesterday = at("2026-11-29T11:00:00Z");
};

TEST_F(Filter, ASimulatedRunIsLeftOut) {
  world.add_good_run("r", yesterday);
  world.input.evidence.runs.back().simulated = true;
  EXPECT_EQ(why(), "simulated: it had no real cluster");
}

TEST_F(Filter, ATriggerThatIsNotAdmissibleIsLeftOut) {
  world.add_good_run("r", yesterday, Trigger::kManual);
  EXPECT_EQ(why(), "trigger manual is not admissible under the policy kubernetes");
  policy.admissible.push_back(Trigger::kManual);
  EXPECT_THAT(filter().left_out(), IsEmpty());
  EXPECT_FALSE(filter().scheduled(world.input.evidence.runs[0]));
}

TEST_F(Filter, APresubmitIsLeftOutAndLookedAtApart) {
  world.add_good_run("r", yesterday, Trigger::kPresubmit);
  policy.admissible.push_back(Trigger::kPresubmit);  // not even so
  EXPECT_THAT(why(), HasSubstr("a presubmit: it tests a change that is not merged"));
  EXPECT_THAT(filter().presubmits(), ElementsAre(&world.input.evidence.runs[0]));
  world.input.evidence.runs[0].simulated = true;
  EXPECT_THAT(filter().presubmits(), IsEmpty());
}

TEST_F(Filter, ARunAfterTheVerdictIsLeftOut) {
  world.add_good_run("r", at("2026-12-01T00:00:00Z"));
  EXPECT_EQ(why(), "started 2026-12-01T00:00:00Z, after the time of this verdict");
}

TEST_F(Filter, ARunBeforeTheWindowIsLeftOutAndStaysKnown) {
  world.add_good_run("r", at("2026-10-01T00:00:00Z"));
  EXPECT_EQ(why(), "started 2026-10-01T00:00:00Z, before the window");
  EXPECT_THAT(filter().runs(), IsEmpty());
  EXPECT_NE(filter().run("r"), nullptr);
  EXPECT_FALSE(filter().counts(attempt(0)));
  EXPECT_TRUE(filter().counts(attempt(0), RunFilter::Span::kEver));
}

TEST_F(Filter, AResumedRunIsInTheWindowByItsAttempts) {
  world.add_good_run("r", at("2026-10-31T11:00:00Z"));  // the window begins at 12:00
  world.input.evidence.attempts.back().started = at("2026-10-31T12:30:00Z");
  const RunFilter made = filter();
  EXPECT_TRUE(made.runs().contains("r"));
  EXPECT_FALSE(made.counts(attempt(0)));
  EXPECT_TRUE(made.counts(world.input.evidence.attempts.back()));
}

TEST_F(Filter, ARunThatDoesNotConcernTheFeatureIsLeftOut) {
  world.add_run("r", yesterday);
  EXPECT_EQ(why(), "nothing in it concerns PodLifecycleSleepAction");
  world.add_instance("sleep/on", world.older(), true);  // it sets the gate
  EXPECT_THAT(filter().left_out(), IsEmpty());
}

TEST_F(Filter, ARunThatOnlyPlannedACaseConcernsTheFeature) {
  world.add_run("r", yesterday);
  world.add_instance("sleep/default", world.newer(), true);
  EXPECT_THAT(filter().runs(), IsEmpty());
  world.plan("sleep/validates");
  EXPECT_THAT(filter().runs(), SizeIs(1));
}

TEST_F(Filter, TheSameJobAndBuildIsACopy) {
  world.add_good_run("a", yesterday);
  world.add_good_run("b", yesterday + hours(1));
  EXPECT_THAT(filter().left_out(), IsEmpty());
  world.input.evidence.runs[1].build_id = world.input.evidence.runs[0].build_id;
  EXPECT_EQ(why(), "the same job and build, or the same start and seed, as run a: a copy of it");
  world.input.evidence.runs[1].job = "another";
  EXPECT_THAT(filter().left_out(), IsEmpty());
}

TEST_F(Filter, TheSameStartAndSeedIsACopy) {
  world.add_good_run("a", yesterday);
  world.add_good_run("b", yesterday);
  EXPECT_THAT(filter().left_out(), IsEmpty());  // no seed was recorded
  for (auto& run : world.input.evidence.runs) run.seed = 99;
  EXPECT_THAT(filter().left_out(), ElementsAre(Pair("b", HasSubstr("as run a: a copy of it"))));
  world.input.evidence.runs[1].seed = 100;
  EXPECT_THAT(filter().left_out(), IsEmpty());
}

TEST_F(Filter, HalvesOfOneRunAreNoCopies) {
  world.add_run("a", yesterday).seed = 99;
  world.add_instance("sleep/on", world.older(), true);
  world.add_attempt("sleep/validates");
  world.add_run("b", yesterday).seed = 99;
  world.add_instance("sleep/off", world.older(), false);
  world.add_attempt("sleep/validates");
  EXPECT_THAT(filter().left_out(), IsEmpty());
}

TEST_F(Filter, AWaiverLeavesARunOutAndIsNamed) {
  world.add_good_run("r", yesterday);
  Waiver waiver;
  waiver.feature = kGate;
  waiver.run = "r";
  waiver.stage = Stage::kStable;
  waiver.release = {1, 34};
  waiver.reason = "the disk was full";
  waiver.author = "sig-node";
  waiver.expires = at("2026-12-24T00:00:00Z");
  policy.waivers = {waiver};
  EXPECT_EQ(why(), "left out by sig-node: the disk was full");
  EXPECT_THAT(filter().exclusions(), ElementsAre(&policy.waivers[0]));
  policy.waivers[0].feature = "Other";
  EXPECT_THAT(filter().left_out(), IsEmpty());
  policy.waivers[0] = waiver;
  policy.waivers[0].stage = Stage::kBeta;
  EXPECT_THAT(filter().left_out(), IsEmpty());
  policy.waivers[0] = waiver;
  policy.waivers[0].release = {1, 35};
  EXPECT_THAT(filter().left_out(), IsEmpty());
}

TEST_F(Filter, ARunWithoutJobOrBuildIsNoSchedule) {
  world.add_good_run("r", yesterday);
  EXPECT_TRUE(filter().scheduled(world.input.evidence.runs[0]));
  world.input.evidence.runs[0].build_id.clear();
  EXPECT_FALSE(filter().scheduled(world.input.evidence.runs[0]));
  EXPECT_THAT(filter().runs(), SizeIs(1));
}

TEST_F(Filter, WhatHadNotEndedHasNotHappened) {
  world.add_good_run("r", yesterday);
  auto& last = world.input.evidence.attempts.back();
  world.input.as_of = last.started + last.took - milliseconds(1);
  EXPECT_FALSE(filter().counts(last));
  EXPECT_TRUE(filter().counts(attempt(0)));
  EXPECT_FALSE(filter().ended(world.input.evidence.runs[0]));
  world.input.as_of = last.started + last.took;
  EXPECT_TRUE(filter().counts(last));
}

TEST_F(Filter, AnUnfinishedRunCountsByWhatItRecorded) {
  world.add_good_run("r", yesterday);
  world.input.evidence.runs[0].finished.reset();
  EXPECT_TRUE(filter().counts(attempt(0)));
  EXPECT_FALSE(filter().ended(world.input.evidence.runs[0]));
}

TEST_F(Filter, AClusterOfTheProviderNoneIsNoEvidence) {
  world.add_good_run("r", yesterday);
  world.input.evidence.instances[0].provider = "none";
  EXPECT_FALSE(filter().counts(world.input.evidence.instances[0]));
  EXPECT_FALSE(filter().counts(attempt(0)));
  EXPECT_TRUE(filter().counts(world.input.evidence.instances[1]));
  EXPECT_TRUE(filter().counts(attempt(2)));
}

TEST_F(Filter, ACaseThatWasFixedCountsFromThenOn) {
  world.add_good_run("a", yesterday - hours(24));
  world.add_good_run("b", yesterday);
  add_mark(Mark::Kind::kFixed).since = yesterday;
  const RunFilter made = filter();
  EXPECT_TRUE(made.counts(attempt(0)));   // another case
  EXPECT_FALSE(made.counts(attempt(1)));  // sleep/validates of run a
  EXPECT_TRUE(made.counts(attempt(7)));   // and of run b
  ASSERT_NE(made.fixed("sleep/validates"), nullptr);
  EXPECT_EQ(made.fixed("sleep/validates")->since, yesterday);
  EXPECT_EQ(made.fixed("sleep/delays"), nullptr);
  EXPECT_THAT(made.marks(), ElementsAre(&world.input.evidence.marks[0]));
}

TEST_F(Filter, ACaseMayBeFixedAtARevision) {
  world.add_good_run("a", yesterday - hours(24));
  world.add_good_run("b", yesterday);
  for (auto& one : world.input.evidence.attempts)
    if (one.run_id == "b") one.suite_revision = "def456";
  add_mark(Mark::Kind::kFixed).since_revision = "def456";
  EXPECT_FALSE(filter().counts(attempt(1)));
  EXPECT_TRUE(filter().counts(attempt(7)));
  EXPECT_EQ(filter().fixed("sleep/validates")->since, attempt(7).started);
  world.input.evidence.marks[0].since_revision = "of no run yet";
  EXPECT_FALSE(filter().counts(attempt(7)));
}

TEST_F(Filter, MarksOfOtherFeaturesAndFixesOfLaterDoNothing) {
  world.add_good_run("a", yesterday);
  add_mark(Mark::Kind::kFixed).since = world.input.as_of;
  world.input.evidence.marks[0].made = world.input.as_of + hours(1);  // what was known is the watermark's
  EXPECT_FALSE(filter().counts(attempt(1)));
  world.input.evidence.marks[0].since = world.input.as_of + seconds(1);
  EXPECT_TRUE(filter().counts(attempt(1)));
  EXPECT_THAT(filter().marks(), IsEmpty());
  world.input.evidence.marks[0].since = world.input.as_of;
  world.input.evidence.marks[0].feature = "Other";
  EXPECT_TRUE(filter().counts(attempt(1)));
}

TEST_F(Filter, AMarkOfInfrastructureChangesAFailureAndNoPass) {
  world.add_good_run("a", yesterday);
  add_mark(Mark::Kind::kInfrastructure).target = attempt(0).id;
  EXPECT_EQ(filter().outcome(attempt(0)), Outcome::kPassed);
  EXPECT_THAT(filter().marks(), IsEmpty());
  world.input.evidence.attempts[0].outcome = Outcome::kCrashed;
  EXPECT_EQ(filter().outcome(attempt(0)), Outcome::kInfraError);
  EXPECT_THAT(filter().marks(), SizeIs(1));
}

TEST_F(Filter, ARenamedCaseKeepsItsCount) {
  world.add_good_run("a", yesterday);
  world.input.renames["sleep/validates"] = "sleep/checks";
  add_mark(Mark::Kind::kFixed).since = world.input.as_of;  // under its former name
  EXPECT_EQ(filter().case_id("sleep/validates"), "sleep/checks");
  EXPECT_EQ(filter().case_id("sleep/delays"), "sleep/delays");
  EXPECT_NE(filter().fixed("sleep/checks"), nullptr);
  EXPECT_FALSE(filter().counts(attempt(1)));
}

}  // namespace
}  // namespace graduand::graduation
