// SPDX-License-Identifier: Apache-2.0
#include "framework/runner/exec/attempt.h"

#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>

#include "framework/base/files.h"
#include "framework/base/text.h"
#include "framework/catalogue/suites/variables.h"
#include "framework/runner/names.h"

namespace graduand::runner {
namespace {

using catalogue::ExecResults;
using results::GoTest;
using results::JunitCase;
using results::Outcome;

constexpr milliseconds kGrace = seconds(30);
constexpr std::size_t kMostFailures = 100;
constexpr std::size_t kDropNotice = 4096;  // the line that says how much was dropped is shorter

std::string last_line(std::string_view words) {
  const auto lines = split(trim(words), '\n');
  return lines.empty() ? std::string() : shorten(printable(trim(lines.back())), 300);
}

JudgedAttempt crashed(const std::string& why, std::string_view words) {
  const std::string last = last_line(words);
  return {.ending = {Outcome::kCrashed, one_line(last.empty() ? why : why + ": " + last)}};
}

JudgedAttempt outside(const std::string& why, std::string_view words) {
  const std::string last = last_line(words);
  return {.ending = {Outcome::kInfraError, one_line(last.empty() ? why : why + "; its last words: " + last), true}};
}

// With the report's good outcome the process has to end well, too.
JudgedAttempt held_against(JudgedAttempt judged, const ProcessResult& result, std::string_view words) {
  const bool good = judged.ending.outcome == Outcome::kPassed || judged.ending.outcome == Outcome::kSkipped;
  if (!good || result.exit_code == 0) return judged;
  JudgedAttempt bad = crashed(fmt::format("its report says {}, and then it ended with {}",
                                          results::to_string(judged.ending.outcome), describe_end(result)),
                              words);
  bad.measures = std::move(judged.measures);
  return bad;
}

std::string first_line(std::string_view text) {
  text = trim(text);
  return std::string(text.substr(0, text.find('\n')));
}

void add_failure(JudgedAttempt& judged, results::Failure failure) {
  if (judged.failures.size() < kMostFailures) judged.failures.push_back(std::move(failure));
}

// A test of the case's name can be in several packages.
std::vector<const GoTest*> tests_named(const results::GoTestReport& report, const std::string& name) {
  std::vector<const GoTest*> named;
  for (const GoTest& test : report.tests)
    if (test.name == name) named.push_back(&test);
  return named;
}

void add_go_failures(const results::GoTestReport& report, const std::string& name, JudgedAttempt& judged) {
  for (const GoTest& test : report.tests) {
    const bool below = starts_with(test.name, name + "/");
    if (test.state != GoTest::State::kFailed || (test.name != name && !below)) continue;
    results::Failure failure = results::go_failure(test);
    if (failure.message.empty()) continue;  // a parent that failed with its subtests
    if (below) failure.message = test.name + ": " + failure.message;
    add_failure(judged, std::move(failure));
  }
}

}  // namespace

std::map<std::string, std::string> exec_placeholders(const SelectedCase& selected,
                                                     const results::AttemptContext& context) {
  return {{"case", selected.info->name},
          {"case-regex", re2::RE2::QuoteMeta(selected.info->name)},
          {"kubeconfig", context.kubeconfig},
          {"context", context.kube_context},
          {"namespace", context.ns},
          {"artifacts", context.artifacts},
          {"seed", std::to_string(context.seed)},
          {"suite", selected.suite->file.exec.folder.string()}};
}

Result<ProcessSpec> exec_process(const SelectedCase& selected, const AttemptFiles& files,
                                 const results::AttemptContext& context) {
  const catalogue::ExecSettings& settings = selected.suite->file.exec;
  const auto values = exec_placeholders(selected, context);
  std::error_code failed;
  std::filesystem::create_directories(files.artifacts(), failed);
  if (failed)
    return fail(ErrorKind::kInfrastructure, "cannot be made: " + failed.message(), files.artifacts().string());
  ProcessSpec spec;
  for (const std::string& word : settings.run) spec.argv.push_back(catalogue::fill_placeholders(word, values));
  spec.environment = {{"TZ", "UTC"},
                      {"KUBECONFIG", context.kubeconfig.empty() ? "/dev/null" : context.kubeconfig},
                      {"GRADUAND_CONTEXT", context.kube_context},
                      {"GRADUAND_NAMESPACE", context.ns},
                      {"GRADUAND_ARTIFACTS", context.artifacts},
                      {"GRADUAND_CASE", selected.info->name},
                      {"GRADUAND_ATTEMPT_ID", context.attempt_id},
                      {"GRADUAND_SEED", std::to_string(context.seed)},
                      {"GRADUAND_PHASE", context.phase}};
  for (const auto& [name, value] : settings.environment)
    spec.environment[name] = catalogue::fill_placeholders(value, values);
  spec.working_directory = files.folder();
  if (!settings.working_directory.empty())
    spec.working_directory =
        (settings.folder / catalogue::fill_placeholders(settings.working_directory, values)).lexically_normal();
  spec.time_limit = context.time_limit;
  spec.kill_grace = kGrace;
  if (settings.results == ExecResults::kGoTest && settings.results_file.empty())
    spec.output_limit = results::kGoTestBytes - kDropNotice;
  spec.stdout_file = files.stdout_file();
  spec.stderr_file = files.stderr_file();
  return spec;
}

JudgedAttempt judge_exit_code(const ProcessResult& result, const catalogue::ExecSettings& settings,
                              std::string_view words) {
  if (result.exit_code == 0) return {.ending = {Outcome::kPassed, {}}};
  const std::string last = last_line(words);
  const std::string reason = one_line(last.empty() ? describe_end(result) : describe_end(result) + ": " + last);
  if (result.exit_code == settings.skipped_exit_code) return {.ending = {Outcome::kSkipped, reason}};
  JudgedAttempt judged{.ending = {Outcome::kFailed, reason}};
  if (!trim(words).empty()) judged.failures.push_back({{}, 0, std::string(trim(words)), true});
  return judged;
}

JudgedAttempt judge_go_test(const ProcessResult& result, const Result<results::GoTestReport>& report,
                            const std::string& name, std::string_view words) {
  if (!report)
    return crashed(fmt::format("{} without a readable report ({})", describe_end(result), to_string(report.error())),
                   words);
  const auto tests = tests_named(*report, name);
  if (tests.empty())
    return outside(fmt::format("it ran no test of the name {}, and ended with {}", name, describe_end(result)), words);
  const auto any = [&](GoTest::State state) {
    return std::find_if(tests.begin(), tests.end(), [&](const GoTest* test) { return test->state == state; });
  };
  JudgedAttempt judged;
  milliseconds took{0};
  for (const GoTest* test : tests) took += test->took;
  judged.measures.push_back({"test", std::chrono::duration<double>(took).count(), "s"});
  if (any(GoTest::State::kFailed) != tests.end()) {
    add_go_failures(*report, name, judged);
    // A panic is told on the error output.
    if (judged.failures.empty() && !trim(words).empty())
      judged.failures.push_back({{}, 0, std::string(trim(words)), true});
    std::string reason = judged.failures.empty() ? "the test failed" : first_line(judged.failures.front().message);
    if (const std::size_t panic = words.find("panic: "); panic != std::string_view::npos)
      reason = first_line(words.substr(panic));
    judged.ending = {Outcome::kFailed, one_line(reason)};
    return judged;
  }
  if (any(GoTest::State::kRunning) != tests.end())
    return crashed(fmt::format("it ended with {} in the middle of the test", describe_end(result)), words);
  if (any(GoTest::State::kPassed) != tests.end()) {
    judged.ending = {Outcome::kPassed, {}};
  } else {
    const std::string reason = first_line(results::go_failure(*tests.front()).message);
    judged.ending = {Outcome::kSkipped, one_line(reason.empty() ? "the test skipped itself" : reason)};
  }
  return held_against(std::move(judged), result, words);
}

JudgedAttempt judge_junit(const ProcessResult& result, const Result<results::JunitReport>& report,
                          std::string_view words) {
  if (!report)
    return crashed(fmt::format("{} without a readable report ({})", describe_end(result), to_string(report.error())),
                   words);
  if (report->cases.empty())
    return outside(fmt::format("its report has no test case, and it ended with {}", describe_end(result)), words);
  JudgedAttempt judged;
  bool passed = false;
  milliseconds took{0};
  std::string skip;
  for (const JunitCase& one : report->cases) {
    took += one.took;
    passed = passed || one.state == JunitCase::State::kPassed;
    if (one.state == JunitCase::State::kSkipped && skip.empty()) skip = first_line(one.message);
    if (one.state == JunitCase::State::kFailed || one.state == JunitCase::State::kError)
      add_failure(judged, {{}, 0, one.name + ": " + (one.message.empty() ? "failed" : one.message), true});
  }
  judged.measures.push_back({"test", std::chrono::duration<double>(took).count(), "s"});
  if (!judged.failures.empty()) {
    judged.ending = {Outcome::kFailed, one_line(first_line(judged.failures.front().message))};
    return judged;
  }
  if (passed)
    judged.ending = {Outcome::kPassed, {}};
  else
    judged.ending = {Outcome::kSkipped, one_line(skip.empty() ? "skipped by its report" : skip)};
  return held_against(std::move(judged), result, words);
}

JudgedAttempt judge_exec(const SelectedCase& selected, const ProcessResult& result, const AttemptFiles& files) {
  const catalogue::ExecSettings& settings = selected.suite->file.exec;
  const std::string words = files.last_words();
  if (result.timed_out)
    return {.ending = {Outcome::kTimedOut, one_line(describe_end(result, selected.info->time_limit))}};
  if (result.signal != 0) return crashed(describe_end(result), words);
  if (settings.results == ExecResults::kExitCode) return judge_exit_code(result, settings, words);
  const std::filesystem::path file =
      settings.results_file.empty()
          ? files.stdout_file()
          : std::filesystem::path(catalogue::fill_placeholders(
                settings.results_file, {{"artifacts", files.artifacts().string()}, {"case", selected.info->name}}));
  if (settings.results == ExecResults::kGoTest) {
    const auto report = read_file(file, results::kGoTestBytes).and_then([&](const std::string& text) {
      return results::parse_go_test(text, file.filename().string());
    });
    return judge_go_test(result, report, selected.info->name, words);
  }
  const auto report = read_file(file, results::kJunitBytes).and_then([&](const std::string& text) {
    return results::parse_junit(text, file.filename().string());
  });
  return judge_junit(result, report, words);
}

}  // namespace graduand::runner
