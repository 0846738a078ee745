// SPDX-License-Identifier: Apache-2.0
// Kubernetes' own e2e.test without a cluster: what we list and select of it, beside what its own Ginkgo says. Needs
// what `scripts/node-image VERSION --with-e2e` builds; skipped where that is not there.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "framework/base/json.h"
#include "framework/base/text.h"
#include "tests/integration/ginkgo_selection.h"
#include "tests/integration/program.h"
#include "tests/paths.h"

namespace graduand {
namespace {

using testing::UnorderedElementsAreArray;
using testing_support::Program;

class Upstream : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    binary_ = user_cache_dir() / "e2e" / GetParam() / "e2e.test";
    if (!fs::exists(binary_)) GTEST_SKIP() << "not here: scripts/node-image " << GetParam() << " --with-e2e builds it";
    // One folder for all tests, so that the binary is listed once.
    program_.set_environment("GRADUAND_CACHE", (fs::path(testing_support::binary_dir()) / "upstream-cache").string());
    const std::string minor = GetParam().substr(0, GetParam().rfind('.'));
    program_.write("suites/upstream/suite.yaml", "name: upstream\nkind: ginkgo\nsig: sig-testing\nbinaries:\n  " +
                                                     minor + ": {path: " + binary_.string() +
                                                     "}\nflags: [--provider=skeleton]\nfeatures: []\n");
    program_.set_environment("GRADUAND_SUITES", (dir_.path() / "suites").string());
    profile_ = program_.write("none.yaml", "name: none\nprovider: none\nkubernetes: " + GetParam() + "\n");
  }

  TempDir dir_ = TempDir::create("upstream").value();
  Program program_{dir_.path()};
  fs::path binary_, profile_;
};

// Filters of Kubernetes' CI jobs: sig-testing/kubernetes-kind-ci.yaml, sig-network, sig-node and its dra-ci.yaml.
constexpr const char* kFilters[] = {
    "Feature: isEmpty && !Slow && !Disruptive && !Flaky",
    "Feature: isSubsetOf OffByDefault && !Alpha && !Deprecated && !Slow && !Disruptive && !Flaky",
    "Feature: isEmpty && !Alpha && !Deprecated && !Slow && !Disruptive && !Flaky",
    "Conformance && !Deprecated && !Slow && !Disruptive && !Flaky",
    "Feature: isSubsetOf OffByDefault && !Deprecated && !Slow && !Disruptive && !Flaky",
    "(Conformance || sig-network) && !Feature: containsAny {Networking-IPv6, LoadBalancer, IPv6DualStack} && "
    "!Disruptive "
    "&& !Flaky",
    "FeatureGate:VolumeAttributesClass && Slow",
    "Feature: containsAny {CPUManager, MemoryManager, TopologyManager} && Feature: isSubsetOf {CPUManager, "
    "MemoryManager, TopologyManager}",
    "DRA && Feature: isSubsetOf {DynamicResourceAllocation} && Feature: containsAny DynamicResourceAllocation && "
    "!Flaky",
    "NodeConformance && !Serial",
};

TEST_P(Upstream, FiltersSelectWhatGinkgoSelects) {
  for (const char* filter : kFilters) {
    const auto selected = testing_support::expect_ginkgos_selection(program_, binary_, filter);
    std::printf("%5zu specs: %s\n", selected, filter);
  }
}

TEST_P(Upstream, TheConformanceSetIsGinkgos) {
  const auto by_ginkgo = testing_support::selected_by_ginkgo(binary_, "Conformance", dir_.path());
  EXPECT_GT(by_ginkgo.selected.size(), 400u);
  const auto dry = program_.run(
      {"run", "--profile", profile_.string(), "--suite", "upstream", "--conformance", "--dry-run", "--no-history"});
  EXPECT_EQ(dry.exit_code, 0) << dry.stderr_text;
  EXPECT_THAT(dry.stdout_text, testing::HasSubstr(std::to_string(by_ginkgo.selected.size()) + " attempts in 1 cells"));
}

// By name, so that a spec that upstream renames, moves or labels anew is seen.
TEST_P(Upstream, TheShippedSuiteFindsTheSpecsOfItsFeatures) {
  Program shipped(dir_.path());
  shipped.set_environment("GRADUAND_CACHE", user_cache_dir().string());
  const auto listed = shipped.run({"suites", "list", "--suite", "kubernetes-e2e", "--json"});
  ASSERT_EQ(listed.exit_code, 0) << listed.stderr_text;
  const json::value document = parse_json(listed.stdout_text).value();
  std::map<std::string, int> specs;
  for (const auto& one : array_at(document, "cases")) {
    if (!starts_with(GetParam(), "v" + string_at(one, "kubernetes") + ".")) continue;
    for (const auto& feature : array_at(one, "features")) ++specs[std::string(feature.get_string())];
  }
  EXPECT_EQ(specs["PodLifecycleSleepAction"], 3);
  EXPECT_EQ(specs["PodLifecycleSleepActionAllowZero"], 1);
  EXPECT_EQ(specs["ContainerLifecycleHook"], 6);
  EXPECT_EQ(specs["KubeletFineGrainedAuthz"], 3);
}

INSTANTIATE_TEST_SUITE_P(Versions, Upstream, testing::Values("v1.33.13", "v1.34.3"), [](const auto& one) {
  std::string name = one.param;
  std::replace(name.begin(), name.end(), '.', '_');
  return name;
});

}  // namespace
}  // namespace graduand
