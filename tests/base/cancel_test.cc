// SPDX-License-Identifier: Apache-2.0
#include "framework/base/cancel.h"

#include <gtest/gtest.h>
#include <poll.h>

#include <csignal>
#include <thread>

namespace graduand {
namespace {

bool readable(int fd) {
  pollfd entry{fd, POLLIN, 0};
  return poll(&entry, 1, 0) == 1;
}

TEST(CancelToken, ADefaultOneIsNeverCancelled) {
  const CancelToken token;
  EXPECT_FALSE(token.cancelled());
  EXPECT_EQ(token.poll_fd(), -1);
  EXPECT_EQ(token.signal(), 0);
  EXPECT_FALSE(token.wait_for(milliseconds{10}));
}

TEST(CancelToken, EveryCopyHears) {
  CancelSource source;
  const CancelToken token = source.token();
  const CancelToken copy = token;
  EXPECT_FALSE(readable(copy.poll_fd()));
  source.cancel(SIGINT);
  source.cancel(SIGTERM);  // the first one counts
  EXPECT_TRUE(copy.cancelled());
  EXPECT_TRUE(readable(copy.poll_fd()));
  EXPECT_TRUE(readable(token.poll_fd()));
  EXPECT_EQ(copy.signal(), SIGINT);
  EXPECT_TRUE(copy.wait_for(milliseconds{0}));
}

TEST(CancelToken, OutlivesItsSource) {
  auto source = std::make_unique<CancelSource>();
  const CancelToken token = source->token();
  source->cancel();
  source.reset();
  EXPECT_TRUE(token.cancelled());
  EXPECT_EQ(token.signal(), 0);
}

TEST(CancelToken, WaitingEndsAtCancellation) {
  CancelSource source;
  const SteadyTime start = system_clock().steady_now();
  std::thread canceller([&source] {
    CancelToken().wait_for(milliseconds{30});
    source.cancel();
  });
  EXPECT_TRUE(source.token().wait_for(std::chrono::hours(1)));
  EXPECT_LT(system_clock().steady_now() - start, seconds{30});
  canceller.join();
}

TEST(SignalGuard, TurnsSignalsIntoCancellation) {
  CancelSource source;
  {
    const SignalGuard guard(source);
    std::raise(SIGTERM);
    EXPECT_TRUE(source.token().cancelled());
    EXPECT_EQ(source.token().signal(), SIGTERM);
    std::raise(SIGINT);
    EXPECT_EQ(source.token().signal(), SIGTERM);
  }
  struct sigaction now{};
  sigaction(SIGTERM, nullptr, &now);
  EXPECT_EQ(now.sa_handler, SIG_DFL);
  sigaction(SIGPIPE, nullptr, &now);
  EXPECT_EQ(now.sa_handler, SIG_IGN);
}

TEST(SignalGuard, AClosedTerminalCancelsToo) {
  CancelSource source;
  const SignalGuard guard(source);
  std::raise(SIGHUP);
  EXPECT_EQ(source.token().signal(), SIGHUP);
}

TEST(SignalGuard, UnderNohupAClosedTerminalIsNothing) {
  struct sigaction ignore{}, before{}, now{};
  ignore.sa_handler = SIG_IGN;
  sigaction(SIGHUP, &ignore, &before);
  CancelSource source;
  {
    const SignalGuard guard(source);
    std::raise(SIGHUP);
  }
  EXPECT_FALSE(source.token().cancelled());
  sigaction(SIGHUP, &before, &now);
  EXPECT_EQ(now.sa_handler, SIG_IGN);
}

TEST(SignalGuardDeathTest, TheThirdSignalEndsTheProcess) {
  EXPECT_EXIT(
      {
        CancelSource source;
        const SignalGuard guard(source);
        for (int i = 0; i < 3; ++i) std::raise(SIGINT);
      },
      ::testing::ExitedWithCode(130), "");
}

}  // namespace
}  // namespace graduand
