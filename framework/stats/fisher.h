// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace graduand::stats {

// One-sided p-value of Fisher's exact test: given the margins of the table (k1 of n1, k2 of n2), the probability that
// the first group has k1 or more of the k1 + k2, were both groups alike. 1 when a group is empty.
// 0 <= k <= n. Source: R. A. Fisher, "The Design of Experiments" (1935), §11; the hypergeometric tail.
double fisher_greater(long k1, long n1, long k2, long n2);

}  // namespace graduand::stats
