// SPDX-License-Identifier: Apache-2.0
#include "framework/cluster/last_words.h"

#include <gtest/gtest.h>

namespace graduand::cluster {
namespace {

TEST(LastWords, AreTheLastTwoLines) {
  EXPECT_EQ(last_words_in("one\ntwo\n\nthree\n"), "two; three");
  EXPECT_EQ(last_words_in(""), "");
  EXPECT_EQ(last_words_in("F1124 a program that says so and goes on\nlater\nlast\n"), "later; last");
}

TEST(LastWords, OfAPanicAreItsMessage) {
  const std::string stacks =
      "goroutine 1 [running]:\nk8s.io/kubernetes/cmd/kubelet/app.f()\n\tk8s.io/kubernetes/x.go:1 +0x1\nmain.main()\n";
  EXPECT_EQ(last_words_in("I1124 begins\npanic: unrecognized feature gate: G\n\n" + stacks),
            "panic: unrecognized feature gate: G");
  EXPECT_EQ(last_words_in("fatal error: concurrent map writes\n\n" + stacks), "fatal error: concurrent map writes");
  EXPECT_EQ(last_words_in("F1124 10:00:00.1 1 x.go:1] no such port\n" + stacks),
            "F1124 10:00:00.1 1 x.go:1] no such port");
}

TEST(LastWords, AreThoseOfTheLastOfSeveralCrashes) {
  EXPECT_EQ(last_words_in("panic: first\ngoroutine 1 [running]:\nf()\npanic: second\ngoroutine 1 [running]:\nf()\n"),
            "panic: second");
  EXPECT_EQ(last_words_in("goroutine 1 [running]:\nmain.main()\n\tx.go:1\n"), "main.main(); x.go:1")
      << "the message is further back than was read";
}

}  // namespace
}  // namespace graduand::cluster
