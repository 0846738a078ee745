// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <mutex>
#include <string>
#include <string_view>

#include "framework/base/error.h"

namespace graduand {

using std::chrono::milliseconds;
using std::chrono::seconds;

// UTC, microseconds: what RFC 3339 texts in records carry.
using Timestamp = std::chrono::sys_time<std::chrono::microseconds>;
using SteadyTime = std::chrono::steady_clock::time_point;

// The only source of time in the framework, so that tests own it. Thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual Timestamp now() const = 0;          // wall clock, for records
  virtual SteadyTime steady_now() const = 0;  // for durations and deadlines
};

// The machine's clocks; one instance serves the whole process.
const Clock& system_clock();

// A clock that stands still until it is moved. Thread-safe.
class FakeClock final : public Clock {
 public:
  explicit FakeClock(Timestamp start);
  Timestamp now() const override;
  SteadyTime steady_now() const override;
  void advance(std::chrono::microseconds by);

 private:
  mutable std::mutex mutex_;
  Timestamp now_;
  SteadyTime steady_;
};

// "2026-11-21T04:10:00.123456Z"; the fraction is left out when it is zero.
std::string format_rfc3339(Timestamp time);
// Accepts any offset and up to nine fractional digits (RFC 3339 §5.6); kUsage on anything else.
Result<Timestamp> parse_rfc3339(std::string_view text);
// RFC 3339 or a plain date "2026-11-21" (midnight UTC), for --as-of.
Result<Timestamp> parse_time_argument(std::string_view text);

// Durations in Go's notation, as Kubernetes users write them: "90s", "1m30s", "250ms", "2h", also "14d".
Result<milliseconds> parse_duration(std::string_view text);
std::string format_duration(milliseconds duration);

}  // namespace graduand
