// SPDX-License-Identifier: Apache-2.0
#include "framework/runner/shared_pool.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <thread>

namespace graduand::runner {
namespace {

constexpr milliseconds kLong = seconds(30);

ProcessSpec shell(const std::string& script) {
  return {.argv = {"/bin/sh", "-c", script}};
}

// A pool that is served until the test is over.
class Served {
 public:
  Served() : server_([this] { pool.serve_until([this] { return over_.load(); }); }) {}
  ~Served() {
    over_ = true;
    pool.post([] {});
    server_.join();
  }
  ProcessPool processes;
  SharedPool pool{processes};

 private:
  std::atomic<bool> over_{false};
  std::thread server_;
};

TEST(SharedPool, EachPartHearsOfItsOwnChildren) {
  Served served;
  const auto one = served.pool.part(), other = served.pool.part();
  const auto first = one->start(shell("exit 3"));
  const auto second = other->start(shell("exit 4"));
  ASSERT_TRUE(first && second);
  const auto end = other->wait_next(kLong);
  ASSERT_TRUE(end);
  EXPECT_EQ(end->id, *second);
  EXPECT_EQ(end->result.exit_code, 4);
  EXPECT_EQ(other->running(), 0u);
  EXPECT_EQ(one->running(), 1u) << "until its end was told";
  EXPECT_FALSE(other->wait_next(kLong)) << "none is left";
  EXPECT_EQ(one->wait_next(kLong)->result.exit_code, 3);
}

TEST(SharedPool, ChildrenAreServedWhileNobodyWaits) {
  Served served;
  const auto part = served.pool.part();
  // More than a pipe holds, and then longer than its time limit.
  ProcessSpec spec = shell("head -c 300000 /dev/zero; echo >&3; sleep 60");
  spec.time_limit = milliseconds(300);
  std::promise<void> written;
  spec.on_record_line = [&written](std::string_view) { written.set_value(); };
  ASSERT_TRUE(part->start(std::move(spec)));
  EXPECT_EQ(written.get_future().wait_for(kLong), std::future_status::ready) << "nobody read what it wrote";
  // This thread is at something else, such as a transition, until another child could only have ended after the limit.
  const auto other = served.pool.part();
  ASSERT_TRUE(other->start(shell("sleep 0.5")));
  ASSERT_TRUE(other->wait_next(kLong));
  const auto end = part->wait_next(milliseconds(0));
  const auto late = end ? end : part->wait_next(kLong);
  ASSERT_TRUE(late);
  EXPECT_TRUE(late->result.timed_out);
  EXPECT_LT(late->result.wall, seconds(20));
}

TEST(SharedPool, TerminatesTheChildrenOfOnePartOnly) {
  Served served;
  const auto one = served.pool.part(), other = served.pool.part();
  ASSERT_TRUE(one->start(shell("exec sleep 60")));
  ASSERT_TRUE(other->start(shell("exec sleep 60")));
  one->terminate_all();
  EXPECT_TRUE(one->wait_next(kLong)->result.cancelled);
  EXPECT_FALSE(other->wait_next(milliseconds(50)));
  EXPECT_EQ(other->running(), 1u);
  // The other's end comes with its part.
}

TEST(SharedPool, WhatCannotStartSaysSo) {
  Served served;
  const auto part = served.pool.part();
  EXPECT_EQ(part->start({.argv = {"no-such-program-here"}}).error().kind, ErrorKind::kNotFound);
  EXPECT_EQ(part->running(), 0u);
}

TEST(SharedPool, WaitingEndsAtCancellationAndWhenAllAreWoken) {
  Served served;
  const auto part = served.pool.part();
  ASSERT_TRUE(part->start(shell("exec sleep 60")));
  served.pool.wake_parts();
  EXPECT_FALSE(part->wait_next(kLong)) << "a wake before the wait is not lost";
  CancelSource cancel;
  cancel.cancel();
  EXPECT_FALSE(part->wait_next(kLong, cancel.token()));
  EXPECT_EQ(part->running(), 1u);
}

TEST(SharedPool, ManyThreadsStartManyChildren) {
  Served served;
  std::vector<std::thread> threads;
  std::atomic<int> ended{0};
  for (int thread = 0; thread < 4; ++thread)
    threads.emplace_back([&served, &ended] {
      const auto part = served.pool.part();
      for (int child = 0; child < 10; ++child) ASSERT_TRUE(part->start(shell("exit 0")));
      while (part->running() > 0)
        if (part->wait_next(kLong)) ++ended;
    });
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(ended, 40);
}

}  // namespace
}  // namespace graduand::runner
