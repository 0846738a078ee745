// SPDX-License-Identifier: Apache-2.0
#include "framework/graduation/judge.h"

#include <algorithm>
#include <map>

#include "framework/graduation/rules.h"

namespace graduand::graduation {
namespace {

// What a reader must see first.
int weight(Verdict verdict) {
  switch (verdict) {
    case Verdict::kFail:
      return 0;
    case Verdict::kNoEvidence:
      return 1;
    case Verdict::kWaived:
      return 2;
    case Verdict::kPass:
      return 3;
    case Verdict::kNotApplicable:
      return 4;
  }
  return 5;
}

void apply_waivers(const JudgeInput& input, const Policy& policy, RuleResult& rule) {
  if (rule.verdict != Verdict::kFail && rule.verdict != Verdict::kNoEvidence) return;
  for (const Waiver& waiver : policy.waivers) {
    if (waiver.feature != input.feature || waiver.rule != rule.id) continue;
    if (waiver.expires && *waiver.expires <= input.as_of) {
      rule.findings.push_back({rule.verdict,
                               "the waiver by " + waiver.author + " (" + waiver.reason + ") expired " +
                                   format_rfc3339(*waiver.expires) + " and does not count",
                               {}});
      continue;
    }
    if (rule.waiver) continue;
    rule.waiver = waiver;
  }
  if (rule.waiver) rule.verdict = Verdict::kWaived;
}

Verdict overall(const std::vector<RuleResult>& rules) {
  Verdict verdict = Verdict::kPass;
  for (const RuleResult& rule : rules) {
    if (rule.verdict == Verdict::kFail) return Verdict::kFail;
    if (rule.verdict == Verdict::kNoEvidence) verdict = Verdict::kNoEvidence;
  }
  return verdict;
}

std::vector<SuiteShare> shares(const history::Selection& counted) {
  std::map<std::string, SuiteShare> by_name;
  for (const results::Attempt& attempt : counted.attempts) {
    SuiteShare& share = by_name[attempt.suite];
    share.suite = attempt.suite;
    if (std::find(share.revisions.begin(), share.revisions.end(), attempt.suite_revision) == share.revisions.end())
      share.revisions.push_back(attempt.suite_revision);
    if (results::ran(attempt.outcome)) ++share.ran;
    if (attempt.outcome == results::Outcome::kPassed) ++share.passed;
  }
  std::vector<SuiteShare> all;
  for (auto& [name, share] : by_name) {
    std::sort(share.revisions.begin(), share.revisions.end());
    all.push_back(std::move(share));
  }
  return all;
}

}  // namespace

const char* to_string(Verdict verdict) {
  switch (verdict) {
    case Verdict::kPass:
      return "pass";
    case Verdict::kFail:
      return "fail";
    case Verdict::kNoEvidence:
      return "no-evidence";
    case Verdict::kWaived:
      return "waived";
    case Verdict::kNotApplicable:
      return "not-applicable";
  }
  return "unknown";
}

int Judgement::exit_code() const {
  if (overall == Verdict::kFail) return 1;
  return overall == Verdict::kNoEvidence ? 4 : 0;
}

Judgement judge(const JudgeInput& input, const Policy& policy) {
  const Evidence evidence = gather(input, policy);
  Judgement judgement;
  judgement.feature = input.feature;
  judgement.stage = input.stage;
  judgement.release = input.release;
  judgement.as_of = input.as_of;
  judgement.window_start = evidence.window_start;
  judgement.policy = policy.name;
  judgement.evidence_source = input.evidence_source;
  judgement.rules = {
      ran_in_every_required_cell(evidence), enough_scheduled_runs(evidence), time_covered(evidence),
      no_product_failures(evidence),        gate_on_and_off(evidence),       effective_gates_verified(evidence)};
  for (RuleResult& rule : judgement.rules) {
    apply_waivers(input, policy, rule);
    std::stable_sort(rule.findings.begin(), rule.findings.end(),
                     [](const Finding& a, const Finding& b) { return weight(a.verdict) < weight(b.verdict); });
  }
  judgement.overall = overall(judgement.rules);
  judgement.suites = shares(evidence.counted);
  for (const auto& run : evidence.counted.runs) judgement.runs_read.push_back(run.id);
  judgement.runs_left_out = evidence.runs_left_out;
  return judgement;
}

}  // namespace graduand::graduation
