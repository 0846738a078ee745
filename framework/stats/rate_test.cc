// SPDX-License-Identifier: Apache-2.0
#include "framework/stats/rate_test.h"

#include <algorithm>
#include <boost/math/special_functions/beta.hpp>
#include <boost/math/special_functions/gamma.hpp>
#include <cmath>
#include <limits>

namespace graduand::stats {
namespace {

constexpr double kPrior = 0.5;  // Jeffreys' for a rate
// Below it the incomplete beta function loses its digits and then becomes 0, while the evidence is nowhere near 0.
constexpr double kLeastMass = 1e-280;

// Boost's lgamma, since the C library's writes a global sign; long double, since at 10 million trials the three
// terms are near 1e8 and all but cancel.
long double log_beta(long double a, long double b) {
  using boost::math::lgamma;
  return lgamma(a) + lgamma(b) - lgamma(a + b);
}

// The same evidence for k far above n p0, by B_x(a, b) = x^a (1-x)^b / a * 2F1(a+b, 1; a+1; x) (DLMF 8.17.8), in which
// the large powers cancel. All terms are positive and each is smaller than the one before.
double log_evidence_of_many_failures(double p0, double a, double b) {
  double term = 1 / a;
  double sum = 0;
  for (double j = 0; term > sum * std::numeric_limits<double>::epsilon(); ++j) {
    sum += term;
    term *= (a + b + j) / (a + 1 + j) * p0;
  }
  return std::log(std::sqrt(p0 * (1 - p0)) * sum / (2 * std::asin(std::sqrt(p0))));
}

// log of evidence_below: the numbers themselves leave a double's range after some thousand trials.
double log_evidence(double p0, long k, long n) {
  if (n <= 0) return 0;
  const double a = kPrior + static_cast<double>(k);
  const double b = kPrior + static_cast<double>(n - k);
  const double mass = boost::math::ibeta(a, b, p0);
  if (mass < kLeastMass) return log_evidence_of_many_failures(p0, a, b);
  // The prior's own mass below p0 is 2 asin(sqrt(p0)), as that of every arcsine distribution.
  const double prior = 2 * std::asin(std::sqrt(p0));
  return static_cast<double>(log_beta(a, b) + std::log(mass) - std::log(prior) -
                             static_cast<long double>(k) * std::log(static_cast<long double>(p0)) -
                             static_cast<long double>(n - k) * std::log1p(-static_cast<long double>(p0)));
}

}  // namespace

double evidence_below(double p0, long k, long n) {
  return std::min(std::exp(log_evidence(p0, k, n)), std::numeric_limits<double>::max());
}

double upper_bound_always(long k, long n, double confidence) {
  const double needed = -std::log1p(-confidence);
  // The evidence grows with p0: in units of p0, u^k ((1 - p0 u) / (1 - p0))^(n-k) does for each u < 1, and by more than
  // the mixture's shift towards 1 takes away. Up to the observed rate it is at most 1.
  double low = n > 0 ? static_cast<double>(k) / static_cast<double>(n) : 0;
  double high = 1 - 1e-12;
  if (n <= 0 || low >= high || log_evidence(high, k, n) < needed) return 1;
  for (int i = 0; i < 60; ++i) {
    const double middle = (low + high) / 2;
    (middle > 0 && log_evidence(middle, k, n) >= needed ? high : low) = middle;
  }
  return high;
}

long clean_trials_needed(double p0, double confidence) {
  const double needed = -std::log1p(-confidence);
  long low = 0;
  long high = 1;
  while (log_evidence(p0, 0, high) < needed) high *= 2;
  while (high - low > 1) {
    const long middle = (low + high) / 2;
    (log_evidence(p0, 0, middle) >= needed ? high : low) = middle;
  }
  return high;
}

}  // namespace graduand::stats
