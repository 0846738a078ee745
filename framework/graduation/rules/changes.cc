// SPDX-License-Identifier: Apache-2.0
// The rules about changes of running clusters: gates, versions, and what differs between nodes meanwhile.
#include <fmt/format.h>

#include <algorithm>

#include "framework/base/text.h"
#include "framework/graduation/cycles.h"
#include "framework/graduation/rules/rules.h"

namespace graduand::graduation {
namespace {

using catalogue::CellFacts;
using catalogue::KubeVersion;

RuleResult not_asked(RuleResult rule, std::string why) {
  rule.verdict = Verdict::kNotApplicable;
  rule.reason = std::move(why);
  return rule;
}

// Clusters on which changes are looked at.
std::vector<const InstanceTimeline*> changing(const Evidence& evidence) {
  std::vector<const InstanceTimeline*> all;
  for (const InstanceTimeline& timeline : evidence.timelines)
    if (timeline.phases.size() > 1 && evidence.filter.counts(*timeline.instance)) all.push_back(&timeline);
  return all;
}

bool at_required_versions(const Evidence& evidence, const InstanceTimeline& timeline, std::size_t from,
                          std::size_t to) {
  for (std::size_t i = from; i <= to; ++i)
    if (!timeline.phases[i].facts || !evidence.is_settled(*timeline.phases[i].facts) ||
        !evidence.is_required_version(timeline.phases[i].facts->api_server_version))
      return false;
  return true;
}

// A gate can be switched at the release or at a version that a required cell asks for.
bool can_be_switched(const std::string& gate, const Evidence& evidence) {
  const auto spec = catalogue::FeatureGates::builtin().at(gate, evidence.input.release);
  return (spec && !spec->locked) || evidence.is_unlocked_in_a_cell(gate);
}

// What one cluster's cycle of a gate lacks; empty: nothing.
std::string lacks(const Evidence& evidence, const GateCycle& cycle, Finding& finding) {
  const InstanceTimeline& timeline = *cycle.timeline;
  if (!at_required_versions(evidence, timeline, cycle.on, cycle.on_again))
    return "it is of a version that no required cell asks for";
  std::set<std::string> before;
  for (std::size_t i = 0; i < cycle.off; ++i)
    for (const std::string& id : attempts_in(evidence, timeline, i).phased_cases) before.insert(id);
  const InPhase off = attempts_in(evidence, timeline, cycle.off);
  const InPhase again = attempts_in(evidence, timeline, cycle.on_again);
  if (off.passed == 0) return "no case passed after it was switched off";
  if (again.passed == 0) return "no case passed after it was switched on again";
  const bool kept = std::any_of(before.begin(), before.end(), [&](const std::string& id) {
    return off.phased_cases.contains(id) && again.phased_cases.contains(id);
  });
  if (!kept) return "no phased case made objects before and looked after them in both phases";
  for (const InPhase* phase : {&again, &off})
    for (const std::string& id : phase->passed_ids)
      if (finding.attempt_ids.size() < kIdsOfAFinding) finding.attempt_ids.push_back(id);
  return {};
}

WantedCell wanted_cycle(const std::string& gate, const Evidence& evidence) {
  return {[&evidence, gate](const PlannedWay& way) {
            const auto cycle = gate_cycle(way.timeline(), gate, evidence.input.info.components_of(gate));
            return cycle && at_required_versions(evidence, way.timeline(), cycle->on, cycle->on_again);
          },
          "whose transitions set " + gate + " off and on again"};
}

// Kubelets so many minors behind, where the gate is not off everywhere.
WantedCell wanted_skew(int minors, const Evidence& evidence) {
  return {[&evidence, minors](const PlannedWay& way) {
            const auto& phases = way.timeline().phases;
            return std::any_of(phases.begin(), phases.end(), [&](const TimelinePhase& phase) {
              return evidence.is_required_version(phase.facts->api_server_version) &&
                     gate_state(evidence.input.info, phase.measured()) != GateState::kOff &&
                     minors_behind(*phase.facts) >= minors;
            });
          },
          fmt::format("with a node {} older than a control plane of {}", plural(minors, "minor"),
                      evidence.input.release.minor_str())};
}

}  // namespace

RuleResult toggled_while_running(const Evidence& evidence) {
  const Threshold& threshold = evidence.thresholds.min_toggle_cycles;
  RuleResult rule;
  rule.title = "The gate was switched on a running cluster";
  rule.source = threshold.source;
  rule.threshold = fmt::format(
      "on → off → on at every component that has the gate, on {}, with objects made before and "
      "cases after each switch",
      plural(static_cast<long>(threshold.value), "cluster instance"));
  const auto& info = evidence.input.info;
  if (threshold.value == 0) return not_asked(rule, "the policy does not ask for it");
  if (info.gates.empty()) return not_asked(rule, info.name + " has no gate");
  if (std::none_of(info.gates.begin(), info.gates.end(),
                   [&](const std::string& gate) { return can_be_switched(gate, evidence); }))
    return not_asked(rule, "every gate is locked at the versions of the required cells");
  std::vector<WantedCell> wanted;
  for (const std::string& gate : info.gates)
    if (can_be_switched(gate, evidence)) wanted.push_back(wanted_cycle(gate, evidence));
  advise_runs(rule, "switch the gate off and on again on a running cluster", evidence, wanted, false);
  if (auto nothing = nothing_to_judge(evidence, rule)) return *nothing;
  std::vector<std::string> parts;
  for (const std::string& gate : info.gates) {
    if (!can_be_switched(gate, evidence)) continue;
    long whole = 0;
    Finding good;
    std::map<std::string, long> short_of;
    for (const InstanceTimeline* timeline : changing(evidence)) {
      const auto cycle = gate_cycle(*timeline, gate, info.components_of(gate));
      if (!cycle) {
        const bool tried = std::any_of(timeline->transitions.begin(), timeline->transitions.end(),
                                       [&](const auto* one) { return one->request.gates.contains(gate); });
        if (tried) ++short_of["it was not measured on, off and on again at every component that has it"];
        continue;
      }
      const std::string why = lacks(evidence, *cycle, good);
      if (why.empty())
        ++whole;
      else
        ++short_of[why];
    }
    for (const auto& [why, n] : short_of)
      rule.findings.push_back(
          {static_cast<double>(whole) >= threshold.value ? Verdict::kNotApplicable : Verdict::kNoEvidence,
           fmt::format("{} on {}: {}", gate, plural(n, "cluster instance"), why),
           {}});
    good.verdict = static_cast<double>(whole) >= threshold.value ? Verdict::kPass : Verdict::kNoEvidence;
    good.text = fmt::format("{}: on → off → on on {}", gate, plural(whole, "cluster instance"));
    parts.push_back(good.text);
    rule.findings.push_back(std::move(good));
  }
  rule.verdict = worst(rule.findings);
  rule.reason = join(parts, "; ");
  if (rule.verdict == Verdict::kPass) advise_nothing(rule);
  return rule;
}

RuleResult upgrade_downgrade_upgrade(const Evidence& evidence) {
  const Threshold& threshold = evidence.thresholds.min_upgrade_cycles;
  const KubeVersion& release = evidence.input.release;
  RuleResult rule;
  rule.title = "Upgrade, downgrade and upgrade were gone through";
  rule.source = threshold.source;
  rule.threshold = fmt::format("up to {}, down and up again with all kubelets, on {}, with cases after each",
                               release.minor_str(), plural(static_cast<long>(threshold.value), "cluster instance"));
  if (threshold.value == 0) return not_asked(rule, "the policy does not ask for it");
  advise_runs(rule, "upgrade, downgrade and upgrade a running cluster", evidence,
              {{[&release](const PlannedWay& way) { return version_cycle(way.timeline(), release).has_value(); },
                "whose transitions are upgrade to " + release.minor_str() + ", downgrade, upgrade"}},
              false);
  if (auto nothing = nothing_to_judge(evidence, rule)) return *nothing;
  long whole = 0;
  Finding good;
  std::map<std::string, long> short_of;
  for (const InstanceTimeline* timeline : changing(evidence)) {
    const auto cycle = version_cycle(*timeline, release);
    if (!cycle) {
      const bool tried = std::any_of(timeline->transitions.begin(), timeline->transitions.end(), [](const auto* one) {
        return one->request.kind == catalogue::TransitionKind::kUpgrade;
      });
      if (tried) ++short_of[fmt::format("it was not measured below, at, below and at {}", release.minor_str())];
      continue;
    }
    const std::size_t way[] = {cycle->older, cycle->newer, cycle->older_again, cycle->newer_again};
    if (!std::all_of(std::begin(way), std::end(way),
                     [&](std::size_t i) { return evidence.is_settled(*timeline->phases[i].facts); })) {
      ++short_of["a version on its way is a pre-release"];
      continue;
    }
    std::vector<std::string> without;
    std::vector<std::string> ids;
    for (const auto& [place, name] :
         {std::pair(cycle->newer, "the upgrade"), std::pair(cycle->older_again, "the downgrade"),
          std::pair(cycle->newer_again, "the second upgrade")}) {
      const InPhase seen = attempts_in(evidence, *timeline, place);
      if (seen.passed == 0) without.emplace_back(name);
      ids.insert(ids.end(), seen.passed_ids.begin(), seen.passed_ids.end());
    }
    if (!without.empty()) {
      ++short_of["no case passed after " + join(without, ", nor after ")];
      continue;
    }
    ++whole;
    for (const std::string& id : ids)
      if (good.attempt_ids.size() < kIdsOfAFinding) good.attempt_ids.push_back(id);
  }
  const bool enough = static_cast<double>(whole) >= threshold.value;
  for (const auto& [why, n] : short_of)
    rule.findings.push_back({enough ? Verdict::kNotApplicable : Verdict::kNoEvidence,
                             fmt::format("{}: {}", plural(n, "cluster instance"), why),
                             {}});
  good.verdict = enough ? Verdict::kPass : Verdict::kNoEvidence;
  good.text = fmt::format("the whole way on {}", plural(whole, "cluster instance"));
  rule.reason = good.text;
  rule.findings.push_back(std::move(good));
  rule.verdict = worst(rule.findings);
  if (rule.verdict == Verdict::kPass) advise_nothing(rule);
  return rule;
}

RuleResult version_skew(const Evidence& evidence) {
  const Threshold& threshold = evidence.thresholds.min_kubelet_skew;
  const auto asked = static_cast<int>(threshold.value);
  RuleResult rule;
  rule.title = "Older kubelets were tried";
  rule.source = threshold.source;
  rule.threshold = fmt::format("a passed case with a kubelet {} behind the API server", plural(asked, "minor"));
  if (asked == 0) return not_asked(rule, "the policy does not ask for it");
  const auto components = evidence.input.info.gate_components();
  if (std::none_of(components.begin(), components.end(),
                   [](const std::string& one) { return one == catalogue::kKubelet || one == catalogue::kKubeProxy; }))
    return not_asked(rule, "no gate of " + evidence.input.info.name + " is at a node");
  advise_runs(rule, "run with older nodes", evidence, {wanted_skew(asked, evidence)}, false);
  if (auto nothing = nothing_to_judge(evidence, rule)) return *nothing;
  std::map<int, std::pair<long, long>> by_skew;  // minors behind → passed, ran
  std::map<int, std::vector<std::string>> ids;
  for (auto one = evidence.attempts.rbegin(); one != evidence.attempts.rend(); ++one) {
    if (!one->in_window || !one->verified || !one->ran() || one->facts == nullptr) continue;
    if (!evidence.is_required_version(one->facts->api_server_version) || !evidence.is_settled(*one->facts)) continue;
    // With the gates off everywhere, an older kubelet meets nothing of the feature.
    if (gate_state(evidence.input.info, one->facts) == GateState::kOff) continue;
    const int behind = minors_behind(*one->facts);
    if (behind == 0) continue;
    auto& [passed, ran] = by_skew[behind];
    ++ran;
    if (one->failed()) continue;
    ++passed;
    if (ids[behind].size() < kIdsOfAFinding) ids[behind].push_back(one->attempt->id);
  }
  int farthest = 0;
  for (const auto& [behind, seen] : by_skew) {
    if (seen.first > 0) farthest = std::max(farthest, behind);
    rule.findings.push_back({seen.first > 0 ? Verdict::kPass : Verdict::kNotApplicable,
                             fmt::format("n-{}: {} of {} passed", behind, seen.first, plural(seen.second, "attempt")),
                             ids[behind]});
  }
  const bool enough = farthest >= asked;
  if (!enough)
    rule.findings.push_back({Verdict::kNoEvidence, fmt::format("nothing passed with a kubelet of n-{}", asked), {}});
  rule.verdict = enough ? Verdict::kPass : Verdict::kNoEvidence;
  rule.reason = farthest == 0 ? std::string("no case passed with a kubelet older than the API server")
                              : fmt::format("as far as n-{} (n-{} asked)", farthest, asked);
  if (enough) advise_nothing(rule);
  return rule;
}

}  // namespace graduand::graduation
