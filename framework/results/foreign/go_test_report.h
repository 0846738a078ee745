// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "framework/results/records.h"

namespace graduand::results {

// A test of Go's package testing, or a subtest of one ("TestX/sub").
struct GoTest {
  enum class State { kRunning, kPassed, kFailed, kSkipped };  // kRunning: it began, and its end was never told
  std::string name;
  std::string package;  // empty when that is not told
  State state = State::kRunning;
  milliseconds took{0};
  std::string output{};  // what it wrote, without the lines of the framework; valid UTF-8, the last 64 KiB
};

struct GoTestReport {
  std::vector<GoTest> tests;  // in the order in which they began
  std::string rest;           // output of no test, likewise
  const GoTest* find(std::string_view name) const;
};

// Reads either of two forms:
//  - a JSON event a line: `go test -json`, `go tool test2json`. Lines that are none are passed over, since the go
//    command mixes its own into them;
//  - what a test binary prints with -test.v=test2json, where lines of the framework begin with the control character
//    0x16, so that a test cannot print its own end by accident.
// Foreign input: at most 64 MiB and 100,000 tests, kUsage beyond; of a line of more than 1 MiB nothing is read. What is
// cut off reads as far as it goes: the tests whose end is missing are kRunning.
Result<GoTestReport> parse_go_test(std::string_view text, std::string_view source);

inline constexpr std::size_t kGoTestBytes = 64u << 20;

// Where the output names it first: "    foo_test.go:12: message". The message is the rest of the output from there,
// without the indentation of the first line; without such a line it is the whole output.
Failure go_failure(const GoTest& test);

}  // namespace graduand::results
