// SPDX-License-Identifier: Apache-2.0
#include "framework/cli/cli.h"
#include "framework/history/rates.h"
#include "framework/report/report.h"

namespace graduand::cli {

namespace {

struct Options {
  EvidenceOptions evidence;
  std::string feature;
  std::string case_id;
  std::string since;
  std::string until;
  std::string format = "terminal";
  bool all = false;
};

int flakes(const Options& options) {
  history::Query query{.feature = options.feature, .case_id = options.case_id};
  for (auto [text, time] : {std::pair{&options.since, &query.since}, std::pair{&options.until, &query.until}}) {
    if (text->empty()) continue;
    auto parsed = parse_time_argument(*text);
    if (!parsed) return report_error(parsed.error());
    *time = *parsed;
  }
  auto evidence = load_evidence(options.evidence, query);
  if (!evidence) return report_error(evidence.error());
  const auto rates = history::case_cells(evidence->selection);
  if (rates.empty())
    return report_error(Error{ErrorKind::kNothingSelected,
                              "no attempts in " + evidence->source,
                              {},
                              "'graduand run --profile FILE' makes some"});
  if (options.format == "json")
    print(pretty_json(report::flakes_json(rates)));
  else if (options.format == "markdown")
    print(report::flakes_markdown(rates));
  else
    print(report::flakes_terminal(rates, report::terminal_style_for_stdout(options.all)));
  return kOk;
}

}  // namespace

void add_flakes(CLI::App& app, Session& session) {
  auto options = std::make_shared<Options>();
  auto* verb = app.add_subcommand("flakes", "Failure rates and flakes of each case in each cell, with intervals");
  add_evidence_options(*verb, options->evidence);
  verb->add_option("--feature", options->feature, "Only cases that speak for this feature")->type_name("FEATURE");
  verb->add_option("--case", options->case_id, "Only this case")->type_name("ID");
  verb->add_option("--since", options->since, "Attempts started at or after")->type_name("TIME");
  verb->add_option("--until", options->until, "Attempts started before")->type_name("TIME");
  verb->add_option("--format", options->format, "How to print")
      ->check(CLI::IsMember({"terminal", "markdown", "json"}))
      ->capture_default_str();
  verb->add_flag_function("--json", [options](std::int64_t) { options->format = "json"; }, "Same as --format json");
  verb->add_flag("--all", options->all, "On a terminal also cells in which a case only skipped");
  verb->footer("\nExample:\n  graduand flakes --feature PodLifecycleSleepAction --since 2026-11-01");
  verb->callback([options, &session] { session.action = [options] { return flakes(*options); }; });
}

}  // namespace graduand::cli
