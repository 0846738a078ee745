// SPDX-License-Identifier: Apache-2.0
// What came out: the rules of rules_health.cc.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/graduation/world.h"

namespace graduand::graduation {
namespace {

using results::Outcome;
using results::Trigger;
using std::chrono::hours;
using test::rule;
using test::texts;
using test::World;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class Health : public testing::Test {
 protected:
  Health() { world.add_good_days(16); }
  RuleResult judged(const std::string& id, const Policy& policy = builtin_policy()) const {
    return rule(world.judged(policy), id);
  }
  RuleResult failures() const { return judged("no-product-failures"); }
  results::Attempt& attempt(const std::string& run, const std::string& cell) {
    for (auto& one : world.input.evidence.attempts)
      if (one.run_id == run && one.cell == cell && one.case_id == "sleep/validates") return one;
    throw std::runtime_error("no attempt in " + run);
  }
  World world;
};

TEST_F(Health, NoFailureOfEightyAttemptsPasses) {
  const RuleResult good = failures();
  EXPECT_EQ(good.verdict, Verdict::kPass);
  EXPECT_EQ(good.threshold, "no failures within 30 days, infrastructure apart");
  EXPECT_EQ(good.reason, "0 of 80 attempts failed, in 0 of 16 runs");  // 16 runs of 5 that ran; a skip is in no rate
  ASSERT_THAT(good.counts, SizeIs(2));
  EXPECT_EQ(good.counts[0].n, 80);
  EXPECT_NEAR(good.counts[0].high, 0.0451, 1e-4);  // 1 - 0.025^(1/80)
  EXPECT_THAT(good.findings, IsEmpty());
}

TEST_F(Health, OneFailureFailsWithItsNumbersAndAttempt) {
  attempt("run03", "sleep/default").outcome = Outcome::kTimedOut;
  const RuleResult bad = failures();
  EXPECT_EQ(bad.verdict, Verdict::kFail);
  EXPECT_EQ(bad.reason, "1 of 80 attempts failed, in 1 of 16 runs");
  ASSERT_THAT(bad.findings, SizeIs(1));
  EXPECT_EQ(bad.findings[0].text,
            "sleep/validates in sleep/default: 1 of 16 attempts failed (6.2 %, 95 % interval 0.2 % to 30.2 %), in 1 of "
            "16 runs; a flake: it passed and failed with the same inputs");
  EXPECT_THAT(bad.findings[0].attempt_ids, ElementsAre("run03/sleep/default/sleep/validates/1"));
  EXPECT_THAT(bad.commands,
              Contains(HasSubstr("--repeat 30 --fail-fast --keep-cluster on-failure --trigger reproduce")));
  EXPECT_THAT(bad.commands, Contains(HasSubstr("graduand mark fixed")));
}

TEST_F(Health, AllowedFailuresAreShownAndPass) {
  attempt("run03", "sleep/default").outcome = Outcome::kFailed;
  Policy policy = builtin_policy();
  policy.stable.max_failures.value = 2;
  const RuleResult allowed = judged("no-product-failures", policy);
  EXPECT_EQ(allowed.verdict, Verdict::kPass);
  EXPECT_EQ(allowed.threshold, "at most 2 failures within 30 days, infrastructure apart");
  EXPECT_THAT(allowed.findings, SizeIs(1));
}

TEST_F(Health, AFailureOnAClusterThatWasNotVerifiedIsShownAndNotCounted) {
  auto& failed = attempt("run03", "sleep/default");
  failed.outcome = Outcome::kFailed;
  for (auto& instance : world.input.evidence.instances)
    if (instance.id == failed.instance_id) instance.facts.effective_gates.clear();
  const RuleResult shown = failures();
  EXPECT_EQ(shown.verdict, Verdict::kPass);
  EXPECT_THAT(texts(shown), HasSubstr("its cluster was not verified: shown, not counted"));
  EXPECT_EQ(shown.counts[0].n, 78);
}

TEST_F(Health, InfrastructureIsNotCountedAndSaid) {
  attempt("run03", "sleep/default").outcome = Outcome::kInfraError;
  EXPECT_EQ(failures().verdict, Verdict::kPass);
  EXPECT_EQ(failures().reason, "0 of 79 attempts failed, in 0 of 16 runs; 1 infra-error not counted");
}

TEST_F(Health, AClusterThatDoesNotComeUpCountsAgainstTheFeature) {
  auto& instance = world.input.evidence.instances.back();
  instance.outcome = Outcome::kFailed;
  instance.message = "kube-apiserver exits";
  EXPECT_EQ(failures().verdict, Verdict::kFail);
  EXPECT_THAT(texts(failures()),
              HasSubstr("fail: cluster instance run00/sleep/default/1: failed: kube-apiserver exits"));
  EXPECT_THAT(failures().reason, HasSubstr("0 transitions and 1 cluster instance failed"));
}

TEST_F(Health, ATransitionThatFailsCountsAgainstTheFeature) {
  world.add_gate_cycle("cycle", world.input.as_of - hours(3));
  EXPECT_EQ(failures().verdict, Verdict::kPass);
  ASSERT_THAT(failures().counts, SizeIs(3));
  EXPECT_EQ(failures().counts[2].n, 2);
  auto& transition = world.input.evidence.transitions.back();
  transition.outcome = Outcome::kFailed;
  transition.message = "it did not come back";
  EXPECT_EQ(failures().verdict, Verdict::kFail);
  EXPECT_THAT(texts(failures()), HasSubstr("transition set-gates in cycle/gate-cycle/sleep/1: failed: it did not"));
  transition.attempt_id = "of another feature";
  EXPECT_EQ(failures().verdict, Verdict::kPass);
}

// The way back is recorded only when it fails: in a rate it would be a failure of every one that is known.
TEST_F(Health, AWayBackThatFailsCountsAndIsInNoRate) {
  world.add_gate_cycle("cycle", world.input.as_of - hours(3));
  auto& transition = world.input.evidence.transitions.back();
  transition.outcome = Outcome::kFailed;
  transition.request.kind = catalogue::TransitionKind::kRestore;
  EXPECT_EQ(failures().verdict, Verdict::kFail);
  ASSERT_THAT(failures().counts, SizeIs(3));
  EXPECT_EQ(failures().counts[2].k, 0);
  EXPECT_EQ(failures().counts[2].n, 1);
}

TEST_F(Health, OtherFeaturesFailuresAreNotItsOwn) {
  world.add_attempt("other/case", Outcome::kFailed, {}, {"Other"});
  EXPECT_EQ(failures().verdict, Verdict::kPass);
}

TEST_F(Health, ARateIsBoundedOnlyWhereThePolicyAsks) {
  const RuleResult unasked = judged("failure-rate-bounded");
  EXPECT_EQ(unasked.verdict, Verdict::kNotApplicable);
  EXPECT_EQ(unasked.threshold, "the policy asks for none");
  EXPECT_THAT(unasked.reason, HasSubstr("(0 of 16 failed)"));
  Policy policy = builtin_policy();
  policy.stable.max_failure_rate = Threshold{0.05, "us"};
  const RuleResult asked = judged("failure-rate-bounded", policy);
  EXPECT_EQ(asked.verdict, Verdict::kNoEvidence);
  EXPECT_EQ(
      asked.threshold,
      "failures in less than 5.0 % of scheduled cluster instances, at 95.0 %, per case and required cell, however "
      "often it is judged");
  EXPECT_THAT(asked.next, HasSubstr("58 more scheduled cluster instances without a failure"));  // 74 - 16
  policy.stable.max_failure_rate->value = 0.5;
  EXPECT_EQ(judged("failure-rate-bounded", policy).verdict, Verdict::kPass);
  EXPECT_EQ(judged("failure-rate-bounded", policy).next, "");
}

TEST_F(Health, PresubmitsMayFailOnOneChange) {
  EXPECT_EQ(judged("presubmits-agree").verdict, Verdict::kPass);
  EXPECT_EQ(judged("presubmits-agree").reason, "no presubmit ran a case of PodLifecycleSleepAction");
  for (const char* id : {"p1", "p2", "p3"}) {
    world.add_good_run(id, world.input.as_of - hours(5), Trigger::kPresubmit);
    world.input.evidence.runs.back().change = "kubernetes/kubernetes#1";
  }
  EXPECT_EQ(judged("presubmits-agree").verdict, Verdict::kPass);
  for (const char* id : {"p1", "p2"}) attempt(id, "sleep/on").outcome = Outcome::kFailed;
  EXPECT_EQ(judged("presubmits-agree").verdict, Verdict::kPass);  // one change
  world.input.evidence.runs.back().change = "kubernetes/kubernetes#2";
  attempt("p3", "sleep/on").outcome = Outcome::kFailed;
  const RuleResult bad = judged("presubmits-agree");
  EXPECT_EQ(bad.verdict, Verdict::kNoEvidence);
  EXPECT_EQ(bad.threshold, "no case that failed on more than 1 change within 30 days");
  EXPECT_EQ(bad.reason, "1 case failed on unrelated changes, in 3 presubmit runs");
  EXPECT_EQ(bad.findings[0].text,
            "sleep/validates failed in presubmits of 2 changes: kubernetes/kubernetes#1, kubernetes/kubernetes#2");
  EXPECT_EQ(failures().verdict, Verdict::kPass);
}

TEST_F(Health, InfrastructureThatPrefersTheGateOnFails) {
  const RuleResult even = judged("infrastructure-even");
  EXPECT_EQ(even.verdict, Verdict::kPass);
  // On: two attempts in each of two cells; off: one that ran.
  EXPECT_EQ(even.reason, "0 of 64 attempts with the gate on ended as infra-error, 0 of 16 off");
  for (auto& one : world.input.evidence.attempts)
    if (one.cell != "sleep/off" && one.run_id < "run06") one.outcome = Outcome::kInfraError;
  const RuleResult uneven = judged("infrastructure-even");
  EXPECT_EQ(uneven.verdict, Verdict::kFail);
  EXPECT_THAT(texts(uneven), HasSubstr("infra-errors per attempt: 24 of 64 with the gate on, 0 of 16 off; by chance"));
  EXPECT_EQ(uneven.next, "read the logs of the clusters that were lost with the gate on");
}

TEST_F(Health, OneLostClusterIsOneEvent) {
  for (int i = 0; i < 40; ++i) world.add_attempt("sleep/validates", Outcome::kInfraError);
  EXPECT_EQ(judged("infrastructure-even").verdict, Verdict::kPass);
}

TEST_F(Health, WithoutAGateOrTwoSidesInfrastructureIsNotCompared) {
  for (auto& instance : world.input.evidence.instances) instance.cell.gates = {{test::kGate, true}};
  EXPECT_EQ(judged("infrastructure-even").verdict, Verdict::kNotApplicable);
  EXPECT_EQ(judged("infrastructure-even").reason, "nothing to compare: 80 attempts with the gate on, 0 with it off");
  world.input.info.gates.clear();
  EXPECT_EQ(judged("infrastructure-even").reason, "PodLifecycleSleepAction has no gate");
}

}  // namespace
}  // namespace graduand::graduation
