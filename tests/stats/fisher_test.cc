// SPDX-License-Identifier: Apache-2.0
#include "framework/stats/fisher.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <array>
#include <cmath>
#include <cstdint>

namespace graduand::stats {
namespace {

constexpr long kMost = 30;

// n over k in whole numbers, by Pascal's triangle: 60 over 30 still fits.
std::uint64_t choose(long n, long k) {
  static const auto triangle = [] {
    std::array<std::array<std::uint64_t, 2 * kMost + 1>, 2 * kMost + 1> rows{};
    for (std::size_t row = 0; row < rows.size(); ++row) {
      rows[row][0] = 1;
      for (std::size_t i = 1; i <= row; ++i) rows[row][i] = rows[row - 1][i - 1] + rows[row - 1][i];
    }
    return rows;
  }();
  return k < 0 || k > n ? 0 : triangle[static_cast<std::size_t>(n)][static_cast<std::size_t>(k)];
}

double by_counting_tables(long k1, long n1, long k2, long n2) {
  std::uint64_t as_extreme = 0;
  for (long k = k1; k <= n1; ++k) as_extreme += choose(n1, k) * choose(n2, k1 + k2 - k);
  return static_cast<double>(as_extreme) / static_cast<double>(choose(n1 + n2, k1 + k2));
}

// Fisher 1935 §11: the lady told 3 of 4 cups, or all 4.
TEST(FisherGreater, IsTheTeaTastersChance) {
  EXPECT_NEAR(fisher_greater(3, 4, 1, 4), 17.0 / 70, 1e-12);
  EXPECT_NEAR(fisher_greater(3, 4, 1, 4), 0.2429, 5e-5);
  EXPECT_NEAR(fisher_greater(4, 4, 0, 4), 1.0 / 70, 1e-12);
  EXPECT_NEAR(fisher_greater(2, 4, 2, 4), 53.0 / 70, 1e-12);
  EXPECT_EQ(fisher_greater(0, 4, 4, 4), 1);
}

// Convicted twins of criminals, 10 of 13 against 2 of 17 (Fisher 1935, "The logic of inductive inference"); R's
// fisher.test gives 0.0004652 in its own example.
TEST(FisherGreater, IsThePublishedOneOfTheConvictedTwins) {
  EXPECT_NEAR(fisher_greater(10, 13, 2, 17), 0.0004652, 5e-8);
}

// 9 of 12 against 1 of 12, the usual example of students who study: 0.001346076 for the table and 0.000033652 beyond.
TEST(FisherGreater, IsThePublishedOneOfTheStudents) {
  EXPECT_NEAR(fisher_greater(9, 12, 1, 12), 0.001379728, 5e-10);
}

TEST(FisherGreater, AnEmptyGroupSaysNothing) {
  EXPECT_EQ(fisher_greater(0, 0, 3, 10), 1);
  EXPECT_EQ(fisher_greater(3, 10, 0, 0), 1);
  EXPECT_EQ(fisher_greater(0, 0, 0, 0), 1);
}

TEST(FisherGreater, GroupsAlikeAtTheEndsSayNothing) {
  EXPECT_EQ(fisher_greater(0, 10, 0, 20), 1);
  EXPECT_EQ(fisher_greater(10, 10, 20, 20), 1);
  EXPECT_EQ(fisher_greater(1, 1, 1, 1), 1);
}

// The first group took all: one table of n over n1.
TEST(FisherGreater, OneTableOfAllIsLeftWhenTheFirstGroupTookEverything) {
  EXPECT_NEAR(fisher_greater(10, 10, 0, 20), 1.0 / static_cast<double>(choose(30, 10)), 1e-18);
}

// 60 of 100 against 1 of 100 is no accident.
TEST(FisherGreater, SeesWhatTheEyeSees) {
  EXPECT_LT(fisher_greater(60, 100, 1, 100), 1e-15);
  EXPECT_GT(fisher_greater(60, 100, 1, 100), 0);
}

TEST(FisherGreater, StaysFiniteForLargeGroups) {
  EXPECT_NEAR(fisher_greater(1, 100'000, 0, 100'000), 0.5, 1e-9);
  EXPECT_NEAR(fisher_greater(2, 100'000, 0, 100'000), 0.25 * 199'998 / 199'999, 1e-9);
}

RC_GTEST_PROP(FisherGreaterProperty, CountsTheTablesThatAreAsExtreme, ()) {
  const long n1 = *rc::gen::inRange(1L, kMost + 1);
  const long n2 = *rc::gen::inRange(1L, kMost + 1);
  const long k1 = *rc::gen::inRange(0L, n1 + 1);
  const long k2 = *rc::gen::inRange(0L, n2 + 1);
  const double expected = by_counting_tables(k1, n1, k2, n2);
  RC_ASSERT(std::abs(fisher_greater(k1, n1, k2, n2) - expected) <= 1e-11 * expected);
}

RC_GTEST_PROP(FisherGreaterProperty, IsAProbabilityThatFallsWithTheFirstGroupsFailures, ()) {
  const long n1 = *rc::gen::inRange(1L, 500L);
  const long n2 = *rc::gen::inRange(1L, 500L);
  const long k1 = *rc::gen::inRange(0L, n1);
  const long k2 = *rc::gen::inRange(0L, n2 + 1);
  const double here = fisher_greater(k1, n1, k2, n2);
  const double more = fisher_greater(k1 + 1, n1, k2, n2);
  RC_ASSERT(0 <= more && here <= 1);
  RC_ASSERT(more <= here * (1 + 1e-9));
}

}  // namespace
}  // namespace graduand::stats
