// SPDX-License-Identifier: Apache-2.0
#include "framework/stats/rate_test.h"

#include <boost/math/special_functions/beta.hpp>
#include <cmath>

namespace graduand::stats {
namespace {

constexpr double kPrior = 0.5;  // Jeffreys' for a rate

// log of evidence_below: the numbers themselves leave a double's range after some thousand trials.
double log_evidence(double p0, long k, long n) {
  if (n <= 0) return 0;
  const double a = kPrior + static_cast<double>(k);
  const double b = kPrior + static_cast<double>(n - k);
  const double mass = boost::math::ibeta(a, b, p0) / boost::math::ibeta(kPrior, kPrior, p0);
  if (mass <= 0) return -INFINITY;
  const double ratio =
      std::lgamma(a) + std::lgamma(b) - std::lgamma(a + b) - 2 * std::lgamma(kPrior) + std::lgamma(2 * kPrior);
  return ratio + std::log(mass) - static_cast<double>(k) * std::log(p0) - static_cast<double>(n - k) * std::log1p(-p0);
}

}  // namespace

double evidence_below(double p0, long k, long n) {
  return std::exp(log_evidence(p0, k, n));
}

double upper_bound_always(long k, long n, double confidence) {
  const double needed = -std::log1p(-confidence);
  // Beyond the observed rate the evidence grows with p0.
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
