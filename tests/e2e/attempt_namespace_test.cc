// SPDX-License-Identifier: Apache-2.0
#include "framework/e2e/internal/attempt_namespace.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <re2/re2.h>

namespace graduand::e2e {
namespace {

TEST(LabelValue, KeepsTheEndWhereIdsDiffer) {
  EXPECT_EQ(label_value("20261121t041000-ab12cd34"), "20261121t041000-ab12cd34");
  EXPECT_EQ(label_value("run/cell/case/1"), "run-cell-case-1");
  EXPECT_EQ(label_value(std::string(80, 'x') + "/case/7").substr(55), "x-case-7");
  EXPECT_EQ(label_value("///"), "");
}

RC_GTEST_PROP(LabelValue, IsAlwaysAValue, (const std::string& text)) {
  static const re2::RE2 kValue("([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?");
  RC_ASSERT(re2::RE2::FullMatch(label_value(text), kValue));
}

}  // namespace
}  // namespace graduand::e2e
