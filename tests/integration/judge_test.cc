// SPDX-License-Identifier: Apache-2.0
// The verdict without evidence: the case that the project exists for.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>

#include "framework/base/json.h"
#include "tests/graduation/world.h"
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

// A history of the world's runs, as `ingest` would have made it.
fs::path history_of(const graduation::test::World& world, const fs::path& path) {
  auto store = history::open_sqlite(path).value();
  const auto& all = world.input.evidence;
  for (std::size_t i = 0; i < all.runs.size(); ++i) {
    results::RunContents contents;
    contents.run = all.runs[i];
    contents.plan = all.plans[i];
    const auto of_run = [&](const auto& from, auto& to) {
      std::copy_if(from.begin(), from.end(), std::back_inserter(to),
                   [&](const auto& one) { return one.run_id == contents.run.id; });
    };
    of_run(all.instances, contents.instances);
    of_run(all.transitions, contents.transitions);
    of_run(all.attempts, contents.attempts);
    of_run(all.facts, contents.facts);
    const auto summary = store->ingest(contents);
    EXPECT_TRUE(summary) << to_string(summary.error());
  }
  return path;
}

TEST_F(JudgeVerb, JudgeAndReportAndTheirJsonSayTheSame) {
  graduation::test::World world;
  world.add_perfect(16);
  world.input.evidence.attempts[40].outcome = results::Outcome::kFailed;
  const std::string history = history_of(world, dir_.path() / "h.db").string();
  const std::vector<std::string> common = {"--feature", "PodLifecycleSleepAction", "--history", history,
                                           "--as-of",   "2026-11-30T12:00:00Z"};
  const auto run = [&](std::vector<std::string> arguments) {
    arguments.insert(arguments.end(), common.begin(), common.end());
    return program_.run(arguments);
  };
  const auto judged = run({"judge", "--stage", "stable", "--json"});
  EXPECT_EQ(judged.exit_code, 1) << judged.stderr_text;
  const auto judgement = parse_json(judged.stdout_text).value();
  EXPECT_EQ(string_at(judgement, "overall"), "fail");
  // A table that begins later is no verdict on less.
  for (const auto& since : {std::vector<std::string>{}, {"--since", "2026-11-29"}}) {
    std::vector<std::string> call = {"report", "--json"};
    call.insert(call.end(), since.begin(), since.end());
    const auto report = parse_json(run(call).stdout_text).value();
    bool found = false;
    for (const auto& one : array_at(report, "judgements"))
      if (string_at(one, "stage") == "stable") {
        found = true;
        EXPECT_EQ(json::serialize(one), json::serialize(judgement));
      }
    EXPECT_TRUE(found);
  }
  const auto text = run({"judge", "--stage", "stable"}).stdout_text;
  EXPECT_THAT(run({"report"}).stdout_text, HasSubstr(text));
}

TEST_F(JudgeVerb, AHistoryIsJudgedAsItWas) {
  graduation::test::World world;
  world.add_perfect(16);
  const std::string history = history_of(world, dir_.path() / "h.db").string();
  const auto judged = [&] {
    return program_
        .run({"judge", "--feature", "PodLifecycleSleepAction", "--stage", "stable", "--history", history, "--as-of",
              "2026-11-30T12:00:00Z", "--up-to", "19"})
        .stdout_text;
  };
  const std::string before = judged();
  EXPECT_THAT(before, HasSubstr("as it was after 19 ingests and marks (--up-to 19)"));
  graduation::test::World more;
  more.add_good_run("later", more.input.as_of - std::chrono::hours(3));
  more.input.evidence.runs.back().job = "another";
  history_of(more, history);
  EXPECT_EQ(judged(), before);
}

TEST_F(JudgeVerb, BadPoliciesAndWaiversAreRefusedWithTheirPlace) {
  const auto judged = [&](const std::string& option, const std::string& text) {
    return program_.run({"judge", "--feature", "PodLifecycleSleepAction", "--stage", "stable", option,
                         program_.write("file.yaml", text).string()});
  };
  const std::string waiver =
      "waivers:\n  - feature: PodLifecycleSleepAction\n    stage: stable\n    release: v1.34\n    rule: version-skew\n"
      "    reason: none\n    author: a@b\n    expires: 2020-01-01\n";
  const auto expired = judged("--waivers", waiver);
  EXPECT_EQ(expired.exit_code, 2);
  EXPECT_THAT(expired.stderr_text, HasSubstr("file.yaml:2:"));
  EXPECT_THAT(expired.stderr_text, HasSubstr("expired 2020-01-01"));
  const auto mistyped = judged("--waivers",
                               "waivers:\n  - {feature: F, stage: stable, release: v1.34, rule: version-skw, "
                               "reason: r, author: a, expires: 2030-01-01}\n");
  EXPECT_EQ(mistyped.exit_code, 2);
  EXPECT_THAT(mistyped.stderr_text, HasSubstr("did you mean 'version-skew'?"));
  EXPECT_EQ(judged("--policy", "name: p\n").exit_code, 2);
  EXPECT_EQ(program_.run({"judge", "--feature", "PodLifecycleSleepAction", "--stage", "stable", "--release", "v1.28"})
                .exit_code,
            2);
}

}  // namespace
}  // namespace graduand
