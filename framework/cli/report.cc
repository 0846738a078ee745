// SPDX-License-Identifier: Apache-2.0
#include "framework/report/report.h"

#include <set>

#include "framework/base/files.h"
#include "framework/base/text.h"
#include "framework/cli/cli.h"
#include "framework/cli/judge.h"
#include "framework/cli/known_profiles.h"
#include "framework/history/narrow.h"
#include "framework/report/prr.h"
#include "framework/results/junit.h"

namespace graduand::cli {

namespace {

struct Options {
  EvidenceOptions evidence;
  std::string format = "terminal";
  std::string feature;
  std::string since;
  std::string as_of;
  bool json = false;
  bool all = false;
  std::string output;
  std::string stage = "stable";
  std::string release;
  PolicyOptions policy;
};

Result<std::optional<Timestamp>> optional_time(const std::string& text) {
  if (text.empty()) return std::nullopt;
  GRADUAND_TRY_ASSIGN(const Timestamp time, parse_time_argument(text));
  return time;
}

// A verdict for beta and one for GA for each feature that has attempts, or for the one that was asked for.
Result<std::vector<graduation::Judgement>> judgements_of(const Session& session,
                                                         const std::vector<runner::LoadedSuite>& suites,
                                                         const Options& options, const Evidence& evidence,
                                                         const graduation::Policy& policy, Timestamp as_of) {
  std::set<std::string> features;
  if (!options.feature.empty())
    features.insert(options.feature);
  else
    for (const auto& attempt : evidence.selection.attempts)
      features.insert(attempt.features.begin(), attempt.features.end());
  std::vector<graduation::Judgement> judgements;
  for (const auto& feature : features) {
    auto view = view_of_feature(session, suites, feature);
    if (!view && options.feature.empty()) continue;  // a foreign suite's feature: its attempts are still reported
    if (!view) return fail(view.error());
    for (const auto stage : {graduation::Stage::kBeta, graduation::Stage::kStable}) {
      if (!view->info.stages.count(graduation::to_string(stage))) continue;
      GRADUAND_TRY_ASSIGN(auto judgement, judge_feature(JudgeRequest{.view = *view,
                                                                     .stage = stage,
                                                                     .release = {},
                                                                     .as_of = as_of,
                                                                     .selection = evidence.selection,
                                                                     .source = evidence.source,
                                                                     .profiles = known_profiles(session)},
                                                        policy));
      judgements.push_back(std::move(judgement));
    }
  }
  return judgements;
}

// Answers for the questionnaire. Without any runs it says so at each question.
Result<std::string> prr(const Session& session, const Options& options) {
  GRADUAND_TRY_ASSIGN(const auto suites, load_all_suites(session));
  if (options.feature.empty())
    return fail(ErrorKind::kUsage, "--format prr answers for one feature", {},
                "name it with --feature; the suites speak for: " + join(feature_names(suites), ", "));
  GRADUAND_TRY_ASSIGN(auto view, view_of_feature(session, suites, options.feature));
  GRADUAND_TRY_ASSIGN(const auto policy, load_policy(options.policy));
  GRADUAND_TRY_ASSIGN(const auto stage, graduation::parse_stage(options.stage));
  GRADUAND_TRY_ASSIGN(const auto as_of, optional_time(options.as_of));
  GRADUAND_TRY_ASSIGN(auto evidence, load_evidence(options.evidence, history::Query{}));
  graduation::prr::Input input;
  GRADUAND_TRY_ASSIGN(input.since, optional_time(options.since));
  GRADUAND_TRY_ASSIGN(input.judge, judge_input(JudgeRequest{.view = std::move(view),
                                                            .stage = stage,
                                                            .release = options.release,
                                                            .as_of = as_of.value_or(system_clock().now()),
                                                            .selection = std::move(evidence.selection),
                                                            .source = std::move(evidence.source),
                                                            .profiles = known_profiles(session)}));
  input.policy = &policy;
  input.folders = std::move(evidence.folders);
  const auto document = graduation::prr::document_of(input);
  return options.json ? pretty_json(report::prr::to_json(document)) : report::prr::markdown(document);
}

Result<std::string> rendered(const Session& session, const Options& options) {
  if (options.format == "prr") return prr(session, options);
  if (options.format == "junit" && !options.policy.policy.empty())
    return fail(ErrorKind::kUsage, "--format junit has no verdict, so no policy");
  history::Query query{.feature = options.feature};
  GRADUAND_TRY_ASSIGN(query.since, optional_time(options.since));
  GRADUAND_TRY_ASSIGN(const auto as_of, optional_time(options.as_of));
  if (as_of) query.until = *as_of + std::chrono::microseconds(1);  // `until` is exclusive
  // Tables are of what was asked for; a verdict is of all that there is.
  GRADUAND_TRY_ASSIGN(auto evidence, load_evidence(options.evidence, history::Query{}));
  auto shown = history::narrow(evidence.selection, query);
  if (shown.runs.empty())
    return fail(ErrorKind::kNothingSelected, "no runs in " + evidence.source, {},
                "'graduand run --profile FILE' makes some");
  if (options.format == "junit") {
    results::RunContents contents;
    contents.run = shown.runs.back();
    contents.instances = shown.instances;
    contents.transitions = shown.transitions;
    contents.attempts = shown.attempts;
    return results::junit_xml(contents);
  }
  GRADUAND_TRY_ASSIGN(auto suites, load_all_suites(session));
  report::Input input;
  input.title = evidence.source;
  GRADUAND_TRY_ASSIGN(const auto policy, load_policy(options.policy));
  GRADUAND_TRY_ASSIGN(input.judgements,
                      judgements_of(session, suites, options, evidence, policy, as_of.value_or(system_clock().now())));
  input.rates = history::case_cells(shown);
  input.selection = std::move(shown);
  if (options.format == "markdown") return report::report_markdown(input);
  if (options.format == "json" || options.json) return pretty_json(report::report_json(input));
  return report::report_terminal(input, options.output.empty() ? report::terminal_style_for_stdout(options.all)
                                                               : report::TerminalStyle{.all = options.all});
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
  verb->add_option("--format", options->format,
                   "terminal, markdown, json, junit, or prr: answers for a KEP's production readiness questionnaire")
      ->check(CLI::IsMember({"terminal", "markdown", "json", "junit", "prr"}))
      ->capture_default_str();
  verb->add_flag("--json", options->json, "As JSON: the report, or with --format prr the answers");
  verb->add_option("--feature", options->feature, "Only this feature; with --format prr the one that is answered for")
      ->type_name("FEATURE");
  verb->add_option("--since", options->since, "Tables only of what started at or after; a verdict looks at all")
      ->type_name("TIME");
  verb->add_option("--as-of", options->as_of, "Report as if it were this time (default: now)")->type_name("TIME");
  verb->add_option("-o,--output", options->output, "Write to this file instead of stdout")->type_name("FILE");
  verb->add_option("--stage", options->stage, "With --format prr: the stage that is applied for")
      ->type_name("STAGE")
      ->capture_default_str();
  verb->add_option("--release", options->release,
                   "With --format prr: the release that is applied for (default: as the feature's file says)")
      ->type_name("VERSION");
  verb->add_flag("--all", options->all,
                 "On a terminal also what does not apply, and cells in which a case only skipped");
  add_policy_options(*verb, options->policy);
  add_evidence_options(*verb, options->evidence);
  verb->footer(
      "\nExample:\n  graduand report --format markdown --feature PodLifecycleSleepAction\n"
      "  graduand report --format prr --feature PodLifecycleSleepAction --as-of 2026-11-01 -o prr.md");
  verb->callback(
      [options, &session] { session.action = [options, &session] { return report_verb(session, *options); }; });
}

}  // namespace graduand::cli
