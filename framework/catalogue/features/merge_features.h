// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "framework/catalogue/features/feature.h"
#include "framework/catalogue/suites/suite_file.h"

namespace graduand::catalogue {

// What is known of every feature that has a file or that a suite names, ordered by name. Facts of a feature stand once:
// a suite may repeat what the feature's file or another suite says, and add a member that nobody else states.
// Where two state the same member differently (the required cells of a stage are a member of their own) it is kUsage
// that names both places. KEPs, gates and cells may stand in any order; components are compared where both state them.
//  - sig: the file's; else that of the first suite that names the feature;
//  - required_suites: the file's; else the suites that state required cells;
//  - a feature that is only named is fine: it has no gates.
// Pure.
Result<std::vector<FeatureInfo>> merge_features(const std::vector<FeatureInfo>& files,
                                                const std::vector<SuiteFile>& suites);

}  // namespace graduand::catalogue
