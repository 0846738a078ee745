// SPDX-License-Identifier: Apache-2.0
// The rules that hold the two sides of the gate against each other.
#include <fmt/format.h>

#include <algorithm>

#include "framework/base/text.h"
#include "framework/graduation/behaviour.h"
#include "framework/graduation/rules/rules.h"

namespace graduand::graduation {
namespace {

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const std::size_t half = values.size() / 2;
  return values.size() % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
}

// A measure's values, one for each cluster instance: repeats inside one are correlated.
struct Sides {
  std::map<std::string, std::vector<double>> on, off;  // instance → values
  std::string unit;
  std::vector<std::string> ids;
};

void take(Sides& sides, const results::Attempt& attempt, const std::string& measure, bool on) {
  for (const results::Measure& one : attempt.measures) {
    if (one.name != measure || one.value != one.value) continue;
    (on ? sides.on : sides.off)[attempt.instance_id].push_back(one.value);
    sides.unit = one.unit;
    if (sides.ids.size() < kIdsOfAFinding) sides.ids.push_back(attempt.id);
  }
}

std::vector<double> medians(const std::map<std::string, std::vector<double>>& by_instance) {
  std::vector<double> all;
  for (const auto& [id, values] : by_instance) all.push_back(median(values));
  return all;
}

}  // namespace

RuleResult default_behaviour(const Evidence& evidence) {
  RuleResult rule;
  const Threshold& threshold = evidence.thresholds.behaviour_level;
  rule.title = "Who does not use the feature sees no difference";
  rule.source = threshold.source;
  rule.threshold = fmt::format(
      "no case of another feature fails significantly more with the gate on, at level {} over "
      "all cases",
      number(threshold.value));
  if (evidence.input.info.gates.empty()) {
    rule.verdict = Verdict::kNotApplicable;
    rule.reason = evidence.input.feature + " has no gate";
    return rule;
  }
  if (auto nothing = nothing_to_judge(evidence, rule)) return *nothing;
  const Behaviour behaviour = compare_behaviour(evidence.input, evidence.policy, evidence.filter, evidence.timelines);
  if (behaviour.cases.empty()) {
    rule.verdict = Verdict::kNotApplicable;
    rule.reason = "no case of another feature ran with the gate on and with it off";
    return rule;
  }
  long differing = 0;
  for (const CaseComparison& one : behaviour.cases) {
    if (!one.differs) continue;
    ++differing;
    rule.findings.push_back(
        {Verdict::kFail,
         fmt::format("{} at {}: failed in {} of {} with the gate on, in {} of {} off; by chance p = "
                     "{:.2g}",
                     one.case_id, one.minor, one.failed_on, one.ran_on, one.failed_off, one.ran_off, one.p),
         one.attempt_ids});
  }
  rule.verdict = worst(rule.findings);
  rule.reason = fmt::format("{} of {} of other features failed more with the gate on", differing,
                            plural(static_cast<long>(behaviour.cases.size()), "case"));
  if (differing > 0) advise(rule, "the gate changes what others see: find out why before it is on by default");
  return rule;
}

RuleResult resources_compared(const Evidence& evidence) {
  constexpr std::size_t kInstancesASide = 3;
  RuleResult rule;
  rule.title = "The feature costs what it may";
  rule.source =
      "comparisons of features/*.yaml; kubernetes/enhancements keps/NNNN-kep-template/README.md, "
      "\"Scalability\": non-negligible increase of resource usage (CPU, RAM, disk, IO)";
  rule.threshold = fmt::format("medians of at least {} cluster instances a side, gate on against off",
                               static_cast<int>(kInstancesASide));
  const auto& comparisons = evidence.input.info.comparisons;
  if (comparisons.empty()) {
    rule.verdict = Verdict::kNotApplicable;
    rule.reason = "the feature file names none";
    return rule;
  }
  if (auto nothing = nothing_to_judge(evidence, rule)) return *nothing;
  std::vector<std::string> parts;
  for (const catalogue::Comparison& comparison : comparisons) {
    Sides sides;
    for (auto one = evidence.attempts.rbegin(); one != evidence.attempts.rend(); ++one) {
      if (!one->in_window || !one->verified || !one->ran()) continue;
      const GateState state = gate_state(evidence.input.info, one->facts);
      if (state == GateState::kOn || state == GateState::kOff)
        take(sides, *one->attempt, comparison.measure, state == GateState::kOn);
    }
    Finding finding;
    finding.attempt_ids = sides.ids;
    if (sides.on.size() < kInstancesASide || sides.off.size() < kInstancesASide) {
      finding.text = fmt::format("{}: measured on {} with the gate on, on {} off", comparison.measure,
                                 plural(static_cast<long>(sides.on.size()), "cluster instance"), sides.off.size());
    } else {
      const double on = median(medians(sides.on));
      const double off = median(medians(sides.off));
      const double ratio = off > 0 ? on / off : (on > 0 ? 1e9 : 1);
      finding.verdict = ratio <= comparison.at_most ? Verdict::kPass : Verdict::kFail;
      finding.text =
          fmt::format("{}: {:.4g} {} with the gate on, {:.4g} {} off: {:.2f} times (at most {})", comparison.measure,
                      on, sides.unit, off, sides.unit, ratio, number(comparison.at_most));
    }
    parts.push_back(finding.text);
    rule.findings.push_back(std::move(finding));
  }
  rule.verdict = worst(rule.findings);
  rule.reason = join(parts, "; ");
  if (rule.verdict == Verdict::kNoEvidence)
    advise(rule, "schedule cases that measure it (ctx().measure) in cells with the gate on and off");
  return rule;
}

}  // namespace graduand::graduation
