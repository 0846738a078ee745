// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <vector>

#include "framework/base/error.h"
#include "framework/catalogue/features/feature.h"

namespace graduand::catalogue {

// features/<Feature>.yaml: what is known of a feature, whoever tests it.
//
//   name: PodLifecycleSleepAction      # the file's name
//   sig: sig-node
//   keps, gates, stages, required-cells: see feature_facts.h
//   required-suites: [pod-lifecycle-sleep-action]
//   metrics: [sleep_action_terminated_early_total]
//   scenarios: [{name: under load, labels: "Load && !Slow"}]
//   comparisons: [{measure: scheduler_resident_memory, at-most: 1.1}]
//   deprecations: [{what: …, announced: 2024-04-01, effective: v1.31, effective-at: 2024-08-13}]
//
// Strict: unknown keys, wrong types, gates, components, label filters and versions that are none are kUsage with
// file:line:column. FeatureInfo::where names every member that is stated.
Result<FeatureInfo> load_feature_file(const std::filesystem::path& path);
// Every *.yaml of each folder, ordered by name. kUsage for a folder that cannot be read, and when two files are of the
// same feature; a folder that is named twice is read once.
Result<std::vector<FeatureInfo>> find_features(const std::vector<std::filesystem::path>& folders);

}  // namespace graduand::catalogue
