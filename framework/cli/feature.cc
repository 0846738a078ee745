// SPDX-License-Identifier: Apache-2.0
#include "framework/cli/feature.h"

#include <algorithm>
#include <set>

#include "framework/base/text.h"
#include "framework/catalogue/features/feature_file.h"
#include "framework/catalogue/features/merge_features.h"

namespace graduand::cli {

Result<FeatureView> view_of_feature(const Session& session, const std::vector<runner::LoadedSuite>& suites,
                                    const std::string& feature) {
  GRADUAND_TRY_ASSIGN(const auto known, load_all_features(session, suites));
  const auto found = std::find_if(known.begin(), known.end(), [&](const auto& info) { return info.name == feature; });
  if (found == known.end()) {
    std::vector<std::string> names;
    for (const auto& info : known) names.push_back(info.name);
    auto hint = did_you_mean_hint(feature, names);
    if (hint.empty()) hint = "these are known: " + join(names, ", ");
    return fail(ErrorKind::kUsage, "no suite speaks for the feature '" + feature + "', and it has no file", {}, hint);
  }
  FeatureView view;
  view.info = *found;
  view.cases = runner::cases_of_feature(suites, feature);
  view.renames = runner::renames_of(suites);
  return view;
}

Result<std::vector<catalogue::FeatureInfo>> known_features(const Session& session,
                                                           const std::vector<catalogue::SuiteFile>& suites) {
  std::vector<std::filesystem::path> folders(session.feature_folders.begin(), session.feature_folders.end());
  if (folders.empty()) folders = runner::default_feature_folders(suite_folders_of(session));
  GRADUAND_TRY_ASSIGN(const auto files, catalogue::find_features(folders));
  return catalogue::merge_features(files, suites);
}

Result<std::vector<catalogue::FeatureInfo>> load_all_features(const Session& session,
                                                              const std::vector<runner::LoadedSuite>& suites) {
  return known_features(session, runner::files_of(suites));
}

std::vector<std::string> feature_names(const std::vector<runner::LoadedSuite>& suites) {
  std::set<std::string> names;
  for (const auto& suite : suites)
    for (const auto& info : suite.file.features) names.insert(info.name);
  return {names.begin(), names.end()};
}

}  // namespace graduand::cli
