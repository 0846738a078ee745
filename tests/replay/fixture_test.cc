// SPDX-License-Identifier: Apache-2.0
// What a fixture may not say.
#include "tests/replay/fixture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace graduand::replay {
namespace {

using testing::HasSubstr;

constexpr const char* kGood = R"(what: an example
facts:
  - {what: it was reverted, source: "k/k#128627"}
feature:
  name: X
  sig: sig-node
  gates:
    - {name: X, defaults: {v1.31.0: true}, source: "k/k#1"}
cases:
  - {id: x/a}
cells:
  - {name: "on", kubernetes: v1.31.0, gates: {X: true}}
runs:
  - {job: ci, from: 2024-08-01, to: 2024-08-02, every: 12h, cells: ["on"], cases: [x/a], reconstructed: true}
judgements:
  - {name: one, stage: beta, release: v1.31, as-of: 2024-08-03, overall: pass}
)";

std::string with(std::string text, const std::string& from, const std::string& to) {
  const auto at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

std::string error_of(const std::string& text) {
  const auto fixture = parse_fixture(text, "replay.yaml");
  if (fixture) return "none";
  EXPECT_EQ(fixture.error().kind, ErrorKind::kUsage);
  return to_string(fixture.error());
}

TEST(ReplayFixture, IsReadWhenNothingIsMissing) {
  const auto fixture = parse_fixture(kGood, "replay.yaml");
  ASSERT_TRUE(fixture) << to_string(fixture.error());
  EXPECT_TRUE(fixture->jobs.at(0).origin.reconstructed);
  EXPECT_EQ(fixture->judgements.at(0).overall, "pass");
}

TEST(ReplayFixture, RefusesRunsThatAreNeitherLinkedNorMarkedAsReconstructed) {
  EXPECT_THAT(error_of(with(kGood, ", reconstructed: true", "")),
              AllOf(HasSubstr("replay.yaml:14:"), HasSubstr("runs without a source")));
  EXPECT_THAT(error_of(with(kGood, "reconstructed: true", "reconstructed: false")), HasSubstr("replay.yaml:14:"));
  EXPECT_EQ(error_of(with(kGood, "reconstructed: true", "source: \"k/k#128613\"")), "none");
}

TEST(ReplayFixture, RefusesFactsWithoutALink) {
  EXPECT_THAT(error_of(with(kGood, ", source: \"k/k#128627\"", "")), HasSubstr("replay.yaml:3:"));
  EXPECT_THAT(error_of(with(kGood, "k/k#128627", "somebody said so")),
              AllOf(HasSubstr("replay.yaml:3:"), HasSubstr("is no link")));
  EXPECT_THAT(error_of(with(kGood, ", source: \"k/k#1\"", "")), HasSubstr("replay.yaml:8:"));
  EXPECT_THAT(error_of(with(kGood, "defaults: {v1.31.0: true}, ", "")), HasSubstr("replay.yaml:8:"));
}

TEST(ReplayFixture, RefusesNamesThatStandNowhere) {
  EXPECT_THAT(error_of(with(kGood, "cells: [\"on\"]", "cells: [\"off\"]")),
              AllOf(HasSubstr("replay.yaml:14:"), HasSubstr("there is no cell 'off'")));
  EXPECT_THAT(error_of(with(kGood, "cases: [x/a]", "cases: [x/b]")), HasSubstr("replay.yaml:14:"));
  EXPECT_THAT(error_of(with(kGood, "overall: pass", "overall: good")), HasSubstr("replay.yaml:16:"));
  EXPECT_THAT(error_of(with(kGood, "every: 12h", "evry: 12h")), HasSubstr("replay.yaml:14:"));
}

TEST(ReplayFixture, RefusesPartsThatNothingHas) {
  EXPECT_THAT(error_of(with(kGood, "overall: pass", "with: [the flake], overall: pass")),
              AllOf(HasSubstr("replay.yaml:16:"), HasSubstr("the flake")));
  EXPECT_THAT(error_of(with(kGood, "overall: pass", "open: {version-skw: fail}, overall: fail")),
              AllOf(HasSubstr("replay.yaml:16:"), HasSubstr("version-skew")));
}

}  // namespace
}  // namespace graduand::replay
