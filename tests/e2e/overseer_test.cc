// SPDX-License-Identifier: Apache-2.0
#include "framework/e2e/internal/overseer.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>

#include "framework/results/protocol.h"

namespace graduand::e2e {
namespace {

// Each ends its process, so it is watched from outside.
class OverseerDeathTest : public testing::Test {
 protected:
  void SetUp() override { GTEST_FLAG_SET(death_test_style, "threadsafe"); }
  static void say_last_words() { std::fputs("last words", stderr); }
};

TEST_F(OverseerDeathTest, EndsAStuckBodyAfterItsLastWords) {
  EXPECT_EXIT(
      {
        CancelSource source;
        const Overseer overseer(-1, source.token(), say_last_words);
        source.cancel();
        while (true) ::pause();
      },
      testing::ExitedWithCode(130), "last words");
}

TEST_F(OverseerDeathTest, EndsAtOnceWithoutAReader) {
  EXPECT_EXIT(
      {
        int fds[2];
        if (::pipe(fds) != 0) ::_exit(1);
        CancelSource source;
        const Overseer overseer(fds[1], source.token(), say_last_words);
        ::close(fds[0]);
        while (true) ::pause();
      },
      testing::ExitedWithCode(130), "^$");
}

TEST_F(OverseerDeathTest, LeavesABodyThatCameBackToItsCaller) {
  EXPECT_EXIT(
      {
        CancelSource source;
        Overseer overseer(-1, source.token(), say_last_words);
        overseer.body_returned();
        source.cancel();
        // Longer than the body had: what is awaited is that nothing happens.
        (void)CancelToken().wait_for(results::kBodyGrace + milliseconds(500));
        ::_exit(7);
      },
      testing::ExitedWithCode(7), "^$");
}

}  // namespace
}  // namespace graduand::e2e
