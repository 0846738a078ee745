// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <map>

#include "framework/catalogue/provider_capabilities.h"
#include "framework/report/case_names.h"
#include "framework/report/report.h"
#include "framework/report/table.h"
#include "framework/stats/binomial.h"

namespace graduand::report {
namespace {

using history::CaseCell;

constexpr const char* kNoRates = "No attempts.\n";
// Room for all counts beside both rates and a readable cell name; below it the counts that a rate's k/n holds already
// are left out, and below the second the interval per run.
constexpr int kWideColumns = 112;
constexpr int kMiddleColumns = 96;

long ran(const CaseCell& row) {
  return row.passed + row.failed;
}

struct Sums {
  long ran = 0, failed = 0, skipped = 0, infra = 0, not_run = 0, flakes = 0, correlated = 0;
  explicit Sums(const std::vector<CaseCell>& rates) {
    for (const CaseCell& row : rates) {
      ran += report::ran(row);
      failed += row.failed;
      skipped += row.skipped;
      infra += row.infra_error;
      not_run += row.not_run;
      flakes += row.flake ? 1 : 0;
      correlated += row.repeats_correlated() ? 1 : 0;
    }
  }
  std::string line() const {
    return fmt::format("{} attempts ran, {} failed; {} skipped, {} infra-error, {} not-run; {} flake{}", ran, failed,
                       skipped, infra, not_run, flakes, flakes == 1 ? "" : "s");
  }
};

constexpr const char* kLegend =
    "Rates: attempts (or runs) that failed, timed out or crashed of those that ran, with the exact 95 % interval "
    "(Clopper–Pearson). A flake passed and failed with the same inputs.";
constexpr const char* kCorrelated =
    "* repeated inside one cluster instance: those attempts are correlated, so trust the rate per run.";

// The cell, and what kind of cluster it was where that is not the usual one.
std::string cell_name(const CaseCell& row) {
  if (row.simulated) return row.cell + " (simulated)";
  const bool usual = row.provider.empty() || row.provider == catalogue::kDefaultProvider;
  return usual ? row.cell : row.cell + " (" + row.provider + ")";
}

Field flag(const CaseCell& row) {
  return row.flake ? Field{"flake", Tone::kBad} : Field{};
}
Field rate(long k, long n, const std::string& text) {
  return {text, n == 0 ? Tone::kDim : k > 0 ? Tone::kBad : Tone::kPlain};
}
Field count(long n, Tone tone = Tone::kPlain) {
  return {std::to_string(n), n == 0 ? Tone::kDim : tone};
}

json::value rate_json(long k, long n) {
  if (n == 0) return json::object{{"k", k}, {"n", n}, {"rate", nullptr}, {"low", nullptr}, {"high", nullptr}};
  const stats::Interval interval = stats::clopper_pearson(k, n);
  return json::object{{"k", k},
                      {"n", n},
                      {"rate", static_cast<double>(k) / static_cast<double>(n)},
                      {"low", interval.low},
                      {"high", interval.high}};
}

bool only_skipped(const CaseCell& row) {
  return row.skipped > 0 && ran(row) == 0 && row.infra_error == 0 && row.not_run == 0;
}

// Rows that say no more than that a case was skipped, which a table for people counts and leaves out.
class Folded {
 public:
  Folded(const std::vector<CaseCell>& rates, bool all) : all_(all) {
    for (const CaseCell& row : rates) {
      Cells& cells = cases_[row.case_id];
      ++(report::only_skipped(row) ? cells.skipped : cells.others);
    }
  }
  bool hides(const CaseCell& row) const { return !all_ && report::only_skipped(row); }
  // "  (skipped in 3 cells)" after a case's name.
  std::string remark(const std::string& case_id) const {
    const long n = all_ ? 0 : cases_.at(case_id).skipped;
    return n == 0 ? "" : fmt::format("  (skipped in {} other cell{})", n, n == 1 ? "" : "s");
  }
  // Cases of which nothing is left.
  std::vector<std::string> only_skipped() const {
    std::vector<std::string> ids;
    for (const auto& [id, cells] : cases_)
      if (!all_ && cells.others == 0) ids.push_back(id);
    return ids;
  }

 private:
  struct Cells {
    long skipped = 0;
    long others = 0;
  };
  bool all_;
  std::map<std::string, Cells> cases_;
};

CaseNames names_of(const std::vector<CaseCell>& rates) {
  std::vector<std::string> ids;
  for (const CaseCell& row : rates) ids.push_back(row.case_id);
  return CaseNames(std::move(ids));
}

}  // namespace

std::string flakes_terminal(const std::vector<CaseCell>& rates, const TerminalStyle& style) {
  if (rates.empty()) return kNoRates;
  const bool wide = style.width >= kWideColumns;
  const bool middle = style.width >= kMiddleColumns;
  std::vector<Column> columns = {{"cell", false, true}};
  if (wide) columns.insert(columns.end(), {{"att", true}, {"pass", true}, {"fail", true}});
  columns.insert(columns.end(), {{"skip", true}, {"infra", true}, {"failed per attempt", true}});
  columns.push_back({middle ? "failed per run" : "per run", true});
  columns.push_back({""});
  Table table(columns);
  const Folded folded(rates, style.all);
  const CaseNames names = names_of(rates);
  std::string case_id;
  for (const CaseCell& row : rates) {
    if (folded.hides(row)) continue;
    if (row.case_id != case_id) table.heading(names.of(row.case_id) + folded.remark(row.case_id));
    case_id = row.case_id;
    std::vector<Field> fields = {{cell_name(row) + (row.repeats_correlated() ? " *" : "")}};
    if (wide) fields.insert(fields.end(), {count(row.attempts), count(row.passed), count(row.failed, Tone::kBad)});
    fields.insert(fields.end(), {count(row.skipped), count(row.infra_error, Tone::kWarn)});
    fields.push_back(rate(row.failed, ran(row), rate_text(row.failed, ran(row))));
    const std::string short_rate = row.runs == 0 ? "–" : fmt::format("{}/{}", row.failed_runs, row.runs);
    fields.push_back(rate(row.failed_runs, row.runs, middle ? rate_text(row.failed_runs, row.runs) : short_rate));
    fields.push_back(flag(row));
    table.row(std::move(fields));
  }
  const Sums sums(rates);
  const auto width = static_cast<std::size_t>(style.width);
  std::string out;
  if (!names.suite().empty()) out += paint("suite " + names.suite(), Tone::kDim, style) + "\n";
  if (!table.empty()) out += table.terminal(style);
  if (const auto only = folded.only_skipped(); !only.empty())
    out += wrap(fmt::format("{} case{} only skipped (flakes --all has {})", only.size(), only.size() == 1 ? "" : "s",
                            only.size() == 1 ? "it" : "them"),
                width, 2) +
           "\n";
  out += "\n" + wrap(sums.line(), width, 0) + "\n";
  out += paint(wrap(kLegend, width, 0), Tone::kDim, style) + "\n";
  if (sums.correlated > 0) out += paint(wrap(kCorrelated, width, 2), Tone::kDim, style) + "\n";
  return out;
}

std::string flakes_markdown(const std::vector<CaseCell>& rates) {
  if (rates.empty()) return kNoRates;
  Table table({{"Case"},
               {"Cell"},
               {"Fingerprint"},
               {"Kubernetes"},
               {"Attempts", true},
               {"Passed", true},
               {"Failed", true},
               {"Skipped", true},
               {"Infra-error", true},
               {"Failed per attempt", true},
               {"Failed per run", true},
               {"Flake"}});
  for (const CaseCell& row : rates)
    table.row({{markdown_code(row.case_id)},
               {markdown_text(cell_name(row)) + (row.repeats_correlated() ? " \\*" : "")},
               {markdown_code(row.fingerprint)},
               {markdown_text(row.kubernetes_version)},
               {std::to_string(row.attempts)},
               {std::to_string(row.passed)},
               {std::to_string(row.failed)},
               {std::to_string(row.skipped)},
               {std::to_string(row.infra_error)},
               {rate_text(row.failed, ran(row))},
               {rate_text(row.failed_runs, row.runs)},
               {row.flake ? "**flake**" : ""}});
  const Sums sums(rates);
  std::string out = table.markdown() + "\n" + sums.line() + ".\n\n" + kLegend + "\n";
  if (sums.correlated > 0) out += std::string("\n\\") + kCorrelated + "\n";
  return out;
}

json::value flakes_json(const std::vector<CaseCell>& rates) {
  json::array rows;
  for (const CaseCell& row : rates) {
    json::object object = {{"case", row.case_id},
                           {"name", row.case_name},
                           {"suite", row.suite},
                           {"features", to_json(row.features)},
                           {"cell", row.cell},
                           {"fingerprint", row.fingerprint},
                           {"provider", row.provider},
                           {"simulated", row.simulated},
                           {"kubernetes_version", row.kubernetes_version},
                           {"attempts", row.attempts},
                           {"passed", row.passed},
                           {"failed", row.failed},
                           {"skipped", row.skipped},
                           {"infra_error", row.infra_error},
                           {"not_run", row.not_run},
                           {"runs", row.runs},
                           {"failed_runs", row.failed_runs},
                           {"instances", row.instances},
                           {"repeats_correlated", row.repeats_correlated()},
                           {"failures_per_attempt", rate_json(row.failed, ran(row))},
                           {"failures_per_run", rate_json(row.failed_runs, row.runs)},
                           {"flake", row.flake},
                           {"skip_reason", row.skip_reason}};
    if (row.attempts > 0) {
      object["first"] = format_rfc3339(row.first);
      object["last"] = format_rfc3339(row.last);
    }
    rows.push_back(std::move(object));
  }
  return json::object{{"type", "flakes"},
                      {"schema_version", 1},
                      {"confidence", 0.95},
                      {"interval", "Clopper-Pearson"},
                      {"rows", std::move(rows)}};
}

}  // namespace graduand::report
