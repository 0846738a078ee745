// SPDX-License-Identifier: Apache-2.0
#include "framework/stats/fisher.h"

#include <algorithm>
#include <boost/math/distributions/hypergeometric.hpp>
#include <cstdint>

namespace graduand::stats {

double fisher_greater(long k1, long n1, long k2, long n2) {
  if (n1 <= 0 || n2 <= 0 || k1 <= 0) return 1;
  // The least that the first group can have of them: then nothing is ruled out.
  if (k1 <= k1 + k2 - n2) return 1;
  const auto failures = static_cast<std::uint64_t>(k1 + k2);
  const boost::math::hypergeometric_distribution<double> drawn(failures, static_cast<std::uint64_t>(n1),
                                                               static_cast<std::uint64_t>(n1 + n2));
  // Boost sums rounded terms, which may end a little outside of what a probability can be.
  return std::clamp(boost::math::cdf(boost::math::complement(drawn, static_cast<double>(k1 - 1))), 0.0, 1.0);
}

}  // namespace graduand::stats
