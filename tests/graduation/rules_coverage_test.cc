// SPDX-License-Identifier: Apache-2.0
// Where it ran: the rules of rules_coverage.cc.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/graduation/world.h"

namespace graduand::graduation {
namespace {

using catalogue::kKubelet;
using catalogue::kScheduler;
using results::Outcome;
using test::at;
using test::kGate;
using test::rule;
using test::texts;
using test::World;
using testing::Contains;
using testing::HasSubstr;
using testing::SizeIs;

class Coverage : public testing::Test {
 protected:
  RuleResult judged(const std::string& id) const { return rule(world.judged(), id); }
  // The clusters of a cell, by its name in the profile.
  template <class Change>
  void each_instance(const std::string& name, Change change) {
    for (auto& instance : world.input.evidence.instances)
      if (instance.cell.name == name) change(instance);
  }
  World world;
};

TEST_F(Coverage, EveryCaseRanInEveryCell) {
  world.add_good_days(1);
  const RuleResult ran = judged("ran-in-every-required-cell");
  EXPECT_EQ(ran.verdict, Verdict::kPass);
  // Two cases in three cells, and `delays` cannot run where the gate is off.
  EXPECT_EQ(ran.reason, "5 of 5 pairs of case and required cell ran");
  EXPECT_THAT(texts(ran), HasSubstr("not-applicable: v1.33, off: sleep/delays: needs gate PodLifecycleSleepAction on"));
  EXPECT_EQ(ran.next, "");
}

// v1.33 has it unlocked now; a list of then may have said otherwise.
TEST_F(Coverage, WhatTheRunnerKnewAsLockedIsNoGapAndAnyOtherSkipIs) {
  world.add_case("sleep/flips", {std::string("gate ") + kGate + " unlocked"});
  world.add_good_days(1);
  each_instance("on", [&](auto& instance) {
    auto skipped = world.input.evidence.attempts.front();
    skipped.id += "-flips";
    skipped.case_id = "sleep/flips";
    skipped.instance_id = instance.id;
    skipped.outcome = Outcome::kSkipped;
    skipped.reason = std::string("needs gate ") + kGate + " unlocked: it is locked on at v1.33.13";
    world.input.evidence.attempts.push_back(skipped);
  });
  EXPECT_THAT(texts(judged("ran-in-every-required-cell")),
              HasSubstr("not-applicable: v1.33, on: sleep/flips: needs gate PodLifecycleSleepAction unlocked"));
  world.input.evidence.attempts.back().reason = "not today";
  EXPECT_THAT(texts(judged("ran-in-every-required-cell")),
              HasSubstr("no-evidence: v1.33, on: sleep/flips: skipped although its needs are met: not today"));
}

TEST_F(Coverage, ACellWithoutAClusterIsNamed) {
  world.add_good_days(1);
  each_instance("off", [](auto& instance) { instance.outcome = Outcome::kInfraError; });
  const RuleResult ran = judged("ran-in-every-required-cell");
  EXPECT_EQ(ran.verdict, Verdict::kNoEvidence);
  EXPECT_EQ(ran.findings[0].text, "v1.33, off: no cluster instance was this cell");
  EXPECT_THAT(ran.reason, HasSubstr("no cluster was: v1.33, off"));
  EXPECT_EQ(ran.next, "run what is missing; FILE is a profile with a cell that is v1.33, off");
  world.add_profiles();
  EXPECT_THAT(judged("ran-in-every-required-cell").commands,
              testing::ElementsAre(HasSubstr("graduand run --profile kind-configs/sleep.yaml --cell off ")));
}

TEST_F(Coverage, WhatWasAskedForIsNotWhatWasMeasured) {
  world.add_good_days(1);
  each_instance("off", [](auto& instance) { instance.facts.effective_gates[kKubelet][kGate] = true; });
  EXPECT_THAT(judged("ran-in-every-required-cell").reason, HasSubstr("no cluster was: v1.33, off"));
}

TEST_F(Coverage, ACellThatKubernetesCannotHaveIsNotApplicable) {
  world.add_good_days(1);
  world.input.info.required_cells["stable"].push_back(
      {"off", catalogue::VersionRef::before_release(0), {{kGate, false}}, {}});
  const RuleResult ran = judged("ran-in-every-required-cell");
  EXPECT_EQ(ran.verdict, Verdict::kPass);
  EXPECT_THAT(texts(ran), HasSubstr("not-applicable: v1.34, off: "));
  EXPECT_THAT(texts(ran), HasSubstr("locked"));
}

TEST_F(Coverage, ACaseThatNeverRanIsNamedInEachCell) {
  world.add_good_days(1);
  world.add_case("sleep/forgotten", {});
  const RuleResult ran = judged("ran-in-every-required-cell");
  EXPECT_EQ(ran.verdict, Verdict::kNoEvidence);
  EXPECT_EQ(ran.reason, "5 of 8 pairs of case and required cell ran");
  EXPECT_THAT(texts(ran), HasSubstr("no-evidence: v1.34, on: sleep/forgotten: not run"));
}

TEST_F(Coverage, ACaseWhoseNeedsNoCellMeetsHasNoEvidence) {
  world.add_good_days(1);
  world.add_case("sleep/smt", {"threads per core >= 2"});
  const RuleResult ran = judged("ran-in-every-required-cell");
  EXPECT_EQ(ran.verdict, Verdict::kNoEvidence);
  EXPECT_THAT(texts(ran), HasSubstr("no-evidence: sleep/smt ran in no required cell: needs threads per core >= 2"));
}

TEST_F(Coverage, ASkipThoughNeedsAreMetIsNoEvidenceWithTheReason) {
  world.add_good_days(1);
  for (auto& attempt : world.input.evidence.attempts)
    if (attempt.cell == "sleep/off" && attempt.case_id == "sleep/validates") {
      attempt.outcome = Outcome::kSkipped;
      attempt.reason = "not today";
    }
  EXPECT_THAT(texts(judged("ran-in-every-required-cell")),
              HasSubstr("no-evidence: v1.33, off: sleep/validates: skipped although its needs are met: not today"));
}

TEST_F(Coverage, NoCellsAndNoCasesAreNoEvidence) {
  world.add_good_days(1);
  World without = world;
  without.input.info.required_cells.clear();
  const RuleResult cells = rule(without.judged(), "ran-in-every-required-cell");
  EXPECT_EQ(cells.verdict, Verdict::kNoEvidence);
  EXPECT_EQ(cells.reason, "no required cells are stated for PodLifecycleSleepAction at stage stable");
  EXPECT_EQ(cells.next, "name the cells under required-cells in features/PodLifecycleSleepAction.yaml");
  without = world;
  without.input.cases.clear();
  const RuleResult cases = rule(without.judged(), "ran-in-every-required-cell");
  EXPECT_EQ(cases.verdict, Verdict::kNoEvidence);
  EXPECT_THAT(texts(cases), HasSubstr("no case speaks for PodLifecycleSleepAction"));
}

TEST_F(Coverage, CasesOfOtherSuitesAreNotRequired) {
  world.add_good_days(1);
  world.add_case("elsewhere/case", {});
  EXPECT_EQ(judged("ran-in-every-required-cell").verdict, Verdict::kPass);
  world.input.info.required_suites.push_back("elsewhere");
  EXPECT_EQ(judged("ran-in-every-required-cell").verdict, Verdict::kNoEvidence);
}

TEST_F(Coverage, TheGateWasOnAndOff) {
  world.add_good_days(2);
  const RuleResult both = judged("gate-on-and-off");
  EXPECT_EQ(both.verdict, Verdict::kPass);
  // A day: two attempts in each of two cells with it on, one with it off.
  EXPECT_EQ(both.reason,
            "PodLifecycleSleepAction on: 8 of 8 attempts passed; PodLifecycleSleepAction off: 2 of 2 attempts passed");
}

TEST_F(Coverage, AGateThatWasNeverOffHasNoEvidence) {
  world.add_good_days(2);
  each_instance("off", [](auto& instance) { instance.facts.effective_gates[kKubelet][kGate] = true; });
  const RuleResult one_sided = judged("gate-on-and-off");
  EXPECT_EQ(one_sided.verdict, Verdict::kNoEvidence);
  EXPECT_THAT(one_sided.reason, HasSubstr("PodLifecycleSleepAction off: 0 of 0 attempts passed"));
  EXPECT_THAT(one_sided.next, testing::StartsWith("run a cell with PodLifecycleSleepAction off"));
  world.add_profiles();
  EXPECT_THAT(judged("gate-on-and-off").commands,
              testing::ElementsAre(HasSubstr("graduand run --profile kind-configs/sleep.yaml --cell off ")));
}

TEST_F(Coverage, AGateThatIsLockedInEveryCellNeedNotBeOff) {
  world.add_good_days(2);
  world.input.info.required_cells["stable"].erase(world.input.info.required_cells["stable"].begin(),
                                                  world.input.info.required_cells["stable"].begin() + 2);
  EXPECT_EQ(judged("gate-on-and-off").verdict, Verdict::kPass);
  EXPECT_THAT(texts(judged("gate-on-and-off")), HasSubstr("not-applicable: PodLifecycleSleepAction off: it is locked"));
}

TEST_F(Coverage, AFeatureWithoutAGateHasNoSides) {
  world.add_good_days(2);
  world.input.info.gates.clear();
  EXPECT_EQ(judged("gate-on-and-off").verdict, Verdict::kNotApplicable);
  EXPECT_EQ(judged("gate-on-and-off").reason, "PodLifecycleSleepAction has no gate");
}

TEST_F(Coverage, AnUnverifiedClusterIsNamedAndSupportsNothing) {
  world.add_good_days(2);
  auto& facts = world.input.evidence.instances.front().facts;
  facts.effective_gates.erase(kKubelet);
  facts.unverified_components = {kKubelet};
  const RuleResult verified = judged("effective-gates-verified");
  EXPECT_EQ(verified.verdict, Verdict::kPass);
  EXPECT_EQ(verified.reason, "5 of 6 cluster instances verified");
  EXPECT_EQ(verified.findings[0].text, "sleep/on: kubelet unverified; its passes do not count");
  EXPECT_THAT(judged("gate-on-and-off").reason, HasSubstr("on: 6 of 6"));  // two attempts fewer
}

TEST_F(Coverage, NoVerifiedClusterIsNoEvidence) {
  world.add_good_days(2);
  for (auto& instance : world.input.evidence.instances) instance.facts.effective_gates.erase(kScheduler);
  const RuleResult verified = judged("effective-gates-verified");
  EXPECT_EQ(verified.verdict, Verdict::kNoEvidence);
  EXPECT_EQ(verified.reason, "0 of 6 cluster instances verified");
  EXPECT_THAT(verified.next, HasSubstr("provider kind"));
  EXPECT_EQ(judged("ran-in-every-required-cell").verdict, Verdict::kNoEvidence);
}

TEST_F(Coverage, AScenarioNeedsAPassedCaseWithTheGateOn) {
  world.add_good_days(1);
  EXPECT_EQ(judged("required-scenarios").verdict, Verdict::kNotApplicable);
  catalogue::Scenario scenario;
  scenario.name = "windows nodes";
  scenario.labels = "Windows";
  world.input.info.scenarios = {scenario};
  RuleResult result = judged("required-scenarios");
  EXPECT_EQ(result.verdict, Verdict::kNoEvidence);
  EXPECT_EQ(result.reason, "0 of 1 scenario passed");
  EXPECT_EQ(result.findings[0].text, "windows nodes: no case with Windows ran with the gates on");
  for (auto& attempt : world.input.evidence.attempts)
    if (attempt.cell == "sleep/off") attempt.labels = {"Windows"};  // on the wrong side
  EXPECT_EQ(judged("required-scenarios").verdict, Verdict::kNoEvidence);
  world.input.evidence.attempts[0].labels = {"Windows"};
  result = judged("required-scenarios");
  EXPECT_EQ(result.verdict, Verdict::kPass);
  EXPECT_EQ(result.findings[0].text, "windows nodes: 1 of 1 attempt passed");
  world.input.evidence.attempts[0].outcome = Outcome::kFailed;
  EXPECT_EQ(judged("required-scenarios").verdict, Verdict::kNoEvidence);
}

}  // namespace
}  // namespace graduand::graduation
