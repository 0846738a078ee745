// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "framework/base/process.h"
#include "framework/catalogue/case.h"
#include "framework/catalogue/label_filter.h"
#include "framework/catalogue/suite_file.h"

namespace graduand::runner {

// The test binary behind a loaded suite of kind ginkgo, for clusters of one minor.
struct GinkgoProgram {
  catalogue::KubeVersion kubernetes;  // the minor
  std::filesystem::path binary;
  std::string version;                   // of Kubernetes, as the binary says; empty when it does not
  std::string description;               // of the suite: Ginkgo's focus sees it before a spec's name
  std::vector<std::vector<int>> groups;  // see GinkgoListing; positions in the suite's cases
};

// A suite whose program was asked for its cases. A suite of kind ginkgo is there once for each of its binaries.
struct LoadedSuite {
  catalogue::SuiteFile file;
  std::string
      revision;  // what the program says it was built from; for a Ginkgo binary "ginkgo", its version and digest
  std::vector<catalogue::CaseInfo> cases;
  std::optional<GinkgoProgram> ginkgo;
  std::string unavailable;  // ginkgo: why its cases are not known here; empty: they are
  // Whether its cases are for clusters of this version.
  bool fits(const catalogue::KubeVersion& kubernetes) const {
    return !ginkgo || ginkgo->kubernetes.same_minor(kubernetes);
  }
};

struct LoadOptions {
  std::filesystem::path cache;  // a folder where listings of Ginkgo binaries are kept
  // When set, only the Ginkgo binaries for these versions' minors are asked.
  std::optional<std::vector<catalogue::KubeVersion>> versions;
};

// Runs each suite's program with --list-cases (10 s limit), and each Ginkgo binary's dry run (list_ginkgo_specs).
// kUsage for a program that is missing, does not answer, names a case twice, or still has one that is renamed; the
// message names suite.yaml. A Ginkgo binary that is missing or does not answer makes its suite `unavailable` instead:
// it was not built by this project.
Result<std::vector<LoadedSuite>> load_suites(const std::vector<catalogue::SuiteFile>& files, ProcessRunner& processes,
                                             const LoadOptions& options = {}, const CancelToken& cancel = {});

// <folder of the program>/suites, or the folders of $GRADUAND_SUITES (a ':' list).
std::vector<std::filesystem::path> default_suite_folders();
// Where the features' files of these suites are: the folder `features` beside each folder of suites, and the one in it,
// as far as they exist; or the folders of $GRADUAND_FEATURES (a ':' list).
std::vector<std::filesystem::path> default_feature_folders(const std::vector<std::filesystem::path>& suite_folders);

// The cases that speak for the feature, each id once although a suite of kind ginkgo is there for each of its binaries.
std::vector<catalogue::CaseInfo> cases_of_feature(const std::vector<LoadedSuite>& suites, const std::string& feature);
// The suites' files, each once.
std::vector<catalogue::SuiteFile> files_of(const std::vector<LoadedSuite>& suites);
// SuiteFile::case_renames of all of them.
std::map<std::string, std::string> renames_of(const std::vector<LoadedSuite>& suites);

struct SelectedCase {
  const LoadedSuite* suite;
  const catalogue::CaseInfo* info;
};

struct Selection {
  catalogue::LabelFilter filter{};
  std::vector<std::string> suites{};  // only these; empty: all
  // Ginkgo specs that speak for none of their suite's features, too: thousands of upstream's.
  bool all_specs = false;
};
// The cases that are selected, in the suites' order.
std::vector<SelectedCase> select_cases(const std::vector<LoadedSuite>& suites, const Selection& selection);

}  // namespace graduand::runner
