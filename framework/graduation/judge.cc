// SPDX-License-Identifier: Apache-2.0
#include "framework/graduation/judge.h"

#include <algorithm>
#include <set>

#include "framework/graduation/policy_keys.h"
#include "framework/graduation/rules/rules.h"

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
    case Verdict::kPassWithWaivers:
      return 3;
    case Verdict::kNotApplicable:
      return 4;
  }
  return 5;
}

Verdict overall(const Judgement& judgement) {
  bool missing = false;
  bool waived = !judgement.exclusions.empty();
  for (const RuleResult& rule : judgement.rules) {
    if (rule.verdict == Verdict::kFail) return Verdict::kFail;
    missing = missing || rule.verdict == Verdict::kNoEvidence;
    waived = waived || rule.verdict == Verdict::kWaived;
  }
  if (missing) return Verdict::kNoEvidence;
  return waived ? Verdict::kPassWithWaivers : Verdict::kPass;
}

std::vector<SuiteShare> shares(const Evidence& evidence) {
  std::map<std::string, SuiteShare> by_name;
  for (const CountedAttempt& one : evidence.attempts) {
    if (!one.in_window) continue;
    SuiteShare& share = by_name[one.attempt->suite];
    share.suite = one.attempt->suite;
    const std::string& revision = one.attempt->suite_revision;
    if (std::find(share.revisions.begin(), share.revisions.end(), revision) == share.revisions.end())
      share.revisions.push_back(revision);
    if (one.ran()) ++share.ran;
    if (one.ran() && !one.failed()) ++share.passed;
  }
  std::vector<SuiteShare> all;
  for (auto& [name, share] : by_name) {
    std::sort(share.revisions.begin(), share.revisions.end());
    all.push_back(std::move(share));
  }
  return all;
}

std::vector<std::string> cases_of(const Evidence& evidence) {
  std::set<std::string> ids;
  for (const catalogue::CaseInfo& info : evidence.input.cases) ids.insert(info.id);
  for (const CountedAttempt& one : evidence.attempts) ids.insert(one.case_id);
  return {ids.begin(), ids.end()};
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
    case Verdict::kPassWithWaivers:
      return "pass-with-waivers";
  }
  return "unknown";
}

int Judgement::exit_code() const {
  if (overall == Verdict::kFail) return 1;
  return overall == Verdict::kNoEvidence ? 4 : 0;
}

Result<Judgement> judge(const JudgeInput& input, const Policy& policy) {
  GRADUAND_TRY_ASSIGN(auto cells, catalogue::resolve(input.info, to_string(input.stage), input.release));
  GRADUAND_TRY(check_waivers(policy, input.as_of));
  const Evidence evidence(input, policy, std::move(cells));
  Judgement judgement;
  judgement.feature = input.feature;
  judgement.stage = input.stage;
  judgement.release = input.release;
  judgement.as_of = input.as_of;
  judgement.window_start = evidence.filter.window_start();
  judgement.policy = policy.name;
  judgement.policy_digest = digest_of(policy);  // of what is judged by, whatever the policy says of itself
  judgement.policy_shipped = judgement.policy_digest == builtin_policy().digest;
  judgement.evidence_source = input.evidence_source;
  judgement.watermark = input.evidence.watermark;
  judgement.rules = all_rules(evidence);
  for (RuleResult& rule : judgement.rules) {
    apply_waivers(evidence, rule);
    std::stable_sort(rule.findings.begin(), rule.findings.end(),
                     [](const Finding& a, const Finding& b) { return weight(a.verdict) < weight(b.verdict); });
  }
  for (const Waiver* waiver : evidence.filter.exclusions()) judgement.exclusions.push_back(*waiver);
  for (const results::Mark* mark : evidence.filter.marks()) judgement.marks.push_back(*mark);
  judgement.warnings = warnings(evidence);
  judgement.overall = overall(judgement);
  judgement.suites = shares(evidence);
  judgement.cases = cases_of(evidence);
  for (const results::Run& run : input.evidence.runs)
    if (evidence.filter.runs().contains(run.id)) judgement.runs_read.push_back(run.id);
  judgement.runs_left_out = evidence.filter.left_out();
  return judgement;
}

}  // namespace graduand::graduation
