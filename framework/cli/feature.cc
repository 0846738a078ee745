// SPDX-License-Identifier: Apache-2.0
#include "framework/cli/feature.h"

#include <algorithm>
#include <set>

#include "framework/base/text.h"

namespace graduand::cli {
namespace {

// Whether the suite says in which cells its cases on the feature have to have run.
bool has_required_cells(const runner::LoadedSuite& suite, const std::string& feature) {
  return std::any_of(suite.file.features.begin(), suite.file.features.end(),
                     [&](const auto& info) { return info.name == feature && !info.required_cells.empty(); });
}

}  // namespace

Result<FeatureView> view_of_feature(const std::vector<runner::LoadedSuite>& suites, const std::string& feature) {
  FeatureView view;
  bool found = false;
  std::set<std::string> files, cases;  // a suite of kind ginkgo is there once for each of its binaries
  for (const auto& suite : suites) {
    const bool first_of_file = files.insert(suite.file.path.string()).second;
    for (const auto& info : suite.file.features) {
      if (!first_of_file) break;
      if (info.name != feature) continue;
      if (!found) {
        view.info = info;
      } else {
        for (const auto& [stage, cells] : info.required_cells)
          view.info.required_cells[stage].insert(view.info.required_cells[stage].end(), cells.begin(), cells.end());
      }
      found = true;
    }
    if (!has_required_cells(suite, feature)) continue;
    for (const auto& info : suite.cases)
      if (std::find(info.features.begin(), info.features.end(), feature) != info.features.end() &&
          cases.insert(info.id).second)
        view.cases.push_back(info);
  }
  if (found) return view;
  const auto names = feature_names(suites);
  auto hint = did_you_mean_hint(feature, names);
  if (hint.empty()) hint = "the suites speak for: " + join(names, ", ");
  return fail(ErrorKind::kUsage, "no suite speaks for the feature '" + feature + "'", {}, hint);
}

std::vector<std::string> feature_names(const std::vector<runner::LoadedSuite>& suites) {
  std::set<std::string> names;
  for (const auto& suite : suites)
    for (const auto& info : suite.file.features) names.insert(info.name);
  return {names.begin(), names.end()};
}

}  // namespace graduand::cli
