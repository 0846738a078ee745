// SPDX-License-Identifier: Apache-2.0
#include "framework/graduation/rule_text.h"

#include <fmt/format.h>

#include <cmath>

#include "framework/base/text.h"
#include "framework/stats/binomial.h"

namespace graduand::graduation {

std::string number(double value) {
  if (value == std::floor(value)) return fmt::format("{:.0f}", value);
  std::string text = fmt::format("{:.3f}", value);
  return text.substr(0, text.find_last_not_of('0') + 1);
}

std::string plural(long n, const std::string& noun) {
  return fmt::format("{} {}{}", n, noun, n == 1 ? "" : "s");
}

std::string percent(double rate) {
  return fmt::format("{:.1f} %", rate * 100);
}

std::string rate_text(long k, long n) {
  if (n == 0) return "–";
  const stats::Interval interval = stats::clopper_pearson(k, n);
  return fmt::format("{}/{}  {:.1f} % [{:.1f}, {:.1f}]", k, n, 100.0 * static_cast<double>(k) / static_cast<double>(n),
                     100 * interval.low, 100 * interval.high);
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

std::string of_asked(double value, double asked, const std::string& noun) {
  return value < asked ? fmt::format("{} of {} {}", number(value), number(asked), noun)
                       : fmt::format("{} {} ({} asked)", number(value), noun, number(asked));
}

long day_of(Timestamp time) {
  return static_cast<long>(std::chrono::floor<std::chrono::days>(time).time_since_epoch().count());
}

Verdict worst(const std::vector<Finding>& findings) {
  Verdict verdict = Verdict::kPass;
  for (const Finding& finding : findings) {
    if (finding.verdict == Verdict::kFail) return Verdict::kFail;
    if (finding.verdict == Verdict::kNoEvidence) verdict = Verdict::kNoEvidence;
  }
  return verdict;
}

}  // namespace graduand::graduation
