// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <cmath>

#include "framework/base/text.h"
#include "framework/graduation/rules.h"
#include "framework/stats/binomial.h"

namespace graduand::graduation {

const std::vector<std::string>& rule_ids() {
  static const std::vector<std::string> ids = {
      "ran-in-every-required-cell", "enough-scheduled-runs", "time-covered",
      "no-product-failures",        "gate-on-and-off",       "effective-gates-verified"};
  return ids;
}

std::string number(double value) {
  return value == std::floor(value) ? fmt::format("{:.0f}", value) : fmt::format("{:.1f}", value);
}

std::string plural(long n, const std::string& noun) {
  return fmt::format("{} {}{}", n, noun, n == 1 ? "" : "s");
}

std::string percent(double rate) {
  return fmt::format("{:.1f} %", rate * 100);
}

Count proportion(std::string what, long k, long n) {
  const stats::Interval interval = stats::clopper_pearson(k, n);
  return {std::move(what), k, n, interval.low, interval.high};
}

std::string name_cases(const std::vector<std::string>& ids, std::size_t all) {
  constexpr std::size_t kNamed = 3;
  if (ids.size() == all && all > 2) return fmt::format("all {} cases", all);
  if (ids.size() <= kNamed) return join(ids, ", ");
  return fmt::format("{} of {} cases ({}, …)", ids.size(), all, join({ids.begin(), ids.begin() + 2}, ", "));
}

std::optional<RuleResult> nothing_to_judge(const Evidence& evidence, const RuleResult& rule) {
  if (!evidence.runs.empty()) return std::nullopt;
  RuleResult result = rule;
  result.verdict = Verdict::kNoEvidence;
  const auto left_out = static_cast<long>(evidence.runs_left_out.size());
  result.reason = left_out == 0 ? "0 runs" : fmt::format("0 runs count; {} left out", plural(left_out, "run"));
  return result;
}

}  // namespace graduand::graduation
