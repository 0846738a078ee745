// SPDX-License-Identifier: Apache-2.0
#include "framework/report/case_names.h"

#include <gtest/gtest.h>

namespace graduand::report {
namespace {

TEST(CaseNames, LeaveOutTheSuiteThatAllShare) {
  const CaseNames names({"sleep/delays", "sleep/delays/step", "sleep/validates"});
  EXPECT_EQ(names.suite(), "sleep");
  EXPECT_EQ(names.of("sleep/delays/step"), "delays/step");
  EXPECT_EQ(names.of("other/delays"), "other/delays");
  EXPECT_EQ(names.in("v1.33, on: sleep/delays, sleep/validates: not run"), "v1.33, on: delays, validates: not run");
  EXPECT_EQ(names.in("sleep/delays/step (sleep/delays)"), "delays/step (delays)");
}

TEST(CaseNames, CellsAttemptsAndUnknownNamesStayWhole) {
  const CaseNames names({"sleep/delays"});
  EXPECT_EQ(names.in("sleep/delays in sleep/on"), "delays in sleep/on");
  EXPECT_EQ(names.in("run/sleep/on/sleep/delays/1"), "run/sleep/on/sleep/delays/1");
  EXPECT_EQ(names.in("sleep/delays-more, sleep/delay"), "sleep/delays-more, sleep/delay");
}

TEST(CaseNames, OfSeveralSuitesStayWhole) {
  for (const CaseNames& names : {CaseNames({"a/x", "b/y"}), CaseNames({}), CaseNames({"a/x", "plain"})}) {
    EXPECT_EQ(names.suite(), "");
    EXPECT_EQ(names.of("a/x"), "a/x");
    EXPECT_EQ(names.in("a/x: failed"), "a/x: failed");
  }
}

}  // namespace
}  // namespace graduand::report
