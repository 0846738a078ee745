// SPDX-License-Identifier: Apache-2.0
#include "framework/catalogue/suites/ginkgo_settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "tests/catalogue/suites/suite_yaml.h"

namespace graduand::catalogue {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class GinkgoSettingsTest : public SuiteYamlTest {
 protected:
  GinkgoSettingsTest() : SuiteYamlTest("name: e2e\nkind: ginkgo\n") {}
};

TEST_F(GinkgoSettingsTest, EverythingIsRead) {
  const auto suite = load(R"(binaries:
  v1.34: {path: "bin/e2e.test"}
  v1.33: {path: /opt/e2e.test, environment: NO_SUCH_VARIABLE_OF_OURS}
flags: [--provider=skeleton]
images: [registry/pause]
time-limit: 1m
slow-time-limit: 10m
renames: {"old": "new"}
features:
  - name: Sleep
    gates: [PodLifecycleSleepAction]
    specs: {labels: ["FeatureGate:Sleep"], patterns: ["[Ss]leep"], needs: ["node access"], images: [registry/agnhost]}
)");
  ASSERT_TRUE(suite) << to_string(suite.error());
  const GinkgoSettings& settings = suite->ginkgo;
  ASSERT_EQ(settings.binaries.size(), 2u);
  EXPECT_EQ(settings.binaries[0].file, "/opt/e2e.test");
  EXPECT_EQ(settings.binaries[1].file, dir_.path() / "bin/e2e.test");
  EXPECT_EQ(settings.binary_for(*KubeVersion::parse("v1.34.3")), &settings.binaries[1]);
  EXPECT_EQ(settings.binary_for(*KubeVersion::parse("v1.36.3")), nullptr);
  EXPECT_THAT(settings.flags, ElementsAre("--provider=skeleton"));
  EXPECT_EQ(settings.time_limit, std::chrono::minutes(1));
  EXPECT_EQ(settings.slow_time_limit, std::chrono::minutes(10));
  EXPECT_EQ(settings.renames.at("old"), "new");
  ASSERT_EQ(settings.rules.size(), 1u);
  EXPECT_EQ(settings.rules[0].feature, "Sleep");
  EXPECT_THAT(settings.rules[0].images, ElementsAre("registry/agnhost"));
}

TEST_F(GinkgoSettingsTest, VariablesStandForPartsOfAPathOrAllOfIt) {
  ::setenv("OUR_E2E_FOLDER", "/somewhere", 1);
  ::setenv("OUR_E2E_TEST", "/else/e2e.test", 1);
  ::setenv("GRADUAND_CACHE", "/cache", 1);
  const auto suite = load(R"(binaries:
  v1.32: {path: "${GRADUAND_CACHE}/e2e.test"}
  v1.33: {path: "${OUR_E2E_FOLDER}/e2e.test"}
  v1.34: {path: e2e.test, environment: OUR_E2E_TEST}
  v1.35: {path: "${NOT_SET_BY_ANYONE}/e2e.test"}
)");
  ::unsetenv("OUR_E2E_FOLDER");
  ::unsetenv("OUR_E2E_TEST");
  ::unsetenv("GRADUAND_CACHE");
  ASSERT_TRUE(suite) << to_string(suite.error());
  const auto& binaries = suite->ginkgo.binaries;
  EXPECT_EQ(binaries[0].file, "/cache/e2e.test");
  EXPECT_EQ(binaries[1].file, "/somewhere/e2e.test");
  EXPECT_EQ(binaries[2].file, "/else/e2e.test");
  EXPECT_TRUE(binaries[3].file.empty());
  EXPECT_THAT(binaries[3].missing, HasSubstr("NOT_SET_BY_ANYONE"));
}

TEST_F(GinkgoSettingsTest, MistakesAreNamedWithTheirPlace) {
  const std::string binaries = "binaries: {v1.34: {path: e2e.test}}\n";
  expect_mistake("sig: sig-node\n", "1:1", "needs a test binary");
  expect_mistake("binaries: {soon: {path: e2e.test}}\n", "3:", "'soon' is not a Kubernetes version");
  expect_mistake("binaries: {v1.34: {path: a}, v1.34.3: {path: b}}\n", "3:", "two binaries for Kubernetes 1.34");
  expect_mistake("binaries: {v1.34: {paht: a}}\n", "3:", "binary needs the key 'path'");
  const std::string feature = binaries + "features:\n  - name: F\n    specs: ";
  expect_mistake(feature + "{patterns: ['[a']}\n", "6:", "no regular expression");
  expect_mistake(feature + "{labels: [a], needs: [more money]}\n", "6:", "more money");
  expect_mistake(feature + "{needs: [node access]}\n", "6:", "expected labels or patterns");
  expect_mistake(binaries + "binary: e2e.test\n", "4:1", "binary");
}

TEST_F(GinkgoSettingsTest, SuitesOfKindGtestHaveNoSpecs) {
  const fs::path file = dir_.path() / "gtest.yaml";
  ASSERT_TRUE(write_file_atomically(file, "name: a\nbinary: a\nfeatures:\n  - name: F\n    specs: {labels: [x]}\n"));
  const auto suite = load_suite_file(file);
  ASSERT_FALSE(suite);
  EXPECT_THAT(suite.error().where, HasSubstr("gtest.yaml:5:5"));
}

}  // namespace
}  // namespace graduand::catalogue
