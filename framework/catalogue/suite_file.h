// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "framework/base/error.h"
#include "framework/catalogue/feature.h"
#include "framework/catalogue/ginkgo_settings.h"

namespace graduand::catalogue {

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
