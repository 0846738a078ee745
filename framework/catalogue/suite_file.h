// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "framework/base/error.h"
#include "framework/catalogue/cell.h"
#include "framework/catalogue/ginkgo_settings.h"

namespace graduand::catalogue {

// A cell that a stage needs evidence from, described by what it must be, not by its name.
struct RequiredCell {
  std::string name;                                // for people: "v1.33, gate on"
  KubeVersion kubernetes;                          // a minor
  GateMap gates;                                   // effective on API server and kubelet
  std::map<std::string, GateMap> component_gates;  // effective on one component; overrides `gates`
  int min_nodes = 1;
  // Whether a cluster instance with these facts is such a cell. An unverified component never matches a gate.
  bool matches(const CellFacts& facts) const;
};

struct FeatureInfo {
  std::string name;  // "PodLifecycleSleepAction"
  std::vector<int> keps;
  std::vector<std::string> gates;
  std::string sig;
  std::map<std::string, KubeVersion> stages;                        // "alpha", "beta", "stable" → first minor
  std::map<std::string, std::vector<RequiredCell>> required_cells;  // by stage, "beta" and "stable"
};

enum class SuiteKind { kGtest, kGinkgo };

// suites/<name>/suite.yaml
struct SuiteFile {
  std::string name;
  SuiteKind kind = SuiteKind::kGtest;
  std::filesystem::path binary;  // gtest: absolute, resolved against the file's folder
  GinkgoSettings ginkgo;         // ginkgo
  std::string sig;
  std::vector<FeatureInfo> features;
  std::filesystem::path path;
};

// Strict: unknown keys, wrong types and unknown gates are kUsage with file:line:column.
Result<SuiteFile> load_suite_file(const std::filesystem::path& path);
// Every suite.yaml one level below each folder, ordered by name. kUsage when two have the same name.
Result<std::vector<SuiteFile>> find_suites(const std::vector<std::filesystem::path>& folders);

}  // namespace graduand::catalogue
