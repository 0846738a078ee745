// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "framework/base/text.h"
#include "framework/report/judgement_text.h"
#include "framework/report/report.h"
#include "framework/report/table.h"

namespace graduand::report {

using graduation::Count;
using graduation::Finding;
using graduation::Judgement;
using graduation::RuleResult;
using graduation::Verdict;

std::string judgement_markdown(const Judgement& judgement) {
  std::string out = fmt::format("## {}: **{}**\n\n", markdown_text(subject(judgement)), to_string(judgement.overall));
  out += markdown_text(summary(judgement)) + ".\n\n";
  const std::size_t runs = judgement.runs_read.size();
  out +=
      fmt::format("As of {}, looking back to {}: {} run{} read from {}, under the policy {}.\n\n",
                  format_rfc3339(judgement.as_of), format_rfc3339(judgement.window_start), runs, runs == 1 ? "" : "s",
                  markdown_text(source_text(judgement)), markdown_text(policy_text(judgement)));
  std::string remarks;
  for (const std::string& warning : judgement.warnings) remarks += "- warning: " + markdown_text(warning) + "\n";
  for (const auto& waiver : judgement.exclusions) remarks += "- waiver: " + markdown_text(waiver_text(waiver)) + "\n";
  for (const auto& mark : judgement.marks) remarks += "- mark: " + markdown_text(mark_text(mark)) + "\n";
  if (!remarks.empty()) out += remarks + "\n";
  for (const graduation::SuiteShare& share : judgement.suites) out += "- " + markdown_text(share_text(share)) + "\n";
  if (!judgement.suites.empty()) out += "\n";
  Table rules({{"Verdict"}, {"Rule"}, {"Result"}, {"Asked"}, {"Source"}});
  for (const RuleResult& rule : judgement.rules) {
    std::string result = markdown_text(rule.reason);
    if (rule.waiver) result += "<br>" + markdown_text(waiver_text(*rule.waiver));
    const std::string verdict = to_string(rule.verdict);
    rules.row({{open(rule.verdict) ? "**" + verdict + "**" : verdict},
               {markdown_text(rule.title) + "<br>" + markdown_code(rule.id)},
               {result},
               {markdown_text(rule.threshold)},
               {markdown_text(rule.source)}});
  }
  out += rules.markdown();

  std::string missing;
  for (const RuleResult& rule : judgement.rules) {
    if (!open(rule.verdict) && rule.verdict != Verdict::kWaived) continue;
    missing += "- " + markdown_code(rule.id) + ": " + markdown_text(rule.reason) + "\n";
    for (const Finding& finding : rule.findings) {
      if (!open(finding.verdict)) continue;
      missing += "  - " + markdown_text(finding.text);
      if (finding.verdict == Verdict::kFail && !finding.attempt_ids.empty())
        missing += "; newest: " + markdown_code(finding.attempt_ids.front());
      missing += "\n";
    }
    if (!rule.next.empty()) missing += "  - next: " + markdown_text(rule.next) + "\n";
    for (const std::string& command : rule.commands) missing += "    - " + markdown_code(command) + "\n";
  }
  if (!missing.empty()) out += "\n### What does not pass\n\n" + missing;

  Table numbers({{"Rule"}, {"Number"}, {"k/n, rate and 95 % interval", true}});
  for (const RuleResult& rule : judgement.rules)
    for (const Count& count : rule.counts)
      numbers.row({{markdown_code(rule.id)}, {markdown_text(count.what)}, {rate_text(count.k, count.n)}});
  if (!numbers.empty()) out += "\n### Numbers\n\n" + numbers.markdown();

  out += fmt::format("\n<details><summary>Runs read ({}), runs left out ({})</summary>\n\n", judgement.runs_read.size(),
                     judgement.runs_left_out.size());
  for (const std::string& id : judgement.runs_read) out += "- " + markdown_code(id) + "\n";
  for (const auto& [id, why] : judgement.runs_left_out)
    out += "- left out: " + markdown_code(id) + ": " + markdown_text(why) + "\n";
  return out + "\n</details>\n";
}

}  // namespace graduand::report
