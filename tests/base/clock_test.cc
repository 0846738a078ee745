// SPDX-License-Identifier: Apache-2.0
#include "framework/base/clock.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace graduand {
namespace {

using std::chrono::microseconds;

Timestamp at(std::int64_t micros) {
  return Timestamp(microseconds(micros));
}

TEST(Rfc3339, WritesTheFractionOnlyWhenThereIsOne) {
  EXPECT_EQ(format_rfc3339(at(0)), "1970-01-01T00:00:00Z");
  EXPECT_EQ(format_rfc3339(at(1'795'234'200'123'456)), "2026-11-21T04:10:00.123456Z");
  EXPECT_EQ(format_rfc3339(at(-1)), "1969-12-31T23:59:59.999999Z");
}

TEST(Rfc3339, ReadsOffsetsFractionsAndLeapSeconds) {
  EXPECT_EQ(parse_rfc3339("1970-01-01T02:00:00+02:00"), at(0));
  EXPECT_EQ(parse_rfc3339("1969-12-31t18:30:00-05:30"), at(0));
  EXPECT_EQ(parse_rfc3339("1970-01-01T00:00:00.1Z"), at(100'000));
  EXPECT_EQ(parse_rfc3339("1970-01-01T00:00:00.123456789Z"), at(123'456));
  EXPECT_EQ(parse_rfc3339("2016-12-31T23:59:60Z"), parse_rfc3339("2017-01-01T00:00:00Z"));
  EXPECT_EQ(parse_time_argument("1970-01-02"), at(86'400'000'000));
}

TEST(Rfc3339, RefusesAnythingElse) {
  for (const char* text :
       {"", "2026", "2026-11-21", "2026-11-21T04:10:00", "2026-13-01T00:00:00Z", "2026-02-29T00:00:00Z",
        "2026-11-21T24:00:00Z", "2026-11-21T04:60:00Z", "2026-11-21T04:10:61Z", "2026-11-21T04:10:00.Z",
        "2026-11-21T04:10:00.1234567890Z", "2026-11-21T04:10:00Zx", "2026-11-21T04:10:00+24:00", "26-11-21T04:10:00Z",
        "2026-11-21 04:10:00Z", "-026-11-21T04:10:00Z"}) {
    const auto time = parse_rfc3339(text);
    EXPECT_FALSE(time) << text;
    if (!time) {
      EXPECT_EQ(time.error().kind, ErrorKind::kUsage);
    }
  }
}

RC_GTEST_PROP(Rfc3339, RoundTrips, ()) {
  const auto time = at(*rc::gen::inRange<std::int64_t>(-62'000'000'000'000'000, 253'000'000'000'000'000));
  RC_ASSERT(parse_rfc3339(format_rfc3339(time)) == time);
}

TEST(Duration, ReadsGoNotationAndDays) {
  EXPECT_EQ(parse_duration("90s"), milliseconds{90'000});
  EXPECT_EQ(parse_duration("1m30s"), milliseconds{90'000});
  EXPECT_EQ(parse_duration("250ms"), milliseconds{250});
  EXPECT_EQ(parse_duration("1.5h"), milliseconds{5'400'000});
  EXPECT_EQ(parse_duration("14d"), milliseconds{14ll * 86'400'000});
  EXPECT_EQ(parse_duration("0"), milliseconds{0});
  for (const char* text :
       {"", "5", "s", "-1s", "1x", "1s ", " 1s", "1 s", "nan", "infs", "1e3s", "99999999999999d", "1us"})
    EXPECT_FALSE(parse_duration(text)) << text;
}

TEST(Duration, IsWrittenShort) {
  EXPECT_EQ(format_duration(milliseconds{0}), "0s");
  EXPECT_EQ(format_duration(milliseconds{250}), "250ms");
  EXPECT_EQ(format_duration(milliseconds{1500}), "1.5s");
  EXPECT_EQ(format_duration(milliseconds{90'000}), "1m30s");
  EXPECT_EQ(format_duration(milliseconds{7'200'000}), "2h");
  EXPECT_EQ(format_duration(milliseconds{14ll * 86'400'000}), "14d");
  EXPECT_EQ(format_duration(milliseconds{-1500}), "-1.5s");
}

RC_GTEST_PROP(Duration, RoundTrips, ()) {
  const milliseconds duration{*rc::gen::inRange<std::int64_t>(0, 1'000'000'000'000)};
  RC_ASSERT(parse_duration(format_duration(duration)) == duration);
}

TEST(FakeClock, MovesOnlyWhenTold) {
  FakeClock clock(at(5));
  const SteadyTime before = clock.steady_now();
  EXPECT_EQ(clock.now(), at(5));
  clock.advance(seconds{2});
  EXPECT_EQ(clock.now(), at(2'000'005));
  EXPECT_EQ(clock.steady_now() - before, seconds{2});
}

TEST(SystemClock, TellsAPlausibleTime) {
  EXPECT_GT(system_clock().now(), *parse_time_argument("2024-01-01"));
  const SteadyTime before = system_clock().steady_now();
  EXPECT_LE(before, system_clock().steady_now());
}

}  // namespace
}  // namespace graduand
