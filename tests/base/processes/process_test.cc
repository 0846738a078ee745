// SPDX-License-Identifier: Apache-2.0
#include "framework/base/processes/process.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <set>
#include <thread>

#include "framework/base/files.h"
#include "framework/base/text.h"

namespace graduand {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

ProcessSpec shell(const std::string& script) {
  return ProcessSpec{.argv = {"/bin/sh", "-c", script}};
}

ProcessResult run(const ProcessSpec& spec, const CancelToken& cancel = {}) {
  auto result = system_process_runner().run(spec, cancel);
  EXPECT_TRUE(result) << to_string(result.error());
  return result.value_or(ProcessResult{});
}

milliseconds time_of(const std::function<void()>& work) {
  const SteadyTime start = system_clock().steady_now();
  work();
  return std::chrono::round<milliseconds>(system_clock().steady_now() - start);
}

// A process that is gone, or a zombie that its new parent has not reaped yet, is not alive.
bool alive(int pid) {
  const auto stat = read_file(fs::path("/proc") / std::to_string(pid) / "stat");
  return stat && stat->find(") Z ") == std::string::npos;
}

// SIGKILL has been sent by the time run() returns; dying takes the process a moment more.
bool dies_soon(int pid) {
  for (int i = 0; i < 500 && alive(pid); ++i) CancelToken().wait_for(milliseconds{10});
  return !alive(pid);
}

TEST(Process, KeepsOutputAndExitCode) {
  const ProcessResult result = run(shell("echo out; echo err >&2; exit 3"));
  EXPECT_EQ(result.stdout_text, "out\n");
  EXPECT_EQ(result.stderr_text, "err\n");
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_EQ(result.signal, 0);
  EXPECT_FALSE(result.ok());
  EXPECT_FALSE(result.group_survivors);
  EXPECT_EQ(describe_end(result), "exit code 3");
  EXPECT_TRUE(run(shell("true")).ok());
}

TEST(Process, ReportsTheSignalThatEndedIt) {
  const ProcessResult result = run(shell("kill -SEGV $$"));
  EXPECT_EQ(result.signal, SIGSEGV);
  EXPECT_FALSE(result.ok());
  EXPECT_EQ(describe_end(result), "signal 11 (Segmentation fault)");
}

TEST(Process, MeasuresTime) {
  const Timestamp before = system_clock().now();
  const ProcessResult result = run(shell("i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done"));
  EXPECT_GE(result.started, before);
  EXPECT_GT(result.cpu.count(), 0);
  EXPECT_GE(result.wall.count() + 20, result.cpu.count());  // the kernel may round to its ticks
}

TEST(Process, TimeLimitEndsThePoliteChildBySigterm) {
  ProcessSpec spec = shell("sleep 60");
  spec.time_limit = milliseconds{100};
  const ProcessResult result = run(spec);
  EXPECT_TRUE(result.timed_out);
  EXPECT_EQ(result.signal, SIGTERM);
  EXPECT_LT(result.wall, seconds{5});
  EXPECT_EQ(describe_end(result, spec.time_limit), "time limit of 100ms");
}

TEST(Process, TimeLimitKillsAChildThatIgnoresSigtermAndItsGrandchild) {
  ProcessSpec spec = shell(
      "trap '' TERM; (trap '' TERM; echo $(exec sh -c 'echo $PPID'); while :; do sleep 1; done) & "
      "while :; do sleep 1; done");
  spec.time_limit = milliseconds{1000};  // time enough to set the traps on a busy machine
  spec.kill_grace = milliseconds{100};
  const ProcessResult result = run(spec);
  EXPECT_TRUE(result.timed_out);
  EXPECT_EQ(result.signal, SIGKILL);
  EXPECT_LT(result.wall, seconds{5});
  const int grandchild = std::atoi(result.stdout_text.c_str());
  ASSERT_GT(grandchild, 1) << result.stdout_text;
  EXPECT_TRUE(dies_soon(grandchild));
}

TEST(Process, KillsSurvivorsOfItsGroup) {
  const ProcessResult result = run(shell("sleep 60 & echo $!"));
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_TRUE(result.group_survivors);
  EXPECT_LT(result.wall, seconds{30});
  EXPECT_TRUE(dies_soon(std::atoi(result.stdout_text.c_str())));
}

TEST(Process, SurvivorsThatHoldNoPipeAreSeenEveryTime) {
  for (int i = 0; i < 30; ++i) {
    const ProcessResult result = run(shell("sleep 60 >/dev/null 2>&1 & echo $!"));
    ASSERT_TRUE(result.group_survivors) << "round " << i;
    ASSERT_TRUE(dies_soon(std::atoi(result.stdout_text.c_str())));
  }
}

TEST(Process, DoesNotWaitForAnEscapedGrandchildThatHoldsThePipe) {
  ProcessResult result;
  const milliseconds took = time_of([&] { result = run(shell("setsid sleep 20 & echo $!; sleep 0.1")); });
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_LT(took, seconds{10});
  kill(std::atoi(result.stdout_text.c_str()), SIGKILL);
}

TEST(Process, OutputBeyondTheLimitIsCounted) {
  ProcessSpec spec = shell("head -c 3000000 /dev/zero; head -c 10 /dev/zero >&2");
  spec.output_limit = 1000;
  const ProcessResult result = run(spec);
  EXPECT_EQ(result.stdout_text.size(), 1000u);
  EXPECT_EQ(result.stderr_text.size(), 10u);
  EXPECT_EQ(result.dropped_bytes, 2999000u);
  EXPECT_TRUE(result.ok());
}

TEST(Process, OutputFilesSayWhatWasDropped) {
  const auto dir = TempDir::create("process");
  ProcessSpec spec = shell("echo 0123456789abcdef; echo fine >&2");
  spec.stdout_file = dir->path() / "logs" / "out";
  spec.stderr_file = dir->path() / "logs" / "err";
  spec.output_limit = 10;
  const ProcessResult result = run(spec);
  EXPECT_EQ(result.stdout_text, "");
  EXPECT_EQ(result.output_error, "");
  EXPECT_EQ(read_file(spec.stdout_file).value_or("?"),
            "0123456789\n[graduand: 7 bytes of output dropped beyond the limit of 10 bytes]\n");
  EXPECT_EQ(read_file(spec.stderr_file).value_or("?"), "fine\n");
}

TEST(Process, AFullDiskForTheOutputFileIsReportedAndTheChildRunsOn) {
  ProcessSpec spec = shell("head -c 300000 /dev/zero; echo done >&2");
  spec.stdout_file = "/dev/full";
  const ProcessResult result = run(spec);
  EXPECT_TRUE(result.ok());
  EXPECT_THAT(result.output_error, HasSubstr("No space left on device"));
  EXPECT_EQ(result.stderr_text, "done\n");
}

TEST(Process, DeliversCompleteLinesOnly) {
  std::vector<std::string> records, lines;
  ProcessSpec spec = shell("printf 'one\\ntw' >&3; sleep 0.05; printf 'o\\n\\ntorn' >&3; printf 'a\\nb'");
  spec.on_record_line = [&](std::string_view line) { records.emplace_back(line); };
  spec.on_stdout_line = [&](std::string_view line) { lines.emplace_back(line); };
  const ProcessResult result = run(spec);
  EXPECT_THAT(records, ElementsAre("one", "two", ""));
  EXPECT_THAT(lines, ElementsAre("a"));
  EXPECT_EQ(result.stdout_text, "a\nb");
}

TEST(Process, RecordsOfAChildThatCrashesAreKept) {
  std::vector<std::string> records;
  ProcessSpec spec = shell("echo begun >&3; kill -KILL $$");
  spec.on_record_line = [&](std::string_view line) { records.emplace_back(line); };
  EXPECT_EQ(run(spec).signal, SIGKILL);
  EXPECT_THAT(records, ElementsAre("begun"));
}

std::set<std::string> descriptors(ProcessSpec spec) {
  spec.argv = {"/bin/ls", "/proc/self/fd"};
  std::set<std::string> open;
  for (const std::string& one : split(trim(run(spec).stdout_text), '\n')) open.insert(one);
  return open;
}

TEST(Process, InheritsNothingButStdioAndTheRecordPipe) {
  const int leak = open("/dev/null", O_RDONLY);  // without O_CLOEXEC, on purpose
  // ls itself opens the folder with the first free number.
  EXPECT_EQ(descriptors({}), (std::set<std::string>{"0", "1", "2", "3"}));
  ProcessSpec with_records;
  with_records.on_record_line = [](std::string_view) {};
  EXPECT_EQ(descriptors(with_records), (std::set<std::string>{"0", "1", "2", "3", "4"}));
  close(leak);
}

TEST(Process, LeaksNoDescriptorOfOurs) {
  const auto count = [] { return std::distance(fs::directory_iterator("/proc/self/fd"), fs::directory_iterator()); };
  run(shell("true"));
  const auto before = count();
  for (int i = 0; i < 20; ++i) run(shell("true"));
  EXPECT_FALSE(system_process_runner().run(ProcessSpec{.argv = {"/nonexistent/program"}}));
  EXPECT_EQ(count(), before);
}

TEST(Process, GivesTheChildDefaultSignalsAndItsOwnGroup) {
  const auto old = signal(SIGPIPE, SIG_IGN);
  sigset_t blocked, before;
  sigemptyset(&blocked);
  sigaddset(&blocked, SIGUSR1);
  pthread_sigmask(SIG_BLOCK, &blocked, &before);
  const ProcessResult result = run(ProcessSpec{.argv = {"grep", "-E", "^Sig(Blk|Ign)", "/proc/self/status"}});
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  signal(SIGPIPE, old);
  const auto lines = split(trim(result.stdout_text), '\n');
  ASSERT_EQ(lines.size(), 2u) << result.stdout_text;
  EXPECT_EQ(lines[0], "SigBlk:\t0000000000000000");
  // Signals 1 to 31; glibc's posix_spawn ignores its two internal ones, 32 and 33, and undoes it in the new program.
  EXPECT_EQ(std::stoull(split(lines[1], '\t')[1], nullptr, 16) & 0x7fffffffu, 0u) << lines[1];
  const auto ids = split(trim(run(shell("cut -d' ' -f4,5 /proc/$$/stat; echo $$")).stdout_text), '\n');
  ASSERT_EQ(ids.size(), 2u);
  EXPECT_EQ(split(ids[0], ' ').back(), ids[1]);
}

TEST(Process, CancelEndsTheChild) {
  CancelSource source;
  ProcessSpec spec = shell("echo ready; sleep 60");
  spec.on_stdout_line = [&](std::string_view) { source.cancel(); };
  const ProcessResult result = run(spec, source.token());
  EXPECT_TRUE(result.cancelled);
  EXPECT_FALSE(result.timed_out);
  EXPECT_EQ(result.signal, SIGTERM);
  EXPECT_EQ(describe_end(result), "cancelled");
}

TEST(Process, AMissingProgramIsNotFoundWithAHint) {
  const auto by_name = system_process_runner().run(ProcessSpec{.argv = {"no-such-program-here"}});
  ASSERT_FALSE(by_name);
  EXPECT_EQ(by_name.error().kind, ErrorKind::kNotFound);
  EXPECT_THAT(by_name.error().message, HasSubstr("no-such-program-here"));
  EXPECT_THAT(by_name.error().hint, HasSubstr("PATH"));
  const auto by_path = system_process_runner().run(ProcessSpec{.argv = {"/nonexistent/program"}});
  ASSERT_FALSE(by_path);
  EXPECT_EQ(by_path.error().kind, ErrorKind::kNotFound);
}

TEST(Process, AFileThatCannotBeExecutedIsAnInfrastructureError) {
  const auto dir = TempDir::create("process");
  ASSERT_TRUE(write_file_atomically(dir->path() / "data", "not a program"));
  const auto result = system_process_runner().run(ProcessSpec{.argv = {(dir->path() / "data").string()}});
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, ErrorKind::kInfrastructure);
  const auto no_folder =
      system_process_runner().run(ProcessSpec{.argv = {"true"}, .working_directory = "/nonexistent"});
  ASSERT_FALSE(no_folder);
  EXPECT_EQ(no_folder.error().where, "/nonexistent");
}

TEST(Process, FindsProgramsInTheCacheFolder) {
  const auto dir = TempDir::create("process");
  ASSERT_TRUE(write_file_atomically(dir->path() / "bin" / "only-in-cache", "#!/bin/sh\necho cached\n", 0755));
  ASSERT_EQ(setenv("GRADUAND_CACHE", dir->path().c_str(), 1), 0);
  EXPECT_EQ(run(ProcessSpec{.argv = {"only-in-cache"}}).stdout_text, "cached\n");
  unsetenv("GRADUAND_CACHE");
}

TEST(Process, PassesEnvironmentFolderAndStdin) {
  const auto dir = TempDir::create("process");
  ASSERT_EQ(setenv("GRADUAND_TEST_A", "ours", 1), 0);
  ASSERT_EQ(setenv("GRADUAND_TEST_B", "ours", 1), 0);
  ProcessSpec spec = shell("echo $GRADUAND_TEST_A $GRADUAND_TEST_B $GRADUAND_TEST_C; pwd; wc -c");
  spec.environment = {{"GRADUAND_TEST_B", "spec"}, {"GRADUAND_TEST_C", "new"}};
  spec.working_directory = dir->path();
  spec.stdin_data = std::string(5'000'000, 'x');  // far more than a pipe holds
  EXPECT_EQ(run(spec).stdout_text, "ours spec new\n" + dir->path().string() + "\n5000000\n");
  EXPECT_EQ(run(shell("cat; echo end")).stdout_text, "end\n");
}

TEST(Process, ARelativeProgramIsMeantFromOurFolder) {
  const auto dir = TempDir::create("process");
  ASSERT_TRUE(write_file_atomically(dir->path() / "here", "#!/bin/sh\npwd\n", 0755));
  const fs::path before = fs::current_path();
  fs::current_path(dir->path());
  EXPECT_EQ(run(ProcessSpec{.argv = {"./here"}, .working_directory = "/"}).stdout_text, "/\n");
  fs::current_path(before);
}

TEST(Process, RunsFromSeveralThreadsAtOnce) {
  std::vector<std::thread> threads;
  std::atomic<int> good{0};
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&good, i] {
      for (int j = 0; j < 10; ++j) {
        const std::string word = std::to_string(i) + "." + std::to_string(j);
        auto result = system_process_runner().run(ProcessSpec{.argv = {"echo", word}});
        if (result && result->stdout_text == word + "\n") ++good;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(good, 80);
}

}  // namespace
}  // namespace graduand
