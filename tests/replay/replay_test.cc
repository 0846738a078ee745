// SPDX-License-Identifier: Apache-2.0
// Promotions that went wrong, and some that went right: what the verdict would have been on their day.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "framework/base/files.h"
#include "tests/paths.h"
#include "tests/replay/fixture.h"

namespace graduand::replay {
namespace {

namespace fs = std::filesystem;

fs::path folder() {
  return fs::path(testing_support::source_dir()) / "tests" / "replay";
}

std::vector<std::string> names() {
  std::vector<std::string> all;
  for (const auto& entry : fs::directory_iterator(folder()))
    if (fs::exists(entry.path() / "replay.yaml")) all.push_back(entry.path().filename().string());
  std::sort(all.begin(), all.end());
  return all;
}

// Everything that a verdict says.
std::string words_of(const graduation::Judgement& judgement) {
  std::string all;
  for (const auto& warning : judgement.warnings) all += "warning: " + warning + "\n";
  for (const auto& mark : judgement.marks) all += "mark: " + mark.reason + "\n";
  for (const auto& rule : judgement.rules) {
    if (rule.verdict == graduation::Verdict::kNotApplicable) continue;
    all += rule.id + " " + to_string(rule.verdict) + ": " + rule.reason + "\n";
    for (const auto& finding : rule.findings)
      if (finding.verdict != graduation::Verdict::kPass)
        all += std::string("  ") + to_string(finding.verdict) + ": " + finding.text + "\n";
  }
  for (const auto& [run, why] : judgement.runs_left_out) all += run + ": " + why + "\n";
  return all;
}

class Replay : public testing::TestWithParam<std::string> {};

TEST_P(Replay, WouldHaveBeenJudgedAsItShould) {
  auto fixture = load_fixture(folder() / GetParam());
  ASSERT_TRUE(fixture) << to_string(fixture.error());
  ASSERT_FALSE(fixture->judgements.empty());
  for (const Expected& expected : fixture->judgements) {
    graduation::JudgeInput input = fixture->input;
    input.stage = expected.stage;
    input.release = expected.release;
    input.as_of = expected.as_of;
    const auto judgement = graduation::judge(input, graduation::builtin_policy());
    ASSERT_TRUE(judgement) << to_string(judgement.error());
    const std::string said = words_of(*judgement);
    SCOPED_TRACE(format_rfc3339(expected.as_of) + "\n" + said);
    EXPECT_EQ(to_string(judgement->overall), expected.overall);
    std::map<std::string, std::string> open;
    for (const auto& rule : judgement->rules)
      if (rule.verdict != graduation::Verdict::kPass && rule.verdict != graduation::Verdict::kNotApplicable)
        open[rule.id] = to_string(rule.verdict);
    EXPECT_EQ(open, expected.open);
    for (const std::string& words : expected.words) EXPECT_THAT(said, testing::HasSubstr(words));
  }
}

std::string test_name(const testing::TestParamInfo<std::string>& replay) {
  std::string name = replay.param;
  std::replace_if(name.begin(), name.end(), [](char c) { return c == '-' || c == '.'; }, '_');
  return name;
}
INSTANTIATE_TEST_SUITE_P(Of, Replay, testing::ValuesIn(names()), test_name);

TEST(Replays, AreThere) {
  EXPECT_GE(names().size(), 8u);
}

TEST(Replays, AJobWithoutASourceThatIsNotMarkedIsRefused) {
  auto dir = TempDir::create("replay").value();
  ASSERT_TRUE(write_file_atomically(dir.path() / "replay.yaml",
                                    "about: x\nsources: [y]\nfeature: F\njobs:\n  - name: ci\n    from: 2025-01-01\n"
                                    "    to: 2025-01-02\n"));
  const auto fixture = load_fixture(dir.path());
  ASSERT_FALSE(fixture);
  EXPECT_THAT(to_string(fixture.error()), testing::HasSubstr("replay.yaml:5:"));
  EXPECT_THAT(to_string(fixture.error()), testing::HasSubstr("reconstructed: true"));
}

}  // namespace
}  // namespace graduand::replay
