// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace graduand::stats {

// A two-sided confidence interval for a probability.
struct Interval {
  double low = 0;
  double high = 1;
};

// Exact binomial interval (Clopper and Pearson, Biometrika 26, 1934) for k successes in n trials: each side leaves out
// at most (1 - confidence) / 2. n == 0 gives [0, 1]. Requires 0 <= k <= n, 0 < confidence < 1.
Interval clopper_pearson(long k, long n, double confidence = 0.95);

// The failure rate that n runs without any failure cannot rule out: 1 - (1 - confidence)^(1/n); 1 for n == 0.
double upper_bound_without_failure(long n, double confidence = 0.95);

}  // namespace graduand::stats
