// SPDX-License-Identifier: Apache-2.0
// What happened to real features is judged again, from fixtures with links.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/paths.h"
#include "tests/replay/expand.h"

namespace graduand::replay {
namespace {

using graduation::Judgement;
using graduation::RuleResult;
using graduation::Verdict;

std::vector<std::filesystem::path> files() {
  std::vector<std::filesystem::path> all;
  for (const auto& entry : std::filesystem::directory_iterator(testing_support::source_dir() + "/tests/replay"))
    if (entry.path().extension() == ".yaml") all.push_back(entry.path());
  std::sort(all.begin(), all.end());
  return all;
}

std::map<std::string, std::string> open_rules(const Judgement& judgement) {
  std::map<std::string, std::string> open;
  for (const RuleResult& rule : judgement.rules)
    if (rule.verdict != Verdict::kPass && rule.verdict != Verdict::kNotApplicable)
      open[rule.id] = to_string(rule.verdict);
  return open;
}

std::string text_of(const Judgement& judgement) {
  std::string text;
  for (const RuleResult& rule : judgement.rules) {
    text += rule.id + ": " + rule.reason + "\n";
    for (const auto& finding : rule.findings)
      text += "  " + std::string(to_string(finding.verdict)) + " " + finding.text + "\n";
  }
  for (const std::string& warning : judgement.warnings) text += "warning: " + warning + "\n";
  for (const results::Mark& mark : judgement.marks) text += "mark: " + mark.reason + " (" + mark.author + ")\n";
  return text;
}

class Replay : public testing::TestWithParam<std::filesystem::path> {};

TEST_P(Replay, EndsAsItShouldHave) {
  const auto fixture = load_fixture(GetParam());
  ASSERT_TRUE(fixture) << to_string(fixture.error());
  for (const ExpectedJudgement& expected : fixture->judgements) {
    SCOPED_TRACE(expected.name);
    const auto input = expand(*fixture, expected);
    const auto judgement = judge(input, policy_of(expected));
    ASSERT_TRUE(judgement) << to_string(judgement.error());
    const std::string text = text_of(*judgement);
    EXPECT_EQ(to_string(judgement->overall), expected.overall) << text;
    EXPECT_EQ(open_rules(*judgement), expected.open) << text;
    EXPECT_EQ(judgement->policy_shipped, !expected.prereleases);
    for (const std::string& words : expected.says) EXPECT_THAT(text, testing::HasSubstr(words));
    if (expected.cells.empty()) continue;
    std::vector<std::string> cells;
    const auto resolved = resolve(input.info, to_string(input.stage), input.release);
    ASSERT_TRUE(resolved);
    for (const auto& cell : *resolved) cells.push_back(cell.name);
    EXPECT_EQ(cells, expected.cells);
  }
}

// A fixture in which everything ends alike would not tell whether the rule that it is about was there.
TEST_P(Replay, ShowsItsGuardFromBothSides) {
  const auto fixture = load_fixture(GetParam());
  ASSERT_TRUE(fixture) << to_string(fixture.error());
  std::set<std::string> verdicts;
  for (const ExpectedJudgement& expected : fixture->judgements) verdicts.insert(expected.overall);
  EXPECT_TRUE(verdicts.contains("pass"));
  EXPECT_GE(verdicts.size(), 2u);
}

TEST_P(Replay, TheGateTableSaysWhatWasShipped) {
  const auto fixture = load_fixture(GetParam());
  ASSERT_TRUE(fixture) << to_string(fixture.error());
  for (const auto& [gate, defaults] : fixture->defaults)
    for (const auto& [release, on] : defaults) {
      const auto spec = catalogue::FeatureGates::builtin().at(gate, catalogue::KubeVersion::parse(release).value());
      ASSERT_TRUE(spec) << gate << " at " << release;
      EXPECT_EQ(spec->default_on, on) << gate << " at " << release;
    }
}

INSTANTIATE_TEST_SUITE_P(All, Replay, testing::ValuesIn(files()), [](const auto& param_info) {
  std::string name = param_info.param.stem().string();
  std::replace_if(
      name.begin(), name.end(), [](char c) { return std::isalnum(static_cast<unsigned char>(c)) == 0; }, '_');
  return name;
});

TEST(Replays, AreThere) {
  EXPECT_GE(files().size(), 9u);
}

}  // namespace
}  // namespace graduand::replay
