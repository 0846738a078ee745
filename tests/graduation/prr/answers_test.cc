// SPDX-License-Identifier: Apache-2.0

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/graduation/prr/world.h"
#include "tests/graduation/world.h"

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

TEST(Prr, WithoutEvidenceEveryQuestionNamesACommandAndWhatItsFileMustBe) {
  const Document document = World().document();
  for (const Answer& answer : document.answers) {
    EXPECT_EQ(answer.verdict, Verdict::kNoEvidence) << answer.id;
    EXPECT_FALSE(answer.missing.empty()) << answer.id;
    EXPECT_FALSE(answer.profile.empty()) << answer.id;
    EXPECT_THAT(answer.commands, testing::ElementsAre(testing::StartsWith("graduand run --profile FILE ")))
        << answer.id;
  }
}

TEST(Prr, AProfileThatIsKnownIsNamed) {
  World world;
  graduation::test::World known;
  known.add_profiles();
  world.input.judge.profiles = known.input.profiles;
  for (const auto& [id, file] :
       {std::pair("reenable", "gate-cycle"), std::pair("upgrade-tested", "upgrade"), std::pair("version-skew", "skew"),
        std::pair("rollout-failures", "gate-cycle"), std::pair("default-behavior", "sleep")}) {
    const Answer answer = world.answer(world.document(), id);
    EXPECT_EQ(answer.profile, "") << id;
    EXPECT_THAT(answer.commands, testing::ElementsAre(testing::StartsWith(
                                     std::string("graduand run --profile kind-configs/") + file + ".yaml ")))
        << id;
  }
}

TEST(Prr, SimulatedRunsAndAttemptsAndForeignTriggersNeverCount) {
  for (const auto& spoil : std::vector<std::function<void(World&)>>{
           [](World& world) { world.records().runs.back().simulated = true; },
           [](World& world) { world.records().runs.back().trigger = results::Trigger::kReproduce; },
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
  for (auto& attempt : world.records().attempts) attempt.simulated = true;
  EXPECT_EQ(verdict(world, "disable-once-enabled"), Verdict::kNoEvidence);
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
            "the gate was switched off, but no case passed after that");
  EXPECT_EQ(world.answer(document, "reenable").missing,
            "the gate was switched on again, but no case passed after that");
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
  EXPECT_THAT(world.document().left_out,
              ElementsAre(testing::Pair("r", HasSubstr("nothing in it concerns PodLifecycleSleepAction"))));
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
  EXPECT_THAT(world.document().answers[0].statements, ElementsAre("PodLifecycleSleepAction has no feature gate."));
}

TEST(Prr, OnlyThePolicysWindowCountsAndSinceOnlyNarrowsWhatIsListed) {
  World world = failing();
  world.input.since = test::at("2026-11-22T00:00:00Z");
  EXPECT_EQ(world.document().runs.size(), 1u);
  EXPECT_EQ(world.answer(world.document(), "disable-once-enabled").runs.size(), 3u);
  world.input.since.reset();
  world.input.judge.as_of = test::at("2026-11-20T10:00:30Z");
  EXPECT_THAT(world.document().left_out,
              ElementsAre(testing::Pair("killed", HasSubstr("after")), testing::Pair("worse", HasSubstr("after"))));
  World old = complete();
  old.input.judge.as_of = test::at("2026-12-23T12:00:00Z");
  for (const Answer& answer : old.document().answers) {
    EXPECT_EQ(answer.verdict, Verdict::kNoEvidence) << answer.id;
    EXPECT_FALSE(answer.newest) << answer.id;
  }
}

TEST(Prr, WhatIsLeftOutIsWordedAsInAVerdict) {
  World world = complete();
  const RunFilter filter(world.input.judge, builtin_policy());
  EXPECT_EQ(world.document().left_out, filter.left_out());
}

TEST(Prr, WhatHappensAfterTheTimeOfTheJudgementHasNotHappened) {
  World world;
  world.gate_cycle("r", "2026-11-20T10:00:00Z");
  for (const auto& one : world.records().transitions) {
    world.input.judge.as_of = one.started;
    EXPECT_NE(verdict(world, "reenable"), Verdict::kPass);
  }
}

TEST(Prr, WhatWasRequestedIsNotWhatWasMeasured) {
  // The gate cycle in which the kubelets' gates could not be read after the first switch.
  World world;
  world.run("r", "2026-11-20T10:00:00Z");
  world.cluster("gate-cycle", "sleep", {1, 33, 13}, true);
  world.attempt("before");
  world.transition(set_gate("off", false));
  auto facts = world.facts();
  facts.effective_gates.erase(catalogue::kKubelet);
  facts.unverified_components = {catalogue::kKubelet};
  world.read_back(facts);
  world.attempts("after", 5);
  world.attempt("after", Outcome::kFailed);
  const Document document = world.document();
  const Answer& answer = world.answer(document, "disable-once-enabled");
  EXPECT_EQ(answer.verdict, Verdict::kNoEvidence);  // passes support nothing, and the failure is only shown
  EXPECT_EQ(answer.missing, "the gate was asked to be switched off, but it was not read back at every component");
  ASSERT_EQ(answer.troubles.size(), 1u);
  EXPECT_THAT(answer.troubles[0].what, HasSubstr("(unverified: it counts neither way)"));
  EXPECT_EQ(answer.paths.at(0).rows.at(1).gates, "off at kube-apiserver, unverified at kubelet");
  EXPECT_EQ(verdict(world, "enablement-tests"), Verdict::kNoEvidence);
}

TEST(Prr, AClusterOfWhichNothingWasReadIsCountedAsNotReadable) {
  World world;
  world.run("r", "2026-11-20T10:00:00Z");
  world.cluster("sleep", "on", {1, 33, 13}, true);
  world.attempt("case");
  world.cluster("sleep", "off", {1, 33, 13}, false);
  world.attempt("case");
  world.last_cluster().facts.effective_gates.erase(catalogue::kKubelet);
  world.last_cluster().facts.unverified_components = {catalogue::kKubelet};
  const Document document = world.document();
  const Answer& answer = world.answer(document, "enable-disable");
  EXPECT_EQ(answer.verdict, Verdict::kNoEvidence);
  EXPECT_THAT(answer.statements.at(0), HasSubstr("on in 1, not readable in 1 of 2 cluster instances"));
}

TEST(Prr, TheGateMustBeSwitchedAtEveryComponentOfOneClusterInstance) {
  World world;
  world.run("r", "2026-11-20T10:00:00Z");
  world.cluster("gate-cycle", "sleep", {1, 33, 13}, true);
  world.attempt("before");
  world.transition(set_gate("off", false, catalogue::kApiServer));
  world.attempt("after");
  EXPECT_EQ(world.answer(world.document(), "disable-once-enabled").missing,
            "not all components had the gate switched off");
  // Neither do two clusters make one that was switched.
  World two;
  two.run("r", "2026-11-20T10:00:00Z");
  two.cluster("sleep", "on", {1, 33, 13}, true);
  two.attempts("case", 5);
  two.cluster("sleep", "off", {1, 33, 13}, false);
  two.attempts("case", 5);
  for (const char* id : {"disable-once-enabled", "reenable", "enablement-tests"})
    EXPECT_EQ(verdict(two, id), Verdict::kNoEvidence) << id;
}

TEST(Prr, ACaseThatRanOnlyBeforeTheSwitchIsNoEnablementTest) {
  World world;
  world.run("r", "2026-11-20T10:00:00Z");
  world.cluster("gate-cycle", "sleep", {1, 33, 13}, true);
  world.attempts("before", 5);
  world.transition(set_gate("off", false));
  const Document document = world.document();
  EXPECT_EQ(world.answer(document, "enablement-tests").verdict, Verdict::kNoEvidence);
  EXPECT_THAT(world.answer(document, "enablement-tests").statements,
              ElementsAre("1 case ran only where the gate had not been switched, which is no test of that."));
}

TEST(Prr, AFlipByACaseTestsEnablementWhenItHappenedAndIsNoRollbackByItself) {
  World world;
  world.run("r", "2026-11-20T10:00:00Z");
  world.cluster("sleep", "on", {1, 33, 13}, true);
  world.own_flip(world.attempt("sleep/stored"));
  EXPECT_EQ(verdict(world, "disable-once-enabled"), Verdict::kNoEvidence);
  EXPECT_EQ(verdict(world, "enablement-tests"), Verdict::kPass);
  const Document document = world.document();
  EXPECT_THAT(world.answer(document, "disable-once-enabled").statements,
              ElementsAre(HasSubstr("Switched off at kube-apiserver by cases while they ran: 1/1")));
  for (auto& transition : world.records().transitions) transition.outcome = Outcome::kInfraError;
  EXPECT_EQ(verdict(world, "enablement-tests"), Verdict::kNoEvidence);
}

// One cluster with the gate on and one with it off; `failed` of `ran` each.
World two_sides(int failed_on, int ran_on, int failed_off, int ran_off) {
  World world;
  world.run("r", "2026-11-20T10:00:00Z");
  for (const auto& [on, failed, ran] : {std::tuple(true, failed_on, ran_on), std::tuple(false, failed_off, ran_off)}) {
    world.cluster("sides", on ? "on" : "off", {1, 33, 13}, on);
    for (int i = 0; i < ran; ++i)
      world.attempt("workloads/deployment", i < failed ? Outcome::kFailed : Outcome::kPassed, {"Other"});
  }
  return world;
}

TEST(Prr, DefaultBehaviourIsComparedByFishersTest) {
  const World worse = two_sides(60, 100, 1, 100);
  const Document document = worse.document();
  const Answer& answer = worse.answer(document, "default-behavior");
  EXPECT_EQ(answer.verdict, Verdict::kFail);
  ASSERT_EQ(answer.comparisons.size(), 1u);
  EXPECT_TRUE(answer.comparisons[0].differs);
  EXPECT_THAT(answer.statements.at(0), HasSubstr("at level 0.05 (0.05 over all, by Bonferroni): 1 difference"));
  EXPECT_THAT(answer.statements.at(1),
              HasSubstr("workloads/deployment at v1.33 fails more with the gate on: 60 of 100, with it off 1 of 100"));
  EXPECT_EQ(answer.troubles.size(), 20u);
  // A flake on one side, or the other way round, is none.
  EXPECT_EQ(verdict(two_sides(1, 100, 0, 100), "default-behavior"), Verdict::kPass);
  EXPECT_EQ(verdict(two_sides(1, 100, 60, 100), "default-behavior"), Verdict::kPass);
}

TEST(Prr, NoDifferenceOnlySaysWhatCouldHaveBeenSeen) {
  const World same = two_sides(0, 100, 0, 100);
  const Document document = same.document();
  // 5 of 100 against 0 of 100: p = 0.0297; 4 of 100: 0.0606.
  EXPECT_THAT(same.answer(document, "default-behavior").statements.at(1),
              HasSubstr("at least in 5 of 100 attempts with the gate on (0 of 100 failed with it off"));
  // 3 of 3 against 0 of 2 is 0.1: nothing could have been seen, so nothing is known.
  const World few = two_sides(0, 3, 0, 2);
  EXPECT_EQ(verdict(few, "default-behavior"), Verdict::kNoEvidence);
  EXPECT_THAT(few.answer(few.document(), "default-behavior").missing, HasSubstr("ran too seldom"));
}

World upgrade(bool control_plane_only, const catalogue::KubeVersion& up = {1, 34, 3}) {
  World world;
  world.run("r", "2026-11-20T10:00:00Z");
  world.cluster("up", "c", {1, 33, 13}, true);
  world.attempt("before");
  for (const auto& [kind, phase, version] :
       {std::tuple(catalogue::TransitionKind::kUpgrade, "a", up),
        std::tuple(catalogue::TransitionKind::kDowngrade, "b", catalogue::KubeVersion{1, 33, 13}),
        std::tuple(catalogue::TransitionKind::kUpgrade, "c", up)}) {
    auto request = test::to_version(kind, phase, version);
    request.control_plane_only = control_plane_only;
    world.transition(request);
    world.attempt("after");
  }
  return world;
}

TEST(Prr, AnUpgradeIsBetweenMinorsAndOfKubeletsToo) {
  EXPECT_EQ(verdict(upgrade(false), "upgrade-tested"), Verdict::kPass);
  EXPECT_EQ(verdict(upgrade(false, {1, 33, 14}), "upgrade-tested"), Verdict::kNoEvidence);
  const World alone = upgrade(true);
  const Document document = alone.document();
  EXPECT_EQ(alone.answer(document, "upgrade-tested").verdict, Verdict::kNoEvidence);
  EXPECT_THAT(alone.answer(document, "upgrade-tested").missing,
              HasSubstr("on 1 cluster instance only the control plane changed its minor and kubelets stayed"));
}

TEST(Prr, HalfOfAnUpgradeCycleSaysWhichHalfIsMissing) {
  World world;
  world.run("r", "2026-11-20T10:00:00Z");
  world.cluster("up", "c", {1, 33, 13}, true);
  world.transition(test::to_version(catalogue::TransitionKind::kUpgrade, "up", {1, 34, 3}));
  world.attempt("after");
  const Document document = world.document();
  EXPECT_EQ(world.answer(document, "upgrade-tested").verdict, Verdict::kNoEvidence);
  EXPECT_THAT(world.answer(document, "upgrade-tested").missing,
              testing::EndsWith("none passed after a downgrade, nor after an upgrade that followed a downgrade"));
}

TEST(Prr, TwoHalvesOnTwoClusterInstancesAreNoCycle) {
  World world;
  world.run("r", "2026-11-20T10:00:00Z");
  world.cluster("up", "c", {1, 33, 13}, true);
  world.transition(test::to_version(catalogue::TransitionKind::kUpgrade, "up", {1, 34, 3}));
  world.attempt("after");
  world.cluster("down", "c", {1, 34, 3}, true);
  world.transition(test::to_version(catalogue::TransitionKind::kDowngrade, "down", {1, 33, 13}));
  world.attempt("after");
  world.transition(test::to_version(catalogue::TransitionKind::kUpgrade, "up", {1, 34, 3}));
  world.attempt("after");
  EXPECT_EQ(verdict(world, "upgrade-tested"), Verdict::kNoEvidence);
}

TEST(Prr, SkewPassesAtWhatThePolicyAsksAndSaysHowFarItWent) {
  World world;
  world.run("r", "2026-11-20T10:00:00Z");
  world.cluster("skew", "old", {1, 34, 3}, true, catalogue::KubeVersion{1, 33, 13});
  world.attempt("case");
  EXPECT_EQ(world.answer(world.document(), "version-skew").missing,
            "kubelets went as far as n-1; the policy asks for n-3");
  world.input.judge.stage = Stage::kBeta;  // asks for the nearest minor
  EXPECT_EQ(verdict(world, "version-skew"), Verdict::kPass);
  world.input.judge.stage = Stage::kStable;
  world.cluster("skew", "oldest", {1, 34, 3}, true, catalogue::KubeVersion{1, 31, 14});
  world.attempt("case");
  EXPECT_EQ(verdict(world, "version-skew"), Verdict::kPass);
  // Older nodes that were asked for and not measured are no skew.
  for (auto& instance : world.records().instances) instance.facts.kubelet_versions.clear();
  EXPECT_EQ(verdict(world, "version-skew"), Verdict::kNoEvidence);
}

TEST(Prr, SkewIsNoMatterOfAFeatureWhoseGateIsNotAtANode) {
  World world;
  world.input.judge.info.components[test::kGate] = {catalogue::kApiServer};
  EXPECT_EQ(verdict(world, "version-skew"), Verdict::kNotApplicable);
  world.run("r", "2026-11-20T10:00:00Z");
  world.cluster("skew", "old", {1, 34, 3}, true, catalogue::KubeVersion{1, 33, 13});
  world.attempt("case", Outcome::kFailed);
  EXPECT_EQ(verdict(world, "version-skew"), Verdict::kFail);
}

TEST(Prr, WhatWasMarkedAsInfrastructureLaterIsInNoDenominator) {
  World world;
  world.gate_cycle("r", "2026-11-20T10:00:00Z");
  for (auto& attempt : world.records().attempts)
    if (attempt.case_id == "gate-cycle/after-off") attempt.outcome = Outcome::kFailed;
  EXPECT_EQ(verdict(world, "disable-once-enabled"), Verdict::kFail);
  for (const auto& attempt : world.records().attempts) {
    if (attempt.outcome != Outcome::kFailed) continue;
    results::Mark mark;
    mark.id = "mark/" + attempt.id;
    mark.kind = results::Mark::Kind::kInfrastructure;
    mark.target = attempt.id;
    mark.made = test::at("2026-11-21T10:00:00Z");
    world.records().marks.push_back(mark);
  }
  EXPECT_EQ(verdict(world, "disable-once-enabled"), Verdict::kNoEvidence);
}

TEST(Prr, ACommandForEvidenceIsOfATriggerThatThePolicyAdmits) {
  World world;
  const auto next = [&] { return world.answer(world.document(), "reenable").commands.at(0); };
  EXPECT_THAT(next(), testing::EndsWith(" --trigger periodic --job \"$JOB_NAME\" --build-id \"$BUILD_ID\""));
  Policy lenient = builtin_policy();
  lenient.admissible.push_back(results::Trigger::kManual);
  world.input.policy = &lenient;
  EXPECT_THAT(next(), Not(HasSubstr("--trigger")));
}

}  // namespace
}  // namespace graduand::graduation::prr
