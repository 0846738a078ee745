// SPDX-License-Identifier: Apache-2.0
#include "framework/report/report.h"

#include <set>

#include "framework/base/files.h"
#include "framework/cli/cli.h"
#include "framework/cli/judge.h"
#include "framework/results/junit.h"

namespace graduand::cli {

namespace {

struct Options {
  EvidenceOptions evidence;
  std::string format = "terminal";
  std::string feature;
  std::string output;
};

// A verdict for beta and one for GA for each feature that has attempts, or for the one that was asked for.
Result<std::vector<graduation::Judgement>> judgements_of(const std::vector<runner::LoadedSuite>& suites,
                                                         const Options& options, const Evidence& evidence) {
  std::set<std::string> features;
  if (!options.feature.empty())
    features.insert(options.feature);
  else
    for (const auto& attempt : evidence.selection.attempts)
      features.insert(attempt.features.begin(), attempt.features.end());
  std::vector<graduation::Judgement> judgements;
  for (const auto& feature : features) {
    auto view = view_of_feature(suites, feature);
    if (!view && options.feature.empty()) continue;  // a foreign suite's feature: its attempts are still reported
    if (!view) return fail(view.error());
    for (const auto stage : {graduation::Stage::kBeta, graduation::Stage::kStable}) {
      if (!view->info.stages.count(graduation::to_string(stage))) continue;
      GRADUAND_TRY_ASSIGN(auto judgement, judge_feature(JudgeRequest{.view = *view,
                                                                     .stage = stage,
                                                                     .release = {},
                                                                     .as_of = system_clock().now(),
                                                                     .selection = evidence.selection,
                                                                     .source = evidence.source},
                                                        graduation::builtin_policy()));
      judgements.push_back(std::move(judgement));
    }
  }
  return judgements;
}

Result<std::string> rendered(const Session& session, const Options& options) {
  GRADUAND_TRY_ASSIGN(auto evidence, load_evidence(options.evidence, history::Query{.feature = options.feature}));
  if (evidence.selection.runs.empty())
    return fail(ErrorKind::kNothingSelected, "no runs in " + evidence.source, {},
                "'graduand run --profile FILE' makes some");
  if (options.format == "junit") {
    results::RunContents contents;
    contents.run = evidence.selection.runs.back();
    contents.instances = evidence.selection.instances;
    contents.transitions = evidence.selection.transitions;
    contents.attempts = evidence.selection.attempts;
    return results::junit_xml(contents);
  }
  GRADUAND_TRY_ASSIGN(auto suites, load_all_suites(session));
  report::Input input;
  input.title = evidence.source;
  GRADUAND_TRY_ASSIGN(input.judgements, judgements_of(suites, options, evidence));
  input.rates = history::case_cells(evidence.selection);
  input.selection = std::move(evidence.selection);
  if (options.format == "markdown") return report::report_markdown(input);
  if (options.format == "json") return pretty_json(report::report_json(input));
  return report::report_terminal(
      input, options.output.empty() ? report::terminal_style_for_stdout() : report::TerminalStyle{});
}

int report_verb(const Session& session, const Options& options) {
  auto text = rendered(session, options);
  if (!text) return report_error(text.error());
  if (options.output.empty()) {
    print(*text);
    return kOk;
  }
  if (auto written = write_file_atomically(options.output, *text); !written) return report_error(written.error());
  return kOk;
}

}  // namespace

void add_report(CLI::App& app, Session& session) {
  auto options = std::make_shared<Options>();
  auto* verb = app.add_subcommand("report", "Runs, clusters, rates, failures and verdicts, for people and for tools");
  verb->add_option("--format", options->format, "terminal, markdown (for a PRR), json or junit")
      ->check(CLI::IsMember({"terminal", "markdown", "json", "junit"}))
      ->capture_default_str();
  verb->add_option("--feature", options->feature, "Only this feature")->type_name("FEATURE");
  verb->add_option("-o,--output", options->output, "Write to this file instead of stdout")->type_name("FILE");
  add_evidence_options(*verb, options->evidence);
  verb->footer("\nExample:\n  graduand report --format markdown --feature PodLifecycleSleepAction");
  verb->callback(
      [options, &session] { session.action = [options, &session] { return report_verb(session, *options); }; });
}

}  // namespace graduand::cli
