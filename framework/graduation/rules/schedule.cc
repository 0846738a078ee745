// SPDX-License-Identifier: Apache-2.0
// The rules that ask whether there is a schedule, and whether it was kept.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>

#include "framework/base/text.h"
#include "framework/graduation/commands/shell.h"
#include "framework/graduation/rules/rules.h"

namespace graduand::graduation {
namespace {

// More days than any schedule has.
constexpr double kNever = 1e9;

// A number of one case in one cell, whether it is enough, and how both read.
struct Measured {
  double value = 0;
  bool enough = false;
  std::string text;
};
using Measure = std::function<Measured(const CaseInCell&)>;

// All pairs of case and cell, those of one cell with the same number in one line, and the worst of all.
struct Table {
  std::optional<double> worst;
  std::vector<std::string> short_of;  // names of cells
};

Table tabulate(const Evidence& evidence, const Measure& measure, bool more_is_better, RuleResult& rule) {
  Table table;
  for (const CellEvidence& cell : evidence.cells) {
    struct Row {
      Measured measured;
      std::vector<std::string> ids;
      std::vector<std::string> attempts;
    };
    std::map<std::pair<double, std::string>, Row> rows;
    bool enough = true;
    for (const CaseInCell& one : cell.cases) {
      if (!one.applicable) continue;
      Measured measured = measure(one);
      enough = enough && measured.enough;
      const double value = measured.value;
      if (!table.worst || (more_is_better ? value < *table.worst : value > *table.worst)) table.worst = value;
      Row& row = rows[{value, measured.text}];
      row.measured = std::move(measured);
      row.ids.push_back(one.info->id);
      if (!one.newest_scheduled.empty() && row.attempts.size() < kIdsOfAFinding)
        row.attempts.push_back(one.newest_scheduled);
    }
    for (auto& [key, row] : rows)
      rule.findings.push_back(
          {row.measured.enough ? Verdict::kPass : Verdict::kNoEvidence,
           fmt::format("{}: {}: {}", cell.cell.name, name_cases(row.ids, cell.cases.size()), row.measured.text),
           std::move(row.attempts)});
    if (!enough) table.short_of.push_back(cell.cell.name);
  }
  rule.verdict = table.worst ? worst(rule.findings) : Verdict::kNoEvidence;
  if (!table.worst) rule.reason = "no case can run in any required cell";
  return table;
}

std::string count_of_days(double n) {
  return number(n) + (n == 1 ? " day" : " days");
}

std::string schedule_names(const Evidence& evidence) {
  std::vector<std::string> names;
  for (const results::Trigger trigger : evidence.policy.scheduled) names.emplace_back(to_string(trigger));
  return join(names, " or ");
}

}  // namespace

RuleResult enough_scheduled_runs(const Evidence& evidence) {
  const Threshold& threshold = evidence.thresholds.min_scheduled_runs;
  const double needed = std::ceil(threshold.value);
  RuleResult rule;
  rule.title = "Enough runs on a schedule";
  rule.source = threshold.source;
  rule.threshold = fmt::format("at least {} ({}) within {} days, per case and required cell",
                               plural(static_cast<long>(needed), "scheduled run"), schedule_names(evidence),
                               number(evidence.thresholds.window_days.value));
  advise_runs(rule, fmt::format("needs {} in each required cell", plural(static_cast<long>(needed), "scheduled run")),
              evidence, wanted_cells(evidence), true);
  if (auto nothing = nothing_to_judge(evidence, rule)) return *nothing;
  if (auto missing = without_cells(evidence, rule)) return *missing;
  const Table table = tabulate(
      evidence,
      [&](const CaseInCell& one) {
        const auto n = static_cast<double>(one.scheduled_runs.size());
        return Measured{n, n >= needed,
                        n >= needed ? plural(static_cast<long>(n), "scheduled run")
                                    : fmt::format("{} of {} scheduled runs", n, needed)};
      },
      true, rule);
  if (table.worst) rule.reason = of_asked(*table.worst, needed, "scheduled runs") + " where there are fewest";
  if (!table.short_of.empty())
    advise_runs(rule, fmt::format("needs up to {} more in {}", needed - *table.worst, join(table.short_of, "; ")),
                evidence, wanted_cells(evidence, table.short_of), true);
  if (rule.verdict == Verdict::kPass) advise_nothing(rule);
  return rule;
}

RuleResult days_with_runs(const Evidence& evidence) {
  const Threshold& threshold = evidence.thresholds.min_days_with_runs;
  RuleResult rule;
  rule.title = "Enough days with a scheduled run";
  rule.source = threshold.source;
  rule.threshold = fmt::format("{} calendar days (UTC) with a scheduled run within {} days, per case and required cell",
                               number(threshold.value), number(evidence.thresholds.window_days.value));
  advise_runs(rule, fmt::format("keep the schedule up for {} days", number(threshold.value)), evidence,
              wanted_cells(evidence), true);
  if (auto nothing = nothing_to_judge(evidence, rule)) return *nothing;
  if (auto missing = without_cells(evidence, rule)) return *missing;
  const Table table = tabulate(
      evidence,
      [&](const CaseInCell& one) {
        const auto n = static_cast<double>(one.days.size());
        const bool enough = n >= threshold.value;
        return Measured{n, enough,
                        enough ? count_of_days(n) : fmt::format("{} of {} days", n, number(threshold.value))};
      },
      true, rule);
  if (table.worst) {
    rule.reason = of_asked(*table.worst, threshold.value, "days with a scheduled run") + " where there are fewest";
    const double wait = std::max(0.0, threshold.value - *table.worst);
    advise_runs(rule, "keep the schedule up until " + format_rfc3339(evidence.input.as_of + days(wait)).substr(0, 10),
                evidence, wanted_cells(evidence, table.short_of), true);
  }
  if (rule.verdict == Verdict::kPass) advise_nothing(rule);
  return rule;
}

RuleResult largest_gap(const Evidence& evidence) {
  const Threshold& threshold = evidence.thresholds.max_gap_days;
  RuleResult rule;
  rule.title = "No long gap in the schedule";
  rule.source = threshold.source;
  rule.threshold = fmt::format("at most {} in a row without a scheduled run, per case and required cell",
                               count_of_days(threshold.value));
  advise(rule, "find out why the job did not run");
  if (auto nothing = nothing_to_judge(evidence, rule)) return *nothing;
  if (auto missing = without_cells(evidence, rule)) return *missing;
  const Table table = tabulate(
      evidence,
      [&](const CaseInCell& one) {
        if (one.days.empty()) return Measured{kNever, false, "no scheduled run"};
        long gap = 0;
        long from = *one.days.begin();
        long last = from;
        for (const long day : one.days) {
          if (day - last - 1 > gap) {
            gap = day - last - 1;
            from = last + 1;
          }
          last = day;
        }
        const auto n = static_cast<double>(gap);
        const bool enough = n <= threshold.value;
        std::string text = count_of_days(n) + " without a run";
        if (!enough)
          text += " from " + format_rfc3339(Timestamp{} + days(static_cast<double>(from))).substr(0, 10) + " on";
        return Measured{n, enough, text};
      },
      false, rule);
  if (table.worst)
    rule.reason = *table.worst >= kNever ? "no scheduled run"
                                         : fmt::format("{} without a run where the gap is largest ({} allowed)",
                                                       count_of_days(*table.worst), number(threshold.value));
  if (rule.verdict == Verdict::kPass) advise_nothing(rule);
  return rule;
}

RuleResult newest_run(const Evidence& evidence) {
  const Threshold& threshold = evidence.thresholds.max_age_days;
  RuleResult rule;
  rule.title = "The schedule is still kept";
  rule.source = threshold.source;
  rule.threshold = fmt::format("the newest scheduled run at most {} old, per case and required cell",
                               count_of_days(threshold.value));
  advise_runs(rule, "start the schedule again", evidence, wanted_cells(evidence), true);
  if (auto nothing = nothing_to_judge(evidence, rule)) return *nothing;
  if (auto missing = without_cells(evidence, rule)) return *missing;
  const Table table = tabulate(
      evidence,
      [&](const CaseInCell& one) {
        if (one.scheduled_runs.empty()) return Measured{kNever, false, "no scheduled run"};
        const double age = static_cast<double>((evidence.input.as_of - one.newest_at).count()) / 86400e6;
        // Tenths of a day, rounded up: 3.01 days are not 3.
        const double tenths = std::ceil(age * 10) / 10;
        const bool enough = age <= threshold.value;
        return Measured{tenths, enough, count_of_days(tenths) + " old"};
      },
      false, rule);
  if (table.worst)
    rule.reason = *table.worst >= kNever ? "no scheduled run"
                                         : fmt::format("{} old where it is oldest ({} allowed)",
                                                       count_of_days(*table.worst), number(threshold.value));
  if (!table.short_of.empty())
    advise_runs(rule, "keep the schedule up in " + join(table.short_of, "; "), evidence,
                wanted_cells(evidence, table.short_of), true);
  if (rule.verdict == Verdict::kPass) advise_nothing(rule);
  return rule;
}

RuleResult ran_when_due(const Evidence& evidence) {
  const Threshold& threshold = evidence.thresholds.min_ran_when_due;
  RuleResult rule;
  rule.title = "Cases ran when they were due";
  rule.source = threshold.source;
  rule.threshold = fmt::format("in {} of the scheduled runs in which it was due, per case and required cell",
                               percent(threshold.value));
  advise(rule, "look at what kept them from running",
         {{"graduand report --feature " + shell_quoted(evidence.input.feature)}, {}});
  if (auto nothing = nothing_to_judge(evidence, rule)) return *nothing;
  if (auto missing = without_cells(evidence, rule)) return *missing;
  struct Worst {
    std::string pair;
    long ran = 0, due = 0;
  };
  std::optional<Worst> worst_pair;
  const Table table = tabulate(
      evidence,
      [&](const CaseInCell& one) {
        const DueCount& due = one.due;
        if (due.due == 0) return Measured{-1, false, "due in no scheduled run"};
        const double part = static_cast<double>(due.ran) / static_cast<double>(due.due);
        if (!worst_pair || due.ran * worst_pair->due < worst_pair->ran * due.due)
          worst_pair = Worst{one.info->id, due.ran, due.due};
        std::vector<std::string> why;
        for (const auto& [reason, runs] : due.missed) why.push_back(fmt::format("{} × {}", runs, reason));
        std::string text = fmt::format("ran in {} of {}", due.ran, plural(due.due, "scheduled run"));
        if (!why.empty()) text += ": " + join(why, ", ");
        return Measured{part, part >= threshold.value, std::move(text)};
      },
      true, rule);
  if (worst_pair) {
    rule.counts.push_back(proportion("ran when due, " + worst_pair->pair, worst_pair->ran, worst_pair->due));
    rule.reason = fmt::format("{} ran in {} of {} where it was least ({} asked)", worst_pair->pair, worst_pair->ran,
                              plural(worst_pair->due, "scheduled run"), percent(threshold.value));
  } else if (table.worst) {
    rule.reason = "no case was due in any scheduled run";
  }
  if (rule.verdict == Verdict::kPass) advise_nothing(rule);
  return rule;
}

}  // namespace graduand::graduation
