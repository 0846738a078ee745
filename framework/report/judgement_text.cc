// SPDX-License-Identifier: Apache-2.0
#include "framework/report/judgement_text.h"

#include <fmt/format.h>

#include <map>

#include "framework/base/text.h"
#include "framework/report/text.h"

namespace graduand::report {

using graduation::Judgement;
using graduation::RuleResult;
using graduation::Verdict;

bool open(Verdict verdict) {
  return verdict == Verdict::kFail || verdict == Verdict::kNoEvidence;
}

std::string subject(const Judgement& judgement) {
  std::string text = judgement.feature + " for " + to_string(judgement.stage);
  if (judgement.release.major > 0) text += " in " + judgement.release.str();
  return text;
}

std::string summary(const Judgement& judgement) {
  std::map<Verdict, std::vector<std::string>> ids;
  for (const RuleResult& rule : judgement.rules) ids[rule.verdict].push_back(rule.id);
  const std::size_t counted = judgement.rules.size() - ids[Verdict::kNotApplicable].size();
  std::vector<std::string> parts;
  for (const Verdict verdict : {Verdict::kFail, Verdict::kNoEvidence, Verdict::kWaived}) {
    const auto& of_it = ids[verdict];
    if (of_it.empty()) continue;
    const std::string which = of_it.size() == counted ? fmt::format("all {} rules", counted) : join(of_it, ", ");
    parts.push_back(std::string(to_string(verdict)) + ": " + which);
  }
  if (const std::size_t pass = ids[Verdict::kPass].size(); pass > 0)
    parts.push_back(fmt::format("{} of {} rules pass", pass, counted));
  return join(parts, "; ");
}

std::string waiver_text(const graduation::Waiver& waiver) {
  return (waiver.run.empty() ? "waived by " : "run " + waiver.run + " left out by ") + waiver.author + ": " +
         waiver.reason + " (until " + format_rfc3339(waiver.expires).substr(0, 10) + ")";
}

std::string mark_text(const results::Mark& mark) {
  std::string text = mark.id + " " + to_string(mark.kind) + ": ";
  if (mark.kind == results::Mark::Kind::kInfrastructure)
    text += mark.target + ", rule " + mark.rule;
  else
    text += mark.case_id + " since " + (mark.since ? format_rfc3339(*mark.since) : "revision " + mark.since_revision);
  return text + ", by " + mark.author + ": " + mark.reason;
}

std::string policy_text(const Judgement& judgement) {
  return fmt::format("{} ({}, {})", judgement.policy, judgement.policy_digest,
                     judgement.policy_shipped ? "as shipped" : "not the shipped one");
}

std::string source_text(const Judgement& judgement) {
  std::string text = judgement.evidence_source;
  if (judgement.watermark)
    text += fmt::format(", as it was after {} ingest{} and marks (--up-to {})", judgement.watermark->number,
                        judgement.watermark->number == 1 ? "" : "s", judgement.watermark->number);
  return text;
}

std::string window_text(const Judgement& judgement) {
  return short_time(judgement.window_start) + " to " + short_time(judgement.as_of) + " UTC";
}

std::string share_text(const graduation::SuiteShare& share) {
  std::string revision = share.revisions.back();
  if (share.revisions.size() > 1)
    revision +=
        fmt::format(" and {} other revision{}", share.revisions.size() - 1, share.revisions.size() == 2 ? "" : "s");
  if (!revision.empty()) revision = " (" + revision + ")";
  return fmt::format("{}{}: {} of {} attempts passed", share.suite, revision, share.passed, share.ran);
}

}  // namespace graduand::report
