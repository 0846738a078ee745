// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <set>

#include "framework/base/text.h"
#include "framework/report/prr.h"
#include "framework/report/table.h"
#include "framework/report/text.h"

namespace graduand::report::prr {
namespace {

using namespace graduation::prr;  // NOLINT: what is rendered is all of it
using graduation::CaseComparison;
using graduation::Verdict;

constexpr std::size_t kTroublesShown = 5;
constexpr std::size_t kRunsNamed = 3;    // below an answer; the list at the end has more
constexpr std::size_t kRunsListed = 20;  // a month of periodic runs is hundreds
constexpr std::size_t kComparisonsShown = 10;
constexpr std::size_t kWordsLimit = 2000;

std::string url(std::string_view path) {
  std::string out;
  for (const char c : path)
    if (std::isalnum(static_cast<unsigned char>(c)) != 0 || std::string_view("/._-~").find(c) != std::string_view::npos)
      out += c;
    else
      out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
  return out;
}

std::string link(const std::string& id, const std::string& folder) {
  const std::string text = markdown_code(id);
  return folder.empty() ? text : "[" + text + "](" + url(folder) + (folder.ends_with('/') ? ")" : "/)");
}

std::string place_text(const Place& place) {
  return place.attempt_id.empty() ? "–" : link(place.attempt_id, place.folder);
}

std::string rounded(milliseconds took) {
  constexpr milliseconds kTenth{100};
  return took < seconds(60) ? format_duration((took + kTenth / 2) / kTenth * kTenth)
                            : format_duration(std::chrono::round<seconds>(took));
}

std::string span_text(const Span& span) {
  if (!span.least) return "–";
  const std::string least = rounded(*span.least);
  const std::string most = rounded(span.most);
  return least == most ? least : least + " to " + most;
}

// "10/10  100.0 % [69.2, 100.0]", and infra-errors when there are any.
std::string tally_text(const Tally& tally) {
  std::string text = rate_text(tally.passed, tally.ran);
  if (tally.infra > 0) text += fmt::format(" (+{} infra-error{})", tally.infra, tally.infra == 1 ? "" : "s");
  return text;
}

std::string path_table(const Path& path, bool versions) {
  std::vector<Column> columns = {{"Phase"}, {"Gate"}};
  if (versions) columns.insert(columns.end(), {{"Kubernetes"}, {"Kubelets"}});
  columns.insert(
      columns.end(),
      {{"Reached by"}, {"Transitions passed", true}, {"Took", true}, {"Attempts passed", true}, {"Newest attempt"}});
  Table table(columns);
  for (const PhaseRow& row : path.rows) {
    std::vector<Field> fields = {{markdown_text(row.phase)}, {markdown_text(row.gates)}};
    if (versions) fields.insert(fields.end(), {{markdown_text(row.kubernetes)}, {markdown_text(row.kubelets)}});
    fields.insert(fields.end(), {{row.reached_by.empty() ? "–" : markdown_text(row.reached_by)},
                                 {tally_text(row.transitions)},
                                 {span_text(row.took)},
                                 {tally_text(row.attempts)},
                                 {place_text(row.newest)}});
    table.row(std::move(fields));
  }
  return fmt::format("{}, {}, {} cluster instance{}:\n\n", markdown_code(path.cell), markdown_text(path.kubernetes),
                     path.instances, path.instances == 1 ? "" : "s") +
         table.markdown();
}

std::string transition_table(const std::vector<TransitionRow>& rows) {
  Table table({{"Change"}, {"Passed", true}, {"Took", true}});
  for (const TransitionRow& row : rows)
    table.row({{markdown_text(row.what)}, {tally_text(row.transitions)}, {span_text(row.took)}});
  return table.markdown();
}

std::string case_table(const std::vector<CaseRow>& rows) {
  const bool flips =
      std::any_of(rows.begin(), rows.end(), [](const CaseRow& row) { return row.flips.ran + row.flips.infra > 0; });
  std::vector<Column> columns = {{"Case"}, {"Ran"}};
  if (flips) columns.push_back({"Own transitions passed", true});
  columns.insert(columns.end(), {{"Attempts passed", true}, {"Newest attempt"}});
  Table table(columns);
  for (const CaseRow& row : rows) {
    std::vector<Field> fields = {{markdown_text(row.case_id)}, {markdown_text(row.how)}};
    if (flips) fields.push_back({tally_text(row.flips)});
    fields.insert(fields.end(), {{tally_text(row.attempts)}, {place_text(row.newest)}});
    table.row(std::move(fields));
  }
  return table.markdown();
}

std::string skew_table(const std::vector<SkewRow>& rows) {
  Table table({{"API server"}, {"Kubelets"}, {"Skew"}, {"Gate"}, {"Attempts passed", true}, {"Newest attempt"}});
  for (const SkewRow& row : rows)
    table.row({{markdown_text(row.kubernetes)},
               {markdown_text(row.kubelets)},
               {markdown_text(row.skew)},
               {markdown_text(row.gates)},
               {tally_text(row.attempts)},
               {place_text(row.newest)}});
  return table.markdown();
}

std::string comparison_table(const std::vector<CaseComparison>& rows) {
  Table table({{"Case"}, {"Kubernetes"}, {"Failed, gate on", true}, {"Failed, gate off", true}, {"p", true}});
  const auto differing = static_cast<std::size_t>(
      std::count_if(rows.begin(), rows.end(), [](const CaseComparison& row) { return row.differs; }));
  const std::size_t shown = std::min(rows.size(), std::max(differing, kComparisonsShown));
  for (std::size_t i = 0; i < shown; ++i)
    table.row({{markdown_text(rows[i].case_id)},
               {rows[i].minor},
               {rate_text(rows[i].failed_on, rows[i].ran_on)},
               {rate_text(rows[i].failed_off, rows[i].ran_off)},
               {fmt::format("{:.2g}{}", rows[i].p, rows[i].differs ? " (differs)" : "")}});
  std::string out = table.markdown();
  if (shown < rows.size()) out += fmt::format("\n… and {} more (--json has all).\n", rows.size() - shown);
  return out;
}

class Writer {
 public:
  std::string out;
  Timestamp as_of{};

  void answer(const Answer& answer) {
    if (answer.section != section_) out += "### " + answer.section + "\n\n";
    section_ = answer.section;
    if (!answer.question.empty()) out += "###### " + answer.question + "\n\n";
    if (!answer.fields.empty()) {
      out += "- [x] Feature gate\n";
      for (const auto& [name, value] : answer.fields) out += "  - " + name + ": " + markdown_text(value) + "\n";
      out += "\n";
    }
    verdict(answer);
    for (const Path& path : answer.paths) out += path_table(path, answer.versions_in_paths) + "\n";
    if (!answer.transitions.empty()) out += transition_table(answer.transitions) + "\n";
    if (!answer.cases.empty()) out += case_table(answer.cases) + "\n";
    if (!answer.skews.empty()) out += skew_table(answer.skews) + "\n";
    if (!answer.comparisons.empty()) out += comparison_table(answer.comparisons) + "\n";
    troubles(answer);
    runs(answer);
  }

 private:
  void verdict(const Answer& answer) {
    const bool none = answer.verdict == Verdict::kNoEvidence;
    out += none ? "**no evidence**" : std::string("**") + to_string(answer.verdict) + "**";
    out += none && !answer.missing.empty() ? ": " + missing(answer) + "\n" : ": ";
    for (std::size_t i = 0; i < answer.statements.size(); ++i) out += markdown_text(answer.statements[i]) + "\n\n";
    if (!none && answer.statements.empty()) out += "\n\n";
    if (!none && !answer.missing.empty()) out += "No evidence: " + missing(answer) + "\n";
  }

  static std::string missing(const Answer& answer) {
    std::string text = markdown_text(answer.missing) + ". This makes some";
    if (!answer.profile.empty()) text += ", FILE being a profile " + markdown_text(answer.profile);
    return text + ":\n\n" + markdown_fence(join(answer.commands, "\n"));
  }

  // What was told below an earlier answer is only named again.
  void troubles(const Answer& answer) {
    for (std::size_t i = 0; i < answer.troubles.size() && i < kTroublesShown; ++i) {
      const Trouble& trouble = answer.troubles[i];
      out += "**" + trouble.outcome + "**: " + markdown_text(trouble.what) + "; ";
      out += trouble.place.attempt_id.empty() ? "run " + link(trouble.run_id, trouble.place.folder)
                                              : place_text(trouble.place);
      if (!told_.insert(trouble.run_id + " " + trouble.what + trouble.place.attempt_id + trouble.words).second) {
        out += " (its words are above)\n\n";
        continue;
      }
      out += "\n\n" + markdown_fence(shorten(trouble.words, kWordsLimit)) + "\n";
    }
    if (answer.troubles.size() > kTroublesShown)
      out +=
          fmt::format("… and {} more that did not pass (--json has all).\n\n", answer.troubles.size() - kTroublesShown);
  }

  void runs(const Answer& answer) {
    out += "Window: " + short_time(answer.window_start) + " to " + short_time(as_of) +
           "; newest evidence: " + (answer.newest ? short_time(*answer.newest) : "none") + ".";
    if (answer.runs.empty()) {
      out += "\n\n";
      return;
    }
    std::vector<std::string> named;
    for (std::size_t i = 0; i < answer.runs.size() && i < kRunsNamed; ++i)
      named.push_back(markdown_code(answer.runs[i]));
    out += fmt::format(" From {} run{}: {}", answer.runs.size(), answer.runs.size() == 1 ? "" : "s", join(named, ", "));
    if (answer.runs.size() > kRunsNamed) out += ", …";
    out += "\n\n";
  }

  std::string section_;
  std::set<std::string> told_;
};

std::string evidence(const Document& document) {
  std::string out = fmt::format("<details><summary>Runs ({}), node images ({}), runs left out ({})</summary>\n\n",
                                document.runs.size(), document.images.size(), document.left_out.size());
  if (!document.runs.empty()) {
    Table runs({{"Run"}, {"Started"}, {"Trigger"}, {"Kubernetes"}, {"Harness"}, {"Command"}});
    for (std::size_t i = 0; i < document.runs.size() && i < kRunsListed; ++i) {
      const RunRow& run = document.runs[i];
      runs.row({{markdown_code(run.id)},
                {format_rfc3339(run.started)},
                {markdown_text(run.trigger)},
                {markdown_text(join(run.kubernetes, ", "))},
                {markdown_text(run.harness)},
                {run.command.empty() ? "–" : markdown_code(run.command)}});
    }
    out += runs.markdown() + "\n";
    if (document.runs.size() > kRunsListed)
      out += fmt::format("… and {} older ones (--json has all).\n\n", document.runs.size() - kRunsListed);
  }
  if (!document.images.empty()) {
    Table images({{"Node image"}, {"Digest"}, {"Kubelet"}, {"Made"}});
    for (const ImageRow& image : document.images)
      images.row({{markdown_code(image.image)},
                  {image.digest.empty() ? "–" : markdown_code(image.digest)},
                  {markdown_text(image.kubelet)},
                  {markdown_text(image.provenance)}});
    out += images.markdown() + "\n";
  }
  for (std::size_t i = 0; i < document.left_out.size() && i < kRunsListed; ++i)
    out += "- left out: " + markdown_code(document.left_out[i].first) + ": " +
           markdown_text(document.left_out[i].second) + "\n";
  if (document.left_out.size() > kRunsListed)
    out += fmt::format("- … and {} more left out (--json has all)\n", document.left_out.size() - kRunsListed);
  return out + (document.left_out.empty() ? "" : "\n") + "</details>\n";
}

}  // namespace

std::string markdown(const Document& document) {
  Writer writer;
  writer.as_of = document.as_of;
  std::vector<std::string> keps;
  for (const int kep : document.keps) keps.push_back("KEP-" + std::to_string(kep));
  writer.out = markdown_code(document.feature) + (keps.empty() ? "" : " (" + join(keps, ", ") + ")");
  writer.out += fmt::format(": the questions of the production readiness review that runs answer, from {}, {} run{}",
                            markdown_text(document.source), document.runs.size(), document.runs.size() == 1 ? "" : "s");
  if (!document.runs.empty())
    writer.out += fmt::format(", {} to {}", format_rfc3339(document.runs.back().started).substr(0, 10),
                              format_rfc3339(document.runs.front().started).substr(0, 10));
  writer.out += fmt::format(
      ", as of {}, by what the policy {} ({}{}) asks for {}. Gates and versions are those that were measured in each "
      "phase; what was not read back is unverified and supports nothing",
      format_rfc3339(document.as_of), markdown_text(document.policy), document.policy_digest,
      document.policy_shipped ? ", the shipped one" : ", not the shipped one", to_string(document.stage));
  if (document.since) writer.out += ". Listed are runs from " + format_rfc3339(*document.since) + " on";
  writer.out +=
      ". Numbers are k/n with the exact 95 % interval; infra-errors are in neither, and attempts of one cluster "
      "instance "
      "are correlated.\n\n";
  for (const Answer& answer : document.answers) writer.answer(answer);
  return writer.out + evidence(document);
}

}  // namespace graduand::report::prr
