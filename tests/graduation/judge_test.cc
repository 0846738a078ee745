// SPDX-License-Identifier: Apache-2.0
#include "framework/graduation/judge.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "framework/catalogue/label_filter.h"
#include "framework/graduation/rules.h"
#include "tests/graduation/world.h"

namespace graduand::graduation {
namespace {

using results::Outcome;
using results::Trigger;
using test::at;
using test::kGate;
using test::rule;
using test::World;
using testing::Contains;
using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing::Pair;
using testing::SizeIs;

std::vector<std::string> verdicts(const Judgement& judgement) {
  std::vector<std::string> all;
  for (const RuleResult& one : judgement.rules) all.emplace_back(to_string(one.verdict));
  return all;
}

std::string texts(const RuleResult& result) {
  std::string all;
  for (const Finding& finding : result.findings)
    all += std::string(to_string(finding.verdict)) + ": " + finding.text + "\n";
  return all;
}

TEST(Judge, NoRunsIsNoEvidenceInEveryRule) {
  const Judgement judgement = World().judged();
  EXPECT_EQ(judgement.overall, Verdict::kNoEvidence);
  EXPECT_EQ(judgement.exit_code(), 4);
  EXPECT_THAT(verdicts(judgement), testing::Each("no-evidence"));
  for (const RuleResult& one : judgement.rules) {
    EXPECT_EQ(one.reason, "0 runs");
    EXPECT_FALSE(one.source.empty()) << one.id;
    EXPECT_FALSE(one.threshold.empty()) << one.id;
  }
}

TEST(Judge, ADailyRunForLongEnoughPasses) {
  World world;
  world.add_good_days(16);
  const Judgement judgement = world.judged();
  EXPECT_EQ(judgement.overall, Verdict::kPass);
  EXPECT_EQ(judgement.exit_code(), 0);
  EXPECT_THAT(verdicts(judgement), testing::Each("pass"));
  EXPECT_THAT(judgement.runs_read, SizeIs(16));
  EXPECT_EQ(rule(judgement, "ran-in-every-required-cell").reason, "5 of 5 pairs of case and required cell ran");
  // 16 runs × 5 attempts: the sixth is skipped, and a skip is in no denominator.
  const RuleResult& failures = rule(judgement, "no-product-failures");
  ASSERT_FALSE(failures.counts.empty());
  EXPECT_EQ(failures.counts[0].k, 0);
  EXPECT_EQ(failures.counts[0].n, 80);
  EXPECT_NEAR(failures.counts[0].high, 0.0451, 1e-4);
  EXPECT_THAT(failures.reason, HasSubstr("17.1 %"));  // 1 - 0.05^(1/16)
}

TEST(Judge, RuleIdsAreInTheOrderOfAJudgement) {
  std::vector<std::string> ids;
  for (const RuleResult& one : World().judged().rules) ids.push_back(one.id);
  EXPECT_EQ(ids, rule_ids());
}

TEST(Judge, OneEveningsRunsLackScheduleAndTime) {
  World world;
  world.add_good_run("tonight", at("2026-11-30T11:00:00Z"), Trigger::kManual);
  const Judgement judgement = world.judged();
  EXPECT_THAT(verdicts(judgement), ElementsAre("pass", "no-evidence", "no-evidence", "pass", "pass", "pass"));
  EXPECT_EQ(judgement.exit_code(), 4);
  const RuleResult& runs = rule(judgement, "enough-scheduled-runs");
  EXPECT_THAT(runs.next, HasSubstr("14 more in v1.33, gate off"));
  EXPECT_THAT(runs.next, HasSubstr("--trigger periodic"));
  EXPECT_THAT(texts(runs), HasSubstr("0 of 14 scheduled runs"));
  EXPECT_THAT(rule(judgement, "time-covered").next, HasSubstr("2026-12-14"));
}

TEST(Judge, TheCommandThatItNamesSelectsTheCases) {
  const World world;
  const std::string next = world.judged().rules[0].next;
  const auto from = next.find('\'') + 1;
  const auto filter = catalogue::LabelFilter::parse(next.substr(from, next.find('\'', from) - from));
  ASSERT_TRUE(filter) << to_string(filter.error());
  EXPECT_TRUE(filter->matches(world.input.cases[0].all_labels()));
  EXPECT_FALSE(filter->matches({"Serial"}));
}

TEST(Judge, AttemptsAfterATransitionAreInNoCellAndTheirFailuresCount) {
  World world;
  const auto run = world.add_run("cycle", at("2026-11-29T00:00:00Z"), Trigger::kPeriodic);
  const auto instance = world.add_instance(run, "gate-cycle/default", {1, 33, 3}, true);
  world.add_attempt(instance, "sleep/validates", Outcome::kFailed);
  world.input.evidence.attempts.back().first_phase = "off";
  const Judgement judgement = world.judged();
  EXPECT_EQ(rule(judgement, "no-product-failures").verdict, Verdict::kFail);
  EXPECT_EQ(rule(judgement, "ran-in-every-required-cell").verdict, Verdict::kNoEvidence);
  EXPECT_THAT(rule(judgement, "gate-on-and-off").counts,
              Contains(testing::AllOf(Field(&Count::what, "passed per attempt, PodLifecycleSleepAction on"),
                                      Field(&Count::n, 0))));
}

TEST(Judge, SaysWhatEachSuiteContributed) {
  World world;
  world.add_good_run("tonight", at("2026-11-30T11:00:00Z"), Trigger::kManual);
  world.input.evidence.attempts.back().suite = "kubernetes-e2e";
  world.input.evidence.attempts.back().suite_revision = "ginkgo v1.34.3-0123456789ab";
  const Judgement judgement = world.judged();
  ASSERT_THAT(judgement.suites, SizeIs(2));
  EXPECT_EQ(judgement.suites[0].suite, "kubernetes-e2e");
  EXPECT_THAT(judgement.suites[0].revisions, ElementsAre("ginkgo v1.34.3-0123456789ab"));
  EXPECT_EQ(judgement.suites[0].ran + judgement.suites[1].ran, 5);
}

TEST(Judge, ThirteenRunsAreNotFourteen) {
  World world;
  world.input.stage = Stage::kBeta;
  world.add_good_days(13);
  EXPECT_EQ(rule(world.judged(), "enough-scheduled-runs").verdict, Verdict::kNoEvidence);
  EXPECT_THAT(rule(world.judged(), "enough-scheduled-runs").next, HasSubstr("1 more in v1.34"));
  // Several runs a day are runs too; beta asks for seven days.
  world.add_good_run("extra", world.input.as_of - std::chrono::hours(2));
  EXPECT_EQ(world.judged().overall, Verdict::kPass);
}

TEST(Judge, ManyRunsInOneDayDoNotCoverTime) {
  World world;
  for (int i = 0; i < 20; ++i)
    world.add_good_run("r" + std::to_string(i), world.input.as_of - std::chrono::minutes(30 * i + 1));
  EXPECT_THAT(verdicts(world.judged()), ElementsAre("pass", "pass", "no-evidence", "pass", "pass", "pass"));
}

TEST(Judge, AnAbsentCellIsNamed) {
  World world;
  world.add_good_days(16);
  world.input.info.required_cells["stable"].push_back({"v1.36", {1, 36}, {{kGate, true}}, {}, 1});
  const Judgement judgement = world.judged();
  EXPECT_THAT(verdicts(judgement), ElementsAre("no-evidence", "no-evidence", "no-evidence", "pass", "pass", "pass"));
  const RuleResult& ran = rule(judgement, "ran-in-every-required-cell");
  EXPECT_THAT(ran.reason, HasSubstr("5 of 7 pairs"));
  EXPECT_THAT(ran.findings[0].text, HasSubstr("v1.36: no cluster instance"));
}

TEST(Judge, AClusterThatEndedAsInfraErrorIsNoRequiredCell) {
  World world;
  world.add_good_days(16);
  for (auto& instance : world.input.evidence.instances)
    if (instance.cell.name == "off") instance.outcome = Outcome::kInfraError;
  const RuleResult ran = rule(world.judged(), "ran-in-every-required-cell");
  EXPECT_EQ(ran.verdict, Verdict::kNoEvidence);
  EXPECT_THAT(ran.findings[0].text, HasSubstr("v1.33, gate off: no cluster instance"));
}

TEST(Judge, ACellThatKubernetesCannotHaveIsNotApplicable) {
  World world;
  world.add_good_days(16);
  world.input.info.required_cells["stable"].push_back({"v1.34, gate off", {1, 34}, {{kGate, false}}, {}, 1});
  const Judgement judgement = world.judged();
  EXPECT_EQ(judgement.overall, Verdict::kPass);
  EXPECT_THAT(texts(rule(judgement, "ran-in-every-required-cell")),
              HasSubstr("not-applicable: v1.34, gate off: PodLifecycleSleepAction is locked on"));
}

TEST(Judge, ACaseThatNeverRanHasNoEvidence) {
  World world;
  world.add_good_days(16);
  world.add_case("sleep/forgotten", {});
  const RuleResult missing = rule(world.judged(), "ran-in-every-required-cell");
  EXPECT_EQ(missing.verdict, Verdict::kNoEvidence);
  EXPECT_THAT(texts(missing), HasSubstr("v1.34: sleep/forgotten: not run"));
}

TEST(Judge, ACaseWhoseNeedsNoCellMeetsHasNoEvidenceWithTheReason) {
  World world;
  world.add_good_days(16);
  world.add_case("sleep/smt", {"threads per core >= 2"});
  const RuleResult missing = rule(world.judged(), "ran-in-every-required-cell");
  EXPECT_EQ(missing.verdict, Verdict::kNoEvidence);
  EXPECT_THAT(missing.findings[0].text, HasSubstr("sleep/smt ran in no required cell: needs threads per core >= 2"));
}

TEST(Judge, ASkipThoughNeedsAreMetIsNoEvidence) {
  World world;
  world.add_case("sleep/shy", {});
  world.add_good_days(16);
  for (const auto& instance : std::vector(world.input.evidence.instances))
    world.add_attempt(instance, "sleep/shy", instance.cell.name == "off" ? Outcome::kSkipped : Outcome::kPassed)
        .reason = "not today";
  const RuleResult result = rule(world.judged(), "ran-in-every-required-cell");
  EXPECT_EQ(result.verdict, Verdict::kNoEvidence);
  EXPECT_THAT(texts(result), HasSubstr("v1.33, gate off: sleep/shy: skipped although its needs are met: not today"));
}

TEST(Judge, NoRequiredCellsIsNoEvidence) {
  World world;
  world.add_good_days(16);
  world.input.info.required_cells.clear();
  const Judgement judgement = world.judged();
  EXPECT_EQ(rule(judgement, "ran-in-every-required-cell").reason,
            "suite.yaml names no required cells for stage stable");
  EXPECT_EQ(judgement.overall, Verdict::kNoEvidence);
}

TEST(Judge, NoCaseIsNoEvidence) {
  World world;
  world.add_good_days(16);
  world.input.cases.clear();
  const Judgement judgement = world.judged();
  EXPECT_THAT(verdicts(judgement), ElementsAre("no-evidence", "no-evidence", "no-evidence", "pass", "pass", "pass"));
}

TEST(Judge, OneFailureFailsWithItsNumbersAndAttempt) {
  World world;
  world.add_good_days(16);
  for (auto& attempt : world.input.evidence.attempts)
    if (attempt.run_id == "run03" && attempt.case_id == "sleep/delays" && attempt.cell == "sleep-v1.34/default")
      attempt.outcome = Outcome::kTimedOut;
  const Judgement judgement = world.judged();
  EXPECT_EQ(judgement.overall, Verdict::kFail);
  EXPECT_EQ(judgement.exit_code(), 1);
  const RuleResult& failures = rule(judgement, "no-product-failures");
  ASSERT_THAT(failures.findings, SizeIs(1));
  EXPECT_THAT(failures.findings[0].text,
              HasSubstr("sleep/delays in sleep-v1.34/default: 1 of 16 attempts failed (6.2 %, "
                        "95 % interval 0.2 % to 30.2 %), in 1 of 16 runs; a flake"));
  EXPECT_THAT(failures.findings[0].attempt_ids, ElementsAre("run03/sleep-v1.34/default/sleep/delays/1"));
  EXPECT_EQ(failures.reason.substr(0, 41), "1 of 80 attempts failed, in 1 of 16 runs");
  EXPECT_FALSE(failures.next.empty());
}

TEST(Judge, InfrastructureIsCountedApart) {
  World world;
  world.add_good_days(16);
  const auto instance = world.input.evidence.instances.front();
  world.add_attempt(instance, "sleep/delays", Outcome::kInfraError);
  const auto run = world.add_run("lost", at("2026-11-29T00:00:00Z"), Trigger::kPeriodic);
  auto& lost = world.add_instance(run, "sleep-v1.33/on", {1, 33, 3}, true);
  lost.outcome = Outcome::kInfraError;
  world.add_attempt(lost, "sleep/delays", Outcome::kNotRun);
  const Judgement judgement = world.judged();
  EXPECT_EQ(judgement.overall, Verdict::kPass);
  const RuleResult& failures = rule(judgement, "no-product-failures");
  EXPECT_EQ(failures.counts[0].n, 80);
  EXPECT_THAT(failures.reason, HasSubstr("1 infra-error not counted"));
  EXPECT_THAT(failures.counts, Contains(testing::AllOf(Field(&Count::what, "infra-errors per cluster instance"),
                                                       Field(&Count::k, 1), Field(&Count::n, 49))));
  EXPECT_THAT(failures.counts,
              Contains(testing::AllOf(Field(&Count::what, "infra-errors per attempt, PodLifecycleSleepAction on"),
                                      Field(&Count::k, 1), Field(&Count::n, 65))));
}

TEST(Judge, AClusterThatDoesNotComeUpWithTheGateCountsAgainstTheFeature) {
  World world;
  world.add_good_days(16);
  const auto run = world.add_run("broken", at("2026-11-29T00:00:00Z"), Trigger::kPeriodic);
  auto& instance = world.add_instance(run, "sleep-v1.33/off", {1, 33, 3}, false);
  instance.outcome = Outcome::kFailed;
  instance.message = "kube-apiserver exits";
  const Judgement judgement = world.judged();
  EXPECT_EQ(judgement.overall, Verdict::kFail);
  EXPECT_THAT(texts(rule(judgement, "no-product-failures")),
              HasSubstr("fail: cluster instance broken/sleep-v1.33/off/1"));
}

TEST(Judge, AFailedTransitionCountsOnlyAgainstItsFeature) {
  World world;
  world.add_good_days(16);
  results::Transition transition;
  transition.id = "t";
  transition.run_id = "run01";
  transition.started = world.input.as_of - std::chrono::hours(3);
  transition.outcome = Outcome::kFailed;
  transition.attempt_id = "an attempt of another feature";
  world.input.evidence.transitions = {transition};
  EXPECT_EQ(world.judged().overall, Verdict::kPass);
  world.input.evidence.transitions[0].attempt_id = "run01/sleep-v1.33/on/sleep/delays/1";
  EXPECT_EQ(world.judged().overall, Verdict::kFail);
}

TEST(Judge, TheGateMustHaveBeenOffWhereItCanBe) {
  World world;
  world.add_good_days(16);
  for (auto& instance : world.input.evidence.instances)
    if (instance.cell.name == "off") instance.facts.effective_gates[catalogue::kKubelet][kGate] = true;
  const RuleResult one_sided = rule(world.judged(), "gate-on-and-off");
  EXPECT_EQ(one_sided.verdict, Verdict::kNoEvidence);
  EXPECT_THAT(one_sided.reason, HasSubstr("PodLifecycleSleepAction off: 0 of 0 attempts passed"));
  EXPECT_THAT(one_sided.next, HasSubstr("PodLifecycleSleepAction off"));

  // Off at one component only is neither on nor off, whichever it is.
  for (auto& instance : world.input.evidence.instances)
    if (instance.cell.name == "off") {
      instance.facts.effective_gates[catalogue::kApiServer][kGate] = true;
      instance.facts.effective_gates[catalogue::kKubelet][kGate] = false;
    }
  EXPECT_EQ(rule(world.judged(), "gate-on-and-off").verdict, Verdict::kNoEvidence);

  World locked;
  locked.add_good_days(16);
  locked.input.info.required_cells["stable"] = {{"v1.34", {1, 34}, {{kGate, true}}, {}, 1}};
  EXPECT_EQ(rule(locked.judged(), "gate-on-and-off").verdict, Verdict::kPass);
  EXPECT_THAT(texts(rule(locked.judged(), "gate-on-and-off")),
              HasSubstr("not-applicable: PodLifecycleSleepAction off"));

  World gateless;
  gateless.add_good_days(16);
  gateless.input.info.gates.clear();
  EXPECT_EQ(rule(gateless.judged(), "gate-on-and-off").verdict, Verdict::kNotApplicable);
  EXPECT_EQ(gateless.judged().overall, Verdict::kPass);
}

TEST(Judge, AnUnverifiedComponentIsNamed) {
  World world;
  world.add_good_days(16);
  auto& facts = world.input.evidence.instances.front().facts;
  facts.unverified_components = {catalogue::kScheduler};
  facts.effective_gates.erase(catalogue::kScheduler);
  const RuleResult result = rule(world.judged(), "effective-gates-verified");
  EXPECT_EQ(result.verdict, Verdict::kNoEvidence);
  EXPECT_EQ(result.reason, "47 of 48 cluster instances verified");
  EXPECT_THAT(result.findings[0].text, HasSubstr("kube-scheduler unverified"));
}

TEST(Judge, SaysWhyRunsAreLeftOut) {
  World world;
  world.add_good_run("simulated", at("2026-11-29T00:00:00Z"));
  world.input.evidence.runs.back().simulated = true;
  world.add_good_run("reproduce", at("2026-11-29T00:00:00Z"), Trigger::kReproduce);
  world.add_good_run("old", at("2026-10-01T00:00:00Z"));
  world.add_good_run("future", at("2026-12-01T00:00:00Z"));
  world.add_good_run("unwanted", at("2026-11-29T00:00:00Z"));
  world.add_run("empty", at("2026-11-29T00:00:00Z"), Trigger::kPeriodic);
  world.input.excluded_runs = {"unwanted", "unknown"};
  const Judgement judgement = world.judged();
  EXPECT_THAT(judgement.runs_read, SizeIs(0));
  EXPECT_THAT(judgement.runs_left_out,
              ElementsAre(Pair("simulated", HasSubstr("simulated")), Pair("reproduce", HasSubstr("not admissible")),
                          Pair("old", HasSubstr("before the window")), Pair("future", HasSubstr("after the time")),
                          Pair("unwanted", "excluded on request"), Pair("empty", HasSubstr("no attempt in it")),
                          Pair("unknown", HasSubstr("not in the evidence"))));
  EXPECT_EQ(judgement.overall, Verdict::kNoEvidence);
  EXPECT_EQ(judgement.rules[0].reason, "0 runs count; 7 runs left out");
}

TEST(Judge, AFailureBeforeTheWindowNoLongerCounts) {
  World world;
  world.add_good_days(16);
  world.add_good_run("old", at("2026-10-31T11:00:00Z"));
  world.input.evidence.attempts.back().outcome = Outcome::kFailed;
  EXPECT_EQ(world.judged().overall, Verdict::kPass);
  world.input.as_of -= std::chrono::hours(2);  // the window now reaches it
  EXPECT_EQ(world.judged().overall, Verdict::kFail);
}

TEST(Judge, OtherFeaturesAttemptsAreNotItsFailures) {
  World world;
  world.add_good_days(16);
  auto& foreign = world.add_attempt(world.input.evidence.instances.front(), "other/case", Outcome::kFailed);
  foreign.features = {"Other"};
  EXPECT_EQ(world.judged().overall, Verdict::kPass);
}

TEST(Judge, AWaiverHoldsUntilItExpires) {
  World world;
  world.add_good_run("tonight", at("2026-11-30T11:00:00Z"));
  Policy policy = builtin_policy();
  for (const char* id : {"enough-scheduled-runs", "time-covered"})
    policy.waivers.push_back({kGate, id, "hardware", "sig-node", at("2026-12-24T00:00:00Z")});
  const Judgement waived = world.judged(policy);
  EXPECT_EQ(waived.overall, Verdict::kPass);
  EXPECT_EQ(waived.exit_code(), 0);
  EXPECT_EQ(rule(waived, "time-covered").verdict, Verdict::kWaived);
  ASSERT_TRUE(rule(waived, "time-covered").waiver);

  policy.waivers[1].expires = world.input.as_of;
  const Judgement expired = world.judged(policy);
  EXPECT_EQ(expired.overall, Verdict::kNoEvidence);
  EXPECT_THAT(texts(rule(expired, "time-covered")), HasSubstr("the waiver by sig-node (hardware) expired"));

  policy.waivers[1].expires.reset();
  policy.waivers[1].feature = "Other";
  EXPECT_EQ(world.judged(policy).overall, Verdict::kNoEvidence);
}

TEST(Judge, APassedRuleNeedsNoWaiver) {
  World world;
  world.add_good_days(16);
  Policy policy = builtin_policy();
  policy.waivers.push_back({kGate, "time-covered", "hardware", "sig-node", std::nullopt});
  EXPECT_EQ(rule(world.judged(policy), "time-covered").verdict, Verdict::kPass);
}

TEST(Judge, WhatDoesNotPassComesFirst) {
  World world;
  world.add_good_days(16);
  world.input.info.required_cells["stable"].push_back({"v1.36", {1, 36}, {}, {}, 1});
  for (const RuleResult& one : world.judged().rules)
    for (std::size_t i = 1; i < one.findings.size(); ++i)
      EXPECT_FALSE(one.findings[i - 1].verdict == Verdict::kPass && one.findings[i].verdict == Verdict::kNoEvidence)
          << one.id;
}

}  // namespace
}  // namespace graduand::graduation
