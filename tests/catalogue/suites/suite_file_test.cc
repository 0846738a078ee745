// SPDX-License-Identifier: Apache-2.0
#include "framework/catalogue/suites/suite_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "framework/base/files.h"

namespace graduand::catalogue {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr const char* kGood = R"(name: pod-lifecycle-sleep-action
kind: gtest
binary: pod-lifecycle-sleep-action
sig: sig-node
features:
  - name: PodLifecycleSleepAction
    keps: [3960]
    gates: [PodLifecycleSleepAction]
    stages: {alpha: v1.29, beta: v1.30, stable: v1.34}
    required-cells:
      beta:
        - {name: "v1.33, gate on", kubernetes: v1.33, gates: {PodLifecycleSleepAction: true}}
        - name: v1.33, API server off
          kubernetes: v1.33
          min-nodes: 2
          component-gates: {kube-apiserver: {PodLifecycleSleepAction: false}, kubelet: {PodLifecycleSleepAction: true}}
      stable:
        - {name: "v1.34", kubernetes: v1.34, gates: {PodLifecycleSleepAction: true}}
)";

class SuiteFileTest : public ::testing::Test {
 protected:
  std::filesystem::path write(const std::string& folder, std::string_view text) {
    const auto path = folder_.path() / folder / "suite.yaml";
    EXPECT_TRUE(write_file_atomically(path, text));
    return path;
  }
  Error error_of(std::string_view text) {
    const auto suite = load_suite_file(write("bad", text));
    EXPECT_FALSE(suite) << text;
    return suite ? Error{} : suite.error();
  }
  // kGood with one part replaced.
  static std::string with(std::string_view part, std::string_view replacement) {
    std::string text = kGood;
    const auto at = text.find(part);
    EXPECT_NE(at, std::string::npos) << part;
    return text.replace(at, part.size(), replacement);
  }

  TempDir folder_ = TempDir::create("suites").value();
};

TEST_F(SuiteFileTest, ReadsEverything) {
  const auto path = write("good", kGood);
  const auto suite = load_suite_file(path);
  ASSERT_TRUE(suite) << to_string(suite.error());
  EXPECT_EQ(suite->name, "pod-lifecycle-sleep-action");
  EXPECT_EQ(suite->kind, SuiteKind::kGtest);
  EXPECT_EQ(suite->binary, path.parent_path() / "pod-lifecycle-sleep-action");
  ASSERT_EQ(suite->features.size(), 1u);
  const FeatureInfo& feature = suite->features[0];
  EXPECT_EQ(feature.sig, "sig-node");
  EXPECT_THAT(feature.keps, ElementsAre(3960));
  EXPECT_THAT(feature.gates, ElementsAre("PodLifecycleSleepAction"));
  EXPECT_EQ(feature.stages.at("stable").str(), "v1.34");
  ASSERT_EQ(feature.required_cells.at("beta").size(), 2u);
  const RequiredCell& skewed = feature.required_cells.at("beta")[1];
  EXPECT_EQ(skewed.name, "v1.33, API server off");
  EXPECT_EQ(skewed.min_nodes, 2);
  EXPECT_EQ(skewed.component_gates.at(kApiServer), (GateMap{{"PodLifecycleSleepAction", false}}));
  EXPECT_EQ(feature.required_cells.at("stable")[0].gates, (GateMap{{"PodLifecycleSleepAction", true}}));
}

TEST_F(SuiteFileTest, AnAbsoluteBinaryStaysAsItIs) {
  const auto suite = load_suite_file(write("a", "name: a\nbinary: /opt/suite\n"));
  ASSERT_TRUE(suite) << to_string(suite.error());
  EXPECT_EQ(suite->kind, SuiteKind::kGtest);
  EXPECT_EQ(suite->binary, "/opt/suite");
}

TEST_F(SuiteFileTest, MistakesAreNamedWithTheirPlace) {
  struct Mistake {
    std::string text;
    const char* where;  // line:column
    const char* message;
  };
  const Mistake mistakes[] = {
      {with("kind: gtest", "kind: gtesst"), ":2:7", "did you mean 'gtest'?"},
      {with("sig: sig-node", "sgi: sig-node"), ":4:1", "did you mean 'sig'?"},
      {with("binary: pod-lifecycle-sleep-action", "sig2: x"), ":1:1", "binary"},
      {with("keps: [3960]", "keps: [KEP-3960]"), ":7:12", "expected a KEP's number"},
      {with("gates: [PodLifecycleSleepAction]", "gates: [PodLifecycleSleepActoin]"), ":8:13",
       "did you mean 'PodLifecycleSleepAction'?"},
      {with("beta: v1.30", "betta: v1.30"), ":9:35", "did you mean 'beta'?"},
      {with("beta: v1.30", "beta: soon"), ":9:34", "'soon' is not a Kubernetes version"},
      {with("kubernetes: v1.33, gates: {PodLifecycleSleepAction: true}", "kubernetes: v1.33, gates: {Sleep: true}"),
       ":12:70", "feature gate 'Sleep' is not known"},
      {with("kubernetes: v1.34, gates: {PodLifecycleSleepAction: true}",
            "kubernetes: v1.34, gates: {PodLifecycleSleepAction: false}"),
       ":18:79", "cannot be off at v1.34: it is locked on since v1.34 (GA)"},
      {with("kubernetes: v1.33, gates: {PodLifecycleSleepAction: true}",
            "kubernetes: v1.28, gates: {PodLifecycleSleepAction: true}"),
       ":12:88", "does not exist at v1.28"},
      {with("kube-apiserver: {", "apiserver: {"), ":16:40", "'apiserver' is not a component"},
      {with("kube-apiserver: {PodLifecycleSleepAction: false}", "kube-apiserver: false"), ":16:45",
       "expected a mapping of gates"},
      {with("min-nodes: 2", "min-nodes: 0"), ":15:22", "expected a number from 1 to 1000"},
      {with("gates: {PodLifecycleSleepAction: true}}\n        - name",
            "gates: {PodLifecycleSleepAction: on}}\n        - name"),
       ":12:", "true or false"},
      {with("      stable:", "      alpha:"), ":17:7", "alpha"},
  };
  for (const Mistake& mistake : mistakes) {
    const Error error = error_of(mistake.text);
    EXPECT_EQ(error.kind, ErrorKind::kUsage);
    EXPECT_THAT(error.where, HasSubstr(std::string("suite.yaml") + mistake.where)) << to_string(error);
    EXPECT_THAT(to_string(error), HasSubstr(mistake.message));
  }
}

TEST_F(SuiteFileTest, FindsSuitesOneLevelDownByName) {
  write("x", "name: b\nbinary: b\n");
  write("y", "name: a\nbinary: a\n");
  write("z/deeper", "name: c\nbinary: c\n");
  const auto suites = find_suites({folder_.path()});
  ASSERT_TRUE(suites) << to_string(suites.error());
  ASSERT_EQ(suites->size(), 2u);
  EXPECT_EQ((*suites)[0].name, "a");
  EXPECT_EQ((*suites)[1].name, "b");
}

TEST_F(SuiteFileTest, TwoSuitesOfOneNameAreRefused) {
  write("x", "name: same\nbinary: b\n");
  write("y", "name: same\nbinary: a\n");
  const auto suites = find_suites({folder_.path()});
  ASSERT_FALSE(suites);
  EXPECT_THAT(to_string(suites.error()), HasSubstr("two suites have the name 'same'"));
  EXPECT_THAT(suites.error().where, HasSubstr("y/suite.yaml"));
  EXPECT_FALSE(find_suites({folder_.path() / "absent"}));
}

}  // namespace
}  // namespace graduand::catalogue
