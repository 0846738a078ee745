// SPDX-License-Identifier: Apache-2.0
// On running clusters: the rules of rules_changes.cc.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/graduation/world.h"

namespace graduand::graduation {
namespace {

using catalogue::kKubelet;
using results::Outcome;
using std::chrono::hours;
using test::kGate;
using test::rule;
using test::texts;
using test::World;
using testing::ElementsAre;
using testing::HasSubstr;

class Changes : public testing::Test {
 protected:
  RuleResult judged(const std::string& id, const Policy& policy = builtin_policy()) const {
    return rule(world.judged(policy), id);
  }
  RuleResult toggled() const { return judged("toggled-while-running"); }
  RuleResult upgraded() const { return judged("upgrade-downgrade-upgrade"); }
  // The facts that were read back in a phase.
  void read_back(std::size_t fact, const std::string& phase, const catalogue::CellFacts& facts) {
    world.input.evidence.facts[fact].value = json::object{{"phase", phase}, {"facts", facts.to_json()}};
  }
  Timestamp before(int n) const { return world.input.as_of - hours(n); }
  World world;
};

TEST_F(Changes, AGateThatWasSwitchedWithObjectsKeptPasses) {
  world.add_gate_cycle("cycle", before(3));
  const RuleResult good = toggled();
  EXPECT_EQ(good.verdict, Verdict::kPass);
  EXPECT_EQ(good.threshold,
            "on → off → on at every component that has the gate, on 1 cluster instance, with objects made before and "
            "cases after each switch");
  EXPECT_EQ(good.reason, "PodLifecycleSleepAction: on → off → on on 1 cluster instance");
  EXPECT_EQ(good.findings[0].attempt_ids.size(), 2u);
  EXPECT_EQ(good.next, "");
}

TEST_F(Changes, ClustersOfTheirOwnAreNoSwitch) {
  world.add_good_days(2);
  const RuleResult none = toggled();
  EXPECT_EQ(none.verdict, Verdict::kNoEvidence);
  EXPECT_EQ(none.reason, "PodLifecycleSleepAction: on → off → on on 0 cluster instances");
  EXPECT_THAT(none.next, HasSubstr("whose transitions set PodLifecycleSleepAction off and on again"));
  world.add_profiles();
  EXPECT_THAT(toggled().commands, ElementsAre(HasSubstr("graduand run --profile kind-configs/gate-cycle.yaml ")));
}

TEST_F(Changes, ASwitchThatDidNotReachTheKubeletIsNone) {
  world.add_gate_cycle("cycle", before(3));
  auto facts = World::facts(world.older(), false);
  facts.effective_gates[kKubelet][kGate] = true;
  read_back(0, "off", facts);
  EXPECT_EQ(toggled().verdict, Verdict::kNoEvidence);
  EXPECT_THAT(texts(toggled()), HasSubstr("PodLifecycleSleepAction on 1 cluster instance: it was not measured on, off "
                                          "and on again at every component that has it"));
  world.input.evidence.facts.clear();  // nobody read anything back
  EXPECT_EQ(toggled().verdict, Verdict::kNoEvidence);
}

TEST_F(Changes, AfterEachSwitchACaseMustPass) {
  world.add_gate_cycle("cycle", before(3));
  auto& attempts = world.input.evidence.attempts;
  attempts[2].outcome = Outcome::kFailed;
  EXPECT_THAT(texts(toggled()), HasSubstr("no case passed after it was switched on again"));
  attempts[2].outcome = Outcome::kPassed;
  attempts[1].outcome = Outcome::kNotRun;
  EXPECT_THAT(texts(toggled()), HasSubstr("no case passed after it was switched off"));
  attempts[1].outcome = Outcome::kPassed;
  attempts[0].outcome = Outcome::kFailed;  // nothing was made before
  EXPECT_EQ(toggled().verdict, Verdict::kNoEvidence);
  EXPECT_THAT(texts(toggled()), HasSubstr("no phased case made objects before and looked after them in both phases"));
}

TEST_F(Changes, ALockedGateOrAPolicyThatDoesNotAskIsNotApplicable) {
  World locked({1, 36});
  locked.add_good_days(1);
  EXPECT_EQ(rule(locked.judged(), "toggled-while-running").verdict, Verdict::kNotApplicable);
  EXPECT_EQ(rule(locked.judged(), "toggled-while-running").reason,
            "every gate is locked at the versions of the required cells");
  Policy policy = builtin_policy();
  policy.stable.min_toggle_cycles.value = policy.stable.min_upgrade_cycles.value = 0;
  policy.stable.min_kubelet_skew.value = 0;
  for (const char* id : {"toggled-while-running", "upgrade-downgrade-upgrade", "version-skew"}) {
    EXPECT_EQ(judged(id, policy).verdict, Verdict::kNotApplicable) << id;
    EXPECT_EQ(judged(id, policy).reason, "the policy does not ask for it") << id;
  }
  world.input.info.gates.clear();
  EXPECT_EQ(toggled().reason, "PodLifecycleSleepAction has no gate");
}

TEST_F(Changes, UpDownAndUpAgainPasses) {
  world.add_upgrade_cycle("upgrade", before(3));
  const RuleResult good = upgraded();
  EXPECT_EQ(good.verdict, Verdict::kPass);
  EXPECT_EQ(good.threshold,
            "up to 1.34, down and up again with all kubelets, on 1 cluster instance, with cases after each");
  EXPECT_EQ(good.reason, "the whole way on 1 cluster instance");
}

TEST_F(Changes, AnUpgradeAloneIsNotTheWholeWay) {
  world.add_upgrade_cycle("upgrade", before(3));
  world.input.evidence.transitions.pop_back();
  EXPECT_EQ(upgraded().verdict, Verdict::kNoEvidence);
  EXPECT_EQ(upgraded().reason, "the whole way on 0 cluster instances");
  EXPECT_THAT(texts(upgraded()), HasSubstr("1 cluster instance: it was not measured below, at, below and at 1.34"));
  world.add_profiles();
  EXPECT_THAT(upgraded().commands, ElementsAre(HasSubstr("graduand run --profile kind-configs/upgrade.yaml ")));
}

TEST_F(Changes, AKubeletThatStayedBehindWasNotUpgraded) {
  world.add_upgrade_cycle("upgrade", before(3));
  read_back(2, "upgraded-again", World::facts(world.newer(), true, world.older()));
  EXPECT_EQ(upgraded().verdict, Verdict::kNoEvidence);
}

TEST_F(Changes, AfterEachChangeOfVersionACaseMustPass) {
  world.add_upgrade_cycle("upgrade", before(3));
  world.input.evidence.attempts[1].outcome = Outcome::kFailed;
  world.input.evidence.attempts[2].outcome = Outcome::kFailed;
  EXPECT_EQ(upgraded().verdict, Verdict::kNoEvidence);
  EXPECT_THAT(texts(upgraded()),
              HasSubstr("1 cluster instance: no case passed after the upgrade, nor after the downgrade"));
}

TEST_F(Changes, AKubeletAsFarBehindAsAskedPasses) {
  world.add_skew("skew", before(3), 3);
  const RuleResult good = judged("version-skew");
  EXPECT_EQ(good.verdict, Verdict::kPass);
  EXPECT_EQ(good.threshold, "a passed case with a kubelet 3 minors behind the API server");
  EXPECT_EQ(good.reason, "as far as n-3 (n-3 asked)");
  EXPECT_EQ(good.findings[0].text, "n-3: 1 of 1 attempt passed");
}

TEST_F(Changes, AKubeletThatIsNotFarEnoughBehindHasNoEvidence) {
  world.add_skew("skew", before(3), 1);
  const RuleResult near = judged("version-skew");
  EXPECT_EQ(near.verdict, Verdict::kNoEvidence);
  EXPECT_EQ(near.reason, "as far as n-1 (n-3 asked)");
  EXPECT_THAT(texts(near), HasSubstr("no-evidence: nothing passed with a kubelet of n-3"));
  world.add_profiles();
  EXPECT_THAT(judged("version-skew").commands,
              ElementsAre(HasSubstr("graduand run --profile kind-configs/skew.yaml ")));
  world.input.stage = Stage::kBeta;  // asks for the nearest minor
  EXPECT_EQ(judged("version-skew").verdict, Verdict::kPass);
  world.input.evidence.attempts.back().outcome = Outcome::kFailed;
  EXPECT_EQ(judged("version-skew").verdict, Verdict::kNoEvidence);
  EXPECT_EQ(judged("version-skew").reason, "no case passed with a kubelet older than the API server");
}

TEST_F(Changes, SkewIsOfGatesAtNodes) {
  world.add_good_days(1);
  world.input.info.components[kGate] = {catalogue::kApiServer};
  EXPECT_EQ(judged("version-skew").verdict, Verdict::kNotApplicable);
  EXPECT_EQ(judged("version-skew").reason, "no gate of PodLifecycleSleepAction is at a node");
}

}  // namespace
}  // namespace graduand::graduation
