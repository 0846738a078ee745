// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "framework/base/error.h"
#include "framework/catalogue/features/feature.h"
#include "framework/catalogue/suites/exec_settings.h"
#include "framework/catalogue/suites/ginkgo_settings.h"

namespace graduand::catalogue {

enum class SuiteKind { kGtest, kGinkgo, kExec };
const char* to_string(SuiteKind kind);

// suites/<name>/suite.yaml
struct SuiteFile {
  std::string name;
  SuiteKind kind = SuiteKind::kGtest;
  std::filesystem::path binary;  // gtest: absolute, resolved against the file's folder
  GinkgoSettings ginkgo;         // ginkgo
  ExecSettings exec;             // exec
  std::string sig;
  // What the suite says of the features it speaks for: their names, and facts where it states any (see
  // feature_facts.h). What is known of them in all: merge_features.h.
  std::vector<FeatureInfo> features;
  // Cases that had another name, also Ginkgo's: old id → new id, both whole. No target is itself renamed.
  std::map<std::string, std::string> case_renames;
  std::filesystem::path path;
};

// Strict: unknown keys, wrong types and unknown gates are kUsage with file:line:column.
Result<SuiteFile> load_suite_file(const std::filesystem::path& path);
// Every suite.yaml one level below each folder, ordered by name. kUsage when two have the same name.
Result<std::vector<SuiteFile>> find_suites(const std::vector<std::filesystem::path>& folders);

}  // namespace graduand::catalogue
