// SPDX-License-Identifier: Apache-2.0
#include "framework/graduation/prr/document.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "framework/catalogue/label_filter.h"
#include "tests/graduation/prr/world.h"

namespace graduand::graduation::prr {
namespace {

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
           [](World& world) { world.evidence().runs.back().simulated = true; },
           [](World& world) { world.evidence().runs.back().trigger = results::Trigger::kReproduce; },
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
  for (auto& attempt : world.evidence().attempts) attempt.simulated = true;
  EXPECT_EQ(verdict(world, "disable-once-enabled"), Verdict::kNoEvidence);
}

TEST(Prr, OnlyTheTimeThatWasAskedForCounts) {
  World world = failing();
  world.input.since = test::at("2026-11-22T00:00:00Z");
  EXPECT_EQ(world.document().runs.size(), 1u);
  EXPECT_EQ(world.document().answers[2].runs.size(), 3u) << "the list of runs is narrowed, answers are not";
  world.input.since.reset();
  world.input.judge.as_of = test::at("2026-11-20T10:00:08Z");  // before the transition had ended
  EXPECT_EQ(verdict(world, "disable-once-enabled"), Verdict::kNoEvidence);
  EXPECT_THAT(world.document().left_out, testing::IsSupersetOf({testing::Pair("killed", HasSubstr("after")),
                                                                testing::Pair("worse", HasSubstr("after"))}));
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
  // The feature's gate is at API server and kubelet.
  EXPECT_EQ(verdict(world, "disable-once-enabled"), Verdict::kNoEvidence);
  EXPECT_EQ(verdict(world, "enablement-tests"), Verdict::kPass);
  const Document document = world.document();
  EXPECT_THAT(world.answer(document, "disable-once-enabled").statements,
              ElementsAre(HasSubstr("Switched off at kube-apiserver by cases while they ran: 1/1")));
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
  EXPECT_THAT(world.document().left_out, ElementsAre(testing::Pair("r", HasSubstr("nothing in it concerns"))));
}

TEST(Prr, ACaseOfAnotherFeatureThatFailsOnlyWithTheGateOnIsADifference) {
  World world;
  world.gate_cycle("r", "2026-11-20T10:00:00Z");
  const auto fail_with_it_on = [&] {
    for (auto& attempt : world.evidence().attempts)
      if (attempt.case_id == "workloads/deployment" && attempt.first_phase != "off") attempt.outcome = Outcome::kFailed;
  };
  fail_with_it_on();
  EXPECT_EQ(verdict(world, "default-behavior"), Verdict::kPass) << "2 of 2 against 0 of 1 may be chance";
  for (int i = 2; i < 6; ++i) world.gate_cycle("r" + std::to_string(i), "2026-11-20T1" + std::to_string(i) + ":00:00Z");
  fail_with_it_on();
  EXPECT_EQ(verdict(world, "default-behavior"), Verdict::kFail);
  EXPECT_THAT(world.answer(world.document(), "default-behavior").statements.back(),
              HasSubstr("`workloads/deployment` at v1.33: 0/10"));
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

TEST(Prr, AControlPlaneThatChangesAloneIsNoUpgradeOfTheCluster) {
  World world;
  world.run("r", "2026-11-20T10:00:00Z");
  world.cluster("up", "c", {1, 33, 13}, true);
  for (const auto& [kind, phase, minor, patch] : {std::tuple(catalogue::TransitionKind::kUpgrade, "up", 34, 3),
                                                  std::tuple(catalogue::TransitionKind::kDowngrade, "down", 33, 13),
                                                  std::tuple(catalogue::TransitionKind::kUpgrade, "again", 34, 3)}) {
    auto request = test::to_version(kind, phase, {1, minor, patch});
    request.control_plane_only = true;
    world.transition(request);
    world.attempt("after");
  }
  const Document document = world.document();
  EXPECT_EQ(world.answer(document, "upgrade-tested").verdict, Verdict::kNoEvidence);
  EXPECT_THAT(world.answer(document, "upgrade-tested").statements, testing::Contains(HasSubstr("kubelets stayed")));
}

TEST(Prr, SkewPassesAtWhatThePolicyAsks) {
  World world;
  world.run("r", "2026-11-20T10:00:00Z");
  world.cluster("skew", "n-2", {1, 34, 3}, true, catalogue::KubeVersion{1, 32, 2});
  world.attempt("runs");
  const Document document = world.document();
  EXPECT_EQ(world.answer(document, "version-skew").verdict, Verdict::kNoEvidence);
  EXPECT_EQ(world.answer(document, "version-skew").missing, "kubelets beyond n-2; the policy asks for n-3");
  world.input.judge.stage = Stage::kBeta;
  EXPECT_EQ(verdict(world, "version-skew"), Verdict::kPass);
}

TEST(Prr, WhatWasNotReadSupportsNothingAndItsFailuresAreShown) {
  World world;
  world.gate_cycle("r", "2026-11-20T10:00:00Z");
  world.evidence().facts.clear();
  for (const char* id : {"disable-once-enabled", "reenable", "enablement-tests"})
    EXPECT_EQ(verdict(world, id), Verdict::kNoEvidence) << id;
  EXPECT_THAT(world.answer(world.document(), "disable-once-enabled").missing, HasSubstr("not read at every component"));
}

TEST(Prr, EachAnswerHasItsNewestDateAndTheDocumentItsWindow) {
  const Document document = complete().document();
  for (const Answer& answer : document.answers) EXPECT_TRUE(answer.newest) << answer.id;
  EXPECT_EQ(format_rfc3339(document.window_start), "2026-10-26T00:00:00Z");
}

TEST(Prr, AClusterThatDidNotComeUpWithTheGateIsARolloutThatFailed) {
  World world;
  world.run("r", "2026-11-20T10:00:00Z");
  world.cluster("sleep", "on", {1, 33, 13}, true);
  world.last_cluster().outcome = Outcome::kFailed;
  world.last_cluster().message = "the API server never became ready";
  const Document document = world.document();
  EXPECT_EQ(world.answer(document, "rollout-failures").verdict, Verdict::kFail);
  EXPECT_EQ(world.answer(document, "rollout-failures").troubles.at(0).words, "the API server never became ready");
}

TEST(Prr, AFeatureWithoutAGateIsNotAskedAboutSwitching) {
  World world;
  world.input.judge.info.gates.clear();
  EXPECT_EQ(verdict(world, "enable-disable"), Verdict::kNotApplicable);
  EXPECT_EQ(verdict(world, "upgrade-tested"), Verdict::kNoEvidence);
  EXPECT_EQ(world.document().answers[0].statements.at(0), "The feature has no feature gate.");
}

}  // namespace
}  // namespace graduand::graduation::prr
