// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace graduand::stats {

// Evidence against "the failure rate is p0 or more" after k failures in n independent trials: the value of an
// e-process. However often and whenever one looks, the probability that it ever reaches 1/alpha while the rate is p0 or
// more is at most alpha (Ville's inequality), so that a decision made from it may be made anew every day.
//
// The process is the likelihood ratio of p0 against a mixture of smaller rates, Beta(1/2, 1/2) cut off at p0:
//   E(k, n) = ∫_0^p0 p^k (1-p)^(n-k) dπ(p) / (p0^k (1-p0)^(n-k)),
// a supermartingale at every rate >= p0, since each smaller rate's likelihood ratio is. Sources: H. Robbins,
// "Statistical methods related to the law of the iterated logarithm" (1970); S. Howard, A. Ramdas, J. McAuliffe, J.
// Sekhon, "Time-uniform, nonparametric, nonasymptotic confidence sequences" (2021), §3 (one-sided beta-binomial
// mixture). 0 <= k <= n, 0 < p0 < 1. 1 for n = 0. Always finite: the greatest double where it would be more.
double evidence_below(double p0, long k, long n);

// The upper end of the one-sided confidence sequence that belongs to it: the least p0 with evidence_below(p0, k, n) >=
// 1/(1-confidence). Holds at all n at once with this confidence. 1 when nothing is ruled out.
double upper_bound_always(long k, long n, double confidence);

// How many trials without a failure it takes until evidence_below(p0, 0, n) reaches 1/(1-confidence).
long clean_trials_needed(double p0, double confidence);

}  // namespace graduand::stats
