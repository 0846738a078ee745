// SPDX-License-Identifier: Apache-2.0
#include "framework/runner/ginkgo/suite.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace graduand::runner {
namespace {

using testing::AllOf;
using testing::HasSubstr;

catalogue::KubeVersion version(const char* text) {
  return catalogue::KubeVersion::parse(text).value();
}

class LoadGinkgoSuite : public testing::Test {
 protected:
  FakeProcessRunner processes_;
  catalogue::SuiteFile file_;

  void SetUp() override {
    file_.name = "a";
    file_.kind = catalogue::SuiteKind::kGinkgo;
    file_.path = "/suites/a/suite.yaml";
    file_.ginkgo.binaries = {{version("v1.33"), "e2e.test", "OUR_E2E", "/nowhere/e2e.test", ""},
                             {version("v1.34"), "${X}/e2e.test", "", "", "the environment variable X is not set"}};
  }
  std::vector<LoadedSuite> load(const LoadOptions& options = {}) {
    auto loaded = load_ginkgo_suite(file_, processes_, options, {});
    EXPECT_TRUE(loaded) << to_string(loaded.error());
    return loaded ? *std::move(loaded) : std::vector<LoadedSuite>{};
  }
};

TEST_F(LoadGinkgoSuite, ABinaryThatIsMissingMakesItUnavailable) {
  const auto loaded = load();
  ASSERT_EQ(loaded.size(), 2u);
  EXPECT_TRUE(loaded.at(0).cases.empty());
  EXPECT_THAT(loaded.at(0).unavailable, AllOf(HasSubstr("/nowhere/e2e.test"), HasSubstr("$OUR_E2E")));
  EXPECT_THAT(loaded.at(1).unavailable, HasSubstr("variable X is not set"));
  EXPECT_TRUE(loaded.at(1).fits(version("v1.34.3")));
  EXPECT_FALSE(loaded.at(1).fits(version("v1.33.13")));
  EXPECT_EQ(load({{}, {{version("v1.33.13")}}}).size(), 1u);
}

TEST_F(LoadGinkgoSuite, AVersionThatItHasNoBinaryForIsToldWithThoseThatItHas) {
  const auto loaded = load({{}, {{version("v1.36.1"), version("v1.33.13"), version("v1.36.0")}}});
  ASSERT_EQ(loaded.size(), 2u) << "each minor once";
  const LoadedSuite& without = loaded.at(1);
  EXPECT_TRUE(without.fits(version("v1.36.0")));
  EXPECT_FALSE(without.fits(version("v1.33.13")));
  EXPECT_TRUE(without.cases.empty());
  EXPECT_EQ(without.unavailable,
            "/suites/a/suite.yaml: it has test binaries for Kubernetes 1.33 and 1.34, and none for 1.36");
  file_.ginkgo.binaries.pop_back();
  EXPECT_THAT(load({{}, {{version("v1.36.1")}}}).at(0).unavailable,
              HasSubstr("a test binary for Kubernetes 1.33, and none for 1.36"));
}

}  // namespace
}  // namespace graduand::runner
