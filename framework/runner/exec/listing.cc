// SPDX-License-Identifier: Apache-2.0
#include "framework/runner/exec/listing.h"

#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>
#include <set>

#include "framework/base/text.h"
#include "framework/catalogue/suites/variables.h"
#include "framework/results/utf8.h"

namespace graduand::runner {
namespace {

constexpr milliseconds kListLimit = std::chrono::minutes(1);
constexpr std::size_t kMostCases = 100000;
constexpr std::size_t kLongestName = 300;

using catalogue::CaseRule;

bool fits(const CaseRule& rule, const std::string& name) {
  return rule.pattern.empty() ? rule.name == name : re2::RE2::PartialMatch(name, rule.pattern);
}

void append(std::vector<std::string>& all, const std::vector<std::string>& more) {
  for (const std::string& one : more)
    if (std::find(all.begin(), all.end(), one) == all.end()) all.push_back(one);
}

void apply(const CaseRule& rule, catalogue::CaseInfo& info) {
  if (!rule.description.empty()) info.description = rule.description;
  append(info.features, rule.features);
  append(info.labels, rule.labels);
  append(info.needs, rule.needs);
  append(info.images, rule.images);
  info.time_limit = rule.time_limit.value_or(info.time_limit);
  info.disruptive = info.disruptive || rule.disruptive;
  info.serial = info.serial || rule.serial;
}

}  // namespace

Result<std::vector<std::string>> read_case_names(std::string_view text) {
  std::vector<std::string> names;
  std::set<std::string_view> seen;
  int line = 0;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view name = trim(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    ++line;
    if (name.empty()) continue;
    const auto wrong = [&](const std::string& what) {
      return fail(ErrorKind::kUsage, fmt::format("line {} of the list of cases {}", line, what));
    };
    if (name.size() > kLongestName) return wrong(fmt::format("has more than {} bytes", kLongestName));
    const bool control = std::any_of(name.begin(), name.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; });
    if (control || results::valid_utf8(name) != name) return wrong("is no text in UTF-8");
    if (!seen.insert(name).second) return wrong("names '" + std::string(name) + "' for the second time");
    if (names.size() == kMostCases) return wrong(fmt::format("is beyond the limit of {} cases", kMostCases));
    names.emplace_back(name);
  }
  if (names.empty()) return fail(ErrorKind::kUsage, "the list of cases is empty");
  return names;
}

Result<std::vector<catalogue::CaseInfo>> cases_of_names(const catalogue::SuiteFile& suite,
                                                        const std::vector<std::string>& names) {
  const catalogue::ExecSettings& settings = suite.exec;
  std::vector<catalogue::CaseInfo> cases;
  for (const std::string& name : names) {
    catalogue::CaseInfo info;
    info.suite = suite.name;
    info.id = suite.name + "/" + name;
    info.name = name;
    info.time_limit = settings.time_limit;
    if (const auto renamed = suite.case_renames.find(info.id); renamed != suite.case_renames.end())
      return fail(ErrorKind::kUsage,
                  fmt::format("the case {} is renamed to {}, and still there", info.id, renamed->second),
                  suite.path.string());
    for (const CaseRule& rule : settings.cases)
      if (fits(rule, name)) apply(rule, info);
    cases.push_back(std::move(info));
  }
  // What says more about a case that is not there was meant for another.
  for (const CaseRule& rule : settings.cases) {
    if (std::any_of(names.begin(), names.end(), [&](const std::string& name) { return fits(rule, name); })) continue;
    if (rule.name.empty())
      return fail(ErrorKind::kUsage, "no case fits the pattern '" + rule.pattern + "'", suite.path.string());
    return fail(ErrorKind::kUsage, "more is said about a case '" + rule.name + "', which is not listed",
                suite.path.string(), did_you_mean_hint(rule.name, names));
  }
  return cases;
}

Result<std::vector<std::string>> list_exec_cases(const catalogue::SuiteFile& suite, ProcessRunner& processes,
                                                 const CancelToken& cancel) {
  const catalogue::ExecSettings& settings = suite.exec;
  if (settings.list.empty()) {
    std::vector<std::string> names;
    for (const CaseRule& rule : settings.cases)
      if (!rule.name.empty()) names.push_back(rule.name);
    return names;
  }
  const auto wrong = [&](const std::string& message) { return fail(ErrorKind::kUsage, message, suite.path.string()); };
  ProcessSpec spec;
  for (const std::string& word : settings.list)
    spec.argv.push_back(catalogue::fill_placeholders(word, {{"suite", settings.folder.string()}}));
  spec.environment = {{"TZ", "UTC"}};
  spec.working_directory = settings.folder;
  spec.time_limit = kListLimit;
  spec.kill_grace = seconds(1);
  const auto result = processes.run(spec, cancel);
  if (!result) return wrong("the program that lists its cases cannot be run: " + to_string(result.error()));
  if (result->cancelled)
    return fail(ErrorKind::kCancelled, "interrupted while its cases were listed", suite.path.string());
  if (!result->ok())
    return wrong(fmt::format("its cases could not be listed ({}): {}", describe_end(*result, kListLimit),
                             shorten(printable(trim(result->stderr_text)), 500)));
  if (result->dropped_bytes != 0) return wrong("its list of cases is too long");
  auto names = read_case_names(result->stdout_text);
  if (!names) return wrong(names.error().message);
  return names;
}

}  // namespace graduand::runner
