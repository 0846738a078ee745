// SPDX-License-Identifier: Apache-2.0
#include "framework/graduation/rules/rules.h"

#include <fmt/format.h>

#include <algorithm>

#include "framework/base/contains.h"

namespace graduand::graduation {
namespace {

struct Rule {
  const char* id;
  RuleResult (*judge)(const Evidence&);
};

constexpr Rule kRules[] = {
    {"ran-in-every-required-cell", ran_in_every_required_cell},
    {"enough-scheduled-runs", enough_scheduled_runs},
    {"days-with-runs", days_with_runs},
    {"largest-gap", largest_gap},
    {"newest-run", newest_run},
    {"ran-when-due", ran_when_due},
    {"no-product-failures", no_product_failures},
    {"failure-rate-bounded", failure_rate_bounded},
    {"presubmits-agree", presubmits_agree},
    {"infrastructure-even", infrastructure_even},
    {"gate-on-and-off", gate_on_and_off},
    {"effective-gates-verified", effective_gates_verified},
    {"toggled-while-running", toggled_while_running},
    {"upgrade-downgrade-upgrade", upgrade_downgrade_upgrade},
    {"version-skew", version_skew},
    {"default-behaviour", default_behaviour},
    {"resources-compared", resources_compared},
    {"required-scenarios", required_scenarios},
    {"deprecation-kept", deprecation_kept},
};

}  // namespace

const std::vector<std::string>& rule_ids() {
  static const std::vector<std::string> ids = [] {
    std::vector<std::string> all;
    for (const Rule& rule : kRules) all.emplace_back(rule.id);
    return all;
  }();
  return ids;
}

std::vector<RuleResult> all_rules(const Evidence& evidence) {
  std::vector<RuleResult> results;
  for (const Rule& rule : kRules) {
    results.push_back(rule.judge(evidence));
    results.back().id = rule.id;
  }
  return results;
}

std::vector<std::string> warnings(const Evidence& evidence) {
  std::vector<std::string> texts;
  const auto& input = evidence.input;
  const auto beta = input.info.stages.find("beta");
  // kubernetes/enhancements keps/NNNN-kep-template/README.md, "Graduation Criteria": at least two releases of beta.
  if (input.stage == Stage::kStable && beta != input.info.stages.end() && beta->second.major == input.release.major &&
      input.release.minor - beta->second.minor < 2)
    texts.push_back(fmt::format("GA in {} comes {} after beta in {}; the KEP template asks for two",
                                input.release.str(), plural(input.release.minor - beta->second.minor, "release"),
                                beta->second.str()));
  return texts;
}

void apply_waivers(const Evidence& evidence, RuleResult& rule) {
  if (rule.verdict != Verdict::kFail && rule.verdict != Verdict::kNoEvidence) return;
  for (const Waiver& waiver : evidence.policy.waivers) {
    if (waiver.rule != rule.id || !in_scope(waiver, evidence.input)) continue;
    if (!evidence.anything_ran) {
      rule.findings.push_back({rule.verdict,
                               "the waiver by " + waiver.author + " (" + waiver.reason +
                                   ") does not count: that nothing ran cannot be waived",
                               {}});
      continue;
    }
    rule.waiver = waiver;
    rule.verdict = Verdict::kWaived;
    return;
  }
}

void advise(RuleResult& rule, std::string words, Commands commands) {
  rule.next = std::move(words);
  if (!commands.profile.empty()) rule.next += "; FILE is a profile " + commands.profile;
  rule.commands = std::move(commands.lines);
}

void advise_runs(RuleResult& rule, std::string words, const Evidence& evidence, const std::vector<WantedCell>& wanted,
                 bool needs_schedule) {
  advise(rule, std::move(words),
         run_commands(evidence.input, wanted, label_of(evidence.input),
                      needs_schedule || !counts_by_hand(evidence.policy)));
}

void advise_nothing(RuleResult& rule) {
  rule.next.clear();
  rule.commands.clear();
}

std::vector<WantedCell> wanted_cells(const Evidence& evidence) {
  std::vector<WantedCell> wanted;
  for (const CellEvidence& cell : evidence.cells)
    if (cell.cell.impossible.empty()) wanted.push_back(wanted_cell(evidence.input.info, cell.cell));
  return wanted;
}

std::vector<WantedCell> wanted_cells(const Evidence& evidence, const std::vector<std::string>& names) {
  std::vector<WantedCell> wanted;
  for (const CellEvidence& cell : evidence.cells)
    if (contains(names, cell.cell.name)) wanted.push_back(wanted_cell(evidence.input.info, cell.cell));
  return wanted;
}

std::optional<RuleResult> nothing_to_judge(const Evidence& evidence, const RuleResult& rule) {
  if (!evidence.filter.runs().empty()) return std::nullopt;
  RuleResult result = rule;
  result.verdict = Verdict::kNoEvidence;
  const auto left_out = static_cast<long>(evidence.filter.left_out().size());
  result.reason = left_out == 0 ? "0 runs" : fmt::format("0 runs count; {} left out", plural(left_out, "run"));
  return result;
}

std::optional<RuleResult> without_cells(const Evidence& evidence, const RuleResult& rule) {
  if (evidence.cells_missing.empty()) return std::nullopt;
  RuleResult result = rule;
  result.verdict = Verdict::kNoEvidence;
  result.reason = evidence.cells_missing;
  advise(result, "name the cells under required-cells in features/" + evidence.input.feature + ".yaml");
  return result;
}

}  // namespace graduand::graduation
