// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "framework/base/text.h"
#include "framework/report/report.h"
#include "framework/report/table.h"

namespace graduand::report {
namespace {

using graduation::Count;
using graduation::Finding;
using graduation::Judgement;
using graduation::RuleResult;
using graduation::Verdict;

constexpr std::size_t kFindingsOnATerminal = 8;
constexpr std::size_t kFindingsOfAPass = 3;
constexpr std::size_t kRunsOnATerminal = 12;
constexpr std::size_t kLeftOutOnATerminal = 6;
constexpr std::size_t kIndent = 15;  // the longest verdict that a rule can have, and a gap

bool open(Verdict verdict) {
  return verdict == Verdict::kFail || verdict == Verdict::kNoEvidence;
}

// "PodLifecycleSleepAction for stable in v1.34"
std::string subject(const Judgement& judgement) {
  std::string text = judgement.feature + " for " + to_string(judgement.stage);
  if (judgement.release.major > 0) text += " in " + judgement.release.str();
  return text;
}

// "fail: a; no-evidence: b, c; 3 of 6 rules pass"
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

// "mark-3 fixed: sleep/delays since 2026-11-01T00:00:00Z, by a@b: waits for the event now"
std::string mark_text(const results::Mark& mark) {
  std::string text = mark.id + " " + to_string(mark.kind) + ": ";
  if (mark.kind == results::Mark::Kind::kInfrastructure)
    text += mark.target + ", rule " + mark.rule;
  else
    text += mark.case_id + " since " + (mark.since ? format_rfc3339(*mark.since) : "revision " + mark.since_revision);
  return text + ", by " + mark.author + ": " + mark.reason;
}

// "kubernetes (sha256:0123456789abcdef, as shipped)"
std::string policy_text(const Judgement& judgement) {
  return fmt::format("{} ({}, {})", judgement.policy, judgement.policy_digest,
                     judgement.policy_shipped ? "as shipped" : "not the shipped one");
}

// "history history.db, as it was after 12 ingests and marks (--up-to 12)"
std::string source_text(const Judgement& judgement) {
  std::string text = judgement.evidence_source;
  if (judgement.watermark)
    text += fmt::format(", as it was after {} ingest{} and marks (--up-to {})", judgement.watermark->number,
                        judgement.watermark->number == 1 ? "" : "s", judgement.watermark->number);
  return text;
}

std::string window(const Judgement& judgement) {
  return short_time(judgement.window_start) + " to " + short_time(judgement.as_of) + " UTC";
}

// "kubernetes-e2e (ginkgo v1.34.3-0123456789ab): 8 of 8 attempts passed"
std::string share_text(const graduation::SuiteShare& share) {
  std::string revision = share.revisions.back();
  if (share.revisions.size() > 1)
    revision +=
        fmt::format(" and {} other revision{}", share.revisions.size() - 1, share.revisions.size() == 2 ? "" : "s");
  if (!revision.empty()) revision = " (" + revision + ")";
  return fmt::format("{}{}: {} of {} attempts passed", share.suite, revision, share.passed, share.ran);
}

class TerminalWriter {
 public:
  explicit TerminalWriter(const TerminalStyle& style) : style_(style) {}

  void line(std::size_t indent, const std::string& label, std::string_view text, Tone tone = Tone::kPlain) {
    const std::size_t hang = indent + (label.empty() ? 0 : display_width(label) + 2);
    out += std::string(indent, ' ');
    if (!label.empty()) out += paint(label, Tone::kDim, style_) + "  ";
    out += paint(wrap(text, width(), hang), tone, style_) + "\n";
  }

  void rule(const RuleResult& rule) {
    std::string verdict = to_string(rule.verdict);
    const std::string shown = rule.verdict == Verdict::kNotApplicable ? "n/a" : verdict;
    out += "  " + paint(shown, tone_of(rule.verdict), style_) + std::string(kIndent - 2 - shown.size(), ' ') +
           paint(rule.title, Tone::kBold, style_) + "  " + paint(rule.id, Tone::kDim, style_) + "\n";
    line(kIndent, "", rule.reason);
    if (rule.verdict == Verdict::kNotApplicable) return;
    if (rule.waiver) line(kIndent, "", waiver_text(*rule.waiver), Tone::kWarn);
    if (rule.verdict != Verdict::kPass) line(kIndent, "asked", rule.threshold, Tone::kDim);
    findings(rule);
    counts(rule);
    if (!rule.next.empty() && open(rule.verdict)) line(kIndent, "next ", rule.next);
  }

  std::string out;

 private:
  std::size_t width() const { return static_cast<std::size_t>(style_.width); }

  void findings(const RuleResult& rule) {
    const std::size_t most = rule.verdict == Verdict::kPass ? kFindingsOfAPass : kFindingsOnATerminal;
    std::size_t shown = 0;
    std::size_t hidden = 0;
    for (const Finding& finding : rule.findings) {
      if (finding.verdict == Verdict::kPass) continue;
      if (shown == most) {
        ++hidden;
        continue;
      }
      ++shown;
      const bool dim = finding.verdict == Verdict::kNotApplicable;
      line(kIndent, dim ? "n/a" : "-", finding.text, dim ? Tone::kDim : Tone::kPlain);
      if (finding.verdict == Verdict::kFail && !finding.attempt_ids.empty())
        line(kIndent + 3, "newest", finding.attempt_ids.front(), Tone::kDim);
    }
    if (hidden > 0) line(kIndent, "", fmt::format("… and {} more; --json has all", hidden), Tone::kDim);
  }

  void counts(const RuleResult& rule) {
    std::size_t widest = 0;
    for (const Count& count : rule.counts) widest = std::max(widest, display_width(count.what));
    for (const Count& count : rule.counts)
      out += std::string(kIndent, ' ') + paint(count.what, Tone::kDim, style_) +
             std::string(widest - display_width(count.what) + 2, ' ') + rate_text(count.k, count.n) + "\n";
  }

  TerminalStyle style_;
};

}  // namespace

std::string judgement_terminal(const Judgement& judgement, const TerminalStyle& style) {
  TerminalWriter writer(style);
  writer.out = paint(subject(judgement) + ": ", Tone::kBold, style) +
               paint(to_string(judgement.overall), tone_of(judgement.overall), style) + "\n";
  writer.line(0, "", summary(judgement));
  writer.out += "\n";
  for (const RuleResult& rule : judgement.rules) writer.rule(rule);
  writer.out += "\n";
  for (const std::string& warning : judgement.warnings) writer.line(0, "warning ", warning, Tone::kWarn);
  for (const auto& waiver : judgement.exclusions) writer.line(0, "waiver  ", waiver_text(waiver), Tone::kWarn);
  for (const auto& mark : judgement.marks) writer.line(0, "mark    ", mark_text(mark), Tone::kWarn);
  writer.line(0, "evidence", source_text(judgement));
  writer.line(0, "window  ", window(judgement));
  writer.line(0, "policy  ", policy_text(judgement), judgement.policy_shipped ? Tone::kPlain : Tone::kWarn);
  const auto& read = judgement.runs_read;
  std::string runs = std::to_string(read.size());
  if (!read.empty()) {
    // A month of periodic runs is hundreds: both ends say which they are, and --json names each.
    runs += read.size() <= kRunsOnATerminal ? ": " + join(read, ", ")
                                            : ": " + read.front() + " … " + read.back() + " (--json names all)";
  }
  writer.line(0, "runs    ", runs);
  for (const graduation::SuiteShare& share : judgement.suites) writer.line(0, "suite   ", share_text(share));
  const auto& left_out = judgement.runs_left_out;
  for (std::size_t i = 0; i < std::min(left_out.size(), kLeftOutOnATerminal); ++i)
    writer.line(0, "left out", left_out[i].first + ": " + left_out[i].second);
  if (left_out.size() > kLeftOutOnATerminal)
    writer.line(0, "left out", fmt::format("… and {} more (--json names all)", left_out.size() - kLeftOutOnATerminal));
  return writer.out;
}

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
