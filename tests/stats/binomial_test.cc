// SPDX-License-Identifier: Apache-2.0
#include "framework/stats/binomial.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <vector>

namespace graduand::stats {
namespace {

struct Row {
  long k;
  long n;
  double confidence;
  double low;
  double high;
};

// Published values: 3/200 and 0/299 follow from the closed forms and R's binom.test; 2/10, 5/10, 9/10 and 81/263 are
// the usual textbook rows (Newcombe 1998, Statistics in Medicine 17:857, gives 81/263, 15/148, 0/20, 1/29 and 29/29).
class Published : public testing::TestWithParam<Row> {};

TEST_P(Published, Interval) {
  const Row row = GetParam();
  const Interval interval = clopper_pearson(row.k, row.n, row.confidence);
  EXPECT_NEAR(interval.low, row.low, 6e-5);
  EXPECT_NEAR(interval.high, row.high, 6e-5);
}

INSTANTIATE_TEST_SUITE_P(Tables, Published,
                         testing::Values(Row{3, 200, 0.95, 0.003104, 0.043208}, Row{0, 299, 0.95, 0, 0.012262},
                                         Row{81, 263, 0.95, 0.2527, 0.3676}, Row{15, 148, 0.95, 0.0578, 0.1617},
                                         Row{0, 20, 0.95, 0, 0.1684}, Row{1, 29, 0.95, 0.0009, 0.1776},
                                         Row{29, 29, 0.95, 0.8806, 1}, Row{2, 10, 0.95, 0.02521, 0.55610},
                                         Row{5, 10, 0.95, 0.18709, 0.81291}, Row{9, 10, 0.95, 0.55498, 0.99747},
                                         Row{0, 14, 0.95, 0, 0.23164}, Row{1, 1, 0.95, 0.025, 1}));

TEST(ClopperPearson, NothingRunSaysNothing) {
  EXPECT_EQ(clopper_pearson(0, 0).low, 0);
  EXPECT_EQ(clopper_pearson(0, 0).high, 1);
}

TEST(ClopperPearson, StaysFiniteForLargeCounts) {
  const Interval interval = clopper_pearson(6, 164348);
  EXPECT_NEAR(interval.low, 1.3398e-5, 1e-8);
  EXPECT_NEAR(interval.high, 7.9461e-5, 1e-8);
}

// What "exact" promises: whatever the true rate is, at least 95 % of all outcomes give an interval that holds it.
TEST(ClopperPearson, CoversAtLeastItsConfidence) {
  for (const long n : {1L, 5L, 14L, 40L}) {
    std::vector<Interval> intervals;
    for (long k = 0; k <= n; ++k) intervals.push_back(clopper_pearson(k, n));
    for (int step = 1; step < 200; ++step) {
      const double p = step / 200.0;
      double covered = 0;
      for (long k = 0; k <= n; ++k) {
        if (p < intervals[k].low || p > intervals[k].high) continue;
        covered += std::exp(std::lgamma(n + 1.0) - std::lgamma(k + 1.0) - std::lgamma(n - k + 1.0) + k * std::log(p) +
                            (n - k) * std::log1p(-p));
      }
      EXPECT_GE(covered, 0.95 - 1e-9) << "n " << n << " p " << p;
    }
  }
}

RC_GTEST_PROP(ClopperPearsonProperty, IsSymmetric, ()) {
  const long n = *rc::gen::inRange(1L, 3000L);
  const long k = *rc::gen::inRange(0L, n + 1);
  const Interval a = clopper_pearson(k, n);
  const Interval b = clopper_pearson(n - k, n);
  RC_ASSERT(std::abs(a.low - (1 - b.high)) < 1e-9);
  RC_ASSERT(std::abs(a.high - (1 - b.low)) < 1e-9);
}

RC_GTEST_PROP(ClopperPearsonProperty, HoldsTheEstimateAndGrowsWithFailuresAndConfidence, ()) {
  const long n = *rc::gen::inRange(1L, 3000L);
  const long k = *rc::gen::inRange(0L, n);
  const Interval here = clopper_pearson(k, n);
  const Interval next = clopper_pearson(k + 1, n);
  const double estimate = static_cast<double>(k) / static_cast<double>(n);
  RC_ASSERT(0 <= here.low && here.low <= estimate && estimate <= here.high && here.high <= 1);
  RC_ASSERT(here.low <= next.low && here.high <= next.high);
  const Interval wider = clopper_pearson(k, n, 0.99);
  RC_ASSERT(wider.low <= here.low && wider.high >= here.high);
}

TEST(UpperBoundWithoutFailure, MatchesTheRunsThatAreNeeded) {
  EXPECT_EQ(upper_bound_without_failure(0), 1);
  EXPECT_NEAR(upper_bound_without_failure(14), 0.1926, 5e-5);
  // 299 clean runs is the least that shows a failure rate below 1 %.
  EXPECT_LT(upper_bound_without_failure(299), 0.01);
  EXPECT_GT(upper_bound_without_failure(298), 0.01);
  EXPECT_NEAR(upper_bound_without_failure(2'995), 0.001, 1e-6);
  // The rule of three, where a naive formula has lost its digits.
  EXPECT_NEAR(upper_bound_without_failure(1'000'000'000) * 1e9, 2.9957, 1e-4);
}

}  // namespace
}  // namespace graduand::stats
