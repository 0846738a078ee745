// SPDX-License-Identifier: Apache-2.0
// A history in which nothing is missing passes, at every release that the gate's life allows.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/graduation/world.h"

namespace graduand::graduation {
namespace {

using test::open_rules;
using test::rule;
using test::texts;
using test::World;
using testing::IsEmpty;

TEST(Perfect, AMonthOfEverythingPasses) {
  World world;
  world.add_perfect();
  const Judgement judgement = world.judged();
  EXPECT_THAT(open_rules(judgement), IsEmpty());
  EXPECT_EQ(judgement.overall, Verdict::kPass);
  EXPECT_EQ(judgement.exit_code(), 0);
  for (const RuleResult& one : judgement.rules) {
    EXPECT_FALSE(one.source.empty()) << one.id;
    EXPECT_FALSE(one.threshold.empty()) << one.id;
    EXPECT_FALSE(one.reason.empty()) << one.id;
    if (one.verdict == Verdict::kPass) {
      EXPECT_EQ(one.next, "") << one.id;
    }
  }
}

TEST(Perfect, AtEveryReleaseOfTheGatesLife) {
  for (const int minor : {31, 32, 33, 34, 35, 36})
    for (const Stage stage : {Stage::kBeta, Stage::kStable}) {
      World world({1, minor});
      world.input.stage = stage;
      world.add_perfect();
      const Judgement judgement = world.judged();
      EXPECT_THAT(open_rules(judgement), IsEmpty()) << minor << " " << to_string(stage) << "\n"
                                                    << texts(rule(judgement, "ran-in-every-required-cell"));
    }
}

TEST(Perfect, SixteenDaysAreEnoughForGA) {
  World world;
  world.add_perfect(16);
  EXPECT_EQ(world.judged().overall, Verdict::kPass);
}

}  // namespace
}  // namespace graduand::graduation
