// SPDX-License-Identifier: Apache-2.0
// Nothing that was recorded is lost: the runner is killed, or the disk is full.
#include <gmock/gmock.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <set>

#include "tests/runner/scripted_run.h"

namespace graduand::runner {
namespace {

using results::Outcome;
using testing::ElementsAre;
using testing::HasSubstr;

class Durability : public ScriptedRun {};

// Begin marks of all executions, one letter each.
std::string marked(const std::string& name, const std::string& body = {}) {
  return "printf " + name + " >> \"$SHARED/begun\"\n" + body + "\n" + passes();
}

TEST_F(Durability, AKilledRunnerIsResumedWithExactlyTheMissingAttempts) {
  options.procs = 1;
  for (const char* name : {"a", "b", "c", "e", "f"}) add_case(name, marked(name));
  // Tells its process id, and waits for its end; the second time it passes.
  add_case("d", marked("d", "[ -e \"$SHARED/again\" ] || { echo $$ > \"$SHARED/fifo\"; exec sleep 60; }"));
  add_cell("on");
  add_cell("off");
  make_plan_and_script(1);
  const std::string fifo = shared_folder() / "fifo";
  ASSERT_EQ(::mkfifo(fifo.c_str(), 0600), 0);
  const pid_t runner = ::fork();
  ASSERT_GE(runner, 0);
  if (runner == 0) {
    auto writer = results::RunDirectoryWriter::create(directory(), run_record);
    const bool ran = writer && execute(*writer, plan);
    ::_exit(ran ? 0 : 1);
  }
  pid_t attempt_process = 0;
  std::ifstream(fifo) >> attempt_process;
  ASSERT_GT(attempt_process, 1);
  ASSERT_EQ(::kill(runner, SIGKILL), 0);
  int status = 0;
  ASSERT_EQ(::waitpid(runner, &status, 0), runner);
  ASSERT_TRUE(WIFSIGNALED(status));
  ::kill(-attempt_process, SIGKILL);
  EXPECT_THAT(outcomes(), ElementsAre("passed suite/a", "passed suite/b", "passed suite/c"));
  // As if it had been killed in mid-write, too.
  std::ofstream(directory() / results::layout::kRecords, std::ios::app) << R"({"type":"attempt","id":"torn)";

  ASSERT_TRUE(write_file_atomically(shared_folder() / "again", ""));
  const Plan rest = remaining(plan, contents());
  EXPECT_EQ(rest.attempts(), 9u);
  const auto summary = resume(rest);
  ASSERT_TRUE(summary) << to_string(summary.error());
  EXPECT_EQ(summary->exit_code(), 0);
  EXPECT_EQ(shared("begun"), "abcddefabcdef") << "only d, which was under way, began twice";
  std::set<std::string> ids;
  for (const auto& one : contents().attempts) EXPECT_TRUE(ids.insert(one.id).second) << one.id << " is there twice";
  EXPECT_EQ(ids.size(), plan.attempts());
  EXPECT_EQ(contents().instances.size(), 3u);
}

TEST_F(Durability, AFullDiskEndsTheRunWithAnErrorAndTheClusterGoes) {
  add_case("a", passes());
  make_plan_and_script(1);
  ASSERT_TRUE(results::RunDirectoryWriter::create(directory(), run_record));
  std::filesystem::remove(directory() / results::layout::kRecords);
  std::filesystem::create_symlink("/dev/full", directory() / results::layout::kRecords);
  const auto summary = resume(plan);
  ASSERT_FALSE(summary);
  EXPECT_EQ(summary.error().kind, ErrorKind::kInfrastructure);
  EXPECT_THAT(summary.error().message, HasSubstr("disk full"));
  EXPECT_THAT(cell().log, ElementsAre("create", "logs", "remove"));
}

TEST_F(Durability, WhenADiskFillsUpInMidRunTheRecordsBeforeAreKept) {
  const std::filesystem::path small = shared_folder() / "small";
  std::filesystem::create_directory(small);
  if (::mount("tmpfs", small.c_str(), "tmpfs", 0, "size=512k") != 0) GTEST_SKIP() << "needs the right to mount";
  run_directory = small / "run";
  options.procs = 2;
  add_case("a-filler", "head -c 200000 /dev/zero > fill\n" + passes());
  add_case("b-waits", "exec sleep 60").time_limit = seconds(59);
  for (int i = 0; i < 100; ++i)
    add_case("x" + std::to_string(i), "head -c 200000 /dev/zero > fill 2>/dev/null\n" + passes());
  const auto summary = run();
  EXPECT_FALSE(summary);
  if (!summary) {
    EXPECT_EQ(summary.error().kind, ErrorKind::kInfrastructure);
    EXPECT_THAT(summary.error().message, HasSubstr("disk full"));
  }
  EXPECT_THAT(cell().log, ElementsAre("create", testing::_, testing::_)) << "logs tried, cluster deleted";
  const auto kept = contents();
  EXPECT_EQ(kept.instances.size(), 1u);
  EXPECT_GE(kept.attempts.size(), 1u);
  EXPECT_EQ(kept.attempts.at(0).outcome, Outcome::kPassed);
  // The observer was told of an attempt exactly when its record is there.
  std::size_t told = 0;
  for (const auto& line : observer.log) told += line.find(" suite/") != std::string::npos && line[0] != 's' ? 1 : 0;
  EXPECT_EQ(told, kept.attempts.size());
  EXPECT_EQ(::umount2(small.c_str(), MNT_DETACH), 0);
}

}  // namespace
}  // namespace graduand::runner
