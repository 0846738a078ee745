// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "framework/base/processes/process.h"
#include "framework/catalogue/case.h"
#include "framework/catalogue/labels/label_filter.h"
#include "framework/catalogue/suites/suite_file.h"

namespace graduand::runner {

class SuiteDriver;

// A suite whose program was asked for its cases. One that has a program for each of several versions of Kubernetes is
// there once for each of them.
struct LoadedSuite {
  catalogue::SuiteFile file;
  std::shared_ptr<const SuiteDriver> driver;  // of the file's kind; see driver.h
  std::string revision;                       // what the program says, or shows, that it was built from
  std::vector<catalogue::CaseInfo> cases;
  std::optional<catalogue::KubeVersion> kubernetes;  // the minor whose clusters its cases are for; nothing: any
  // Written by others for more than this suite's features: cases that speak for none of them run only when asked for.
  bool foreign = false;
  std::string unavailable;  // why its cases are not known here; empty: they are
  // Whether its cases are for clusters of this version.
  bool fits(const catalogue::KubeVersion& version) const { return !kubernetes || kubernetes->same_minor(version); }
};

struct LoadOptions {
  std::filesystem::path cache;  // a folder for what drivers found out about programs, each in a folder of its own
  // When set, only the programs for clusters of these versions' minors are asked.
  std::optional<std::vector<catalogue::KubeVersion>> versions;
};

// Asks each suite's program for its cases, as its driver does (see load_gtest_suite, load_ginkgo_suite and
// load_exec_suite). kUsage for a program of ours that is missing, does not answer, names a case twice, or still has one
// that is renamed; the message names suite.yaml. A program of others' that is missing or does not answer makes its
// suite `unavailable` instead, and so does a version in `options.versions` that a suite has no program for.
Result<std::vector<LoadedSuite>> load_suites(const std::vector<catalogue::SuiteFile>& files, ProcessRunner& processes,
                                             const LoadOptions& options = {}, const CancelToken& cancel = {});

// <folder of the program>/suites, or the folders of $GRADUAND_SUITES (a ':' list).
std::vector<std::filesystem::path> default_suite_folders();
// Where the features' files of these suites are: the folder `features` beside each folder of suites, and the one in it,
// as far as they exist; or the folders of $GRADUAND_FEATURES (a ':' list).
std::vector<std::filesystem::path> default_feature_folders(const std::vector<std::filesystem::path>& suite_folders);

// The cases that speak for the feature, each id once although a suite may be there for several versions.
std::vector<catalogue::CaseInfo> cases_of_feature(const std::vector<LoadedSuite>& suites, const std::string& feature);
// The suites' files, each once.
std::vector<catalogue::SuiteFile> files_of(const std::vector<LoadedSuite>& suites);
// SuiteFile::case_renames of all of them.
std::map<std::string, std::string> renames_of(const std::vector<LoadedSuite>& suites);

struct SelectedCase {
  const LoadedSuite* suite;
  const catalogue::CaseInfo* info;
};

struct CaseSelection {
  catalogue::LabelFilter filter{};
  std::vector<std::string> suites{};  // only these; empty: all
  // Of foreign suites also what speaks for none of their features: of upstream's, thousands of specs.
  bool all_specs = false;
};
// The cases that are selected, in the suites' order.
std::vector<SelectedCase> select_cases(const std::vector<LoadedSuite>& suites, const CaseSelection& selection);

}  // namespace graduand::runner
