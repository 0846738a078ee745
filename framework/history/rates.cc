// SPDX-License-Identifier: Apache-2.0
#include "framework/history/rates.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "framework/catalogue/provider_capabilities.h"

namespace graduand::history {
namespace {

using results::Attempt;
using results::Outcome;

// What was seen of one case and cell, beyond the counts.
struct Seen {
  CaseCell row;
  std::set<std::string> runs;
  std::set<std::string> failed_runs;
  std::set<std::string> instances;
  // Same inputs → {passed, failed}.
  std::map<std::tuple<std::string, std::string, std::string, std::string>, std::pair<bool, bool>> by_inputs;
};

void count(Seen& seen, const Attempt& attempt) {
  CaseCell& row = seen.row;
  if (attempt.outcome == Outcome::kNotRun) {
    ++row.not_run;
    return;
  }
  ++row.attempts;
  if (row.first == Timestamp{} || attempt.started < row.first) row.first = attempt.started;
  row.last = std::max(row.last, attempt.started);
  if (attempt.outcome == Outcome::kSkipped) {
    ++row.skipped;
    row.skip_reason = attempt.reason;
  }
  if (attempt.outcome == Outcome::kInfraError) ++row.infra_error;
  if (!results::ran(attempt.outcome)) return;

  const bool failed = results::is_failure(attempt.outcome);
  ++(failed ? row.failed : row.passed);
  seen.runs.insert(attempt.run_id);
  if (failed) seen.failed_runs.insert(attempt.run_id);
  // A foreign attempt may not name its cluster instance; then its run's cell is the best guess.
  seen.instances.insert(attempt.instance_id.empty() ? attempt.run_id + "/" + attempt.cell : attempt.instance_id);
  auto& [passed_here, failed_here] =
      seen.by_inputs[{attempt.first_phase, attempt.last_phase, attempt.kubernetes_version, attempt.suite_revision}];
  (failed ? failed_here : passed_here) = true;
  row.flake = row.flake || (passed_here && failed_here);
}

}  // namespace

std::vector<CaseCell> case_cells(const Selection& selection) {
  std::map<std::string, std::string> providers;  // by cluster instance
  for (const auto& instance : selection.instances) providers[instance.id] = instance.provider;
  // Case, cell, provider, simulated.
  std::map<std::tuple<std::string, std::string, std::string, bool>, Seen> groups;
  for (const Attempt& attempt : selection.attempts) {
    const std::string& identity = attempt.fingerprint.empty() ? attempt.cell : attempt.fingerprint;
    const auto known = providers.find(attempt.instance_id);
    const std::string provider = known == providers.end() ? std::string() : known->second;
    const bool simulated = attempt.simulated || catalogue::capabilities_of(provider).simulated;
    Seen& seen = groups[{attempt.case_id, identity, provider, simulated}];
    seen.row.provider = provider;
    seen.row.simulated = simulated;
    // Attempts come in the order of time, so the last one to write is the newest.
    seen.row.case_id = attempt.case_id;
    seen.row.case_name = attempt.case_name;
    seen.row.suite = attempt.suite;
    seen.row.features = attempt.features;
    seen.row.fingerprint = attempt.fingerprint;
    seen.row.cell = attempt.cell;
    if (!attempt.kubernetes_version.empty()) seen.row.kubernetes_version = attempt.kubernetes_version;
    count(seen, attempt);
  }
  std::vector<CaseCell> rows;
  for (auto& [key, seen] : groups) {
    seen.row.runs = static_cast<long>(seen.runs.size());
    seen.row.failed_runs = static_cast<long>(seen.failed_runs.size());
    seen.row.instances = static_cast<long>(seen.instances.size());
    rows.push_back(std::move(seen.row));
  }
  std::sort(rows.begin(), rows.end(), [](const CaseCell& a, const CaseCell& b) {
    return std::tie(a.case_id, a.cell, a.fingerprint, a.provider, a.simulated) <
           std::tie(b.case_id, b.cell, b.fingerprint, b.provider, b.simulated);
  });
  return rows;
}

}  // namespace graduand::history
