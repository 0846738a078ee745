// SPDX-License-Identifier: Apache-2.0
#include "framework/report/report.h"

namespace graduand::report {
namespace {

using graduation::RuleResult;

json::object waiver_json(const graduation::Waiver& waiver) {
  json::object object = {{"feature", waiver.feature},       {"stage", to_string(waiver.stage)},
                         {"release", waiver.release.str()}, {"reason", waiver.reason},
                         {"author", waiver.author},         {"expires", format_rfc3339(waiver.expires)}};
  if (!waiver.rule.empty()) object["rule"] = waiver.rule;
  if (!waiver.run.empty()) object["run"] = waiver.run;
  return object;
}

json::value rule_json(const RuleResult& rule) {
  json::array counts;
  for (const auto& count : rule.counts)
    counts.push_back(
        json::object{{"what", count.what}, {"k", count.k}, {"n", count.n}, {"low", count.low}, {"high", count.high}});
  json::array findings;
  for (const auto& finding : rule.findings)
    findings.push_back(json::object{
        {"verdict", to_string(finding.verdict)}, {"text", finding.text}, {"attempts", to_json(finding.attempt_ids)}});
  return json::object{{"id", rule.id},
                      {"title", rule.title},
                      {"verdict", to_string(rule.verdict)},
                      {"reason", rule.reason},
                      {"threshold", rule.threshold},
                      {"source", rule.source},
                      {"next", rule.next},
                      {"commands", to_json(rule.commands)},
                      {"counts", std::move(counts)},
                      {"findings", std::move(findings)},
                      {"waiver", rule.waiver ? json::value(waiver_json(*rule.waiver)) : json::value(nullptr)}};
}

}  // namespace

json::value judgement_json(const graduation::Judgement& judgement) {
  json::array rules;
  for (const RuleResult& rule : judgement.rules) rules.push_back(rule_json(rule));
  json::array suites;
  for (const auto& share : judgement.suites)
    suites.push_back(json::object{
        {"suite", share.suite}, {"revisions", to_json(share.revisions)}, {"passed", share.passed}, {"ran", share.ran}});
  json::array left_out;
  for (const auto& [id, why] : judgement.runs_left_out) left_out.push_back(json::object{{"run", id}, {"reason", why}});
  json::array exclusions, marks;
  for (const auto& waiver : judgement.exclusions) exclusions.push_back(waiver_json(waiver));
  for (const auto& mark : judgement.marks) marks.push_back(results::to_json(mark));
  json::value watermark = nullptr;
  if (judgement.watermark)
    watermark = json::object{{"number", judgement.watermark->number}, {"at", format_rfc3339(judgement.watermark->at)}};
  return json::object{{"type", "judgement"},
                      {"schema_version", 1},
                      {"feature", judgement.feature},
                      {"stage", to_string(judgement.stage)},
                      {"release", judgement.release.major > 0 ? judgement.release.str() : std::string()},
                      {"overall", to_string(judgement.overall)},
                      {"exit_code", judgement.exit_code()},
                      {"as_of", format_rfc3339(judgement.as_of)},
                      {"window_start", format_rfc3339(judgement.window_start)},
                      {"policy", judgement.policy},
                      {"policy_digest", judgement.policy_digest},
                      {"policy_shipped", judgement.policy_shipped},
                      {"watermark", std::move(watermark)},
                      {"warnings", to_json(judgement.warnings)},
                      {"exclusions", std::move(exclusions)},
                      {"marks", std::move(marks)},
                      {"evidence_source", judgement.evidence_source},
                      {"confidence", 0.95},
                      {"rules", std::move(rules)},
                      {"suites", std::move(suites)},
                      {"runs_read", to_json(judgement.runs_read)},
                      {"runs_left_out", std::move(left_out)}};
}

}  // namespace graduand::report
