// SPDX-License-Identifier: Apache-2.0
#include "framework/report/fixed_costs.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>

#include "framework/results/foreign/ginkgo_report.h"

namespace graduand::report {
namespace {

struct Samples {
  std::vector<double> process_start, before_suite;
};

std::optional<double> measure(const results::Attempt& attempt, const char* name) {
  for (const auto& one : attempt.measures)
    if (one.name == name) return one.value;
  return std::nullopt;
}

// Of at least one value; the mean of the middle two when there is no middle one.
double median(std::vector<double>& values) {
  std::sort(values.begin(), values.end());
  const std::size_t half = values.size() / 2;
  return values.size() % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
}

}  // namespace

std::vector<FixedCosts> fixed_costs(const results::RunContents& contents) {
  std::map<std::string, Samples> by_suite;
  for (const auto& attempt : contents.attempts) {
    const auto start = measure(attempt, results::kProcessStart), before = measure(attempt, results::kBeforeSuite);
    if (!start || !before) continue;
    Samples& samples = by_suite[attempt.case_id.substr(0, attempt.case_id.find('/'))];
    samples.process_start.push_back(*start);
    samples.before_suite.push_back(*before);
  }
  std::vector<FixedCosts> costs;
  for (auto& [suite, samples] : by_suite)
    costs.push_back({suite, static_cast<int>(samples.process_start.size()), median(samples.process_start),
                     median(samples.before_suite)});
  return costs;
}

std::string fixed_costs_text(const std::vector<FixedCosts>& costs) {
  std::string text;
  for (const FixedCosts& one : costs)
    text += fmt::format("{}: a process costs {:.2f} s to start and {:.2f} s in BeforeSuite (medians of {} attempts)\n",
                        one.suite, one.process_start_s, one.before_suite_s, one.attempts);
  return text;
}

json::array fixed_costs_json(const std::vector<FixedCosts>& costs) {
  json::array rows;
  for (const FixedCosts& one : costs)
    rows.push_back(json::object{{"suite", one.suite},
                                {"attempts", one.attempts},
                                {"process_start_s", one.process_start_s},
                                {"before_suite_s", one.before_suite_s}});
  return rows;
}

}  // namespace graduand::report
