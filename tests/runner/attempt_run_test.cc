// SPDX-License-Identifier: Apache-2.0
// How single attempts end, and what their records hold.
#include <gmock/gmock.h>
#include <sys/stat.h>

#include "tests/runner/scripted_run.h"

namespace graduand::runner {
namespace {

using results::Outcome;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class AttemptRun : public ScriptedRun {
 protected:
  int run_and_exit_code() {
    auto summary = run();
    EXPECT_TRUE(summary) << to_string(summary.error());
    return summary ? summary->exit_code() : -1;
  }
};

TEST_F(AttemptRun, APassHasACompleteRecord) {
  auto& info = add_case("pass", say(results::Measure{"delay", 5.5, "s"}) + "echo out; echo err >&2\n" + passes());
  info.labels = {"Slow"};
  EXPECT_EQ(run_and_exit_code(), 0);
  const results::Attempt record = attempt("pass");
  EXPECT_EQ(record.outcome, Outcome::kPassed);
  EXPECT_EQ(record.id, run_record.id + "/profile/on/suite/pass/1");
  EXPECT_EQ(record.run_id, run_record.id);
  EXPECT_EQ(record.instance_id, run_record.id + "/profile/on/1");
  EXPECT_EQ(record.fingerprint, plan.cells[0].cell.fingerprint());
  EXPECT_EQ(record.suite, "suite");
  EXPECT_EQ(record.suite_revision, "abc123");
  EXPECT_EQ(record.case_name, "The case pass");
  EXPECT_THAT(record.features, ElementsAre("PodLifecycleSleepAction"));
  EXPECT_THAT(record.labels, testing::UnorderedElementsAre("Slow", "FeatureGate:PodLifecycleSleepAction"));
  EXPECT_EQ(record.seed, plan.cells[0].attempts[0].seed);
  EXPECT_EQ(record.kubernetes_version, "v1.33.13");
  EXPECT_EQ(record.reason, "");
  EXPECT_EQ(record.first_phase, "initial");
  EXPECT_EQ(record.last_phase, "initial");
  EXPECT_FALSE(record.simulated);
  ASSERT_EQ(record.measures.size(), 1u);
  EXPECT_EQ(record.measures[0].value, 5.5);
  EXPECT_EQ(record.stdout_path, "attempts/profile__on/suite__pass.1/stdout.txt");
  EXPECT_EQ(read_file(directory() / record.stdout_path).value(), "out\n");
  EXPECT_EQ(read_file(directory() / record.stderr_path).value(), "err\n");
}

TEST_F(AttemptRun, TheProcessGetsItsContext) {
  add_case("x",
           "cp \"$2\" \"$SHARED/context\"; env > \"$SHARED/env\"; mkdir artifacts; echo kept > artifacts/events\n" +
               passes());
  EXPECT_EQ(run_and_exit_code(), 0);
  const auto context = parse_json(shared("context")).and_then(results::attempt_context_from_json);
  ASSERT_TRUE(context) << to_string(context.error());
  const results::Attempt record = attempt("x");
  EXPECT_EQ(context->attempt_id, record.id);
  EXPECT_EQ(context->instance_id, record.instance_id);
  EXPECT_EQ(context->case_id, "suite/x");
  EXPECT_EQ(context->seed, record.seed);
  EXPECT_EQ(context->ns, record.ns);
  EXPECT_FALSE(record.ns.empty());
  EXPECT_EQ(context->kubeconfig, "/kubeconfig");
  EXPECT_EQ(context->kube_context, "kind-fake");
  EXPECT_EQ(context->cluster_name, "gr-fake");
  EXPECT_EQ(context->time_limit, seconds(20));
  EXPECT_EQ(context->facts.api_server_version.str(), "v1.33.13");
  EXPECT_EQ(read_file(std::filesystem::path(context->artifacts) / "events").value(), "kept\n");
  EXPECT_THAT(shared("env"), HasSubstr("GRADUAND_ATTEMPT_ID=" + record.id + "\n"));
  EXPECT_THAT(shared("env"), HasSubstr("TZ=UTC\n"));
  struct stat info{};
  ASSERT_EQ(::stat((std::filesystem::path(context->artifacts).parent_path() / "context.json").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600u);
}

TEST_F(AttemptRun, WithoutAClusterThereIsNoNamespaceAndItIsSimulated) {
  provider = FakeProvider("none");
  cell().kubeconfig = false;
  add_case("x", passes());
  EXPECT_EQ(run_and_exit_code(), 0);
  EXPECT_EQ(attempt("x").ns, "");
  EXPECT_TRUE(attempt("x").simulated);
}

TEST_F(AttemptRun, FailuresAreKeptAndSkipsHaveTheirReason) {
  add_case("fail", say(results::Failure{"a.cc", 7, "expected 3, got 4", true}) + say_terminal(Outcome::kFailed));
  add_case("skip", say_terminal(Outcome::kSkipped, "needs gate X on"));
  EXPECT_EQ(run_and_exit_code(), 1);
  EXPECT_EQ(attempt("fail").outcome, Outcome::kFailed);
  EXPECT_EQ(attempt("fail").reason, "expected 3, got 4");
  ASSERT_EQ(attempt("fail").failures.size(), 1u);
  EXPECT_EQ(attempt("fail").failures[0].line, 7);
  EXPECT_EQ(attempt("skip").outcome, Outcome::kSkipped);
  EXPECT_EQ(attempt("skip").reason, "needs gate X on");
}

TEST_F(AttemptRun, WhatDoesNotEndRegularlyIsACrash) {
  add_case("exit0", "exit 0");
  add_case("segfault", "kill -SEGV $$");
  add_case("segfault-after", passes() + "kill -SEGV $$");
  add_case("twice", passes() + passes());
  add_case("garbage", "echo 'not a record' >&3\n" + passes());
  EXPECT_EQ(run_and_exit_code(), 1);
  for (const char* name : {"exit0", "segfault", "segfault-after", "twice", "garbage"})
    EXPECT_EQ(attempt(name).outcome, Outcome::kCrashed) << name;
  EXPECT_THAT(attempt("exit0").reason, HasSubstr("without a terminal record"));
  EXPECT_THAT(attempt("segfault").reason, HasSubstr("signal 11"));
  EXPECT_THAT(attempt("segfault-after").reason, HasSubstr("it had said passed"));
  EXPECT_THAT(attempt("twice").reason, HasSubstr("2 terminal records"));
}

TEST_F(AttemptRun, AHangThatIgnoresTermIsTimedOut) {
  add_case("hang", "trap '' TERM\nwhile :; do sleep 0.1; done").time_limit = milliseconds(200);
  EXPECT_EQ(run_and_exit_code(), 1);
  EXPECT_EQ(attempt("hang").outcome, Outcome::kTimedOut);
  EXPECT_EQ(attempt("hang").reason, "time limit of 200ms");
  EXPECT_GE(attempt("hang").took, milliseconds(200));
}

TEST_F(AttemptRun, AChildThatIsLeftBehindIsKilled) {
  add_case("forks", "(echo $(exec sh -c 'echo $PPID') > \"$SHARED/pid\"; exec sleep 60) &\n" +
                        std::string("while ! [ -s \"$SHARED/pid\" ]; do sleep 0.01; done\n") + passes());
  EXPECT_EQ(run_and_exit_code(), 0);
  EXPECT_LT(attempt("forks").took, seconds(30));
  EXPECT_THAT(observer.notices, ElementsAre(HasSubstr("left processes behind")));
  const int pid = std::atoi(shared("pid").c_str());
  ASSERT_GT(pid, 1);
  const std::string stat = read_file("/proc/" + std::to_string(pid) + "/stat").value_or("gone Z");
  EXPECT_THAT(stat, HasSubstr(" Z")) << "still alive";
}

TEST_F(AttemptRun, AHundredMegabytesOfOutputAreBounded) {
  add_case("loud", "head -c 100000000 /dev/zero\n" + passes());
  EXPECT_EQ(run_and_exit_code(), 0);
  const auto size = std::filesystem::file_size(directory() / attempt("loud").stdout_path);
  EXPECT_LT(size, 9u << 20);
  EXPECT_GT(size, 1u << 20);
  EXPECT_THAT(observer.notices, ElementsAre(HasSubstr("of its output were dropped")));
}

TEST_F(AttemptRun, AProgramThatIsNotThereIsInfrastructure) {
  add_case("x", passes());
  make_plan_and_script(1);
  std::filesystem::remove(suites[0].file.binary);
  auto writer = results::RunDirectoryWriter::create(directory(), run_record);
  ASSERT_TRUE(writer);
  const auto summary = execute(*writer, plan);
  ASSERT_TRUE(summary);
  EXPECT_EQ(summary->exit_code(), 5);
  EXPECT_EQ(attempt("x").outcome, Outcome::kInfraError);
  EXPECT_THAT(attempt("x").reason, HasSubstr("not found"));
}

TEST_F(AttemptRun, ACaseThatItsSuiteLostIsInfrastructure) {
  add_case("x", passes());
  make_plan_and_script(1);
  plan.cells[0].attempts[0].case_id = "suite/other";
  auto writer = results::RunDirectoryWriter::create(directory(), run_record);
  ASSERT_TRUE(writer);
  EXPECT_EQ(execute(*writer, plan)->exit_code(), 5);
  EXPECT_EQ(attempt("other").outcome, Outcome::kInfraError);
}

TEST_F(AttemptRun, TransitionsAreRecordedWithTheirIds) {
  results::Transition off;
  off.request.component = "kube-apiserver";
  off.phase_before = "initial";
  off.phase_after = "gate off";
  off.id = "forged";
  results::Transition on = off;
  on.phase_after = "gate on again";
  auto& info = add_case("flip", say(results::Progress{"flipping"}) + say(off) + say(on) + passes());
  info.serial = info.disruptive = true;
  EXPECT_EQ(run_and_exit_code(), 0);
  const auto transitions = contents().transitions;
  ASSERT_EQ(transitions.size(), 2u);
  EXPECT_EQ(transitions[0].id, run_record.id + "/profile/on/1/transition/1");
  EXPECT_EQ(transitions[1].id, run_record.id + "/profile/on/1/transition/2");
  EXPECT_EQ(transitions[0].attempt_id, attempt("flip").id);
  EXPECT_EQ(transitions[0].instance_id, attempt("flip").instance_id);
  EXPECT_EQ(transitions[0].run_id, run_record.id);
  EXPECT_EQ(attempt("flip").last_phase, "gate on again");
  EXPECT_THAT(observer.log, testing::IsSupersetOf({"says flipping", "transition set-gates"}));
}

TEST_F(AttemptRun, AFailedTransitionIsAFailureOfTheRun) {
  results::Transition flip;
  flip.outcome = Outcome::kFailed;
  add_case("flip", say(flip) + passes()).serial = true;
  EXPECT_EQ(run_and_exit_code(), 1);
}

}  // namespace
}  // namespace graduand::runner
