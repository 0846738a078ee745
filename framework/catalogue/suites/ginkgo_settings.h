// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "framework/base/yaml/yaml.h"
#include "framework/catalogue/kube_version.h"

namespace graduand::catalogue {

// A test binary that Ginkgo built, for clusters of one minor version.
struct GinkgoBinary {
  KubeVersion kubernetes;      // a minor
  std::string path;            // as written: absolute or from the file's folder, ${VARIABLES} as below
  std::string environment;     // the variable that overrides the path; empty: none
  std::filesystem::path file;  // what these come to now; empty when a variable of the path is not set
  std::string missing;         // then: what is not set
};

// Which specs speak for a feature, and what they need.
struct SpecRule {
  std::string feature;
  std::vector<std::string> labels;    // a spec with any of these labels
  std::vector<std::string> patterns;  // or any of these regular expressions (RE2) somewhere in its full name
  std::vector<std::string> needs;     // see need.h
  std::vector<std::string> images;    // without tags; what its specs run, beside the suite's
};

// What suite.yaml says of a suite of kind ginkgo:
//
//   binaries:
//     v1.33: {path: "${GRADUAND_CACHE}/e2e/v1.33.13/e2e.test", environment: E2E_TEST_1_33}
//   flags: [--provider=skeleton, "--kubeconfig={kubeconfig}"]   # {kubeconfig}, {context}, {artifacts} of the attempt
//   images: [registry.k8s.io/e2e-test-images/busybox]           # their tags are those that the binary lists
//   time-limit: 5m           # of a spec; default 5m
//   slow-time-limit: 20m     # of a spec with the label Slow; default 20m
//   features:
//     - name: PodLifecycleSleepAction
//       …
//       specs: {labels: [...], patterns: [...], needs: [...], images: [...]}
//
// ${GRADUAND_CACHE} is the user's cache folder when the environment does not say otherwise.
struct GinkgoSettings {
  std::vector<GinkgoBinary> binaries;  // by minor, the oldest first
  std::vector<std::string> flags;
  std::vector<SpecRule> rules;
  std::vector<std::string> images;
  std::map<std::string, std::string> renames;  // the suite's, as stable texts, see ginkgo_spec.h; not read here
  milliseconds time_limit = std::chrono::minutes(5);
  milliseconds slow_time_limit = std::chrono::minutes(20);

  // The binary for clusters of this version's minor, or nullptr.
  const GinkgoBinary* binary_for(const KubeVersion& kubernetes) const;
};

// Reads the keys above, but for features, from a suite's mapping; relative paths start at `folder`. Wrong types and
// versions are recorded in the reader, or returned, as kUsage with file:line:column.
Status read_ginkgo_settings(const YamlDocument& document, YamlReader& suite, const std::filesystem::path& folder,
                            GinkgoSettings& settings);
// Reads `specs` of one feature. kUsage for a need that does not parse and a pattern that is no regular expression.
Status read_spec_rule(YamlReader& feature, const std::string& name, GinkgoSettings& settings);

}  // namespace graduand::catalogue
