// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <set>

#include "framework/base/files.h"
#include "framework/base/processes/child_pool.h"

namespace graduand {
namespace {

constexpr milliseconds kLong = seconds{30};

ProcessSpec shell(const std::string& script) {
  return ProcessSpec{.argv = {"/bin/sh", "-c", script}};
}

TEST(ProcessPool, RunsTwoHundredAtOnce) {
  ProcessPool pool;
  std::map<ProcessPool::Id, int> expected;
  for (int i = 0; i < 200; ++i) {
    const auto id = pool.start(shell("sleep 0.2; echo " + std::to_string(i) + "; exit " + std::to_string(i % 100)));
    ASSERT_TRUE(id) << to_string(id.error());
    expected[*id] = i;
  }
  EXPECT_EQ(pool.running(), 200u);
  for (int i = 0; i < 200; ++i) {
    const auto finished = pool.wait_next(kLong);
    ASSERT_TRUE(finished);
    const int number = expected.at(finished->id);
    EXPECT_EQ(finished->result.exit_code, number % 100);
    EXPECT_EQ(finished->result.stdout_text, std::to_string(number) + "\n");
    expected.erase(finished->id);
  }
  EXPECT_EQ(pool.running(), 0u);
  EXPECT_FALSE(pool.wait_next(kLong));  // at once: nothing runs
}

TEST(ProcessPool, WaitsNoLongerThanAsked) {
  ProcessPool pool;
  ASSERT_TRUE(pool.start(shell("sleep 60")));
  const SteadyTime start = system_clock().steady_now();
  EXPECT_FALSE(pool.wait_next(milliseconds{50}));
  EXPECT_GE(system_clock().steady_now() - start, milliseconds{50});
  EXPECT_LT(system_clock().steady_now() - start, seconds{10});
}

TEST(ProcessPool, CancelReturnsAndTerminateAllEndsEachOne) {
  ProcessPool pool;
  CancelSource source;
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(pool.start(shell("sleep 60")));
  ProcessSpec stubborn = shell("trap '' TERM; echo ready; while :; do sleep 0.05; done");
  stubborn.kill_grace = milliseconds{50};
  stubborn.on_stdout_line = [&](std::string_view) { source.cancel(); };
  const auto stubborn_id = pool.start(std::move(stubborn));
  ASSERT_TRUE(stubborn_id);
  EXPECT_FALSE(pool.wait_next(kLong, source.token()));
  EXPECT_EQ(pool.running(), 4u);
  pool.terminate_all();
  for (int i = 0; i < 4; ++i) {
    const auto finished = pool.wait_next(kLong);
    ASSERT_TRUE(finished);
    EXPECT_TRUE(finished->result.cancelled);
    EXPECT_EQ(finished->result.signal, finished->id == *stubborn_id ? SIGKILL : SIGTERM);
  }
}

TEST(ProcessPool, EachHasItsOwnTimeLimit) {
  ProcessPool pool;
  ProcessSpec quick = shell("sleep 60"), slow = shell("sleep 60");
  quick.time_limit = milliseconds{50};
  slow.time_limit = milliseconds{150};
  const auto first = pool.start(quick), second = pool.start(slow), third = pool.start(shell("sleep 0.3"));
  std::map<ProcessPool::Id, ProcessResult> results;
  while (auto finished = pool.wait_next(kLong)) results[finished->id] = std::move(finished->result);
  EXPECT_TRUE(results.at(*first).timed_out);
  EXPECT_GE(results.at(*first).wall, milliseconds{50});
  EXPECT_TRUE(results.at(*second).timed_out);
  EXPECT_GE(results.at(*second).wall, milliseconds{150});
  EXPECT_TRUE(results.at(*third).ok());
}

TEST(ProcessPool, ALoudChildDoesNotStarveTheOthers) {
  ProcessPool pool;
  ASSERT_TRUE(pool.start(shell("while :; do echo yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy; done")));
  const auto quiet = pool.start(shell("exit 7"));
  const auto finished = pool.wait_next(kLong);
  ASSERT_TRUE(finished);
  EXPECT_EQ(finished->id, *quiet);
}

TEST(ProcessPool, ACallbackMayStartTheNext) {
  ProcessPool pool;
  std::set<std::string> seen;
  ProcessSpec first = shell("echo a; sleep 0.1");
  first.on_stdout_line = [&](std::string_view line) {
    seen.emplace(line);
    ASSERT_TRUE(pool.start(shell("exit 0")));
  };
  ASSERT_TRUE(pool.start(std::move(first)));
  EXPECT_TRUE(pool.wait_next(kLong));
  EXPECT_TRUE(pool.wait_next(kLong));
  EXPECT_FALSE(pool.wait_next(kLong));
  EXPECT_EQ(seen.count("a"), 1u);
}

TEST(ProcessPool, TheDestructorLeavesNobodyBehind) {
  std::string pid;
  {
    ProcessPool pool;
    CancelSource ready;
    ProcessSpec spec = shell("trap '' TERM; echo $$; while :; do sleep 1; done");
    spec.on_stdout_line = [&](std::string_view line) {
      pid = line;
      ready.cancel();
    };
    ASSERT_TRUE(pool.start(std::move(spec)));
    EXPECT_FALSE(pool.wait_next(kLong, ready.token()));
  }
  ASSERT_FALSE(pid.empty());
  EXPECT_FALSE(fs::exists("/proc/" + pid));
}

TEST(FakeProcessRunner, AnswersByPrefixAndLogs) {
  FakeProcessRunner fake;
  fake.on({"kind", "get"}, [](const ProcessSpec&) { return ProcessResult{.exit_code = 0, .stdout_text = "a\n"}; });
  fake.on({"kind"}, [](const ProcessSpec&) { return ProcessResult{.exit_code = 1}; });
  EXPECT_EQ(fake.run({.argv = {"kind", "get", "clusters"}})->stdout_text, "a\n");
  EXPECT_EQ(fake.run({.argv = {"kind", "delete"}})->exit_code, 1);
  EXPECT_FALSE(fake.run({.argv = {"docker"}}));
  EXPECT_EQ(fake.calls().size(), 3u);
}

}  // namespace
}  // namespace graduand
