// SPDX-License-Identifier: Apache-2.0
#include "framework/cli/feature.h"

#include <algorithm>
#include <set>

#include "framework/base/text.h"

namespace graduand::cli {

Result<FeatureView> view_of_feature(const std::vector<runner::LoadedSuite>& suites, const std::string& feature) {
  FeatureView view;
  bool found = false;
  for (const auto& suite : suites) {
    for (const auto& info : suite.file.features) {
      if (info.name != feature) continue;
      if (!found) {
        view.info = info;
      } else {
        for (const auto& [stage, cells] : info.required_cells)
          view.info.required_cells[stage].insert(view.info.required_cells[stage].end(), cells.begin(), cells.end());
      }
      found = true;
    }
    for (const auto& info : suite.cases)
      if (std::find(info.features.begin(), info.features.end(), feature) != info.features.end())
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
