// SPDX-License-Identifier: Apache-2.0
#include "framework/catalogue/features/merge_features.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "framework/base/files.h"
#include "framework/catalogue/features/feature_file.h"

namespace graduand::catalogue {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* kFacts = R"(keps: [3960]
gates: {PodLifecycleSleepAction: [kube-apiserver]}
stages: {beta: v1.30}
required-cells:
  beta: [{name: a, kubernetes: release}, {name: b, kubernetes: release-1}]
)";

class MergeFeatures : public testing::Test {
 protected:
  void file(const std::string& text) {
    const auto path = folder_.path() / "F.yaml";
    ASSERT_TRUE(write_file_atomically(path, "name: F\n" + text));
    auto read = load_feature_file(path);
    ASSERT_TRUE(read) << to_string(read.error());
    files_.push_back(*std::move(read));
  }
  // A suite that says of F what `members` says, a flow mapping's inside.
  void suite(const std::string& name, const std::string& members = {}) {
    const auto path = folder_.path() / name / "suite.yaml";
    ASSERT_TRUE(write_file_atomically(path, "name: " + name + "\nbinary: x\nsig: sig-" + name +
                                                "\nfeatures: [{name: F" + (members.empty() ? "" : ", " + members) +
                                                "}]\n"));
    auto read = load_suite_file(path);
    ASSERT_TRUE(read) << to_string(read.error());
    suites_.push_back(*std::move(read));
  }
  FeatureInfo merged() {
    auto features = merge_features(files_, suites_);
    EXPECT_TRUE(features) << to_string(features.error());
    if (!features || features->size() != 1) return {};
    return features->front();
  }
  std::string refused() {
    const auto features = merge_features(files_, suites_);
    EXPECT_FALSE(features);
    if (features) return {};
    EXPECT_EQ(features.error().kind, ErrorKind::kUsage);
    return to_string(features.error());
  }

  TempDir folder_ = TempDir::create("merge").value();
  std::vector<FeatureInfo> files_;
  std::vector<SuiteFile> suites_;
};

TEST_F(MergeFeatures, AFeatureThatIsOnlyNamedHasWhatItsFileSays) {
  file(std::string(kFacts) + "sig: sig-node\nrequired-suites: [one]\n");
  suite("one");
  suite("two");
  const FeatureInfo info = merged();
  EXPECT_THAT(info.keps, ElementsAre(3960));
  EXPECT_EQ(info.sig, "sig-node");
  EXPECT_THAT(info.required_suites, ElementsAre("one"));
  EXPECT_EQ(info.required_cells.at("beta").size(), 2u);
}

TEST_F(MergeFeatures, AFeatureWithoutAFileAndFactsHasNoGates) {
  suite("one");
  EXPECT_EQ(merged().name, "F");
  EXPECT_THAT(merged().gates, IsEmpty());
  EXPECT_EQ(merged().sig, "sig-one");
}

TEST_F(MergeFeatures, AFileThatNoSuiteNamesIsKnown) {
  file(kFacts);
  EXPECT_THAT(merged().gates, ElementsAre("PodLifecycleSleepAction"));
}

TEST_F(MergeFeatures, WithoutAFileTheSuitesThatStateRequiredCellsAreRequired) {
  suite("one", "gates: [PodLifecycleSleepAction]");
  suite("two", "required-cells: {beta: [{name: a, kubernetes: v1.33}]}");
  suite("three", "required-cells: {stable: [{name: a, kubernetes: v1.34}]}");
  const FeatureInfo info = merged();
  EXPECT_THAT(info.required_suites, ElementsAre("two", "three"));
  EXPECT_THAT(info.gates, ElementsAre("PodLifecycleSleepAction"));
  EXPECT_EQ(info.required_cells.at("stable").at(0).kubernetes.str(), "v1.34");
}

TEST_F(MergeFeatures, ASuiteMayRepeatWhatIsSaid) {
  file(kFacts);
  suite("one",
        "keps: [3960], gates: [PodLifecycleSleepAction], stages: {beta: v1.30}, required-cells: {beta: "
        "[{name: b, kubernetes: release-1}, {name: a, kubernetes: release}]}");
  const FeatureInfo info = merged();
  EXPECT_EQ(info.required_cells.at("beta").size(), 2u);
  EXPECT_THAT(info.components_of("PodLifecycleSleepAction"), ElementsAre(kApiServer)) << "a list says nothing of them";
  EXPECT_THAT(info.required_suites, IsEmpty()) << "the file asks for none";
}

TEST_F(MergeFeatures, AFileAndASuiteThatDifferAreRefusedAtBothPlaces) {
  const std::pair<const char*, const char*> members[] = {
      {"keps: [3960, 4818]", ":2:1"},
      {"keps: []", ":2:1"},
      {"gates: [PodLifecycleSleepActionAllowZero]", ":3:1"},
      {"gates: {PodLifecycleSleepAction: [kube-apiserver, kubelet]}", ":3:1"},
      {"stages: {beta: v1.31}", ":4:1"},
      {"stages: {beta: v1.30, stable: v1.34}", ":4:1"},
      {"required-cells: {beta: [{name: a, kubernetes: release}]}", ":6:3"},
      {"required-cells: {beta: [{name: a, kubernetes: release}, {name: b, kubernetes: release-1, min-nodes: 2}]}",
       ":6:3"}};
  file(kFacts);
  for (const auto& [member, place] : members) {
    suites_.clear();
    suite("one", member);
    const std::string error = refused();
    EXPECT_THAT(error, HasSubstr(std::string("F.yaml") + place)) << member;
    EXPECT_THAT(error, HasSubstr("one/suite.yaml:4:")) << member;
  }
}

TEST_F(MergeFeatures, TwoSuitesThatDifferAreRefusedAtBothPlaces) {
  suite("one", "stages: {beta: v1.30}, required-cells: {beta: [{name: a, kubernetes: v1.33}]}");
  suite("two", "stages: {beta: v1.31}");
  const std::string stages = refused();
  EXPECT_THAT(stages, HasSubstr("the stages of F are beta v1.31 here, and beta v1.30 at"));
  EXPECT_THAT(stages, HasSubstr("one/suite.yaml:4:22"));
  EXPECT_THAT(stages, HasSubstr("two/suite.yaml:4:22"));
  suites_.pop_back();
  suite("three", "required-cells: {beta: [{name: a, kubernetes: v1.34}]}");
  EXPECT_THAT(refused(), HasSubstr("required cells for beta"));
}

}  // namespace
}  // namespace graduand::catalogue
