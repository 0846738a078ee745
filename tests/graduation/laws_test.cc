// SPDX-License-Identifier: Apache-2.0
// What holds of every verdict, whatever the history.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "framework/graduation/policy_keys.h"
#include "tests/graduation/random_history.h"

namespace graduand::graduation {
namespace {

using results::Outcome;
using std::chrono::hours;
using test::any_of;
using test::random_world;
using test::rank;
using test::verdicts;
using test::World;

// Once more what an attempt was, with another outcome.
void add_outcome(World& world, Outcome outcome) {
  auto& attempts = world.input.evidence.attempts;
  RC_PRE(!attempts.empty());
  results::Attempt more = attempts[any_of(attempts.size())];
  more.id += "-more";
  more.started += std::chrono::milliseconds(950);
  more.outcome = outcome;
  attempts.push_back(more);
}

// A failed attempt ran, so it may fill a cell or a day; the verdict as a whole is not better for it.
RC_GTEST_PROP(Laws, AFailureMoreNeverImprovesTheVerdict, ()) {
  World world = random_world();
  const Judgement before = world.judged();
  add_outcome(world, std::vector{Outcome::kFailed, Outcome::kTimedOut, Outcome::kCrashed}[any_of(3)]);
  const Judgement after = world.judged();
  RC_ASSERT(rank(after.overall) <= rank(before.overall));
  RC_ASSERT(after.overall != Verdict::kPass || before.overall == Verdict::kPass);
}

// An infra-error with the gate off is weighed against those with the gate on, so that one rule is apart.
RC_GTEST_PROP(Laws, AnInfraErrorSkipOrNotRunMoreImprovesNoRule, ()) {
  World world = random_world();
  const Judgement before = world.judged();
  add_outcome(world, std::vector{Outcome::kInfraError, Outcome::kSkipped, Outcome::kNotRun}[any_of(3)]);
  const Judgement after = world.judged();
  for (std::size_t i = 0; i < after.rules.size(); ++i) {
    if (after.rules[i].id == "infrastructure-even") continue;
    RC_ASSERT(rank(after.rules[i].verdict) <= rank(before.rules[i].verdict));
  }
}

RC_GTEST_PROP(Laws, AnUnfinishedRunMoreImprovesNoRule, ()) {
  World world = random_world();
  const Judgement before = world.judged();
  const auto& runs = world.input.evidence.runs;
  test::copy_run(world, runs[any_of(runs.size())].id, "killed");
  results::Run& killed = test::run_of(world, "killed");
  killed.build_id = "of-its-own";
  killed.finished.reset();
  test::drop_attempts(world, [](const auto& one) { return one.run_id == "killed"; });
  std::erase_if(world.input.evidence.transitions, [](const auto& one) { return one.run_id == "killed"; });
  const Judgement after = world.judged();
  for (std::size_t i = 0; i < after.rules.size(); ++i)
    RC_ASSERT(rank(after.rules[i].verdict) <= rank(before.rules[i].verdict));
}

RC_GTEST_PROP(Laws, ACopyOfARunUnderOtherIdsChangesNoCount, ()) {
  World world = random_world();
  const auto before = verdicts(world.judged(), true);
  const auto& runs = world.input.evidence.runs;
  test::copy_run(world, runs[any_of(runs.size())].id, "a-copy");
  RC_ASSERT(verdicts(world.judged(), true) == before);
}

RC_GTEST_PROP(Laws, WithoutNewRunsAPassEndsWithinTheGreatestAge, ()) {
  World world = random_world();
  const Verdict before = world.judged().overall;
  const auto greatest = static_cast<int>(builtin_policy().stable.max_age_days.value);
  world.input.as_of += hours(24 * (greatest + 1 + *rc::gen::inRange(0, 60)));
  const Verdict after = world.judged().overall;
  RC_ASSERT(after != Verdict::kPass);
  if (before == Verdict::kPass) RC_ASSERT(after == Verdict::kNoEvidence);
}

RC_GTEST_PROP(Laws, IdsOrderAndNamesOfCellsDoNotMatter, ()) {
  World world = random_world();
  const auto before = verdicts(world.judged(), true);
  test::rename_and_shuffle(world);
  RC_ASSERT(verdicts(world.judged(), true) == before);
}

RC_GTEST_PROP(Laws, EvidenceThatDoesNotCountChangesNoRule, ()) {
  World world = random_world();
  const auto before = verdicts(world.judged(), false);
  const auto kind = any_of(5);
  const auto ago = hours(kind == 3 ? 24 * 45 : *rc::gen::inRange(2, 24 * 25));
  const auto trigger = kind == 1   ? results::Trigger::kManual
                       : kind == 2 ? results::Trigger::kPresubmit
                                   : results::Trigger::kPeriodic;
  const bool foreign = kind == 4;
  const bool passes = kind == 2;  // failures in presubmits do count, against
  world.add_run("more", world.input.as_of - ago, trigger, foreign ? "ci-foreign" : "ci-sleep").simulated = kind == 0;
  world.add_instance("foreign/default", world.older(), true);
  if (foreign)
    world.input.evidence.instances.back().cell.gates = world.input.evidence.plans.back().cells.back().cell.gates = {};
  world.add_attempt(foreign ? "volumes/mounts" : "sleep/validates", passes ? Outcome::kPassed : Outcome::kFailed, {},
                    {foreign ? "Volumes" : test::kGate});
  RC_ASSERT(verdicts(world.judged(), false) == before);
}

RC_GTEST_PROP(Laws, OnlyTheShippedThresholdsAreTheShippedPolicy, ()) {
  static const World world = [] {
    World one;
    one.add_perfect(1);
    return one;
  }();
  Policy policy = builtin_policy();
  bool same = true;
  const auto& keys = threshold_keys();
  for (std::size_t n = any_of(3); n > 0; --n) {
    StagePolicy& stage = any_of(2) == 0 ? policy.beta : policy.stable;
    (stage.*keys[any_of(keys.size())].member).value += static_cast<double>(any_of(3)) / 8;
  }
  for (const ThresholdKey& key : keys)
    for (const Stage stage : {Stage::kBeta, Stage::kStable})
      same = same && (policy.of(stage).*key.member).value == (builtin_policy().of(stage).*key.member).value;
  if (any_of(4) == 0) {
    policy.scheduled.push_back(results::Trigger::kManual);
    same = false;
  }
  const Judgement judgement = world.judged(policy);
  RC_ASSERT(judgement.policy_shipped == same);
  RC_ASSERT((judgement.policy_digest == builtin_policy().digest) == same);
}

RC_GTEST_PROP(Laws, TheSameInputIsTheSameJudgement, ()) {
  const World world = random_world();
  const Judgement one = world.judged();
  const Judgement other = World(world).judged();
  RC_ASSERT(verdicts(one, true) == verdicts(other, true));
  for (std::size_t i = 0; i < one.rules.size(); ++i)
    RC_ASSERT(test::texts(one.rules[i]) == test::texts(other.rules[i]));
}

}  // namespace
}  // namespace graduand::graduation
