// SPDX-License-Identifier: Apache-2.0
#include "framework/base/clock.h"

#include <fmt/format.h>

#include <charconv>
#include <cstdint>
#include <limits>

namespace graduand {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::microseconds;
using std::chrono::minutes;

class SystemClock final : public Clock {
 public:
  Timestamp now() const override {
    return std::chrono::time_point_cast<microseconds>(std::chrono::system_clock::now());
  }
  SteadyTime steady_now() const override { return std::chrono::steady_clock::now(); }
};

tl::unexpected<Error> bad_time(std::string_view text) {
  return fail(ErrorKind::kUsage, fmt::format("'{}' is not a time", text), {},
              "write RFC 3339, such as 2026-11-21T04:10:00Z");
}

// Takes exactly `digits` decimal digits from the front of `text`.
bool take_number(std::string_view& text, std::size_t digits, int& value) {
  if (text.size() < digits) return false;
  value = 0;
  for (std::size_t i = 0; i < digits; ++i) {
    if (text[i] < '0' || text[i] > '9') return false;
    value = value * 10 + (text[i] - '0');
  }
  text.remove_prefix(digits);
  return true;
}

bool take_char(std::string_view& text, std::string_view any_of) {
  if (text.empty() || any_of.find(text.front()) == std::string_view::npos) return false;
  text.remove_prefix(1);
  return true;
}

bool take_date(std::string_view& text, std::chrono::sys_days& day) {
  int year = 0, month = 0, day_of_month = 0;
  if (!take_number(text, 4, year) || !take_char(text, "-") || !take_number(text, 2, month) || !take_char(text, "-") ||
      !take_number(text, 2, day_of_month))
    return false;
  const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day_of_month))};
  if (!date.ok()) return false;
  day = std::chrono::sys_days(date);
  return true;
}

// ".123456789" as whole microseconds; further digits are cut.
bool take_fraction(std::string_view& text, microseconds& fraction) {
  fraction = microseconds{0};
  if (!take_char(text, ".")) return true;
  std::int64_t value = 0;
  std::size_t digits = 0;
  for (int digit = 0; take_number(text, 1, digit); ++digits)
    if (digits < 6) value = value * 10 + digit;
  if (digits == 0 || digits > 9) return false;
  for (std::size_t i = digits; i < 6; ++i) value *= 10;
  fraction = microseconds{value};
  return true;
}

bool take_offset(std::string_view& text, minutes& offset) {
  offset = minutes{0};
  if (take_char(text, "zZ")) return true;
  const bool negative = !text.empty() && text.front() == '-';
  int offset_hours = 0, offset_minutes = 0;
  if (!take_char(text, "+-") || !take_number(text, 2, offset_hours) || !take_char(text, ":") ||
      !take_number(text, 2, offset_minutes) || offset_hours > 23 || offset_minutes > 59)
    return false;
  offset = minutes{offset_hours * 60 + offset_minutes};
  if (negative) offset = -offset;
  return true;
}

struct Unit {
  std::string_view name;
  std::int64_t in_ms;
};
// "ms" stands before "m", whose prefix it is.
constexpr Unit kUnits[] = {{"ms", 1}, {"s", 1000}, {"m", 60'000}, {"h", 3'600'000}, {"d", 86'400'000}};

}  // namespace

const Clock& system_clock() {
  static const SystemClock clock;
  return clock;
}

FakeClock::FakeClock(Timestamp start) : now_(start), steady_() {}

Timestamp FakeClock::now() const {
  const std::lock_guard lock(mutex_);
  return now_;
}

SteadyTime FakeClock::steady_now() const {
  const std::lock_guard lock(mutex_);
  return steady_;
}

void FakeClock::advance(microseconds by) {
  const std::lock_guard lock(mutex_);
  now_ += by;
  steady_ += by;
}

std::string format_rfc3339(Timestamp time) {
  const auto day = std::chrono::floor<days>(time);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss clock{time - day};
  std::string text = fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", static_cast<int>(date.year()),
                                 static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                                 clock.hours().count(), clock.minutes().count(), clock.seconds().count());
  if (clock.subseconds().count() != 0) text += fmt::format(".{:06}", clock.subseconds().count());
  return text + "Z";
}

Result<Timestamp> parse_rfc3339(std::string_view text) {
  std::string_view rest = text;
  std::chrono::sys_days day;
  int hour = 0, minute = 0, second = 0;
  microseconds fraction{0};
  minutes offset{0};
  if (!take_date(rest, day) || !take_char(rest, "tT") || !take_number(rest, 2, hour) || !take_char(rest, ":") ||
      !take_number(rest, 2, minute) || !take_char(rest, ":") || !take_number(rest, 2, second) ||
      !take_fraction(rest, fraction) || !take_offset(rest, offset) || !rest.empty())
    return bad_time(text);
  if (hour > 23 || minute > 59 || second > 60) return bad_time(text);  // 60: a leap second
  return Timestamp(day) + hours(hour) + minutes(minute) + seconds(second) + fraction - offset;
}

Result<Timestamp> parse_time_argument(std::string_view text) {
  std::string_view rest = text;
  std::chrono::sys_days day;
  if (take_date(rest, day) && rest.empty()) return Timestamp(day);
  return parse_rfc3339(text);
}

Result<milliseconds> parse_duration(std::string_view text) {
  const auto bad = [&](std::string_view why) {
    return fail(ErrorKind::kUsage, fmt::format("'{}' is not a duration: {}", text, why), {},
                "write numbers with the units d, h, m, s or ms, such as 1m30s");
  };
  if (text == "0") return milliseconds{0};
  if (text.empty()) return bad("it is empty");
  constexpr double kMost = 1e15;  // 31,700 years: far below where int64 and double milliseconds lose precision
  double total = 0;
  std::string_view rest = text;
  while (!rest.empty()) {
    double number = 0;
    const auto [end, failed] =
        std::from_chars(rest.data(), rest.data() + rest.size(), number, std::chars_format::fixed);
    const bool starts_with_digit = (rest.front() >= '0' && rest.front() <= '9') || rest.front() == '.';
    if (failed != std::errc{} || !starts_with_digit) return bad("a number was expected");
    rest.remove_prefix(static_cast<std::size_t>(end - rest.data()));
    const Unit* found = nullptr;
    for (const Unit& unit : kUnits) {
      if (rest.substr(0, unit.name.size()) == unit.name) {
        found = &unit;
        break;
      }
    }
    if (found == nullptr) return bad("a unit is missing or unknown");
    rest.remove_prefix(found->name.size());
    total += number * static_cast<double>(found->in_ms);
    if (total > kMost) return bad("it is too long");
  }
  return milliseconds{static_cast<std::int64_t>(total + 0.5)};
}

std::string format_duration(milliseconds duration) {
  std::int64_t rest = duration.count();
  if (rest == 0) return "0s";
  std::string text = rest < 0 ? "-" : "";
  if (rest < 0) rest = -rest;
  if (rest % 86'400'000 == 0) return text + fmt::format("{}d", rest / 86'400'000);
  if (rest < 1000) return text + fmt::format("{}ms", rest);
  if (rest >= 3'600'000) text += fmt::format("{}h", rest / 3'600'000);
  rest %= 3'600'000;
  if (rest >= 60'000) text += fmt::format("{}m", rest / 60'000);
  rest %= 60'000;
  if (rest == 0) return text;
  text += fmt::format("{}", rest / 1000);
  if (rest % 1000 != 0) {
    std::string fraction = fmt::format(".{:03}", rest % 1000);
    fraction.erase(fraction.find_last_not_of('0') + 1);
    text += fraction;
  }
  return text + "s";
}

}  // namespace graduand
