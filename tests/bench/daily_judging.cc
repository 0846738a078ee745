// SPDX-License-Identifier: Apache-2.0
// What judging anew every day comes to. A schedule of 15 weeks with 1 or 8 runs a day, each on a cluster instance of
// its own, is judged at the end of every day, and one pass on any day is what its author takes home. Two decisions:
//   window    at least 14 runs on at least 14 days within the last 30 days, and no failure among them
//             (policies/kubernetes.yaml, stage stable);
//   evidence  the same, and evidence_below(max rate, failures, runs) >= 1 / (1 - confidence) over all runs since the
//             schedule began (framework/stats/rate_test.h).
// Shown for each true failure rate: the probability of ever passing, and the days and runs until the first pass (median
// and 95th percentile of the schedules that passed at all). Ends with 1 when `evidence` passes a rate that it is to
// rule out more often than the policy's confidence allows, by more than 3 standard errors.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <vector>

#include "framework/base/random.h"
#include "framework/stats/rate_test.h"

namespace graduand::stats {
namespace {

constexpr std::uint64_t kSeed = 20'261'126;
constexpr int kSchedules = 10'000;
constexpr int kDays = 15 * 7;
constexpr int kWindowDays = 30;
constexpr int kLeastDays = 14;
constexpr int kLeastRuns = 14;
constexpr double kConfidence = 0.95;
constexpr int kPerMille[] = {1, 5, 10, 20, 50, 100};

// A decision: `most[n]` failures of n runs are the most that are convincing; empty for the window alone.
struct Decision {
  double max_rate = 0;
  std::vector<int> most;
};

Decision evidence_decision(double max_rate, int runs) {
  Decision decision{max_rate, std::vector<int>(static_cast<std::size_t>(runs) + 1, -1)};
  // More runs with the same failures are more evidence, so the most never falls.
  for (int n = 1; n <= runs; ++n) {
    int& most = decision.most[n] = decision.most[n - 1];
    while (most < n && evidence_below(max_rate, most + 1, n) >= 1 / (1 - kConfidence)) ++most;
  }
  return decision;
}

// The first day that passes, counted from 1, by the failures of each day; 0 for none.
int first_pass(const Decision& decision, const std::vector<int>& failures, int runs_a_day) {
  int ever = 0;
  int in_window = 0;
  for (int day = 1; day <= kDays; ++day) {
    ever += failures[day - 1];
    in_window += failures[day - 1] - (day > kWindowDays ? failures[day - 1 - kWindowDays] : 0);
    const int days = std::min(day, kWindowDays);
    if (days < kLeastDays || days * runs_a_day < kLeastRuns || in_window > 0) continue;
    if (decision.most.empty() || ever <= decision.most[day * runs_a_day]) return day;
  }
  return 0;
}

std::vector<std::vector<int>> simulate(Random& random, int per_mille, int runs_a_day) {
  std::vector<std::vector<int>> schedules(kSchedules, std::vector<int>(kDays));
  for (auto& schedule : schedules)
    for (int& failures : schedule)
      for (int run = 0; run < runs_a_day; ++run)
        failures += random.below(1000) < static_cast<std::uint64_t>(per_mille) ? 1 : 0;
  return schedules;
}

// The least value that `share` of the sorted values do not exceed.
int quantile(const std::vector<int>& sorted, double share) {
  const auto rank = static_cast<std::size_t>(std::ceil(share * static_cast<double>(sorted.size())));
  return sorted[std::max<std::size_t>(rank, 1) - 1];
}

// Prints one row; false when the decision passes what it must not.
bool row(const Decision& decision, const std::vector<std::vector<int>>& schedules, int per_mille, int runs_a_day) {
  std::vector<int> passes;
  for (const auto& schedule : schedules)
    if (const int day = first_pass(decision, schedule, runs_a_day); day > 0) passes.push_back(day);
  std::ranges::sort(passes);
  const double probability = static_cast<double>(passes.size()) / kSchedules;
  const double allowed = 1 - kConfidence;
  const bool ruled_out = !decision.most.empty() && per_mille / 1000.0 >= decision.max_rate;
  const bool kept = !ruled_out || probability <= allowed + 3 * std::sqrt(allowed * (1 - allowed) / kSchedules);
  const auto days = [&](double share, int times) {
    return passes.empty() ? "-" : fmt::format("{}", quantile(passes, share) * times);
  };
  fmt::print("{:<16}  {:>8}  {:>9.1f}  {:>14.2f}  {:>8}  {:>8}  {:>8}  {:>8}  {}\n",
             decision.most.empty() ? "window" : fmt::format("evidence {:.0f} %", decision.max_rate * 100), runs_a_day,
             per_mille / 10.0, probability * 100, days(0.5, 1), days(0.95, 1), days(0.5, runs_a_day),
             days(0.95, runs_a_day),
             !ruled_out ? ""
             : kept     ? "kept"
                        : "BROKEN");
  return kept;
}

int run() {
  fmt::print("{} schedules of {} days, judged every day; confidence {:.0f} %, seed {}\n", kSchedules, kDays,
             kConfidence * 100, kSeed);
  for (const double max_rate : {0.05, 0.1})
    fmt::print("runs without a failure that rule out {:.0f} %: {}\n", max_rate * 100,
               clean_trials_needed(max_rate, kConfidence));
  fmt::print("\n{:<16}  {:>8}  {:>9}  {:>14}  {:>8}  {:>8}  {:>8}  {:>8}  {}\n", "decision", "runs/day", "true rate",
             "ever passes, %", "days 50%", "days 95%", "runs 50%", "runs 95%", "promise");
  bool kept = true;
  Random random(kSeed);
  for (const int runs_a_day : {1, 8}) {
    const Decision decisions[] = {
        {}, evidence_decision(0.05, kDays * runs_a_day), evidence_decision(0.1, kDays * runs_a_day)};
    std::vector<std::vector<std::vector<int>>> schedules;
    for (const int per_mille : kPerMille) schedules.push_back(simulate(random, per_mille, runs_a_day));
    for (const Decision& decision : decisions)
      for (std::size_t i = 0; i < schedules.size(); ++i)
        kept = row(decision, schedules[i], kPerMille[i], runs_a_day) && kept;
  }
  return kept ? 0 : 1;
}

}  // namespace
}  // namespace graduand::stats

int main() {
  return graduand::stats::run();
}
