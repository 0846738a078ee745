// SPDX-License-Identifier: Apache-2.0
// Cells with transitions: the order of phases, what is recorded of them, and what becomes of the rest when one fails.
#include <gmock/gmock.h>

#include "tests/runner/phased_run.h"

namespace graduand::runner {
namespace {

using results::Outcome;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

class PhasesTest : public PhasedRun {};

results::Transition ends(Outcome outcome, const std::string& message) {
  results::Transition transition;
  transition.outcome = outcome;
  transition.message = message;
  return transition;
}

TEST_F(PhasesTest, OrdinaryCasesRunInEveryPhaseUnderItsFacts) {
  add_case("a", "cp context.json \"$SHARED/$(basename \"$PWD\").json\"\n" + passes());
  add_phased_cell();
  EXPECT_EQ(run()->exit_code(), 0);
  EXPECT_THAT(cell().log, ElementsAre("create", "apply off", "apply on-again", "remove"));
  EXPECT_THAT(observer.log, ElementsAre("cell on", "started suite/a", "passed suite/a", "transition set-gates",
                                        "started suite/a", "passed suite/a", "transition set-gates", "started suite/a",
                                        "passed suite/a", "finished on"));
  const auto read = contents();
  ASSERT_EQ(read.attempts.size(), 3u);
  const std::vector<std::string> phases = {"initial", "off", "on-again"};
  for (std::size_t i = 0; i < 3; ++i) {
    const auto& attempt = read.attempts[i];
    EXPECT_EQ(attempt.id, run_record.id + "/profile/on/suite/a@" + phases[i] + "/1");
    EXPECT_EQ(attempt.first_phase, phases[i]);
    EXPECT_EQ(attempt.last_phase, phases[i]);
    const auto context = context_of("suite__a@" + phases[i] + ".1");
    EXPECT_EQ(context.phase, phases[i]);
    EXPECT_EQ(context.facts.effective("kube-apiserver", kGate), phases[i] != "off");
    EXPECT_EQ(context.transitions.size(), 2u);
    EXPECT_EQ(context.state_file, "");
  }
  ASSERT_EQ(read.transitions.size(), 2u);
  EXPECT_EQ(read.transitions[0].id, run_record.id + "/profile/on/1/transition/1");
  EXPECT_EQ(read.transitions[0].attempt_id, "");
  EXPECT_EQ(read.transitions[0].phase_before, "initial");
  EXPECT_EQ(read.transitions[0].phase_after, "off");
  EXPECT_EQ(read.transitions[1].phase_after, "on-again");
  ASSERT_EQ(read.facts.size(), 2u);
  EXPECT_EQ(read.facts[0].name, kPhaseFacts);
  EXPECT_EQ(string_at(read.facts[0].value, "phase"), "off");
  EXPECT_FALSE(bool_at(read.facts[0].value, std::string("facts.effective_gates.kube-apiserver.") + kGate, true));
}

TEST_F(PhasesTest, AnAttemptHasTheVersionOfItsPhase) {
  add_case("a", passes());
  auto& description = add_phased_cell();
  description.transitions = {{.kind = catalogue::TransitionKind::kUpgrade, .phase = "upgraded"}};
  description.transitions[0].version = catalogue::KubeVersion{1, 34, 3, {}};
  EXPECT_EQ(run()->exit_code(), 0);
  EXPECT_EQ(contents().attempts.at(0).kubernetes_version, "v1.33.13");
  EXPECT_EQ(contents().attempts.at(1).kubernetes_version, "v1.34.3");
}

TEST_F(PhasesTest, AFailedTransitionIsEvidenceAndEndsTheCell) {
  add_case("a", passes());
  add_phased_cell();
  cell().transitions = {{}, ends(Outcome::kFailed, "the scheduler does not start")};
  const auto summary = run();
  ASSERT_TRUE(summary);
  EXPECT_EQ(summary->failed_cells, 1);
  EXPECT_EQ(summary->exit_code(), 1);
  EXPECT_THAT(outcomes(), ElementsAre("passed suite/a", "passed suite/a", "not-run suite/a"));
  const auto read = contents();
  EXPECT_THAT(read.attempts[2].reason, HasSubstr("the scheduler does not start"));
  EXPECT_EQ(read.attempts[2].first_phase, "on-again");
  EXPECT_EQ(read.transitions[1].outcome, Outcome::kFailed);
  EXPECT_EQ(read.transitions[1].phase_before, "off");
  EXPECT_EQ(read.transitions[1].phase_after, "off");
  EXPECT_THAT(cell().log, ElementsAre("create", "apply off", "apply on-again", "logs", "remove"));
}

TEST_F(PhasesTest, ATransitionThatInfrastructurePreventedIsInfrastructure) {
  add_case("a", passes());
  add_phased_cell();
  cell().transitions = {ends(Outcome::kInfraError, "no image kindest/node:v1.34.3")};
  EXPECT_EQ(run()->exit_code(), 5);
  EXPECT_THAT(outcomes(), ElementsAre("passed suite/a", "not-run suite/a", "not-run suite/a"));
  EXPECT_THAT(contents().attempts[1].reason, HasSubstr("no image kindest/node:v1.34.3"));
}

TEST_F(PhasesTest, ABrokenClusterIsNotTakenThroughTransitions) {
  add_case("a", say_terminal(Outcome::kFailed, "no pod"));
  add_phased_cell();
  cell().health = {broken("the API server crashes")};
  EXPECT_EQ(run()->exit_code(), 1);
  EXPECT_THAT(outcomes(), ElementsAre("failed suite/a", "not-run suite/a", "not-run suite/a"));
  EXPECT_THAT(cell().log, ElementsAre("create", "health", "logs", "remove"));
}

TEST_F(PhasesTest, FailFastLeavesTheLaterPhasesToAResume) {
  options.fail_fast = true;
  add_case("a", say_terminal(Outcome::kFailed, "no pod"));
  add_phased_cell();
  EXPECT_TRUE(run()->stopped_early);
  EXPECT_EQ(contents().attempts.size(), 1u);
  EXPECT_THAT(contents().transitions, IsEmpty());
}

TEST_F(PhasesTest, AnInterruptedTransitionHasNoRecordAndTheRestIsResumed) {
  add_case("a", passes());
  add_phased_cell();
  cell().when_applied = [this](const auto&) { cancel.cancel(SIGINT); };
  const auto first = run();
  ASSERT_TRUE(first);
  EXPECT_EQ(first->exit_code(), 130);
  EXPECT_THAT(contents().transitions, IsEmpty());
  EXPECT_EQ(contents().attempts.size(), 1u);
  EXPECT_THAT(cell().log, ElementsAre("create", "apply off", "logs", "remove"));

  cancel = CancelSource();
  cell().when_applied = nullptr;
  const auto rest = remaining(plan, contents());
  EXPECT_EQ(rest.attempts(), 2u);
  EXPECT_EQ(resume(rest)->exit_code(), 0);
  EXPECT_THAT(outcomes(), ElementsAre("passed suite/a", "passed suite/a", "passed suite/a"));
  EXPECT_THAT(contents().attempts[1].instance_id, testing::EndsWith("/profile/on/2"));
}

TEST_F(PhasesTest, AfterAFailedTransitionWasRecordedAResumeRunsNothingMore) {
  add_case("a", passes());
  add_phased_cell();
  cell().transitions = {ends(Outcome::kFailed, "the scheduler does not start")};
  ASSERT_TRUE(run());
  forget_lines(2);  // killed before it could write that two attempts are not run
  cell().log.clear();
  ASSERT_TRUE(resume(remaining(plan, contents())));
  EXPECT_THAT(cell().log, IsEmpty());
  EXPECT_THAT(outcomes(), ElementsAre("passed suite/a", "not-run suite/a", "not-run suite/a"));
  EXPECT_THAT(contents().attempts[2].reason, HasSubstr("the scheduler does not start"));
}

}  // namespace
}  // namespace graduand::runner
