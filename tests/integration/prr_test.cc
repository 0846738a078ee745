// SPDX-License-Identifier: Apache-2.0
// `graduand report --format prr` with the real program: from a run directory, and from a history.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "framework/base/json.h"
#include "tests/graduation/prr/world.h"
#include "tests/integration/program.h"

namespace graduand {
namespace {

using graduation::prr::test::World;
using testing::HasSubstr;
using testing::Not;
using testing_support::Program;

class PrrReport : public testing::Test {
 protected:
  TempDir dir_ = TempDir::create("prr").value();
  Program program_{dir_.path()};

  ProcessResult prr(std::vector<std::string> more) {
    std::vector<std::string> arguments = {"report",  "--format",  "prr", "--feature", "PodLifecycleSleepAction",
                                          "--as-of", "2026-11-23"};
    if (std::find(more.begin(), more.end(), "--as-of") != more.end()) arguments.resize(5);
    arguments.insert(arguments.end(), more.begin(), more.end());
    return program_.run(arguments);
  }

  // A run directory with a gate cycle, as the runner writes one.
  std::string gate_cycle() {
    World world;
    world.gate_cycle("cycle-1", "2026-11-20T10:00:00Z");
    const auto& all = world.records();
    const std::string path = (dir_.path() / "cycle").string();
    auto writer = results::RunDirectoryWriter::create(path, all.runs[0]).value();
    for (const auto& record : all.instances) EXPECT_TRUE(writer.append(record));
    for (const auto& record : all.transitions) EXPECT_TRUE(writer.append(record));
    for (const auto& record : all.attempts) EXPECT_TRUE(writer.append(record));
    for (const auto& record : all.facts) EXPECT_TRUE(writer.append(record));
    auto run = all.runs[0];
    run.finished = run.started + seconds(60);
    EXPECT_TRUE(writer.finish(run));
    return path;
  }
};

TEST_F(PrrReport, WithoutRunsEachQuestionSaysNoEvidence) {
  const auto result = prr({});
  EXPECT_EQ(result.exit_code, 0) << result.stderr_text;
  EXPECT_THAT(result.stdout_text, HasSubstr("**no evidence**"));
  EXPECT_THAT(result.stdout_text, Not(HasSubstr("**pass**")));
}

TEST_F(PrrReport, AFeatureMustBeNamed) {
  const auto result = program_.run({"report", "--format", "prr"});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.stderr_text, HasSubstr("PodLifecycleSleepAction"));
  const auto mistyped = program_.run({"report", "--format", "prr", "--feature", "PodLifecycleSleepActon"});
  EXPECT_EQ(mistyped.exit_code, 2);
  EXPECT_THAT(mistyped.stderr_text, HasSubstr("did you mean 'PodLifecycleSleepAction'?"));
}

TEST_F(PrrReport, ARunDirectoryAndAHistoryAnswerTheSame) {
  const std::string path = gate_cycle();
  const auto direct = prr({"--run", path, "--json"});
  ASSERT_EQ(direct.exit_code, 0) << direct.stderr_text;
  ASSERT_EQ(program_.run({"ingest", path}).exit_code, 0);
  const auto kept = prr({"--json"});
  const auto verdicts = [](const std::string& text) {
    std::vector<std::string> all;
    const json::value document = parse_json(text).value();
    for (const auto& answer : array_at(document, "answers")) all.push_back(string_at(answer, "verdict"));
    return all;
  };
  EXPECT_EQ(verdicts(direct.stdout_text), verdicts(kept.stdout_text));
  EXPECT_THAT(verdicts(kept.stdout_text),
              testing::ElementsAre("pass", "pass", "pass", "pass", "pass", "pass", "no-evidence", "no-evidence"));
}

TEST_F(PrrReport, TheSameInputsGiveTheSameBytesAndLinksLeadIntoTheRunDirectory) {
  const std::string path = gate_cycle();
  const auto first = prr({"--run", path});
  EXPECT_EQ(first.stdout_text, prr({"--run", path}).stdout_text);
  EXPECT_THAT(first.stdout_text, HasSubstr("](" + path + "/attempts/sleep/after-off."));
  EXPECT_THAT(first.stdout_text,
              HasSubstr("| off | off | set-gates PodLifecycleSleepAction=false at every component |"));
  const auto earlier = prr({"--run", path, "--as-of", "2026-11-19"});
  EXPECT_THAT(earlier.stdout_text, Not(HasSubstr("**pass**")));
  EXPECT_THAT(earlier.stdout_text, HasSubstr("after the time of this verdict"));
}

}  // namespace
}  // namespace graduand
