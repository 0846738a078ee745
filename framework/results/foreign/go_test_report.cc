// SPDX-License-Identifier: Apache-2.0
#include "framework/results/foreign/go_test_report.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <map>
#include <optional>

#include "framework/base/text.h"
#include "framework/results/utf8.h"

namespace graduand::results {
namespace {

constexpr std::size_t kMostTests = 100000;
constexpr std::size_t kLongestLine = 1u << 20;
constexpr std::size_t kLongestName = 4096;
constexpr std::size_t kKeptOutput = 64u << 10;
constexpr char kMark = '\x16';

// The end of the text, from the start of a line where it is cut.
void keep_end(std::string& text, std::size_t limit) {
  if (text.size() <= limit) return;
  const std::size_t line = text.find('\n', text.size() - limit);
  text.erase(0, line == std::string::npos ? text.size() - limit : line + 1);
}

std::optional<GoTest::State> state_of(std::string_view word) {
  if (word == "pass" || word == "PASS") return GoTest::State::kPassed;
  if (word == "fail" || word == "FAIL") return GoTest::State::kFailed;
  if (word == "skip" || word == "SKIP") return GoTest::State::kSkipped;
  return std::nullopt;
}

milliseconds duration_of(double seconds) {
  if (!(seconds >= 0 && seconds < 1e9)) return milliseconds(0);
  return milliseconds(std::llround(seconds * 1000));
}

class Reader {
 public:
  Status json_line(std::string_view line) {
    const auto parsed = parse_json(line, "line", {kLongestLine, 16});
    if (!parsed || !parsed->is_object()) return {};
    const std::string action = string_at(*parsed, "Action");
    const std::string name = string_at(*parsed, "Test");
    if (action.empty() || name.size() > kLongestName) return {};
    const std::string output = string_at(*parsed, "Output");
    if (name.empty()) {
      if (action == "output") write(rest_, output);
      return {};
    }
    GRADUAND_TRY_ASSIGN(const std::size_t at, test(string_at(*parsed, "Package"), name));
    if (action == "output") {
      if (!is_of_the_framework(output)) write(outputs_[at], output);
    } else if (const auto state = state_of(action)) {
      end(at, *state, double_at(*parsed, "Elapsed"));
    }
    return {};
  }

  // What follows a mark, up to the end of its line.
  Status framework_line(std::string_view line) {
    line = trim(line);
    for (const std::string_view word : {"=== RUN ", "=== PAUSE ", "=== CONT ", "=== NAME "})
      if (starts_with(line, word)) return begin(trim(line.substr(word.size())));
    if (!starts_with(line, "--- ")) return {};
    const std::size_t colon = line.find(": ");
    const std::size_t bracket = line.rfind(" (");
    if (colon == std::string_view::npos || bracket == std::string_view::npos || bracket < colon + 2) return {};
    const auto state = state_of(line.substr(4, colon - 4));
    const std::string name(line.substr(colon + 2, bracket - colon - 2));
    if (!state || name.empty() || name.size() > kLongestName) return {};
    GRADUAND_TRY_ASSIGN(const std::size_t at, test({}, name));
    double took = 0;
    const std::string_view number = line.substr(bracket + 2);
    std::from_chars(number.data(), number.data() + number.size(), took);
    end(at, *state, took);
    now_ = at;
    return {};
  }

  void output(std::string_view text) { write(now_ ? outputs_[*now_] : rest_, text); }

  GoTestReport take() {
    for (std::size_t i = 0; i < report_.tests.size(); ++i) {
      keep_end(outputs_[i], kKeptOutput);
      report_.tests[i].output = valid_utf8(outputs_[i]);
    }
    keep_end(rest_, kKeptOutput);
    report_.rest = valid_utf8(rest_);
    return std::move(report_);
  }

 private:
  static bool is_of_the_framework(std::string_view output) {
    return starts_with(output, "=== ") || starts_with(trim(output), "--- ");
  }

  Status begin(std::string_view name) {
    if (name.size() > kLongestName) return {};
    now_.reset();
    if (name.empty()) return {};
    GRADUAND_TRY_ASSIGN(now_, test({}, std::string(name)));
    return {};
  }

  Result<std::size_t> test(const std::string& package, const std::string& name) {
    const auto [known, fresh] = places_.try_emplace({package, name}, report_.tests.size());
    if (!fresh) return known->second;
    if (places_.size() > kMostTests) return fail(ErrorKind::kUsage, fmt::format("more than {} tests", kMostTests));
    report_.tests.push_back({valid_utf8(name), valid_utf8(package)});
    outputs_.emplace_back();
    return known->second;
  }

  // A test that failed once stays failed: -test.count repeats it under its name.
  void end(std::size_t at, GoTest::State state, double took) {
    GoTest& test = report_.tests[at];
    if (test.state != GoTest::State::kFailed) test.state = state;
    test.took += duration_of(took);
  }

  static void write(std::string& kept, std::string_view text) {
    kept += text;
    // Now and then, so that a flood costs neither memory nor a copy a line.
    if (kept.size() > 2 * kKeptOutput) keep_end(kept, kKeptOutput);
  }

  GoTestReport report_;
  std::map<std::pair<std::string, std::string>, std::size_t> places_;
  std::vector<std::string> outputs_;
  std::string rest_;
  std::optional<std::size_t> now_;  // whose output comes next
};

Status read_json(std::string_view text, Reader& reader) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = trim(text.substr(0, end));
    if (starts_with(line, "{") && line.size() <= kLongestLine) GRADUAND_TRY(reader.json_line(line));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return {};
}

Status read_marked(std::string_view text, Reader& reader) {
  while (!text.empty()) {
    const std::size_t mark = std::min(text.find(kMark), text.size());
    if (mark > 0) reader.output(text.substr(0, mark));
    text.remove_prefix(std::min(mark + 1, text.size()));
    if (text.empty()) break;
    const std::size_t end = std::min(text.find('\n'), text.size());
    if (end <= kLongestLine) GRADUAND_TRY(reader.framework_line(text.substr(0, end)));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return {};
}

}  // namespace

const GoTest* GoTestReport::find(std::string_view name) const {
  for (const GoTest& test : tests)
    if (test.name == name) return &test;
  return nullptr;
}

Result<GoTestReport> parse_go_test(std::string_view text, std::string_view source) {
  if (text.size() > kGoTestBytes)
    return fail(ErrorKind::kUsage, fmt::format("is longer than {} MiB", kGoTestBytes >> 20), std::string(source));
  // JSON has no such character; where a stray one is in what the go command mixed in, no test is marked.
  for (const bool marked : {true, false}) {
    if (marked && text.find(kMark) == std::string_view::npos) continue;
    Reader reader;
    const Status read = marked ? read_marked(text, reader) : read_json(text, reader);
    if (!read) return fail_with_context(read.error(), std::string(source));
    GoTestReport report = reader.take();
    if (!report.tests.empty() || !marked) return report;
  }
  return GoTestReport{};
}

Failure go_failure(const GoTest& test) {
  Failure failure;
  failure.fatal = true;
  failure.message = trim(test.output);
  std::size_t at = 0;
  while (at < test.output.size()) {
    const std::size_t end = std::min(test.output.find('\n', at), test.output.size());
    const std::string_view line = trim(std::string_view(test.output).substr(at, end - at));
    const std::size_t name = line.find(".go:");
    const std::size_t digits = name == std::string_view::npos ? name : name + 4;
    const std::size_t colon = digits == std::string_view::npos ? digits : line.find(": ", digits);
    int number = 0;
    if (colon != std::string_view::npos && line.substr(0, name).find(' ') == std::string_view::npos) {
      const auto [stop, error] = std::from_chars(line.data() + digits, line.data() + colon, number);
      if (error == std::errc() && stop == line.data() + colon && number > 0) {
        failure.file = line.substr(0, digits - 1);
        failure.line = number;
        const std::size_t message = at + (static_cast<std::size_t>(line.data() - test.output.data()) - at) + colon + 2;
        failure.message = trim(std::string_view(test.output).substr(message));
        return failure;
      }
    }
    at = end + 1;
  }
  return failure;
}

}  // namespace graduand::results
