// SPDX-License-Identifier: Apache-2.0
// Steps of phased cases: what they share, what they wait for, and how they are gone on with.
#include <gmock/gmock.h>

#include "framework/runner/cells/cell_cluster.h"
#include "tests/runner/phased_run.h"

namespace graduand::runner {
namespace {

using results::Outcome;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using When = catalogue::StepBinding::When;

class StepsTest : public PhasedRun {
 protected:
  const std::string copies_ = "cp context.json \"$SHARED/$(basename \"$PWD\").json\"\n" + passes();
  const std::string until_told_ = "while ! [ -e finish ]; do sleep 0.02; done\n" + passes();
};

TEST_F(StepsTest, RunWhereTheyAreBoundAndShareNamespaceAndState) {
  add_step("x", "create", When::kBefore, "", copies_);
  add_step("x", "off", When::kAfter, "off", copies_);
  add_step("x", "each", When::kAfter, "", copies_);
  add_step("x", "upgraded", When::kAfter, "upgrade", copies_);
  add_phased_cell();
  EXPECT_EQ(run(2)->exit_code(), 0);
  std::vector<std::string> ids;
  for (const auto& attempt : contents().attempts) ids.push_back(attempt.id.substr(attempt.id.find("suite/")));
  EXPECT_THAT(ids,
              testing::UnorderedElementsAre("suite/x/create@initial/1", "suite/x/create@initial/2", "suite/x/off@off/1",
                                            "suite/x/off@off/2", "suite/x/each@off/1", "suite/x/each@off/2",
                                            "suite/x/each@on-again/1", "suite/x/each@on-again/2"));
  for (const auto& attempt : contents().attempts) EXPECT_EQ(attempt.phased_case, "suite/x") << attempt.id;
  const auto first = context_of("suite__x__create@initial.1");
  const auto later = context_of("suite__x__each@on-again.1");
  const auto other = context_of("suite__x__each@on-again.2");
  EXPECT_EQ(first.ns, later.ns);
  EXPECT_NE(first.ns, other.ns);
  EXPECT_EQ(first.state_file, (directory() / "clusters/profile__on/steps/suite__x.1.json").string());
  EXPECT_EQ(later.state_file, first.state_file);
  EXPECT_NE(other.state_file, first.state_file);
}

TEST_F(StepsTest, AreNotPlannedWithoutTransitions) {
  add_step("x", "create", When::kBefore, "", passes());
  add_step("x", "watch", When::kThroughout, "", passes());
  add_step("x", "each", When::kAfter, "", passes());
  make_plan_and_script(1);
  EXPECT_EQ(plan.attempts(), 0u);
}

TEST_F(StepsTest, AStepWhoseStateIsMissingIsNotRunInThatRepeatOnly) {
  add_step("x", "create", When::kBefore, "",
           "case $GRADUAND_ATTEMPT_ID in */1) " + say_terminal(Outcome::kFailed, "no pod") + ";; *)\n" + passes() +
               ";; esac\n");
  add_step("x", "off", When::kAfter, "off", passes());
  add_step("x", "watch", When::kThroughout, "", until_told_);
  add_phased_cell();
  EXPECT_EQ(run(2)->exit_code(), 1);
  std::map<std::string, std::string> reasons;
  for (const auto& attempt : contents().attempts)
    reasons[attempt.case_id + " " + std::to_string(attempt.number)] =
        std::string(to_string(attempt.outcome)) + " " + attempt.reason;
  EXPECT_THAT(reasons["suite/x/off 1"], AllOf(HasSubstr("not-run"), HasSubstr("suite/x/create, which was failed")));
  EXPECT_THAT(reasons["suite/x/watch 1"], HasSubstr("not-run"));
  EXPECT_EQ(reasons["suite/x/off 2"], "passed ");
  EXPECT_EQ(reasons["suite/x/watch 2"], "passed ");
}

TEST_F(StepsTest, AStepWaitsForTheOneThatItUsesEvenIfThatRunsAlone) {
  add_step("x", "second", When::kAfter, "off", passes()).step.uses = {"suite/x/first"};
  add_step("x", "first", When::kAfter, "off", passes()).serial = true;
  add_phased_cell();
  EXPECT_EQ(run()->exit_code(), 0);
  EXPECT_THAT(outcomes(), ElementsAre("passed suite/x/first", "passed suite/x/second"));
}

TEST_F(StepsTest, AStepWhoseOtherStepsWereNotSelectedIsNotRun) {
  add_step("x", "off", When::kAfter, "off", passes()).step.uses = {"suite/x/never"};
  add_phased_cell();
  EXPECT_EQ(run()->exit_code(), 4);
  EXPECT_THAT(contents().attempts.at(0).reason, HasSubstr("suite/x/never, which this run does not have"));
}

TEST_F(StepsTest, WhatGoesThroughoutSpansThePhasesBesideTheProcs) {
  options.procs = 1;
  add_step("x", "watch", When::kThroughout, "", until_told_);
  add_step("x", "create", When::kBefore, "", passes());
  add_case("a", passes());
  add_phased_cell();
  EXPECT_EQ(run()->exit_code(), 0);
  EXPECT_THAT(outcomes(), ElementsAre("passed suite/a", "passed suite/x/create", "passed suite/a", "passed suite/a",
                                      "passed suite/x/watch"));
  const auto watch = contents().attempts.back();
  EXPECT_EQ(watch.first_phase, "initial");
  EXPECT_EQ(watch.last_phase, "on-again");
}

TEST_F(StepsTest, WhatGoesThroughoutEndsWithTheLastPhaseThatWasReached) {
  add_step("x", "watch", When::kThroughout, "", until_told_);
  add_phased_cell();
  results::Transition failed;
  failed.outcome = Outcome::kFailed;
  cell().transitions = {{}, failed};
  EXPECT_EQ(run()->exit_code(), 1);
  EXPECT_EQ(attempt("x/watch").outcome, Outcome::kPassed);
  EXPECT_EQ(attempt("x/watch").last_phase, "off");
}

// Records of a whole run; the last ones are taken back.
class ResumedStepsTest : public StepsTest {
 protected:
  void run_and_forget(int lines) {
    add_step("x", "create", When::kBefore, "", passes());
    add_step("x", "each", When::kAfter, "", copies_);
    add_phased_cell();
    EXPECT_EQ(run()->exit_code(), 0);
    forget_lines(lines);
    cell().log.clear();
    // Not begun, then.
    for (const char* folder : {"suite__x__each@off.1", "suite__x__each@on-again.1"})
      fs::rename(attempt_folder(folder), attempt_folder(std::string(folder) + ".kept"));
  }
  void begin_again(const std::string& folder) { fs::rename(attempt_folder(folder + ".kept"), attempt_folder(folder)); }
  fs::path attempt_folder(const std::string& name) { return directory() / "attempts/profile__on" / name; }
};

// It may have done half of what it does, and done again that fails without anybody's fault.
TEST_F(ResumedStepsTest, AfterOneThatWasCutShortNoneOfItsCaseIsRun) {
  run_and_forget(4);
  begin_again("suite__x__each@off.1");
  cell().left = true;
  EXPECT_EQ(resume(remaining(plan, contents()))->exit_code(), 4) << "of what was left nothing ran";
  EXPECT_EQ(summarize(contents()).exit_code(), 5) << "a part of the whole run";
  EXPECT_THAT(outcomes(), ElementsAre("passed suite/x/create", "not-run suite/x/each", "not-run suite/x/each"));
  EXPECT_THAT(contents().attempts[1].reason, HasSubstr("the step suite/x/each was cut short"));
}

TEST_F(ResumedStepsTest, GoOnWithTheClusterThatIsStillThereInItsPhase) {
  run_and_forget(4);  // x/each@on-again, the transition to it and its facts, x/each@off
  cell().left = true;
  EXPECT_EQ(resume(remaining(plan, contents()))->exit_code(), 0);
  EXPECT_THAT(cell().log, ElementsAre("open", "adopt", "restore", "health", "apply on-again", "remove"));
  EXPECT_THAT(outcomes(), ElementsAre("passed suite/x/create", "passed suite/x/each", "passed suite/x/each"));
  EXPECT_EQ(contents().instances.size(), 1u);
  EXPECT_EQ(contents().transitions.at(1).id, run_record.id + "/profile/on/1/transition/2");
  EXPECT_EQ(context_of("suite__x__each@off.1").facts.effective("kube-apiserver", kGate), false)
      << "what was read back in this phase, not at the beginning";
  EXPECT_THAT(observer.notices, ElementsAre(HasSubstr("goes on with the cluster gr-fake in phase off")));
}

TEST_F(ResumedStepsTest, DoNotRunOnAClusterThatNeverSawTheEarlierOnes) {
  run_and_forget(4);
  EXPECT_EQ(resume(remaining(plan, contents()))->exit_code(), 4);
  EXPECT_THAT(cell().log, ElementsAre("create", "apply off", "apply on-again", "remove"));
  EXPECT_THAT(outcomes(), ElementsAre("passed suite/x/create", "not-run suite/x/each", "not-run suite/x/each"));
  EXPECT_THAT(contents().attempts[1].reason,
              HasSubstr("ran on the cluster instance " + run_record.id + "/profile/on/1, and that is gone"));
}

TEST_F(ResumedStepsTest, AClusterThatWasLeftInTheMiddleOfATransitionIsReplaced) {
  run_and_forget(4);
  cell().left = true;
  ASSERT_TRUE(write_file_atomically(directory() / "clusters/profile__on" / kUnderWay, ""));
  EXPECT_EQ(resume(remaining(plan, contents()))->exit_code(), 4);
  EXPECT_THAT(cell().log, ElementsAre("open", "logs", "remove", "create", "apply off", "apply on-again", "remove"));
  EXPECT_THAT(observer.notices, ElementsAre(HasSubstr("left in the middle of a transition")));
}

TEST_F(ResumedStepsTest, AClusterThatDoesNotWorkAnyMoreIsReplaced) {
  run_and_forget(4);
  cell().left = true;
  cell().health = {lost("a node is gone")};
  EXPECT_EQ(resume(remaining(plan, contents()))->exit_code(), 4);
  EXPECT_THAT(observer.notices, ElementsAre(HasSubstr("a node is gone")));
  EXPECT_EQ(contents().instances.size(), 2u);
}

TEST_F(ResumedStepsTest, APhaseWhoseFactsAreNotKnownIsNotGoneOnWith) {
  run_and_forget(4);
  auto read = contents();
  ASSERT_TRUE(remaining(plan, read).cells.at(0).before.standing);
  read.facts.clear();
  EXPECT_FALSE(remaining(plan, read).cells.at(0).before.standing);
}

}  // namespace
}  // namespace graduand::runner
