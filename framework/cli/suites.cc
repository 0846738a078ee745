// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "framework/base/json.h"
#include "framework/base/text.h"
#include "framework/cli/cli.h"
#include "framework/cli/feature.h"

namespace graduand::cli {

namespace {

struct Options {
  CaseArguments selection;
  bool as_json = false;
};

std::string gates_of(const std::vector<catalogue::FeatureInfo>& known, const std::string& feature) {
  for (const auto& info : known)
    if (info.name == feature && !info.gates.empty()) return "gates " + join(info.gates, ", ");
  return "no gate";
}

std::string listing(const std::vector<runner::SelectedCase>& cases, const std::vector<catalogue::FeatureInfo>& known) {
  std::string text;
  const runner::LoadedSuite* suite = nullptr;
  for (const auto& selected : cases) {
    if (selected.suite != suite) {
      suite = selected.suite;
      text += fmt::format("{}{} ({}, {}{})\n", text.empty() ? "" : "\n", suite->file.name,
                          catalogue::to_string(suite->file.kind), suite->file.sig,
                          suite->kubernetes ? ", for Kubernetes " + suite->kubernetes->minor_str() : "");
      for (const auto& feature : suite->file.features)
        text += fmt::format("  feature {}: {}\n", feature.name, gates_of(known, feature.name));
    }
    const auto& info = *selected.info;
    text += fmt::format("\n  {}\n    {}\n    labels      {}\n", info.id, info.name, join(info.all_labels(), ", "));
    if (!info.needs.empty()) text += fmt::format("    needs       {}\n", join(info.needs, "; "));
    text += fmt::format("    time limit  {}\n", format_duration(info.time_limit));
  }
  return text + fmt::format("\n{} cases\n", cases.size());
}

json::object listing_json(const std::vector<runner::SelectedCase>& cases) {
  json::array rows;
  for (const auto& selected : cases) {
    auto row = selected.info->to_json();
    row["all_labels"] = to_json(selected.info->all_labels());
    if (selected.suite->kubernetes) row["kubernetes"] = selected.suite->kubernetes->minor_str();
    rows.push_back(std::move(row));
  }
  return {{"schema_version", 1}, {"cases", std::move(rows)}};
}

int list(const Session& session, const Options& options) {
  auto suites = load_all_suites(session);
  if (!suites) return report_error(suites.error());
  const auto cases = chosen_cases(*suites, options.selection);
  if (!cases) return report_error(cases.error());
  const auto known = load_all_features(session, *suites);
  if (!known) return report_error(known.error());
  print(options.as_json ? pretty_json(listing_json(*cases)) : listing(*cases, *known));
  for (const auto& suite : *suites)
    if (!suite.unavailable.empty())
      std::fprintf(stderr, "suite %s is not available%s: %s\n", suite.file.name.c_str(),
                   suite.kubernetes ? (" for Kubernetes " + suite.kubernetes->minor_str()).c_str() : "",
                   suite.unavailable.c_str());
  return kOk;
}

}  // namespace

void add_suites(CLI::App& app, Session& session) {
  auto options = std::make_shared<Options>();
  auto* verb = app.add_subcommand("suites", "What there is to run");
  verb->require_subcommand(1);
  auto* list_verb = verb->add_subcommand("list", "Cases with their labels, needs and time limits");
  add_case_options(*list_verb, options->selection);
  list_verb->add_flag("--json", options->as_json, "Print JSON");
  list_verb->footer(
      "\nExample:\n  graduand suites list --label-filter 'FeatureGate:PodLifecycleSleepAction && !Disruptive'");
  list_verb->callback(
      [options, &session] { session.action = [options, &session] { return list(session, *options); }; });
}

}  // namespace graduand::cli
