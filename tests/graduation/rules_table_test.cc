// SPDX-License-Identifier: Apache-2.0
// What was promised when something was deprecated.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/graduation/world.h"

namespace graduand::graduation {
namespace {

using test::at;
using test::rule;
using test::World;

class Deprecated : public testing::Test {
 protected:
  RuleResult judged(const std::string& announced) {
    catalogue::Deprecation one;
    one.what = "the former field";
    one.announced = at(announced);
    one.effective = {1, 34};
    one.effective_at = at("2025-08-27T00:00:00Z");
    world.input.info.deprecations = {one};
    return rule(world.judged(), "deprecation-kept");
  }
  World world;
};

TEST_F(Deprecated, AYearIsEnough) {
  const RuleResult kept = judged("2024-08-27T00:00:00Z");
  EXPECT_EQ(kept.verdict, Verdict::kPass);
  EXPECT_EQ(kept.threshold, "365 days from announcement to effect");
  EXPECT_EQ(kept.reason, "365 days from announcement to effect (365 asked)");
  EXPECT_EQ(kept.findings[0].text,
            "the former field: announced 2024-08-27, in effect with v1.34.0 on 2025-08-27: 365 days");
}

TEST_F(Deprecated, ADayLessFails) {
  const RuleResult broken = judged("2024-08-28T00:00:00Z");
  EXPECT_EQ(broken.verdict, Verdict::kFail);
  EXPECT_EQ(broken.reason, "364 of 365 days from announcement to effect");
  EXPECT_EQ(broken.next, "leave the gate off by default until the time has passed");
}

TEST_F(Deprecated, WhatTakesEffectInAnotherReleaseOrIsNotAskedForIsNotApplicable) {
  judged("2025-08-01T00:00:00Z");
  world.input.info.deprecations[0].effective = {1, 35};
  EXPECT_EQ(rule(world.judged(), "deprecation-kept").verdict, Verdict::kNotApplicable);
  EXPECT_EQ(rule(world.judged(), "deprecation-kept").reason, "nothing that was deprecated takes effect in v1.34");
}

TEST_F(Deprecated, AGateThatIsOffInTheReleaseChangesNothingYet) {
  World alpha({1, 29});  // the gate is off by default there
  catalogue::Deprecation one;
  one.what = "the former field";
  one.announced = at("2023-10-01T00:00:00Z");
  one.effective = {1, 29};
  one.effective_at = at("2023-12-13T00:00:00Z");
  alpha.input.info.deprecations = {one};
  alpha.input.info.required_cells.clear();
  const RuleResult kept = rule(alpha.judged(), "deprecation-kept");
  EXPECT_EQ(kept.verdict, Verdict::kPass);
  EXPECT_EQ(kept.reason, "no gate is on in v1.29");
  EXPECT_THAT(kept.findings[0].text, testing::HasSubstr("73 days; its gate is off in that release"));
}

}  // namespace
}  // namespace graduand::graduation
