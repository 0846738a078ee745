// SPDX-License-Identifier: Apache-2.0
#include "tests/fuzz/report_targets.h"

#include <cstdlib>
#include <string>

#include "framework/results/foreign/go_test_report.h"
#include "framework/results/foreign/junit_report.h"
#include "framework/results/utf8.h"

namespace graduand::fuzz {
namespace {

void check(bool promise) {
  if (!promise) std::abort();
}

bool is_kept_well(const std::string& text) {
  return text.size() <= 256u << 10 && results::valid_utf8(text) == text;
}

}  // namespace

void go_test_round(std::string_view bytes) {
  const auto report = results::parse_go_test(bytes, "fuzz");
  if (!report) return check(report.error().kind == ErrorKind::kUsage);
  check(is_kept_well(report->rest));
  for (const results::GoTest& test : report->tests) {
    check(!test.name.empty() && is_kept_well(test.name) && is_kept_well(test.output));
    check(test.took >= milliseconds(0));
    const results::Failure failure = results::go_failure(test);
    check(failure.line >= 0 && (failure.line == 0) == failure.file.empty());
    check(failure.message.size() <= test.output.size());
  }
}

void junit_round(std::string_view bytes) {
  const auto report = results::parse_junit(bytes, "fuzz");
  if (!report) return check(report.error().kind == ErrorKind::kUsage);
  for (const results::JunitCase& one : report->cases) {
    check(is_kept_well(one.name) && is_kept_well(one.classname) && is_kept_well(one.message));
    check(one.took >= milliseconds(0));
  }
}

}  // namespace graduand::fuzz
