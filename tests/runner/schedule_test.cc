// SPDX-License-Identifier: Apache-2.0
// Who runs when: order, how many at once, who alone, and what stops it.
#include <gmock/gmock.h>

#include <algorithm>
#include <csignal>

#include "framework/base/text.h"
#include "tests/runner/scripted_run.h"

namespace graduand::runner {
namespace {

using results::Outcome;
using testing::ElementsAre;

// Writes its begin and its end to one log.
std::string logged(const std::string& name, const std::string& body = {}) {
  return "echo '+" + name + "' >> \"$SHARED/log\"\n" + body + "\necho '-" + name + "' >> \"$SHARED/log\"\n" + passes();
}

class Schedule : public ScriptedRun {
 protected:
  std::vector<std::string> log() const {
    auto lines = split(shared("log"), '\n');
    lines.pop_back();
    return lines;
  }
};

TEST_F(Schedule, OneAtATimeIsInTheOrderOfThePlan) {
  options.procs = 1;
  for (const char* name : {"c", "a", "b"}) add_case(name, logged(name));
  EXPECT_EQ(run(2)->exit_code(), 0);
  EXPECT_THAT(log(), ElementsAre("+a", "-a", "+b", "-b", "+c", "-c", "+a", "-a", "+b", "-b", "+c", "-c"));
}

TEST_F(Schedule, ProcsAtOnceAndNotMore) {
  options.procs = 3;
  // Each waits until three have begun, so that fewer at once would end at the time limit.
  for (const char* name : {"a", "b", "c", "d", "e", "f", "g"})
    add_case(name, logged(name, "while [ $(grep -c + \"$SHARED/log\") -lt 3 ]; do sleep 0.01; done"));
  EXPECT_EQ(run()->exit_code(), 0);
  int now = 0, most = 0;
  for (const std::string& line : log()) {
    now += line[0] == '+' ? 1 : -1;
    most = std::max(most, now);
  }
  EXPECT_EQ(most, 3);
}

TEST_F(Schedule, SerialAndDisruptiveOnesRunAloneAfterTheOthers) {
  options.procs = 4;
  auto& flip = add_case("a-flip", logged("a-flip"));
  flip.serial = flip.disruptive = true;
  add_case("b-serial", logged("b-serial")).serial = true;
  for (const char* name : {"x", "y", "z"}) add_case(name, logged(name));
  EXPECT_EQ(run(2)->exit_code(), 0);
  const std::vector<std::string> lines = log();
  ASSERT_EQ(lines.size(), 20u);
  EXPECT_THAT(
      std::vector<std::string>(lines.begin() + 12, lines.end()),
      ElementsAre("+b-serial", "-b-serial", "+b-serial", "-b-serial", "+a-flip", "-a-flip", "+a-flip", "-a-flip"));
}

TEST_F(Schedule, FailFastStartsNothingMoreAndLeavesTheRestToResume) {
  options.procs = 1;
  options.fail_fast = true;
  add_case("a", passes());
  add_case("b", say_terminal(Outcome::kFailed, "no"));
  add_case("c", passes());
  add_case("d", passes()).serial = true;
  add_cell("on");
  add_cell("off");
  const auto summary = run();
  ASSERT_TRUE(summary);
  EXPECT_TRUE(summary->stopped_early);
  EXPECT_EQ(summary->exit_code(), 1);
  EXPECT_THAT(outcomes(), ElementsAre("passed suite/a", "failed suite/b"));
  EXPECT_THAT(cell("on").log, ElementsAre("create", "health", "logs", "remove"));
  EXPECT_TRUE(cell("off").log.empty());
  const Plan rest = remaining(plan, contents());
  EXPECT_EQ(rest.attempts(), 6u);

  options.fail_fast = false;
  ASSERT_TRUE(resume(rest));
  EXPECT_EQ(contents().attempts.size(), 8u);
  EXPECT_EQ(remaining(plan, contents()).attempts(), 0u);
  EXPECT_EQ(contents().instances.at(1).id, run_record.id + "/profile/on/2");
  EXPECT_EQ(cell("on").created.at(1).state_dir, directory() / "clusters/profile__on.2");
  EXPECT_EQ(summarize(contents()).exit_code(), 1) << "the failure before the resume counts";
}

TEST_F(Schedule, AnInterruptionExportsLogsDeletesAndLeavesTheRestToResume) {
  options.procs = 2;
  add_case("a", passes());
  add_case("b", "echo + >> \"$SHARED/b\"; [ -e \"$SHARED/again\" ] || exec sleep 60\n" + passes());
  add_case("c", "echo + >> \"$SHARED/c\"\n" + passes());
  add_cell("on");
  add_cell("off");
  // `a` has ended and `b` is under way when `c` starts.
  observer.when_started = [this](const PlannedAttempt& planned) {
    if (planned.case_id == "suite/c") cancel.cancel(SIGINT);
  };
  const auto summary = run();
  ASSERT_TRUE(summary);
  EXPECT_TRUE(summary->interrupted);
  EXPECT_EQ(summary->exit_code(), 130);
  EXPECT_THAT(cell("on").log, ElementsAre("create", "logs", "remove"));
  EXPECT_TRUE(cell("off").log.empty());
  const auto before = contents();
  EXPECT_EQ(before.attempts.at(0).case_id, "suite/a");
  for (const auto& one : before.attempts) EXPECT_EQ(one.outcome, Outcome::kPassed) << one.id;

  ASSERT_TRUE(write_file_atomically(shared_folder() / "again", ""));
  observer.when_started = {};
  cancel = CancelSource();
  const auto resumed = resume(remaining(plan, before));
  ASSERT_TRUE(resumed);
  EXPECT_EQ(resumed->exit_code(), 0);
  EXPECT_EQ(contents().attempts.size(), 6u);
  EXPECT_EQ(remaining(plan, contents()).attempts(), 0u);
}

TEST_F(Schedule, AnInterruptionWhileTheClusterComesUp) {
  add_case("a", passes());
  cell().create = [this](const results::ClusterInstance&) -> Result<cluster::CreateOutcome> {
    cancel.cancel(SIGTERM);
    return fail(ErrorKind::kCancelled, "cancelled");
  };
  const auto summary = run();
  ASSERT_TRUE(summary);
  EXPECT_EQ(summary->exit_code(), 130);
  EXPECT_TRUE(contents().attempts.empty());
  EXPECT_TRUE(contents().instances.empty());
}

TEST_F(Schedule, AnotherRunsPlanIsRefused) {
  add_case("a", passes());
  make_plan_and_script(1);
  auto writer = results::RunDirectoryWriter::create(directory(), run_record);
  ASSERT_TRUE(writer);
  plan.run_id = "other";
  const auto summary = execute(*writer, plan);
  ASSERT_FALSE(summary);
  EXPECT_EQ(summary.error().kind, ErrorKind::kInternal);
}

TEST(ExitCode, TheWorstCounts) {
  const auto code = [](std::map<Outcome, int> attempts, int infrastructure = 0, int failed = 0) {
    RunSummary summary;
    summary.attempts = std::move(attempts);
    summary.infrastructure_cells = infrastructure;
    summary.failed_cells = failed;
    return summary.exit_code();
  };
  EXPECT_EQ(code({}), 0);
  EXPECT_EQ(code({{Outcome::kPassed, 3}}), 0);
  EXPECT_EQ(code({{Outcome::kPassed, 3}, {Outcome::kSkipped, 1}}), 0);
  EXPECT_EQ(code({{Outcome::kSkipped, 1}}), 4);
  EXPECT_EQ(code({{Outcome::kSkipped, 1}, {Outcome::kInfraError, 1}}), 5);
  EXPECT_EQ(code({{Outcome::kPassed, 1}}, 1), 5);
  for (const Outcome outcome : {Outcome::kFailed, Outcome::kTimedOut, Outcome::kCrashed})
    EXPECT_EQ(code({{Outcome::kPassed, 3}, {outcome, 1}, {Outcome::kInfraError, 1}}), 1);
  EXPECT_EQ(code({{Outcome::kPassed, 3}}, 1, 1), 1);
  RunSummary interrupted;
  interrupted.attempts[Outcome::kFailed] = 1;
  interrupted.interrupted = true;
  EXPECT_EQ(interrupted.exit_code(), 130);
}

}  // namespace
}  // namespace graduand::runner
