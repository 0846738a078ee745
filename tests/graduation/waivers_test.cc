// SPDX-License-Identifier: Apache-2.0
// Somebody's decision that a rule need not be met, or that a run does not count.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/graduation/world.h"

namespace graduand::graduation {
namespace {

using test::at;
using test::kGate;
using test::rule;
using test::texts;
using test::World;
using testing::HasSubstr;
using testing::SizeIs;

class Waived : public testing::Test {
 protected:
  Waived() {
    waiver.feature = kGate;
    waiver.rule = "version-skew";
    waiver.stage = Stage::kStable;
    waiver.release = {1, 34};
    waiver.reason = "no hardware";
    waiver.author = "sig-node";
    waiver.expires = at("2026-12-24T00:00:00Z");
    waiver.where = "w.yaml:2:5";
    world.add_perfect();
    std::erase_if(world.input.evidence.attempts, [](const auto& one) { return one.run_id == "skew"; });
  }
  Judgement judged() const {
    Policy policy = builtin_policy();
    policy.waivers = {waiver};
    return world.judged(policy);
  }
  World world;
  Waiver waiver;
};

TEST_F(Waived, ARuleThatIsWaivedIsListedAndTheVerdictSaysSo) {
  EXPECT_EQ(world.judged().overall, Verdict::kNoEvidence);
  const Judgement judgement = judged();
  EXPECT_EQ(judgement.overall, Verdict::kPassWithWaivers);
  EXPECT_EQ(judgement.exit_code(), 0);
  const RuleResult& skew = rule(judgement, "version-skew");
  EXPECT_EQ(skew.verdict, Verdict::kWaived);
  ASSERT_TRUE(skew.waiver);
  EXPECT_EQ(skew.waiver->author, "sig-node");
  EXPECT_EQ(skew.reason, "no case passed with a kubelet older than the API server");
}

TEST_F(Waived, OnlyWithinItsScope) {
  const Waiver good = waiver;
  waiver.feature = "Other";
  EXPECT_EQ(judged().overall, Verdict::kNoEvidence);
  waiver = good;
  waiver.stage = Stage::kBeta;
  EXPECT_EQ(judged().overall, Verdict::kNoEvidence);
  waiver = good;
  waiver.release = {1, 35};
  EXPECT_EQ(judged().overall, Verdict::kNoEvidence);
  waiver = good;
  waiver.rule = "newest-run";
  EXPECT_EQ(judged().overall, Verdict::kNoEvidence);
}

TEST_F(Waived, AnExpiredOneIsAnError) {
  Policy policy = builtin_policy();
  waiver.expires = world.input.as_of;
  policy.waivers = {waiver};
  const auto judgement = judge(world.input, policy);
  ASSERT_FALSE(judgement);
  EXPECT_EQ(judgement.error().kind, ErrorKind::kUsage);
  EXPECT_EQ(judgement.error().where, "w.yaml:2:5");
}

TEST_F(Waived, AFailureMayBeWaived) {
  world.add_skew("skew2", world.input.as_of - std::chrono::hours(5));
  world.input.evidence.attempts.front().outcome = results::Outcome::kFailed;
  EXPECT_EQ(judged().overall, Verdict::kFail);
  waiver.rule = "no-product-failures";
  EXPECT_EQ(judged().overall, Verdict::kPassWithWaivers);
}

TEST_F(Waived, APassNeedsNone) {
  world.add_skew("skew2", world.input.as_of - std::chrono::hours(5));
  const Judgement judgement = judged();
  EXPECT_EQ(rule(judgement, "version-skew").verdict, Verdict::kPass);
  EXPECT_FALSE(rule(judgement, "version-skew").waiver);
  EXPECT_EQ(judgement.overall, Verdict::kPass);
}

TEST_F(Waived, ThatNothingRanCannotBe) {
  world.input.evidence = {};
  const Judgement judgement = judged();
  EXPECT_EQ(rule(judgement, "version-skew").verdict, Verdict::kNoEvidence);
  EXPECT_THAT(texts(rule(judgement, "version-skew")),
              HasSubstr("the waiver by sig-node (no hardware) does not count: that nothing ran cannot be waived"));
  EXPECT_EQ(judgement.exit_code(), 4);
}

TEST_F(Waived, ARunThatIsLeftOutMakesItAPassWithWaivers) {
  world.add_skew("skew2", world.input.as_of - std::chrono::hours(5));
  world.add_good_run("broken", world.input.as_of - std::chrono::hours(4));
  world.input.evidence.attempts.back().outcome = results::Outcome::kFailed;
  EXPECT_EQ(world.judged().overall, Verdict::kFail);
  waiver.rule.clear();
  waiver.run = "broken";
  const Judgement judgement = judged();
  EXPECT_EQ(judgement.overall, Verdict::kPassWithWaivers);
  ASSERT_THAT(judgement.exclusions, SizeIs(1));
  EXPECT_EQ(judgement.exclusions[0].reason, "no hardware");
}

}  // namespace
}  // namespace graduand::graduation
