// SPDX-License-Identifier: Apache-2.0
#include "framework/report/digest.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "framework/base/text.h"

namespace graduand::report {

using results::Attempt;
using results::Outcome;

std::vector<RunDigest> digest_runs(const history::Selection& selection) {
  std::map<std::string, RunDigest> by_id;
  for (const Attempt& attempt : selection.attempts) {
    RunDigest& digest = by_id[attempt.run_id];
    digest.passed += attempt.outcome == Outcome::kPassed ? 1 : 0;
    digest.failed += results::is_failure(attempt.outcome) ? 1 : 0;
    digest.skipped += attempt.outcome == Outcome::kSkipped ? 1 : 0;
    digest.infra += attempt.outcome == Outcome::kInfraError ? 1 : 0;
    digest.not_run += attempt.outcome == Outcome::kNotRun ? 1 : 0;
  }
  std::vector<RunDigest> digests;
  for (const results::Run& run : selection.runs) {
    digests.push_back(by_id[run.id]);
    digests.back().run = &run;
  }
  return digests;
}

std::vector<SkipDigest> digest_skips(const history::Selection& selection) {
  std::map<std::string, std::pair<long, std::set<std::string>>> by_reason;
  for (const Attempt& attempt : selection.attempts) {
    if (attempt.outcome != Outcome::kSkipped) continue;
    auto& [attempts, cases] = by_reason[attempt.reason];
    ++attempts;
    cases.insert(attempt.case_id);
  }
  std::vector<SkipDigest> digests;
  for (const auto& [reason, seen] : by_reason)
    digests.push_back({reason, seen.first, {seen.second.begin(), seen.second.end()}});
  std::stable_sort(digests.begin(), digests.end(),
                   [](const SkipDigest& a, const SkipDigest& b) { return a.attempts > b.attempts; });
  return digests;
}

std::vector<const Attempt*> troubles(const history::Selection& selection) {
  std::vector<const Attempt*> found;
  for (auto attempt = selection.attempts.rbegin(); attempt != selection.attempts.rend(); ++attempt)
    if (results::is_failure(attempt->outcome) || attempt->outcome == Outcome::kInfraError) found.push_back(&*attempt);
  // What counts against the feature comes before what does not.
  std::stable_partition(found.begin(), found.end(),
                        [](const Attempt* one) { return results::is_failure(one->outcome); });
  return found;
}

std::vector<std::string> gates_of_interest(const history::Selection& selection) {
  std::set<std::string> gates;
  for (const auto& instance : selection.instances)
    for (const std::string& component : catalogue::components())
      for (const auto& [gate, on] : instance.cell.requested_gates(component)) gates.insert(gate);
  for (const Attempt& attempt : selection.attempts) gates.insert(attempt.features.begin(), attempt.features.end());
  return {gates.begin(), gates.end()};
}

std::string gates_text(const results::ClusterInstance& instance, const std::vector<std::string>& gates) {
  std::vector<std::string> parts;
  for (const std::string& gate : gates) {
    std::map<bool, std::vector<std::string>> where;
    for (const std::string& component : catalogue::components())
      if (const auto on = instance.facts.effective(component, gate)) where[*on].push_back(component);
    if (where.empty()) continue;
    if (where.size() == 1) {
      parts.push_back(gate + (where.begin()->first ? " on" : " off"));
      continue;
    }
    parts.push_back(fmt::format("{} on at {}, off at {}", gate, join(where[true], ", "), join(where[false], ", ")));
  }
  std::vector<std::string> host;
  for (const auto& [gate, on] : instance.host_added_gates) host.push_back(gate + (on ? " on" : " off"));
  if (!host.empty()) parts.push_back("added for the host: " + join(host, ", "));
  if (!instance.facts.unverified_components.empty())
    parts.push_back("unverified: " + join(instance.facts.unverified_components, ", "));
  return parts.empty() ? "–" : join(parts, "; ");
}

std::string failure_text(const Attempt& attempt) {
  std::string text;
  for (const results::Failure& failure : attempt.failures) {
    if (!text.empty()) text += "\n";
    if (!failure.file.empty()) text += fmt::format("{}:{}: ", failure.file, failure.line);
    text += failure.message;
  }
  return text.empty() ? attempt.reason : text;
}

}  // namespace graduand::report
