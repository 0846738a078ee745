// SPDX-License-Identifier: Apache-2.0
// The verdict without evidence: the case that the project exists for.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "framework/base/json.h"
#include "tests/integration/program.h"

namespace graduand {
namespace {

using testing::HasSubstr;
using testing_support::Program;

class JudgeVerb : public testing::Test {
 protected:
  TempDir dir_ = TempDir::create("judge").value();
  Program program_{dir_.path()};
};

TEST_F(JudgeVerb, AHistoryWithoutRunsIsNoEvidence) {
  for (const char* stage : {"beta", "stable"}) {
    const auto result = program_.run({"judge", "--feature", "PodLifecycleSleepAction", "--stage", stage});
    EXPECT_EQ(result.exit_code, 4) << result.stdout_text << result.stderr_text;
    EXPECT_THAT(result.stdout_text, HasSubstr("no-evidence"));
  }
}

TEST_F(JudgeVerb, TheSameInputsGiveTheSameBytes) {
  const std::vector<std::string> call = {
      "judge", "--feature", "PodLifecycleSleepAction", "--stage", "GA", "--as-of", "2026-11-01", "--format", "json"};
  const auto first = program_.run(call);
  EXPECT_EQ(first.stdout_text, program_.run(call).stdout_text);
  const auto verdict = parse_json(first.stdout_text);
  ASSERT_TRUE(verdict);
  EXPECT_EQ(string_at(*verdict, "overall"), "no-evidence");
}

TEST_F(JudgeVerb, AnUnknownFeatureOrStageIsAnsweredWithTheNearest) {
  const auto feature = program_.run({"judge", "--feature", "PodLifecycleSleepActon", "--stage", "beta"});
  EXPECT_EQ(feature.exit_code, 2);
  EXPECT_THAT(feature.stderr_text, HasSubstr("did you mean 'PodLifecycleSleepAction'?"));
  EXPECT_EQ(program_.run({"judge", "--feature", "PodLifecycleSleepAction", "--stage", "gamma"}).exit_code, 2);
}

}  // namespace
}  // namespace graduand
