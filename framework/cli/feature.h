// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <vector>

#include "framework/catalogue/case.h"
#include "framework/catalogue/suites/suite_file.h"
#include "framework/cli/cli.h"
#include "framework/runner/plan/suite.h"

namespace graduand::cli {

// What is known of one feature, and the cases of every suite that speaks for it. In which of them evidence is required
// info.required_suites says; what others run (on older nodes, through transitions) counts when it was run.
struct FeatureView {
  catalogue::FeatureInfo info;
  std::vector<catalogue::CaseInfo> cases;      // each id once
  std::map<std::string, std::string> renames;  // old id → new id, of all suites
};
// kUsage with a did-you-mean when neither a feature's file nor a suite names it, or these contradict one another.
Result<FeatureView> view_of_feature(const Session& session, const std::vector<runner::LoadedSuite>& suites,
                                    const std::string& feature);

// What is known of all features: the files of --features, $GRADUAND_FEATURES or those that belong to the folders of
// suites (runner::default_feature_folders), and what the suites state (catalogue::merge_features).
Result<std::vector<catalogue::FeatureInfo>> known_features(const Session& session,
                                                           const std::vector<catalogue::SuiteFile>& suites);
Result<std::vector<catalogue::FeatureInfo>> load_all_features(const Session& session,
                                                              const std::vector<runner::LoadedSuite>& suites);
// The features that the suites name, ordered by name.
std::vector<std::string> feature_names(const std::vector<runner::LoadedSuite>& suites);

}  // namespace graduand::cli
