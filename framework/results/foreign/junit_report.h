// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "framework/results/records.h"

namespace graduand::results {

// A <testcase> of somebody's JUnit XML.
struct JunitCase {
  enum class State { kPassed, kFailed, kError, kSkipped };
  std::string name;
  std::string classname;
  State state = State::kPassed;
  milliseconds took{0};
  std::string message;  // of the first failure, error or skip: its attribute `message`, and its text
};

struct JunitReport {
  std::vector<JunitCase> cases;  // of all suites, in the file's order
};

// Reads JUnit XML as Ant, Jenkins, Ginkgo, gotestsum and pytest write it: <testsuites> or <testsuite>, which may hold
// further <testsuite>s. Elements and attributes that it does not know are passed over; entities of a document type are
// not expanded. kUsage for what is no XML (cut off, too), or has another root. Foreign input: at most 16 MiB, 100,000
// cases and 64 suites in one another, kUsage beyond; each kept text is valid UTF-8 of at most 64 KiB.
Result<JunitReport> parse_junit(std::string_view text, std::string_view source);

inline constexpr std::size_t kJunitBytes = 16u << 20;

}  // namespace graduand::results
