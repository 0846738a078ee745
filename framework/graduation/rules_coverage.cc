// SPDX-License-Identifier: Apache-2.0
// The rules that ask whether there is enough evidence: where, how often, and over how long.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "framework/base/text.h"
#include "framework/graduation/rules.h"

namespace graduand::graduation {
namespace {

constexpr double kMicrosPerDay = 86400e6;

RuleResult without_cells(const Evidence& evidence, RuleResult rule) {
  rule.verdict = Verdict::kNoEvidence;
  rule.reason = evidence.cells_missing;
  rule.next = "name the cells under required_cells in the suite.yaml of " + evidence.input->feature;
  return rule;
}

// The worst of all findings; a pass when there is none.
Verdict worst(const std::vector<Finding>& findings) {
  Verdict verdict = Verdict::kPass;
  for (const Finding& finding : findings) {
    if (finding.verdict == Verdict::kFail) return Verdict::kFail;
    if (finding.verdict == Verdict::kNoEvidence) verdict = Verdict::kNoEvidence;
  }
  return verdict;
}

std::string say_why_not(const CaseInCell& one) {
  if (one.skipped > 0) return "skipped although its needs are met: " + one.skip_reason;
  if (one.infra > 0) return fmt::format("{} ended as infra-error", plural(one.infra, "attempt"));
  return "not run";
}

// One finding for all cases of a cell that did not run for the same reason.
void add_missing(const CellEvidence& cell, RuleResult& rule) {
  std::map<std::string, std::vector<std::string>> by_reason;
  for (const CaseInCell& one : cell.cases)
    if (one.applicable && one.ran == 0) by_reason[say_why_not(one)].push_back(one.info->id);
  for (const auto& [why, ids] : by_reason)
    rule.findings.push_back(
        {Verdict::kNoEvidence, fmt::format("{}: {}: {}", cell.cell.name, name_cases(ids, cell.cases.size()), why), {}});
}

void add_not_applicable(const CellEvidence& cell, RuleResult& rule) {
  std::map<std::string, std::vector<std::string>> by_reason;
  for (const CaseInCell& one : cell.cases)
    if (!one.applicable) by_reason[one.why_not].push_back(one.info->id);
  for (const auto& [why, ids] : by_reason)
    rule.findings.push_back({Verdict::kNotApplicable,
                             fmt::format("{}: {}: {}", cell.cell.name, name_cases(ids, cell.cases.size()), why),
                             {}});
}

// Cases that no required cell let run: each cell had a reason, and together nothing was tested.
void add_never_run(const Evidence& evidence, RuleResult& rule) {
  for (std::size_t i = 0; !evidence.cells.empty() && i < evidence.cells.front().cases.size(); ++i) {
    const CaseInCell* last = nullptr;
    bool could_run = false;
    for (const CellEvidence& cell : evidence.cells) {
      if (i >= cell.cases.size()) continue;
      last = &cell.cases[i];
      could_run = could_run || last->applicable;
    }
    if (last != nullptr && !could_run)
      rule.findings.push_back(
          {Verdict::kNoEvidence, fmt::format("{} ran in no required cell: {}", last->info->id, last->why_not), {}});
  }
}

// Applicable pairs of case and cell, grouped by cell and by how a value reads, so that twelve cases with the same count
// are one line.
template <class Value, class Describe>
void group(const CellEvidence& cell, Value value, Describe describe, RuleResult& rule) {
  std::map<double, std::vector<const CaseInCell*>> by_value;
  for (const CaseInCell& one : cell.cases)
    if (one.applicable) by_value[value(one)].push_back(&one);
  for (const auto& [key, members] : by_value) {
    std::vector<std::string> ids;
    Finding finding;
    for (const CaseInCell* one : members) {
      ids.push_back(one->info->id);
      if (!one->newest_scheduled.empty() && finding.attempt_ids.size() < 20)
        finding.attempt_ids.push_back(one->newest_scheduled);
    }
    const auto [verdict, text] = describe(key);
    finding.verdict = verdict;
    finding.text = fmt::format("{}: {}: {}", cell.cell.name, name_cases(ids, cell.cases.size()), text);
    rule.findings.push_back(std::move(finding));
  }
}

double days(const CaseInCell& one) {
  return static_cast<double>((one.last_scheduled - one.first_scheduled).count()) / kMicrosPerDay;
}

// "3 of 14 runs", and "16 runs (14 asked)" when there are enough.
std::string of_asked(double value, double asked, const std::string& noun) {
  return value < asked ? fmt::format("{} of {} {}", number(value), number(asked), noun)
                       : fmt::format("{} {} ({} asked)", number(value), noun, number(asked));
}

std::string schedule_names(const Evidence& evidence) {
  std::vector<std::string> names;
  for (const results::Trigger trigger : evidence.policy->scheduled) names.emplace_back(to_string(trigger));
  return join(names, " or ");
}

std::string run_command(const Evidence& evidence, bool scheduled) {
  std::string command = "graduand run --profile FILE --label-filter 'FeatureGate:" + evidence.input->feature + "'";
  if (scheduled) command += std::string(" --trigger ") + to_string(evidence.policy->scheduled.front());
  return command;
}

}  // namespace

RuleResult ran_in_every_required_cell(const Evidence& evidence) {
  RuleResult rule;
  rule.id = "ran-in-every-required-cell";
  rule.title = "Every case ran in every required cell";
  rule.source = "required_cells of suite.yaml; that tests exist is not that they ran: kubernetes/kubernetes PR 128627";
  rule.threshold = "each case at least once in each required cell";
  rule.next = "run what is missing: " + run_command(evidence, true);
  if (auto nothing = nothing_to_judge(evidence, rule)) return *nothing;
  if (!evidence.cells_missing.empty()) return without_cells(evidence, rule);

  long wanted = 0;
  long ran = 0;
  std::vector<std::string> absent;
  for (const CellEvidence& cell : evidence.cells) {
    if (!cell.cell.impossible.empty()) {
      rule.findings.push_back({Verdict::kNotApplicable, cell.cell.name + ": " + cell.cell.impossible, {}});
      continue;
    }
    for (const CaseInCell& one : cell.cases) {
      wanted += one.applicable ? 1 : 0;
      ran += one.ran > 0 ? 1 : 0;
    }
    if (cell.instances.empty()) {
      absent.push_back(cell.cell.name);
      rule.findings.push_back({Verdict::kNoEvidence, cell.cell.name + ": no cluster instance was this cell", {}});
    } else {
      add_missing(cell, rule);
      add_not_applicable(cell, rule);
    }
  }
  add_never_run(evidence, rule);
  if (wanted == 0) {
    rule.findings.push_back({Verdict::kNoEvidence, "no case speaks for " + evidence.input->feature, {}});
    rule.next = "write cases that name " + evidence.input->feature + " among their features";
  }
  rule.verdict = worst(rule.findings);
  rule.reason = fmt::format("{} of {} ran", ran, plural(wanted, "pair") + " of case and required cell");
  if (!absent.empty()) {
    rule.reason += "; no cluster was: " + join(absent, "; ");
    rule.next = "bring up a cell that is " + join(absent, "; one that is ") + ": " + run_command(evidence, true);
  }
  if (rule.verdict == Verdict::kPass) rule.next.clear();
  return rule;
}

RuleResult enough_scheduled_runs(const Evidence& evidence) {
  const Threshold& threshold = evidence.thresholds->min_scheduled_runs;
  const auto needed = static_cast<long>(std::ceil(threshold.value));
  RuleResult rule;
  rule.id = "enough-scheduled-runs";
  rule.title = "Enough runs on a schedule";
  rule.source = threshold.source;
  rule.threshold = fmt::format("at least {} scheduled runs ({}) within {} days, per case and required cell", needed,
                               schedule_names(evidence), number(evidence.thresholds->window_days.value));
  rule.next =
      fmt::format("needs {} in each required cell: {}", plural(needed, "scheduled run"), run_command(evidence, true));
  if (auto nothing = nothing_to_judge(evidence, rule)) return *nothing;
  if (!evidence.cells_missing.empty()) return without_cells(evidence, rule);

  std::optional<long> least;
  std::vector<std::string> missing;
  for (const CellEvidence& cell : evidence.cells) {
    std::optional<long> least_here;
    for (const CaseInCell& one : cell.cases) {
      const auto runs = static_cast<long>(one.scheduled_runs.size());
      if (one.applicable) least_here = std::min(least_here.value_or(runs), runs);
    }
    if (least_here) least = std::min(least.value_or(*least_here), *least_here);
    if (least_here && *least_here < needed)
      missing.push_back(fmt::format("{} more in {}", needed - *least_here, cell.cell.name));
    group(
        cell, [](const CaseInCell& one) { return static_cast<double>(one.scheduled_runs.size()); },
        [&](double runs) {
          const auto n = static_cast<long>(runs);
          return std::pair(
              n >= needed ? Verdict::kPass : Verdict::kNoEvidence,
              n >= needed ? plural(n, "scheduled run") : fmt::format("{} of {} scheduled runs", n, needed));
        },
        rule);
  }
  rule.verdict = least ? worst(rule.findings) : Verdict::kNoEvidence;
  rule.reason = least ? of_asked(static_cast<double>(*least), needed, "scheduled runs") + " where there are fewest"
                      : "no case can run in any required cell";
  if (!missing.empty())
    rule.next = fmt::format("needs scheduled runs: {}: {}", join(missing, "; "), run_command(evidence, true));
  if (rule.verdict == Verdict::kPass) rule.next.clear();
  return rule;
}

RuleResult time_covered(const Evidence& evidence) {
  const Threshold& threshold = evidence.thresholds->min_days_covered;
  RuleResult rule;
  rule.id = "time-covered";
  rule.title = "Scheduled runs cover enough time";
  rule.source = threshold.source;
  rule.threshold = fmt::format("{} days from the first to the last scheduled run, per case and required cell",
                               number(threshold.value));
  rule.next = fmt::format("keep the schedule up for {} days", number(threshold.value));
  if (auto nothing = nothing_to_judge(evidence, rule)) return *nothing;
  if (!evidence.cells_missing.empty()) return without_cells(evidence, rule);

  std::optional<double> least;
  std::optional<Timestamp> latest_start;  // of the youngest schedule: when it will have lasted, all have
  for (const CellEvidence& cell : evidence.cells) {
    for (const CaseInCell& one : cell.cases) {
      if (!one.applicable) continue;
      least = std::min(least.value_or(days(one)), days(one));
      const Timestamp start = one.scheduled_runs.empty() ? evidence.input->as_of : one.first_scheduled;
      latest_start = std::max(latest_start.value_or(start), start);
    }
    // Tenths of a day, rounded down: 13.99 days are not 14.
    group(
        cell, [](const CaseInCell& one) { return std::floor(days(one) * 10) / 10; },
        [&](double covered) {
          const bool enough = covered >= threshold.value;
          return std::pair(
              enough ? Verdict::kPass : Verdict::kNoEvidence,
              fmt::format("{} {}days", number(covered), enough ? "" : fmt::format("of {} ", number(threshold.value))));
        },
        rule);
  }
  rule.verdict = least ? worst(rule.findings) : Verdict::kNoEvidence;
  rule.reason = least ? of_asked(std::floor(*least * 10) / 10, threshold.value, "days") +
                            " from first to last scheduled run where it is shortest"
                      : "no case can run in any required cell";
  if (latest_start) {
    const auto wait = std::chrono::microseconds(static_cast<std::int64_t>(threshold.value * kMicrosPerDay));
    rule.next = "keep the schedule up until " + format_rfc3339(*latest_start + wait).substr(0, 10);
  }
  if (rule.verdict == Verdict::kPass) rule.next.clear();
  return rule;
}

}  // namespace graduand::graduation
