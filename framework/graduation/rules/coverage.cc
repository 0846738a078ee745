// SPDX-License-Identifier: Apache-2.0
// The rules that ask where it ran: in every required cell, with the gate on and off, on clusters that were read back.
#include <fmt/format.h>

#include <algorithm>

#include "framework/base/contains.h"
#include "framework/base/text.h"
#include "framework/catalogue/labels/label_filter.h"
#include "framework/graduation/rules/rules.h"

namespace graduand::graduation {
namespace {

std::string say_why_not(const CaseInCell& one) {
  if (one.skipped > 0) return "skipped although its needs are met: " + one.skip_reason;
  if (one.infra > 0) return fmt::format("{} ended as infra-error", plural(one.infra, "attempt"));
  return "not run";
}

// One finding for all cases of a cell for which the same is to be said.
void add_grouped(const CellEvidence& cell, Verdict verdict, RuleResult& rule) {
  std::map<std::string, std::vector<std::string>> by_reason;
  for (const CaseInCell& one : cell.cases) {
    if (verdict == Verdict::kNotApplicable && !one.applicable) by_reason[one.why_not].push_back(one.info->id);
    if (verdict == Verdict::kNoEvidence && one.applicable && one.ran == 0)
      by_reason[say_why_not(one)].push_back(one.info->id);
  }
  for (const auto& [why, ids] : by_reason)
    rule.findings.push_back(
        {verdict, fmt::format("{}: {}: {}", cell.cell.name, name_cases(ids, cell.cases.size()), why), {}});
}

// Cases that no required cell let run: each cell had a reason, and together nothing was tested.
void add_never_run(const Evidence& evidence, RuleResult& rule) {
  std::map<std::string, std::pair<bool, std::string>> cases;  // id → could run, why not
  for (const CellEvidence& cell : evidence.cells)
    for (const CaseInCell& one : cell.cases) {
      auto& [could_run, why] = cases[one.info->id];
      could_run = could_run || one.applicable;
      if (!one.applicable) why = one.why_not;
    }
  for (const auto& [id, seen] : cases)
    if (!seen.first)
      rule.findings.push_back(
          {Verdict::kNoEvidence, fmt::format("{} ran in no required cell: {}", id, seen.second), {}});
}

// A suite that is not there has no cases, and what is not there did not run.
void add_absent_suites(const Evidence& evidence, RuleResult& rule) {
  for (const std::string& suite : evidence.input.info.required_suites)
    if (std::none_of(evidence.input.cases.begin(), evidence.input.cases.end(), [&](const catalogue::CaseInfo& info) {
          return info.suite == suite && contains(info.features, evidence.input.feature);
        }))
      rule.findings.push_back(
          {Verdict::kNoEvidence,
           fmt::format("the suite {} was not found, or has no case for {}", suite, evidence.input.feature),
           {}});
}

// A cell with the gate on (or off) at every component that has it, of a version that is asked for.
WantedCell wanted_side(const std::string& gate, bool on, const Evidence& evidence) {
  return {[&evidence, gate, on](const PlannedWay& way) {
            const auto& phases = way.timeline().phases;
            return std::any_of(phases.begin(), phases.end(), [&](const TimelinePhase& phase) {
              return (evidence.cells.empty() || evidence.is_required_version(phase.facts->api_server_version)) &&
                     gate_state(gate, evidence.input.info.components_of(gate), phase.measured()) ==
                         (on ? GateState::kOn : GateState::kOff);
            });
          },
          "with a cell that has " + gate + (on ? " on" : " off")};
}

// Counts the attempts with the gate on (or off) and says what came out.
Finding look_at_side(const std::string& gate, bool on, const Evidence& evidence, RuleResult& rule) {
  Finding finding;
  long passed = 0;
  long ran = 0;
  const auto& components = evidence.input.info.components_of(gate);
  for (auto one = evidence.attempts.rbegin(); one != evidence.attempts.rend(); ++one) {
    if (!one->in_window || !one->verified || !one->ran()) continue;
    if (gate_state(gate, components, one->facts) != (on ? GateState::kOn : GateState::kOff)) continue;
    ++ran;
    if (one->failed()) continue;
    ++passed;
    if (finding.attempt_ids.size() < kIdsOfAFinding) finding.attempt_ids.push_back(one->attempt->id);
  }
  const std::string side = gate + (on ? " on" : " off");
  rule.counts.push_back(proportion("passed per attempt, " + side, passed, ran));
  finding.verdict = passed > 0 ? Verdict::kPass : Verdict::kNoEvidence;
  finding.text = fmt::format("{}: {} of {} passed", side, passed, plural(ran, "attempt"));
  return finding;
}

}  // namespace

RuleResult ran_in_every_required_cell(const Evidence& evidence) {
  RuleResult rule;
  rule.title = "Every case ran in every required cell";
  rule.source =
      "required-cells of features/*.yaml; that tests exist is not that they ran: kubernetes/kubernetes PR 128627";
  rule.threshold = "each case at least once in each required cell";
  advise_runs(rule, "run what is missing", evidence, wanted_cells(evidence), true);
  if (auto nothing = nothing_to_judge(evidence, rule)) return *nothing;
  if (auto missing = without_cells(evidence, rule)) return *missing;

  long wanted = 0;
  long ran = 0;
  std::vector<std::string> absent;
  std::vector<std::string> short_of;
  for (const CellEvidence& cell : evidence.cells) {
    if (!cell.cell.impossible.empty()) {
      rule.findings.push_back({Verdict::kNotApplicable, cell.cell.name + ": " + cell.cell.impossible, {}});
      continue;
    }
    for (const CaseInCell& one : cell.cases) {
      wanted += one.applicable ? 1 : 0;
      ran += one.ran > 0 ? 1 : 0;
      if (one.applicable && one.ran == 0 && !contains(short_of, cell.cell.name)) short_of.push_back(cell.cell.name);
    }
    if (cell.instances.empty()) {
      absent.push_back(cell.cell.name);
      if (!contains(short_of, cell.cell.name)) short_of.push_back(cell.cell.name);
      rule.findings.push_back({Verdict::kNoEvidence, cell.cell.name + ": no cluster instance was this cell", {}});
    } else {
      add_grouped(cell, Verdict::kNoEvidence, rule);
      add_grouped(cell, Verdict::kNotApplicable, rule);
    }
  }
  if (short_of.empty())
    advise(rule, "see to it that what is named above can run");
  else
    advise_runs(rule, "run what is missing", evidence, wanted_cells(evidence, short_of), true);
  add_never_run(evidence, rule);
  add_absent_suites(evidence, rule);
  if (wanted == 0) {
    rule.findings.push_back({Verdict::kNoEvidence, "no case speaks for " + evidence.input.feature, {}});
    advise(rule, "write cases that name " + evidence.input.feature + " among their features");
  }
  rule.verdict = worst(rule.findings);
  rule.reason = fmt::format("{} of {} ran", ran, plural(wanted, "pair") + " of case and required cell");
  if (!absent.empty()) rule.reason += "; no cluster was: " + join(absent, "; ");
  if (rule.verdict == Verdict::kPass) advise_nothing(rule);
  return rule;
}

RuleResult gate_on_and_off(const Evidence& evidence) {
  RuleResult rule;
  rule.title = "The gate was tested on and off";
  rule.source =
      "kubernetes/enhancements keps/NNNN-kep-template/README.md, \"Feature Enablement and Rollback\"; on clusters of "
      "their own this is no enablement test, see toggled-while-running";
  rule.threshold = "a passed attempt with each gate effectively on, and off where it is not locked";
  if (auto nothing = nothing_to_judge(evidence, rule)) return *nothing;
  if (evidence.input.info.gates.empty()) {
    rule.verdict = Verdict::kNotApplicable;
    rule.reason = evidence.input.feature + " has no gate";
    return rule;
  }
  std::vector<std::string> parts;
  std::vector<std::string> missing;
  std::vector<WantedCell> wanted;
  for (const std::string& gate : evidence.input.info.gates)
    for (const bool on : {true, false}) {
      if (!on && !evidence.cells.empty() && !evidence.is_unlocked_in_a_cell(gate)) {
        rule.findings.push_back(
            {Verdict::kNotApplicable, gate + " off: it is locked at the version of every required cell", {}});
        parts.push_back(gate + " off: locked");
        continue;
      }
      Finding finding = look_at_side(gate, on, evidence, rule);
      if (finding.verdict == Verdict::kNoEvidence) {
        missing.push_back(gate + (on ? " on" : " off"));
        wanted.push_back(wanted_side(gate, on, evidence));
      }
      parts.push_back(finding.text);
      rule.findings.push_back(std::move(finding));
    }
  rule.verdict = missing.empty() ? Verdict::kPass : Verdict::kNoEvidence;
  rule.reason = join(parts, "; ");
  if (!missing.empty())
    advise_runs(rule, "run a cell with " + join(missing, ", and one with "), evidence, wanted, false);
  return rule;
}

RuleResult effective_gates_verified(const Evidence& evidence) {
  RuleResult rule;
  rule.title = "The effective gates were read back";
  rule.source =
      "component-base metric kubernetes_feature_enabled (kubernetes/kubernetes PR 112690); jobs that skipped "
      "their tests unseen: kubernetes/test-infra issue 34303";
  rule.threshold = "every component that has the gate; evidence of a cluster where one was not read supports nothing";
  if (auto nothing = nothing_to_judge(evidence, rule)) return *nothing;

  std::map<std::string, std::pair<bool, const CountedAttempt*>> used;  // instance → verified throughout, its newest
  for (const CountedAttempt& one : evidence.attempts) {
    if (!one.in_window || !one.ran()) continue;
    auto& [good, newest] = used.try_emplace(one.attempt->instance_id, true, &one).first->second;
    good = good && one.verified;
    newest = &one;
  }
  std::map<std::pair<std::string, std::string>, Finding> findings;  // cell, components
  long bad = 0;
  for (const auto& [id, seen] : used) {
    if (seen.first) continue;
    ++bad;
    const CountedAttempt& one = *seen.second;
    std::vector<std::string> components = {"all components"};
    std::string cell = "a cluster without a record";
    if (one.timeline != nullptr) {
      cell = one.timeline->instance->cell.display_name();
      std::set<std::string> all;
      for (const TimelinePhase& phase : one.timeline->phases)
        for (std::string& name : unverified(evidence.input.info, phase.measured())) all.insert(std::move(name));
      if (!all.empty()) components.assign(all.begin(), all.end());
    }
    Finding& finding = findings[{cell, join(components, ", ")}];
    if (finding.attempt_ids.size() < kIdsOfAFinding) finding.attempt_ids.push_back(one.attempt->id);
  }
  const auto all = static_cast<long>(used.size());
  for (auto& [key, finding] : findings) {
    finding.verdict = bad == all ? Verdict::kNoEvidence : Verdict::kNotApplicable;
    finding.text = fmt::format("{}: {} unverified; its passes do not count", key.first, key.second);
    rule.findings.push_back(std::move(finding));
  }
  rule.counts.push_back(proportion("verified per cluster instance", all - bad, all));
  rule.verdict = bad == all ? Verdict::kNoEvidence : Verdict::kPass;
  rule.reason = fmt::format("{} of {} verified", all - bad, plural(all, "cluster instance"));
  if (rule.verdict != Verdict::kPass) advise(rule, "run on clusters whose nodes can be reached (provider kind)");
  return rule;
}

RuleResult required_scenarios(const Evidence& evidence) {
  RuleResult rule;
  rule.title = "What the feature is known to depend on was tried";
  rule.source =
      "scenarios of features/*.yaml; promotions that were reverted for what no test did: "
      "kubernetes/kubernetes PRs 109487, 117751";
  rule.threshold = "a passed case of each scenario with the gates on";
  const auto& scenarios = evidence.input.info.scenarios;
  if (scenarios.empty()) {
    rule.verdict = Verdict::kNotApplicable;
    rule.reason = "the feature file names none";
    return rule;
  }
  if (auto nothing = nothing_to_judge(evidence, rule)) return *nothing;
  long met = 0;
  for (const catalogue::Scenario& scenario : scenarios) {
    const auto filter = catalogue::LabelFilter::parse(scenario.labels);
    long passed = 0;
    long ran = 0;
    Finding finding;
    for (auto one = evidence.attempts.rbegin(); one != evidence.attempts.rend(); ++one) {
      if (!filter || !one->in_window || !one->verified || !one->ran() || !filter->matches(one->attempt->labels))
        continue;
      if (!evidence.input.info.gates.empty() && gate_state(evidence.input.info, one->facts) != GateState::kOn) continue;
      ++ran;
      passed += one->failed() ? 0 : 1;
      if (finding.attempt_ids.size() < kIdsOfAFinding) finding.attempt_ids.push_back(one->attempt->id);
    }
    finding.verdict = passed > 0 ? Verdict::kPass : Verdict::kNoEvidence;
    met += passed > 0 ? 1 : 0;
    finding.text = fmt::format("{}: {} of {} passed", scenario.name, passed, plural(ran, "attempt"));
    if (ran == 0) finding.text = scenario.name + ": no case with " + scenario.labels + " ran with the gates on";
    rule.findings.push_back(std::move(finding));
  }
  rule.verdict = worst(rule.findings);
  rule.reason = fmt::format("{} of {} passed", met, plural(static_cast<long>(scenarios.size()), "scenario"));
  if (rule.verdict != Verdict::kPass) advise(rule, "write and schedule cases for what is missing");
  return rule;
}

}  // namespace graduand::graduation
