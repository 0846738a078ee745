// SPDX-License-Identifier: Apache-2.0
// The rule that needs no run: what was promised when something was deprecated.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "framework/graduation/rules/rules.h"

namespace graduand::graduation {

RuleResult deprecation_kept(const Evidence& evidence) {
  const Threshold& threshold = evidence.thresholds.min_deprecation_days;
  RuleResult rule;
  rule.title = "What was deprecated had its time";
  rule.source = threshold.source;
  rule.threshold = fmt::format("{} days from announcement to effect", number(threshold.value));
  const auto& input = evidence.input;
  std::vector<const catalogue::Deprecation*> due;
  for (const catalogue::Deprecation& one : input.info.deprecations)
    if (one.effective.same_minor(input.release)) due.push_back(&one);
  if (due.empty() || threshold.value == 0) {
    rule.verdict = Verdict::kNotApplicable;
    rule.reason = "nothing that was deprecated takes effect in " + input.release.str();
    return rule;
  }
  const auto& table = catalogue::FeatureGates::builtin();
  std::optional<double> least;
  for (const catalogue::Deprecation* one : due) {
    const double had = std::floor(static_cast<double>((one->effective_at - one->announced).count()) / 86400e6);
    // A release that ships it off, whatever the list says by now, changes nothing yet.
    catalogue::KubeVersion first = input.release;
    if (first.patch < 0) first.patch = 0;
    bool ships = input.info.gates.empty();
    for (const std::string& gate : input.info.gates) {
      const auto spec = table.at(gate, first);
      ships = ships || !spec || spec->default_on;
    }
    const bool kept = had >= threshold.value || !ships;
    if (ships) least = std::min(least.value_or(had), had);
    rule.findings.push_back({kept ? Verdict::kPass : Verdict::kFail,
                             fmt::format("{}: announced {}, in effect with {} on {}: {} days{}", one->what,
                                         format_rfc3339(one->announced).substr(0, 10), first.str(),
                                         format_rfc3339(one->effective_at).substr(0, 10), number(had),
                                         ships ? "" : "; its gate is off in that release"),
                             {}});
  }
  rule.verdict = worst(rule.findings);
  rule.reason = least ? of_asked(*least, threshold.value, "days from announcement to effect")
                      : "no gate is on in " + input.release.str();
  if (rule.verdict == Verdict::kFail) advise(rule, "leave the gate off by default until the time has passed");
  return rule;
}

}  // namespace graduand::graduation
