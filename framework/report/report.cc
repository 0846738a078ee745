// SPDX-License-Identifier: Apache-2.0
#include "framework/report/report.h"

#include <fmt/format.h>

#include <algorithm>

#include "framework/base/text.h"
#include "framework/report/digest.h"
#include "framework/report/table.h"

namespace graduand::report {
namespace {

using results::Attempt;

constexpr std::size_t kTroublesShown = 20;
constexpr std::size_t kMessageLimit = 2000;  // a report is read by people; records have all of it

// A load balancer in front of several control planes has a record beside the nodes', and is none.
long nodes_of(const results::ClusterInstance& instance) {
  return std::count_if(instance.nodes.begin(), instance.nodes.end(), [](const results::NodeRecord& node) {
    return node.role == "control-plane" || node.role == "worker";
  });
}

std::string took(const results::Run& run) {
  if (!run.finished) return "unfinished";
  return format_duration(std::chrono::duration_cast<milliseconds>(*run.finished - run.started));
}

std::string why(const results::Run& run) {
  std::string text = to_string(run.trigger);
  if (!run.job.empty()) text += " " + run.job;
  if (!run.build_id.empty()) text += " #" + run.build_id;
  if (run.simulated) text += " (simulated)";
  return text;
}

std::string outcome_counts(const RunDigest& digest) {
  std::vector<std::string> parts;
  const auto add = [&](long n, const char* name) {
    if (n > 0) parts.push_back(fmt::format("{} {}", n, name));
  };
  add(digest.passed, "passed");
  add(digest.failed, "failed");
  add(digest.skipped, "skipped");
  add(digest.infra, "infra-error");
  add(digest.not_run, "not-run");
  return parts.empty() ? "no attempts" : join(parts, ", ");
}

Tone tone_of_run(const RunDigest& digest) {
  if (digest.failed > 0) return Tone::kBad;
  return digest.infra > 0 || digest.passed == 0 ? Tone::kWarn : Tone::kGood;
}

std::string heading(const std::string& text, const TerminalStyle& style) {
  return "\n" + paint(text, Tone::kBold, style) + "\n";
}

std::string indented(const std::string& text, std::size_t by) {
  std::string out;
  for (const std::string& line : split(text, '\n')) out += std::string(by, ' ') + line + "\n";
  return out;
}

std::string runs_terminal(const history::Selection& selection, const TerminalStyle& style) {
  Table table({{"run", false, true}, {"started (UTC)"}, {"trigger", false, true}, {"took", true}, {"attempts"}});
  for (const RunDigest& digest : digest_runs(selection))
    table.row({{digest.run->id},
               {short_time(digest.run->started)},
               {why(*digest.run)},
               {took(*digest.run)},
               {outcome_counts(digest), tone_of_run(digest)}});
  return table.terminal(style);
}

std::string instances_terminal(const history::Selection& selection, const TerminalStyle& style) {
  const auto width = static_cast<std::size_t>(style.width);
  const auto gates = gates_of_interest(selection);
  std::string out;
  for (const auto& instance : selection.instances) {
    const bool ready = instance.outcome == results::Outcome::kPassed;
    out += wrap(fmt::format("{}  {}, ready after {}", instance.id, instance.facts.api_server_version.str(),
                            format_duration(instance.ready_after)),
                width, 2);
    if (!ready) out += "  " + paint(to_string(instance.outcome), tone_of(instance.outcome), style);
    out += "\n  " + paint(wrap(gates_text(instance, gates), width, 2), Tone::kDim, style) + "\n";
    if (!ready) out += "  " + wrap(shorten(instance.message, kMessageLimit), width, 2) + "\n";
  }
  return out;
}

std::string troubles_terminal(const std::vector<const Attempt*>& all, const TerminalStyle& style) {
  std::string out;
  for (std::size_t i = 0; i < all.size() && i < kTroublesShown; ++i) {
    const Attempt& attempt = *all[i];
    out += paint(to_string(attempt.outcome), tone_of(attempt.outcome), style) + "  " + printable(attempt.id) +
           paint(fmt::format("  seed {}", attempt.seed), Tone::kDim, style) + "\n";
    out += indented(printable(shorten(failure_text(attempt), kMessageLimit)), 4);
  }
  if (all.size() > kTroublesShown) out += fmt::format("… and {} more\n", all.size() - kTroublesShown);
  return out;
}

}  // namespace

std::string report_terminal(const Input& input, const TerminalStyle& style) {
  const auto width = static_cast<std::size_t>(style.width);
  std::string out = paint(input.title, Tone::kBold, style) + "\n";
  for (const auto& judgement : input.judgements) out += "\n" + judgement_terminal(judgement, style);
  const history::Selection& selection = input.selection;
  out += heading(fmt::format("Runs ({})", selection.runs.size()), style) + runs_terminal(selection, style);
  if (!selection.instances.empty())
    out += heading(fmt::format("Cluster instances ({})", selection.instances.size()), style) +
           instances_terminal(selection, style);
  out += heading("Failure rates", style) + flakes_terminal(input.rates, style);
  if (const auto all = troubles(selection); !all.empty())
    out += heading(fmt::format("Failures and infra-errors ({})", all.size()), style) + troubles_terminal(all, style);
  if (const auto skips = digest_skips(selection); !skips.empty()) {
    out += heading("Skipped", style);
    for (const SkipDigest& skip : skips)
      out += wrap(fmt::format("{} × {}: {}", skip.attempts, skip.reason, join(skip.cases, ", ")), width, 2) + "\n";
  }
  return out;
}

std::string report_markdown(const Input& input) {
  const history::Selection& selection = input.selection;
  std::string out = "# " + markdown_text(input.title) + "\n\n";
  for (const auto& judgement : input.judgements) out += judgement_markdown(judgement) + "\n";

  out += "## Runs\n\n";
  Table runs({{"Run"}, {"Started"}, {"Trigger"}, {"Took", true}, {"Attempts"}, {"Harness"}});
  for (const RunDigest& digest : digest_runs(selection))
    runs.row({{markdown_code(digest.run->id)},
              {format_rfc3339(digest.run->started)},
              {markdown_text(why(*digest.run))},
              {took(*digest.run)},
              {outcome_counts(digest)},
              {markdown_text(digest.run->harness_version + " " + digest.run->harness_revision)}});
  out += selection.runs.empty() ? "No runs.\n" : runs.markdown();

  if (!selection.instances.empty()) {
    const auto gates = gates_of_interest(selection);
    Table instances(
        {{"Cluster instance"}, {"Fingerprint"}, {"Kubernetes"}, {"Nodes", true}, {"Effective gates"}, {"Outcome"}});
    for (const auto& instance : selection.instances)
      instances.row(
          {{markdown_code(instance.id)},
           {markdown_code(instance.cell.fingerprint())},
           {markdown_text(instance.facts.api_server_version.str())},
           {std::to_string(nodes_of(instance))},
           {markdown_text(gates_text(instance, gates))},
           {to_string(instance.outcome) +
            (instance.message.empty() ? "" : ": " + markdown_text(shorten(instance.message, kMessageLimit)))}});
    out += "\n## Cluster instances\n\n" + instances.markdown();
  }
  out += "\n## Failure rates\n\n" + flakes_markdown(input.rates);
  const auto all = troubles(selection);
  if (!all.empty()) out += "\n## Failures and infra-errors\n";
  for (std::size_t i = 0; i < all.size() && i < kTroublesShown; ++i)
    out +=
        fmt::format("\n**{}** {}, seed {}\n\n", to_string(all[i]->outcome), markdown_code(all[i]->id), all[i]->seed) +
        markdown_fence(shorten(failure_text(*all[i]), kMessageLimit));
  if (all.size() > kTroublesShown) out += fmt::format("\n… and {} more.\n", all.size() - kTroublesShown);
  if (const auto skips = digest_skips(selection); !skips.empty()) {
    Table table({{"Attempts", true}, {"Reason"}, {"Cases"}});
    for (const SkipDigest& skip : skips)
      table.row(
          {{std::to_string(skip.attempts)}, {markdown_text(skip.reason)}, {markdown_text(join(skip.cases, ", "))}});
    out += "\n## Skipped\n\n" + table.markdown();
  }
  return out;
}

json::value report_json(const Input& input) {
  const history::Selection& selection = input.selection;
  json::array runs;
  for (const RunDigest& digest : digest_runs(selection)) {
    json::object run = results::to_json(results::Record(*digest.run));
    run["attempts"] = json::object{{"passed", digest.passed},
                                   {"failed", digest.failed},
                                   {"skipped", digest.skipped},
                                   {"infra_error", digest.infra},
                                   {"not_run", digest.not_run}};
    runs.push_back(std::move(run));
  }
  json::array instances;
  for (const auto& instance : selection.instances) instances.push_back(results::to_json(results::Record(instance)));
  json::array transitions;
  for (const auto& one : selection.transitions) transitions.push_back(results::to_json(results::Record(one)));
  json::array failures;
  for (const Attempt* attempt : troubles(selection)) failures.push_back(results::to_json(results::Record(*attempt)));
  json::array skips;
  for (const SkipDigest& skip : digest_skips(selection))
    skips.push_back(json::object{{"reason", skip.reason}, {"attempts", skip.attempts}, {"cases", to_json(skip.cases)}});
  json::array judgements;
  for (const auto& judgement : input.judgements) judgements.push_back(judgement_json(judgement));
  return json::object{{"type", "report"},
                      {"schema_version", 1},
                      {"title", input.title},
                      {"judgements", std::move(judgements)},
                      {"runs", std::move(runs)},
                      {"instances", std::move(instances)},
                      {"transitions", std::move(transitions)},
                      {"flakes", flakes_json(input.rates)},
                      {"failures", std::move(failures)},
                      {"skips", std::move(skips)}};
}

}  // namespace graduand::report
