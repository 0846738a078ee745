// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "framework/base/process.h"
#include "framework/catalogue/case.h"
#include "framework/catalogue/label_filter.h"
#include "framework/catalogue/suite_file.h"

namespace graduand::runner {

// A suite whose program was asked for its cases.
struct LoadedSuite {
  catalogue::SuiteFile file;
  std::string revision;  // what the program says it was built from
  std::vector<catalogue::CaseInfo> cases;
};

// Runs each suite's program with --list-cases (10 s limit). kUsage for a program that is missing, does not answer, or
// names a case twice; the message names suite.yaml.
Result<std::vector<LoadedSuite>> load_suites(const std::vector<catalogue::SuiteFile>& files, ProcessRunner& processes);

// <folder of the program>/suites, or the folders of $GRADUAND_SUITES (a ':' list).
std::vector<std::filesystem::path> default_suite_folders();

// The cases that a filter selects, in the suites' order.
struct SelectedCase {
  const LoadedSuite* suite;
  const catalogue::CaseInfo* info;
};
std::vector<SelectedCase> select_cases(const std::vector<LoadedSuite>& suites, const catalogue::LabelFilter& filter,
                                       const std::vector<std::string>& suite_names = {});

}  // namespace graduand::runner
