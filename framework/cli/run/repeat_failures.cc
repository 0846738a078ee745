// SPDX-License-Identifier: Apache-2.0
#include "framework/cli/run/repeat_failures.h"

#include <fmt/format.h>

#include <map>
#include <set>

#include "framework/base/files.h"
#include "framework/cli/known_profiles.h"
#include "framework/graduation/commands/shell.h"
#include "framework/runner/plan/plan.h"

namespace graduand::cli {
namespace {

using graduation::shell_quoted;

constexpr std::size_t kShown = 5;

struct Place {
  std::string profile = "FILE";
  std::string cell;
};

// By the cell's display name.
std::map<std::string, Place> places_of(const std::filesystem::path& directory) {
  std::map<std::string, Place> places;
  const auto text = read_file(directory / results::layout::kPlan);
  const auto value = text ? parse_json(*text, results::layout::kPlan) : Result<json::value>(json::value());
  const auto plan = value ? runner::Plan::from_json(*value) : Result<runner::Plan>(runner::Plan());
  if (!plan) return places;
  for (const auto& cell : plan->cells) places[cell.cell.display_name()] = {as_named_here(cell.profile), cell.cell.name};
  return places;
}

// Where the run had its suites from.
std::string suites_option(const results::Run& run) {
  std::string option;
  for (std::size_t i = 0; i < run.argv.size(); ++i) {
    if (run.argv[i].starts_with("--suites=")) option += " " + shell_quoted(run.argv[i]);
    if (run.argv[i] == "--suites" && i + 1 < run.argv.size()) option += " --suites " + shell_quoted(run.argv[i + 1]);
  }
  return option;
}

}  // namespace

std::string repeat_failures_text(const results::RunContents& contents, const std::filesystem::path& directory) {
  const auto places = places_of(directory);
  std::set<std::pair<std::string, std::string>> seen;  // cell and case
  std::string text;
  for (const results::Attempt& attempt : contents.attempts) {
    if (!results::is_failure(attempt.outcome)) continue;
    // A step needs the others of its case.
    const std::string& name = attempt.phased_case.empty() ? attempt.case_id : attempt.phased_case;
    if (!seen.emplace(attempt.cell, name).second || seen.size() > kShown) continue;
    const auto at = places.find(attempt.cell);
    const Place place = at == places.end() ? Place{"FILE", attempt.cell} : at->second;
    text += fmt::format("  graduand run{} --profile {} --cell {} --case {} --attempt-seed {}\n",
                        suites_option(contents.run), shell_quoted(place.profile), shell_quoted(place.cell),
                        shell_quoted(name), attempt.seed);
  }
  if (text.empty()) return text;
  if (seen.size() > kShown)
    text += fmt::format("  … and {} more: graduand report --run {}\n", seen.size() - kShown,
                        shell_quoted(directory.string()));
  return "\nAgain, with the seed of the first failure of each:\n" + text;
}

}  // namespace graduand::cli
