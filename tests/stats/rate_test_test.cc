// SPDX-License-Identifier: Apache-2.0
#include "framework/stats/rate_test.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <vector>

#include "framework/base/random.h"

namespace graduand::stats {
namespace {

constexpr double kRates[] = {0.001, 0.01, 0.05, 0.1, 0.3, 0.5, 0.9};

// The definition by Simpson's rule. With p = sin^2 t, dp / sqrt(p (1-p)) is 2 dt: the mixture is even in t, and what
// made the integrand unbounded is gone.
double by_simpson(double p0, long k, long n, int steps = 20'000) {
  const double end = std::asin(std::sqrt(p0));
  const auto ratio = [&](double t) {
    const double s = std::sin(t) * std::sin(t);
    return std::pow(s / p0, static_cast<double>(k)) * std::pow((1 - s) / (1 - p0), static_cast<double>(n - k));
  };
  double sum = ratio(0) + ratio(end);
  for (int i = 1; i < steps; ++i) sum += (i % 2 == 1 ? 4 : 2) * ratio(end * i / steps);
  return sum / (3.0 * steps);
}

void expect_close(double actual, double expected, double relative, double p0, long k, long n) {
  EXPECT_LE(std::abs(actual - expected), relative * expected)
      << actual << " for " << expected << ", p0 " << p0 << " k " << k << " n " << n;
}

TEST(EvidenceBelow, IsTheIntegralOfItsDefinition) {
  for (const double p0 : kRates) {
    for (const long n : {1L, 2L, 7L, 30L, 100L})
      for (long k = 0; k <= n; k += std::max(1L, n / 10))
        expect_close(evidence_below(p0, k, n), by_simpson(p0, k, n), 1e-9, p0, k, n);
  }
}

// One trial by hand: the mixture's mean is 1/2 - sin(2t) / 4t with t = asin(sqrt(p0)); for p0 = 1/2, 1/2 - 1/pi.
TEST(EvidenceBelow, IsRightForOneTrialByHand) {
  const double mean = 0.5 - 1 / std::acos(-1.0);
  EXPECT_NEAR(evidence_below(0.5, 1, 1), 2 * mean, 1e-12);
  EXPECT_NEAR(evidence_below(0.5, 0, 1), 2 * (1 - mean), 1e-12);
  EXPECT_EQ(evidence_below(0.5, 0, 0), 1);
}

// Failures far above p0, where the incomplete beta function is less than the least double.
TEST(EvidenceBelow, DoesNotCollapseUnderManyFailures) {
  expect_close(evidence_below(0.001, 1000, 1000), by_simpson(0.001, 1000, 1000, 400'000), 1e-8, 0.001, 1000, 1000);
  expect_close(evidence_below(0.05, 900, 1000), by_simpson(0.05, 900, 1000, 400'000), 1e-8, 0.05, 900, 1000);
  EXPECT_GT(evidence_below(0.01, 10'000'000, 10'000'000), 0);
}

TEST(EvidenceBelow, StaysFiniteForTenMillionTrials) {
  for (const double p0 : kRates) {
    for (const long n : {10'000L, 1'000'000L, 10'000'000L}) {
      double before = INFINITY;
      for (const long k : {0L, 1L, n / 1000, n / 100, n / 20, n / 10, n / 2, n - 1, n}) {
        const double evidence = evidence_below(p0, k, n);
        EXPECT_TRUE(std::isfinite(evidence) && evidence > 0) << "p0 " << p0 << " k " << k << " n " << n;
        EXPECT_LE(evidence, before) << "p0 " << p0 << " k " << k << " n " << n;
        before = evidence;
      }
    }
  }
}

RC_GTEST_PROP(EvidenceBelowProperty, FallsWithEachFailureAndGrowsWithTheRateThatIsRuledOut, ()) {
  const double p0 = *rc::gen::inRange(1, 500) / 1000.0;
  const long n = *rc::gen::inRange(1L, 1000L);
  const long k = *rc::gen::inRange(0L, n);
  RC_ASSERT(evidence_below(p0, k + 1, n) < evidence_below(p0, k, n));
  RC_ASSERT(evidence_below(p0, k, n) < evidence_below(p0 + 0.001, k, n));
}

// What makes daily looks safe: at the rate p0 one more trial changes nothing on average; at a greater one it takes
// away.
RC_GTEST_PROP(EvidenceBelowProperty, IsAMartingaleAtItsRateAndFallsAboveIt, ()) {
  const double p0 = *rc::gen::inRange(1, 501) / 1000.0;
  const long n = *rc::gen::inRange(0L, 1000L);
  const long k = *rc::gen::inRange(0L, n + 1);
  const double here = evidence_below(p0, k, n);
  const double failed = evidence_below(p0, k + 1, n + 1);
  const double passed = evidence_below(p0, k, n + 1);
  RC_ASSERT(std::abs(p0 * failed + (1 - p0) * passed - here) <= 1e-10 * here);
  const double worse = p0 + (1 - p0) / 10;
  RC_ASSERT(worse * failed + (1 - worse) * passed < here);
}

RC_GTEST_PROP(UpperBoundAlwaysProperty, IsWhereTheEvidenceSuffices, ()) {
  const long n = *rc::gen::inRange(1L, 2000L);
  const long k = *rc::gen::inRange(0L, n);
  const double confidence = *rc::gen::element(0.8, 0.9, 0.95, 0.99);
  const double bound = upper_bound_always(k, n, confidence);
  RC_ASSERT(static_cast<double>(k) / static_cast<double>(n) < bound && bound < 1);
  const double needed = 1 / (1 - confidence);
  const double step = (1 - bound) * 1e-6;
  RC_ASSERT(evidence_below(bound + step, k, n) >= needed);
  RC_ASSERT(evidence_below(bound - std::min(step, bound * 1e-6), k, n) < needed);
  RC_ASSERT(bound <= upper_bound_always(k + 1, n, confidence));
}

TEST(UpperBoundAlways, RulesNothingOutWithoutASuccess) {
  EXPECT_EQ(upper_bound_always(0, 0, 0.95), 1);
  EXPECT_EQ(upper_bound_always(1, 1, 0.95), 1);
  EXPECT_EQ(upper_bound_always(5'000, 5'000, 0.95), 1);
}

TEST(UpperBoundAlways, ComesNearTheObservedRateAfterTenMillionTrials) {
  const double bound = upper_bound_always(100'000, 10'000'000, 0.95);
  EXPECT_GT(bound, 0.01);
  EXPECT_LT(bound, 0.0102);
}

TEST(CleanTrialsNeeded, IsTheInverseOfTheBound) {
  for (const double p0 : {0.001, 0.01, 0.05, 0.1, 0.3, 0.5}) {
    for (const double confidence : {0.8, 0.95, 0.99}) {
      const long n = clean_trials_needed(p0, confidence);
      EXPECT_LE(upper_bound_always(0, n, confidence), p0) << p0 << " " << confidence;
      EXPECT_GT(upper_bound_always(0, n - 1, confidence), p0) << p0 << " " << confidence;
      // A single look at a number of trials that is fixed before needs fewer.
      EXPECT_GT(static_cast<double>(n), std::log1p(-confidence) / std::log1p(-p0));
    }
  }
}

// 4,000 paths at the very rate that is to be ruled out, looked at after each of 2,000 trials: at most alpha of them may
// ever be convincing (3 standard errors of slack, the seed is fixed).
TEST(EvidenceBelow, IsSeldomConvincingAtItsRateHoweverOftenOneLooks) {
  constexpr long kPaths = 4000;
  constexpr long kTrials = 2000;
  constexpr double kAlpha = 0.05;
  for (const int per_mille : {50, 100}) {
    const double p0 = per_mille / 1000.0;
    // The most failures that are convincing after n trials, -1 when none are; it never falls with n.
    std::vector<long> most(kTrials + 1, -1);
    for (long n = 1; n <= kTrials; ++n) {
      most[n] = most[n - 1];
      while (most[n] < n && evidence_below(p0, most[n] + 1, n) >= 1 / kAlpha) ++most[n];
    }
    Random random(20'261'126);
    long convincing = 0;
    for (long path = 0; path < kPaths; ++path) {
      long failures = 0;
      bool ever = false;
      for (long n = 1; n <= kTrials; ++n) {
        failures += random.below(1000) < static_cast<std::uint64_t>(per_mille) ? 1 : 0;
        ever = ever || failures <= most[n];
      }
      convincing += ever ? 1 : 0;
    }
    const double share = static_cast<double>(convincing) / kPaths;
    EXPECT_LE(share, kAlpha + 3 * std::sqrt(kAlpha * (1 - kAlpha) / kPaths)) << "rate " << p0;
    // A test that never sees anything would keep the promise, too.
    EXPECT_GT(share, 0.005) << "rate " << p0;
  }
}

}  // namespace
}  // namespace graduand::stats
