// SPDX-License-Identifier: Apache-2.0
#include "framework/graduation/judge.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "framework/graduation/rules/rules.h"
#include "tests/graduation/world.h"

namespace graduand::graduation {
namespace {

using results::Outcome;
using test::at;
using test::kGate;
using test::open_rules;
using test::rule;
using test::texts;
using test::World;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

TEST(Judge, NoRunsIsNoEvidenceInEveryRuleAboutRuns) {
  const Judgement judgement = World().judged();
  EXPECT_EQ(judgement.overall, Verdict::kNoEvidence);
  EXPECT_EQ(judgement.exit_code(), 4);
  for (const RuleResult& one : judgement.rules) {
    EXPECT_FALSE(one.source.empty()) << one.id;
    EXPECT_FALSE(one.threshold.empty()) << one.id;
    EXPECT_NE(one.verdict, Verdict::kPass) << one.id;
    // What the policy or the feature file does not ask for, and what needs no run.
    if (one.id == "failure-rate-bounded" || one.id == "resources-compared" || one.id == "required-scenarios" ||
        one.id == "deprecation-kept") {
      EXPECT_EQ(one.verdict, Verdict::kNotApplicable) << one.id;
      continue;
    }
    EXPECT_EQ(one.verdict, Verdict::kNoEvidence) << one.id;
    EXPECT_EQ(one.reason, "0 runs") << one.id;
  }
}

TEST(Judge, RuleIdsAreInTheOrderOfAJudgement) {
  std::vector<std::string> ids;
  for (const RuleResult& one : World().judged().rules) ids.push_back(one.id);
  EXPECT_EQ(ids, rule_ids());
  EXPECT_THAT(ids, SizeIs(19));
}

TEST(Judge, SaysWhatEachSuiteContributed) {
  World world;
  world.add_good_run("tonight", at("2026-11-30T11:00:00Z"));
  world.input.evidence.attempts.back().suite = "kubernetes-e2e";
  world.input.evidence.attempts.back().suite_revision = "ginkgo v1.34.3-0123456789ab";
  world.input.evidence.attempts.back().outcome = Outcome::kFailed;
  const Judgement judgement = world.judged();
  ASSERT_THAT(judgement.suites, SizeIs(2));
  EXPECT_EQ(judgement.suites[0].suite, "kubernetes-e2e");
  EXPECT_THAT(judgement.suites[0].revisions, ElementsAre("ginkgo v1.34.3-0123456789ab"));
  EXPECT_EQ(judgement.suites[0].ran, 1);
  EXPECT_EQ(judgement.suites[0].passed, 0);
  EXPECT_EQ(judgement.suites[1].suite, "sleep");
  EXPECT_EQ(judgement.suites[1].ran, 4);  // of 6 attempts one is the other suite's, and one was skipped
  EXPECT_EQ(judgement.suites[1].passed, 4);
}

TEST(Judge, AReleaseOutsideTheGatesLifeIsAnError) {
  World world;
  world.input.release = {1, 28};  // the gate came with 1.29
  const auto early = judge(world.input, builtin_policy());
  ASSERT_FALSE(early);
  EXPECT_EQ(early.error().kind, ErrorKind::kUsage);
  EXPECT_THAT(to_string(early.error()), HasSubstr(kGate));
}

TEST(Judge, AnyFailureOutweighsMissingEvidence) {
  World world;
  world.add_good_run("tonight", at("2026-11-30T11:00:00Z"));
  world.input.evidence.attempts.back().outcome = Outcome::kCrashed;
  const Judgement judgement = world.judged();
  EXPECT_EQ(judgement.overall, Verdict::kFail);
  EXPECT_EQ(judgement.exit_code(), 1);
  EXPECT_THAT(open_rules(judgement), Contains(testing::Pair("enough-scheduled-runs", "no-evidence")));
}

TEST(Judge, WhatDoesNotPassComesFirstInARule) {
  World world;
  world.add_good_days(16);
  world.input.info.required_cells["stable"].push_back(
      {"on", catalogue::VersionRef::before_release(2), {{kGate, true}}, {}});
  const RuleResult runs = rule(world.judged(), "enough-scheduled-runs");
  ASSERT_THAT(runs.findings, testing::Not(IsEmpty()));
  EXPECT_EQ(runs.findings.front().verdict, Verdict::kNoEvidence);
  EXPECT_EQ(runs.findings.back().verdict, Verdict::kPass);
}

TEST(Judge, VerdictsHaveTheirWords) {
  EXPECT_STREQ(to_string(Verdict::kPass), "pass");
  EXPECT_STREQ(to_string(Verdict::kFail), "fail");
  EXPECT_STREQ(to_string(Verdict::kNoEvidence), "no-evidence");
  EXPECT_STREQ(to_string(Verdict::kWaived), "waived");
  EXPECT_STREQ(to_string(Verdict::kNotApplicable), "not-applicable");
  EXPECT_STREQ(to_string(Verdict::kPassWithWaivers), "pass-with-waivers");
  Judgement judgement;
  judgement.overall = Verdict::kPassWithWaivers;
  EXPECT_EQ(judgement.exit_code(), 0);
}

TEST(Judge, WarnsOfGAOneReleaseAfterBeta) {
  World world;
  EXPECT_THAT(world.judged().warnings, IsEmpty());
  world.input.info.stages["beta"] = {1, 33};
  EXPECT_THAT(world.judged().warnings,
              ElementsAre("GA in v1.34 comes 1 release after beta in v1.33; the KEP template asks for two"));
  world.input.stage = Stage::kBeta;
  EXPECT_THAT(world.judged().warnings, IsEmpty());
}

TEST(Judge, SaysWhatItWasAskedAndWhatItRead) {
  World world;
  world.add_good_days(2);
  const Judgement judgement = world.judged();
  EXPECT_EQ(judgement.feature, kGate);
  EXPECT_EQ(judgement.stage, Stage::kStable);
  EXPECT_EQ(judgement.window_start, at("2026-10-31T12:00:00Z"));
  EXPECT_THAT(judgement.runs_read, ElementsAre("run01", "run00"));
  EXPECT_THAT(judgement.runs_left_out, IsEmpty());
  EXPECT_EQ(judgement.policy, "kubernetes");
  EXPECT_TRUE(judgement.policy_shipped);
  EXPECT_EQ(judgement.evidence_source, "history history.db");
}

}  // namespace
}  // namespace graduand::graduation
