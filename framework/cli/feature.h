// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "framework/catalogue/case.h"
#include "framework/catalogue/suite_file.h"
#include "framework/runner/suite.h"

namespace graduand::cli {

// What the suites know of one feature: its gates, stages and required cells (of all suites that name it), and the cases
// that have to have run in those cells: of the suites that require any. What other suites run for the feature (on older
// nodes, through transitions) counts when it was run.
struct FeatureView {
  catalogue::FeatureInfo info;
  std::vector<catalogue::CaseInfo> cases;
};
// kUsage with a did-you-mean when no suite names the feature.
Result<FeatureView> view_of_feature(const std::vector<runner::LoadedSuite>& suites, const std::string& feature);
// All features of the suites, ordered by name.
std::vector<std::string> feature_names(const std::vector<runner::LoadedSuite>& suites);

}  // namespace graduand::cli
