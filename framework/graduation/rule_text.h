// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "framework/base/clock.h"
#include "framework/graduation/judge.h"

// Words and numbers that rules and answers have in common.
namespace graduand::graduation {

// So many ids stand for a finding; more would only be scrolled past.
inline constexpr std::size_t kIdsOfAFinding = 20;

std::string number(double value);                     // "14", "0.5"
std::string plural(long n, const std::string& noun);  // "1 run", "3 runs"
std::string percent(double rate);                     // "3.1 %"
// "0/14  0.0 % [0.0, 23.2]": rate and exact 95 % interval in percent; "–" when n is 0.
std::string rate_text(long k, long n);
Count proportion(std::string what, long k, long n);  // with its interval
// "all 12 cases", "a, b", "5 of 12 cases (a, b, …)".
std::string name_cases(const std::vector<std::string>& ids, std::size_t all);
// "3 of 14 runs", and "16 runs (14 asked)" when there are enough.
std::string of_asked(double value, double asked, const std::string& noun);

inline std::chrono::microseconds days(double n) {
  return std::chrono::microseconds(static_cast<std::int64_t>(n * 86400e6));
}
// The calendar day in UTC, counted from 1970-01-01.
long day_of(Timestamp time);
// The worst of all findings; a pass when there is none.
Verdict worst(const std::vector<Finding>& findings);

}  // namespace graduand::graduation
