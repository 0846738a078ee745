// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "framework/base/text.h"
#include "framework/report/case_names.h"
#include "framework/report/judgement_text.h"
#include "framework/report/report.h"
#include "framework/report/text.h"

namespace graduand::report {
namespace {

using graduation::Count;
using graduation::Finding;
using graduation::Judgement;
using graduation::RuleResult;
using graduation::Verdict;

constexpr std::size_t kFindingsShown = 8;
constexpr std::size_t kFindingsOfAPass = 3;
constexpr std::size_t kRunsShown = 12;
constexpr std::size_t kLeftOutShown = 6;
constexpr std::string_view kFile = " FILE ";
constexpr std::size_t kIndent = 15;  // the longest verdict that a rule can have, and a gap

class TerminalWriter {
 public:
  TerminalWriter(const Judgement& judgement, const TerminalStyle& style) : style_(style), names_(judgement.cases) {}

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
    line(kIndent, "", names_.in(rule.reason));
    if (rule.verdict == Verdict::kNotApplicable) return;
    if (rule.waiver) line(kIndent, "", waiver_text(*rule.waiver), Tone::kWarn);
    if (rule.verdict != Verdict::kPass) line(kIndent, "asked", rule.threshold, Tone::kDim);
    findings(rule);
    counts(rule);
    if (open(rule.verdict)) next(rule);
  }

  // What does not apply says nothing: its ids in one line.
  void not_applicable(const std::vector<std::string>& ids) {
    out += "  " + paint("n/a", tone_of(Verdict::kNotApplicable), style_) + std::string(kIndent - 5, ' ');
    out += wrap(fmt::format("{} rule{} not apply (--all says why): {}", ids.size(), ids.size() == 1 ? " does" : "s do",
                            join(ids, ", ")),
                width(), kIndent) +
           "\n";
  }

  std::string out;

 private:
  std::size_t width() const { return static_cast<std::size_t>(style_.width); }

  void findings(const RuleResult& rule) {
    const std::size_t most = style_.all                       ? rule.findings.size()
                             : rule.verdict == Verdict::kPass ? kFindingsOfAPass
                                                              : kFindingsShown;
    std::size_t shown = 0;
    std::size_t hidden = 0;
    std::size_t not_applicable = 0;
    for (const Finding& finding : rule.findings) {
      if (finding.verdict == Verdict::kPass) continue;
      const bool dim = finding.verdict == Verdict::kNotApplicable;
      if (dim && !style_.all) {
        ++not_applicable;
        continue;
      }
      if (shown == most) {
        ++hidden;
        continue;
      }
      ++shown;
      line(kIndent, dim ? "n/a" : "-", names_.in(finding.text), dim ? Tone::kDim : Tone::kPlain);
      if (finding.verdict == Verdict::kFail && !finding.attempt_ids.empty())
        line(kIndent + 3, "newest", finding.attempt_ids.front(), Tone::kDim);
    }
    if (hidden > 0) line(kIndent, "", fmt::format("… and {} more (--all has them)", hidden), Tone::kDim);
    if (not_applicable > 0)
      line(kIndent, "n/a",
           fmt::format("{} finding{} not count either way (--all has {})", not_applicable,
                       not_applicable == 1 ? " does" : "s do", not_applicable == 1 ? "it" : "them"),
           Tone::kDim);
  }

  void counts(const RuleResult& rule) {
    std::size_t widest = 0;
    for (const Count& count : rule.counts) widest = std::max(widest, display_width(names_.in(count.what)));
    for (const Count& count : rule.counts) {
      const std::string what = names_.in(count.what);
      out += std::string(kIndent, ' ') + paint(what, Tone::kDim, style_) +
             std::string(widest - display_width(what) + 2, ' ') + rate_text(count.k, count.n) + "\n";
    }
  }

  // Commands are never broken into lines, so that they can be pasted; one that several rules ask for stands at the
  // first.
  void next(const RuleResult& rule) {
    if (rule.next.empty()) return;
    std::vector<std::string> fresh;
    std::string told;  // the rule that has the others
    for (const std::string& command : rule.commands) {
      if (command.find(kFile) != std::string::npos) {  // each rule's FILE is another
        fresh.push_back(command);
        continue;
      }
      const auto [at, is_new] = told_.try_emplace(command, rule.id);
      if (is_new)
        fresh.push_back(command);
      else
        told = at->second;
    }
    line(kIndent, "next ", rule.next + (told.empty() ? "" : " (by the command of " + told + ")"));
    for (const std::string& command : fresh) out += std::string(kIndent + 7, ' ') + command + "\n";
  }

  TerminalStyle style_;
  CaseNames names_;
  std::map<std::string, std::string> told_;  // command → the rule below which it stands
};

// What decides comes first.
void write_rules(const Judgement& judgement, bool all, TerminalWriter& writer) {
  for (const Verdict verdict : {Verdict::kFail, Verdict::kNoEvidence, Verdict::kWaived, Verdict::kPass})
    for (const RuleResult& rule : judgement.rules)
      if (rule.verdict == verdict) writer.rule(rule);
  std::vector<std::string> ids;
  for (const RuleResult& rule : judgement.rules) {
    if (rule.verdict != Verdict::kNotApplicable) continue;
    ids.push_back(rule.id);
    if (all) writer.rule(rule);
  }
  if (!all && !ids.empty()) writer.not_applicable(ids);
}

}  // namespace

std::string judgement_terminal(const Judgement& judgement, const TerminalStyle& style) {
  TerminalWriter writer(judgement, style);
  writer.out = paint(subject(judgement) + ": ", Tone::kBold, style) +
               paint(to_string(judgement.overall), tone_of(judgement.overall), style) + "\n";
  writer.line(0, "", summary(judgement));
  writer.out += "\n";
  write_rules(judgement, style.all, writer);
  writer.out += "\n";
  for (const std::string& warning : judgement.warnings) writer.line(0, "warning ", warning, Tone::kWarn);
  for (const auto& waiver : judgement.exclusions) writer.line(0, "waiver  ", waiver_text(waiver), Tone::kWarn);
  for (const auto& mark : judgement.marks) writer.line(0, "mark    ", mark_text(mark), Tone::kWarn);
  writer.line(0, "evidence", source_text(judgement));
  writer.line(0, "window  ", window_text(judgement));
  writer.line(0, "policy  ", policy_text(judgement), judgement.policy_shipped ? Tone::kPlain : Tone::kWarn);
  const auto& read = judgement.runs_read;
  std::string runs = std::to_string(read.size());
  if (!read.empty()) {
    // A month of periodic runs is hundreds: both ends say which they are, and --all names each.
    runs += style.all || read.size() <= kRunsShown ? ": " + join(read, ", ")
                                                   : ": " + read.front() + " … " + read.back() + " (--all names them)";
  }
  writer.line(0, "runs    ", runs);
  for (const graduation::SuiteShare& share : judgement.suites) writer.line(0, "suite   ", share_text(share));
  const auto& left_out = judgement.runs_left_out;
  const std::size_t shown = style.all ? left_out.size() : std::min(left_out.size(), kLeftOutShown);
  for (std::size_t i = 0; i < shown; ++i) writer.line(0, "left out", left_out[i].first + ": " + left_out[i].second);
  if (left_out.size() > shown)
    writer.line(0, "left out", fmt::format("… and {} more (--all names them)", left_out.size() - shown));
  return writer.out;
}

}  // namespace graduand::report
