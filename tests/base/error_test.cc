// SPDX-License-Identifier: Apache-2.0
#include "framework/base/error.h"

#include <gtest/gtest.h>

namespace graduand {
namespace {

Result<int> half(int number) {
  if (number % 2 != 0) return fail(ErrorKind::kUsage, "odd", "here", "add one");
  return number / 2;
}

Result<int> quarter(int number) {
  GRADUAND_TRY(half(number));
  GRADUAND_TRY_ASSIGN(const int once, half(number));
  GRADUAND_TRY_ASSIGN(const int twice, half(once));
  return twice;
}

TEST(Error, PrintsPlaceAndHint) {
  EXPECT_EQ(to_string(Error{ErrorKind::kUsage, "odd", "f:1:2", "add one"}), "f:1:2: odd\n  hint: add one");
  EXPECT_EQ(to_string(Error{ErrorKind::kUsage, "odd"}), "odd");
  EXPECT_STREQ(to_string(ErrorKind::kInfrastructure), "infrastructure");
  EXPECT_STREQ(to_string(ErrorKind::kNothingSelected), "nothing-selected");
}

TEST(Error, TravelsThroughTheMacros) {
  EXPECT_EQ(quarter(8).value_or(-1), 2);
  const auto failed = quarter(6);
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().where, "here");
  EXPECT_FALSE(quarter(3));
}

TEST(Error, TakesContextInFront) {
  const Result<int> failed = fail_with_context(half(3).error(), "profile");
  EXPECT_EQ(failed.error().message, "profile: odd");
  EXPECT_EQ(failed.error().hint, "add one");
}

}  // namespace
}  // namespace graduand
