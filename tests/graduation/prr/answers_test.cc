// SPDX-License-Identifier: Apache-2.0
#include "framework/report/prr.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "framework/catalogue/label_filter.h"
#include "tests/report/prr_world.h"

namespace graduand::report::prr {
namespace {

using graduation::Verdict;
using results::Outcome;
using test::complete;
using test::failing;
using test::set_gate;
using test::World;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

Verdict verdict(const World& world, const std::string& id) {
  return world.answer(world.document(), id).verdict;
}

TEST(Prr, ACompleteHistoryAnswersEveryQuestion) {
  const Document document = complete().document();
  ASSERT_EQ(document.answers.size(), 8u);
  for (const Answer& answer : document.answers) EXPECT_EQ(answer.verdict, Verdict::kPass) << answer.id;
}

TEST(Prr, WithoutEvidenceEveryQuestionNamesACommandThatTheFilterUnderstands) {
  const Document document = World().document();
  for (const Answer& answer : document.answers) {
    EXPECT_EQ(answer.verdict, Verdict::kNoEvidence) << answer.id;
    EXPECT_FALSE(answer.missing.empty()) << answer.id;
    const std::string flag = "--label-filter '";
    const auto at = answer.next.find(flag);
    ASSERT_NE(at, std::string::npos) << answer.id;
    const std::string filter = answer.next.substr(at + flag.size(), answer.next.size() - at - flag.size() - 1);
    EXPECT_TRUE(catalogue::LabelFilter::parse(filter)) << filter;
  }
}

TEST(Prr, SimulatedRunsAndAttemptsAndForeignTriggersNeverCount) {
  for (const auto& spoil : std::vector<std::function<void(World&)>>{
           [](World& world) { world.input.selection.runs.back().simulated = true; },
           [](World& world) { world.input.selection.runs.back().trigger = results::Trigger::kReproduce; },
           [](World& world) { world.last_cluster().provider = "none"; }}) {
    World world;
    world.gate_cycle("r", "2026-11-20T10:00:00Z");
    ASSERT_EQ(verdict(world, "disable-once-enabled"), Verdict::kPass);
    spoil(world);
    for (const Answer& answer : world.document().answers) EXPECT_EQ(answer.verdict, Verdict::kNoEvidence) << answer.id;
    EXPECT_EQ(world.document().left_out.size(), 1u);
  }
  World world;
  world.gate_cycle("r", "2026-11-20T10:00:00Z");
  for (auto& attempt : world.input.selection.attempts) attempt.simulated = true;
  EXPECT_EQ(verdict(world, "disable-once-enabled"), Verdict::kNoEvidence);
}

TEST(Prr, OnlyTheTimeThatWasAskedForCounts) {
  World world = failing();
  world.input.since = test::at("2026-11-22T00:00:00Z");
  EXPECT_EQ(world.document().runs.size(), 1u);
  world.input.since.reset();
  world.input.as_of = test::at("2026-11-20T10:00:02Z");  // before the transition
  EXPECT_EQ(verdict(world, "disable-once-enabled"), Verdict::kNoEvidence);
  EXPECT_THAT(world.document().left_out,
              ElementsAre(testing::Pair("killed", HasSubstr("after")), testing::Pair("worse", HasSubstr("after"))));
}

TEST(Prr, TheSameInputsGiveTheSameBytes) {
  EXPECT_EQ(markdown(complete().document()), markdown(complete().document()));
  // The order of records of a selection that has none by time does not matter either.
  World world = complete();
  std::reverse(world.input.selection.instances.begin(), world.input.selection.instances.end());
  EXPECT_EQ(markdown(world.document()), markdown(complete().document()));
}

TEST(Prr, AFailedSwitchIsAFailAndAnInfraErrorIsInNoDenominator) {
  const World world = failing();
  const Document document = world.document();
  const Answer& answer = world.answer(document, "disable-once-enabled");
  EXPECT_EQ(answer.verdict, Verdict::kFail);
  ASSERT_EQ(answer.paths.size(), 1u);
  EXPECT_EQ(answer.paths[0].instances, 3);
  EXPECT_EQ(answer.paths[0].rows[1].transitions, (Tally{1, 2, 1}));
  EXPECT_EQ(answer.paths[0].rows[1].attempts, (Tally{1, 2, 0}));
  ASSERT_EQ(answer.troubles.size(), 3u);
  EXPECT_EQ(answer.troubles.back().outcome, "infra-error");  // after what counts
  EXPECT_THAT(answer.troubles[1].words, HasSubstr("panic: runtime error"));
}

TEST(Prr, OnlyInfraErrorsAreNoEvidence) {
  World world;
  world.run("r", "2026-11-20T10:00:00Z");
  world.cluster("gate-cycle", "sleep", {1, 33, 13}, true);
  world.attempt("before");
  world.transition(set_gate("off", false), Outcome::kInfraError, "node killed");
  for (const char* id : {"disable-once-enabled", "reenable", "enablement-tests", "rollout-failures"})
    EXPECT_EQ(verdict(world, id), Verdict::kNoEvidence) << id;
}

TEST(Prr, ASwitchWithoutACaseAfterItIsNoEvidence) {
  World world;
  world.run("r", "2026-11-20T10:00:00Z");
  world.cluster("gate-cycle", "sleep", {1, 33, 13}, true);
  world.attempt("before");
  world.transition(set_gate("off", false));
  world.attempt("after", Outcome::kSkipped);
  world.transition(set_gate("on", true));
  const Document document = world.document();
  EXPECT_EQ(world.answer(document, "disable-once-enabled").missing,
            "the gate was switched off, but no case ran after that");
  EXPECT_EQ(world.answer(document, "reenable").missing, "the gate was switched on again, but no case ran after that");
}

TEST(Prr, AFlipByACaseIsEvidenceForItsComponentOnly) {
  World world;
  world.run("r", "2026-11-20T10:00:00Z");
  world.cluster("sleep", "on", {1, 33, 13}, true);
  world.own_flip(world.attempt("sleep/stored"));
  // The feature's gate is asked for at API server and kubelet.
  EXPECT_EQ(verdict(world, "disable-once-enabled"), Verdict::kNoEvidence);
  EXPECT_EQ(verdict(world, "enablement-tests"), Verdict::kPass);
  const Document document = world.document();
  EXPECT_THAT(world.answer(document, "disable-once-enabled").statements,
              ElementsAre(HasSubstr("Switched off at kube-apiserver by cases while they ran: 1/1")));
  world.input.info.required_cells["beta"][0].component_gates.erase(catalogue::kKubelet);
  EXPECT_EQ(verdict(world, "disable-once-enabled"), Verdict::kPass);
}

TEST(Prr, ClustersOfAnotherFeatureSayNothing) {
  World world;
  world.run("r", "2026-11-20T10:00:00Z");
  world.cluster("other", "c", {1, 33, 13}, true);
  world.last_cluster().cell.gates.clear();
  world.attempt("other/case", Outcome::kPassed, {"Other"});
  world.transition(test::to_version(catalogue::TransitionKind::kUpgrade, "up", {1, 34, 3}));
  world.attempt("other/case", Outcome::kFailed, {"Other"});
  for (const Answer& answer : world.document().answers) EXPECT_EQ(answer.verdict, Verdict::kNoEvidence) << answer.id;
  EXPECT_THAT(world.document().left_out, ElementsAre(testing::Pair("r", HasSubstr("nothing in it speaks for"))));
}

TEST(Prr, ACaseOfAnotherFeatureThatFailsOnlyWithTheGateOnIsADifference) {
  World world;
  world.gate_cycle("r", "2026-11-20T10:00:00Z");
  for (auto& attempt : world.input.selection.attempts)
    if (attempt.case_id == "workloads/deployment" && attempt.first_phase != "off") attempt.outcome = Outcome::kFailed;
  EXPECT_EQ(verdict(world, "default-behavior"), Verdict::kFail);
  EXPECT_EQ(verdict(world, "disable-once-enabled"), Verdict::kPass);
}

TEST(Prr, HalfOfAnUpgradeCycleSaysWhichHalfIsMissing) {
  World world;
  world.run("r", "2026-11-20T10:00:00Z");
  world.cluster("up", "c", {1, 33, 13}, true);
  world.transition(test::to_version(catalogue::TransitionKind::kUpgrade, "up", {1, 34, 3}));
  world.attempt("after");
  const Document document = world.document();
  EXPECT_EQ(world.answer(document, "upgrade-tested").verdict, Verdict::kNoEvidence);
  EXPECT_EQ(world.answer(document, "upgrade-tested").missing,
            "no case of the feature ran after a downgrade, nor after an upgrade that followed a downgrade");
}

TEST(Prr, AClusterThatDidNotComeUpWithTheGateIsARolloutThatFailed) {
  World world;
  world.run("r", "2026-11-20T10:00:00Z");
  world.cluster("sleep", "on", {1, 33, 13}, true);
  world.last_cluster().outcome = Outcome::kFailed;
  world.last_cluster().message = "the API server never became ready";
  const Document document = world.document();
  EXPECT_EQ(world.answer(document, "rollout-failures").verdict, Verdict::kFail);
  EXPECT_THAT(markdown(document), HasSubstr("the API server never became ready"));
}

TEST(Prr, AFeatureWithoutAGateIsNotAskedAboutSwitching) {
  World world;
  world.input.info.gates.clear();
  EXPECT_EQ(verdict(world, "enable-disable"), Verdict::kNotApplicable);
  EXPECT_EQ(verdict(world, "upgrade-tested"), Verdict::kNoEvidence);
  EXPECT_THAT(markdown(world.document()), HasSubstr("suite.yaml names no feature gate."));
}

TEST(Prr, ForeignTextIsEscapedAndLinksPointBelowTheRunDirectory) {
  World world;
  world.run("r", "2026-11-20T10:00:00Z").argv = {"graduand", "run", "--job", "it's <b>|`x`"};
  world.cluster("a|b", "<i>", {1, 33, 13}, true);
  world.attempt("case_<script>|x", Outcome::kFailed).failures = {{"f.cc", 1, "```\n</details>", true}};
  world.transition(set_gate("off|<u>", false)).took = seconds(7);
  world.attempt("case_<script>|x", Outcome::kFailed).failures = {{"f.cc", 1, "```\n</details>", true}};
  world.input.folders["r"] = "runs/of today";
  const std::string text = markdown(world.document());
  for (const char* raw : {"<u>", "\n</details>\n\n</details>"}) EXPECT_THAT(text, Not(HasSubstr(raw)));
  EXPECT_THAT(text, HasSubstr("off\\|&lt;u&gt;"));
  EXPECT_THAT(text, HasSubstr("](runs/of%20today/attempts/"));
  EXPECT_THAT(text, HasSubstr("````text\n```\n</details>\n````"));
  EXPECT_THAT(text, HasSubstr("'it'\\''s <b>\\|"));  // inside code, which Markdown leaves alone
}

TEST(Prr, JsonHasWhatMarkdownCutsOff) {
  World world;
  for (int i = 10; i < 40; ++i) world.gate_cycle("run" + std::to_string(i), "2026-11-20T10:00:00Z");
  EXPECT_THAT(markdown(world.document()), HasSubstr("… and 10 older ones (--json has all)"));
  const json::value value = to_json(world.document());
  EXPECT_EQ(value.at("runs").as_array().size(), 30u);
  EXPECT_EQ(value.at("answers").at(2).at("paths").at(0).at("phases").at(1).at("attempts").at("ran"), 60);
}

}  // namespace
}  // namespace graduand::report::prr
