// SPDX-License-Identifier: Apache-2.0
#include "framework/stats/binomial.h"

#include <boost/math/distributions/binomial.hpp>
#include <cmath>

namespace graduand::stats {

Interval clopper_pearson(long k, long n, double confidence) {
  using Binomial = boost::math::binomial_distribution<double>;
  Interval interval;
  if (n <= 0) return interval;
  const double tail = (1 - confidence) / 2;
  const auto trials = static_cast<double>(n);
  const auto successes = static_cast<double>(k);
  // At the ends one side is exact, and Boost's quantile has nothing to solve there.
  if (k > 0) interval.low = Binomial::find_lower_bound_on_p(trials, successes, tail);
  if (k < n) interval.high = Binomial::find_upper_bound_on_p(trials, successes, tail);
  return interval;
}

double upper_bound_without_failure(long n, double confidence) {
  if (n <= 0) return 1;
  // 1 - (1 - c)^(1/n), without the cancellation that a large n would bring.
  return -std::expm1(std::log1p(-confidence) / static_cast<double>(n));
}

}  // namespace graduand::stats
