// SPDX-License-Identifier: Apache-2.0
#include "framework/cli/run/profile_suites.h"

#include <map>

#include "framework/base/contains.h"
#include "framework/base/text.h"
#include "framework/profile/profile.h"

namespace graduand::cli {
namespace {

Status check_suites(const profile::Profile& profile, const std::vector<runner::LoadedSuite>& suites) {
  std::vector<std::string> names;
  for (const auto& suite : suites) names.push_back(suite.file.name);
  for (const auto& suite : profile.suites) {
    if (contains(names, suite.name)) continue;
    const std::string hint = did_you_mean_hint(suite.name, names);
    return fail(ErrorKind::kUsage, "no suite '" + suite.name + "'", suite.where,
                hint.empty() ? "name the folder that has it with --suites, or others of its cases with --suite" : hint);
  }
  return {};
}

}  // namespace

Status keep_suites_of_profiles(const CaseArguments& selection, const std::vector<runner::LoadedSuite>& suites,
                               runner::Plan& plan) {
  if (!selection.suites.empty() || !selection.cases.empty() || plan.attempts() == 0) return {};
  std::map<std::filesystem::path, profile::Profile> profiles;
  std::vector<std::string> names;
  for (runner::PlannedCell& cell : plan.cells) {
    const auto [at, is_new] = profiles.try_emplace(cell.profile);
    if (is_new) {
      GRADUAND_TRY_ASSIGN(at->second, profile::load_profile(cell.profile));
      GRADUAND_TRY(check_suites(at->second, suites));
      for (const auto& suite : at->second.suites) names.push_back(suite.name);
    }
    std::erase_if(cell.attempts,
                  [&](const runner::PlannedAttempt& attempt) { return !at->second.runs_suite(attempt.suite); });
  }
  if (plan.attempts() > 0) return {};
  return fail(ErrorKind::kNothingSelected,
              "no selected case is of the suites that the profiles are for: " + join(names, ", "), {},
              "--suite NAME runs those of another one");
}

}  // namespace graduand::cli
