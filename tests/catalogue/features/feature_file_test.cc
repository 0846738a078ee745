// SPDX-License-Identifier: Apache-2.0
#include "framework/catalogue/features/feature_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "framework/base/files.h"
#include "tests/paths.h"

namespace graduand::catalogue {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr const char* kGood = R"(name: Sleep
sig: sig-node
keps: [3960]
gates: {PodLifecycleSleepAction: [kube-apiserver, kubelet], SchedulerQueueingHints: [kube-scheduler]}
stages: {alpha: v1.29, beta: v1.30, stable: v1.34}
required-suites: [sleep]
metrics: [sleep_action_terminated_early_total]
required-cells:
  beta:
    - {name: "on", kubernetes: release, gates: {PodLifecycleSleepAction: true}}
  stable:
    - name: older kubelets
      kubernetes: release-1
      kubelets: release-3
      emulated: true
      min-nodes: 2
      component-gates: {kubelet: {PodLifecycleSleepAction: false}}
    - {name: "v1.33", kubernetes: v1.33, gates: {PodLifecycleSleepAction: true}}
scenarios: [{name: under load, labels: "Load && !Slow"}]
comparisons: [{measure: scheduler_resident_memory, at-most: 1.2}, {measure: api_latency}]
deprecations: [{what: a field, announced: 2024-04-01, effective: v1.31, effective-at: 2024-08-13}]
)";

class FeatureFileTest : public testing::Test {
 protected:
  std::filesystem::path write(const std::string& name, std::string_view text) {
    const auto path = folder_.path() / name;
    EXPECT_TRUE(write_file_atomically(path, text));
    return path;
  }
  static std::string with(std::string_view part, std::string_view replacement) {
    std::string text = kGood;
    const auto at = text.find(part);
    EXPECT_NE(at, std::string::npos) << part;
    return text.replace(at, part.size(), replacement);
  }
  TempDir folder_ = TempDir::create("features").value();
};

TEST_F(FeatureFileTest, ReadsEverything) {
  const auto path = write("Sleep.yaml", kGood);
  const auto feature = load_feature_file(path);
  ASSERT_TRUE(feature) << to_string(feature.error());
  EXPECT_EQ(feature->name, "Sleep");
  EXPECT_EQ(feature->sig, "sig-node");
  EXPECT_THAT(feature->keps, ElementsAre(3960));
  EXPECT_THAT(feature->components_of("SchedulerQueueingHints"), ElementsAre(kScheduler));
  EXPECT_THAT(feature->gate_components(), ElementsAre(kApiServer, kScheduler, kKubelet));
  EXPECT_EQ(feature->stages.at("stable").str(), "v1.34");
  EXPECT_THAT(feature->required_suites, ElementsAre("sleep"));
  EXPECT_THAT(feature->metrics, ElementsAre("sleep_action_terminated_early_total"));
  EXPECT_EQ(feature->required_cells.at("beta")[0].kubernetes.str(), "release");
  const RequiredCell& older = feature->required_cells.at("stable")[0];
  EXPECT_EQ(older.kubernetes.str(), "release-1");
  EXPECT_EQ(older.kubelets.value().str(), "release-3");
  EXPECT_TRUE(older.emulated);
  EXPECT_EQ(older.min_nodes, 2);
  EXPECT_EQ(older.component_gates.at(kKubelet), (GateMap{{"PodLifecycleSleepAction", false}}));
  EXPECT_EQ(feature->scenarios.at(0).labels, "Load && !Slow");
  EXPECT_EQ(feature->comparisons.at(0).at_most, 1.2);
  EXPECT_EQ(feature->comparisons.at(1).at_most, 1.1);
  EXPECT_EQ(format_rfc3339(feature->deprecations.at(0).announced), "2024-04-01T00:00:00Z");
  EXPECT_EQ(feature->deprecations.at(0).effective.str(), "v1.31");
  EXPECT_EQ(format_rfc3339(feature->deprecations.at(0).effective_at), "2024-08-13T00:00:00Z");
  EXPECT_EQ(feature->where.at("keps"), path.string() + ":3:1");
  EXPECT_EQ(feature->where.at("required-cells.stable"), path.string() + ":11:3");
  EXPECT_EQ(feature->where.at("deprecations"), path.string() + ":21:1");
}

TEST_F(FeatureFileTest, AListOfGatesIsOfTheUsualComponentsAndANameAloneIsEnough) {
  const auto listed = load_feature_file(write("A.yaml", "name: A\ngates: [PodLifecycleSleepAction]\n"));
  ASSERT_TRUE(listed) << to_string(listed.error());
  EXPECT_THAT(listed->components_of("PodLifecycleSleepAction"), ElementsAre(kApiServer, kKubelet));
  const auto bare = load_feature_file(write("B.yaml", "name: B\n"));
  ASSERT_TRUE(bare) << to_string(bare.error());
  EXPECT_TRUE(bare->gates.empty());
}

TEST_F(FeatureFileTest, MistakesAreNamedWithTheirPlace) {
  struct Mistake {
    std::string text;
    const char* where;  // line:column
    const char* message;
  };
  const Mistake mistakes[] = {
      {with("name: Sleep", "name: Slep"), ":1:7", "a feature's file has its name"},
      {with("metrics:", "metric:"), ":7:1", "did you mean 'metrics'?"},
      {with("[kube-apiserver, kubelet]", "[apiserver, kubelet]"), ":4:35", "'apiserver' is not a component"},
      {with("[kube-scheduler]", "kube-scheduler"), ":4:85", "expected a list of the components"},
      {with("[kube-scheduler]", "[kubelet, kubelet]"), ":4:95", "kubelet is named twice"},
      {with("SchedulerQueueingHints", "SchedulerQueuingHints"), ":4:61", "did you mean 'SchedulerQueueingHints'?"},
      {with("beta: v1.30", "bta: v1.30"), ":5:29", "did you mean 'beta'?"},
      {with("kubernetes: release,", "kubernetes: release+1,"), ":10:32", "told from the release"},
      {with("kubelets: release-3", "kubelets: older"), ":14:17", "told from the release"},
      {with("{PodLifecycleSleepAction: true}}", "{PodLifecycleSleepActoin: true}}"), ":10:", "is not known"},
      {with("kubernetes: v1.33", "kubernetes: v1.28"), ":18:", "does not exist at v1.28"},
      {with("name: \"v1.33\", kubernetes: v1.33", "name: older kubelets, kubernetes: release-1"), ":18:7",
       "two required cells have the name"},
      {with("Load && !Slow", "Load && (Slow"), ":19:40", "never closed"},
      {with("Load && !Slow", " "), ":19:40", "would select every case"},
      {with("at-most: 1.2", "at-most: -1"), ":20:61", "expected a ratio above 0"},
      {with("announced: 2024-04-01", "announced: april"), ":21:43", "such as 2024-08-13"},
      {with("effective: v1.31", "effective: soon"), ":21:", "'soon' is not a Kubernetes version"},
      {with(", effective-at: 2024-08-13", ""), ":21:16", "needs the key 'effective-at'"},
      {with("terminated_early_total", "terminated early"), ":7:10", "is not the name of a metric"},
  };
  for (const Mistake& mistake : mistakes) {
    const auto feature = load_feature_file(write("Sleep.yaml", mistake.text));
    ASSERT_FALSE(feature) << mistake.text;
    EXPECT_EQ(feature.error().kind, ErrorKind::kUsage);
    EXPECT_THAT(feature.error().where, HasSubstr(std::string("Sleep.yaml") + mistake.where))
        << to_string(feature.error());
    EXPECT_THAT(to_string(feature.error()), HasSubstr(mistake.message));
  }
}

TEST_F(FeatureFileTest, FilesAreFoundInEveryFolderAndOneFeatureHasOne) {
  write("one/B.yaml", "name: B\n");
  write("one/notes.md", "no feature");
  write("two/A.yaml", "name: A\n");
  const auto one = folder_.path() / "one", two = folder_.path() / "two";
  const auto features = find_features({one, two, one / "."});
  ASSERT_TRUE(features) << to_string(features.error());
  ASSERT_EQ(features->size(), 2u);
  EXPECT_EQ((*features)[0].name, "A");
  EXPECT_EQ((*features)[1].name, "B");
  EXPECT_FALSE(find_features({folder_.path() / "absent"}));
  write("two/B.yaml", "name: B\n");
  const auto twice = find_features({one, two});
  ASSERT_FALSE(twice);
  EXPECT_THAT(to_string(twice.error()), HasSubstr("one/B.yaml:1:1"));
  EXPECT_THAT(twice.error().where, HasSubstr("two/B.yaml:1:1"));
}

// The shipped files; judged at each release that their gates existed in.
TEST(ShippedFeatures, CanBeReadAndJudgedWhereTheirGatesExist) {
  const auto features = find_features({testing_support::source_dir() + "/features"});
  ASSERT_TRUE(features) << to_string(features.error());
  ASSERT_GE(features->size(), 5u);
  const auto named = [&](const std::string& name) {
    return *std::find_if(features->begin(), features->end(), [&](const auto& one) { return one.name == name; });
  };
  const FeatureInfo sleep = named("PodLifecycleSleepAction");
  const auto possible = [&](const FeatureInfo& feature, const char* stage, const char* release) {
    const auto cells = resolve(feature, stage, KubeVersion::parse(release).value());
    if (!cells) return to_string(cells.error());
    std::string names;
    for (const ResolvedCell& cell : *cells)
      if (cell.impossible.empty()) names += cell.name + "; ";
    return names;
  };
  EXPECT_EQ(possible(sleep, "stable", "v1.34"),
            "v1.33, on; v1.33, off; v1.33, off at the API server only; v1.33, off at the kubelet only; v1.34, on; ");
  EXPECT_EQ(possible(sleep, "stable", "v1.36"), "v1.35, on; v1.36, on; ");
  EXPECT_EQ(possible(sleep, "beta", "v1.30"),
            "v1.30, on; v1.30, off; v1.30, off at the API server only; v1.30, off at the kubelet only; ");
  EXPECT_EQ(possible(sleep, "stable", "v1.29"), "v1.29, on; ") << "there is no gate at v1.28";
  EXPECT_THAT(possible(sleep, "stable", "v1.28"), HasSubstr("it can be judged from v1.29 to v1.36"));
  const FeatureInfo zero = named("PodLifecycleSleepActionAllowZero");
  EXPECT_EQ(possible(zero, "stable", "v1.34"), "v1.33, on; v1.33, off at the API server; v1.34, on; ");
  EXPECT_THAT(possible(zero, "stable", "v1.31"), HasSubstr("does not exist there"));
}

// Two sources that know nothing of each other: kep.yaml's milestones in the files, upstream's list in the gate table.
TEST(ShippedFeatures, AgreeWithTheGateTableOnTheirStages) {
  const auto features = find_features({testing_support::source_dir() + "/features"});
  ASSERT_TRUE(features) << to_string(features.error());
  const std::map<std::string, GateStage> names = {
      {"alpha", GateStage::kAlpha}, {"beta", GateStage::kBeta}, {"stable", GateStage::kGA}};
  for (const FeatureInfo& feature : *features)
    for (const std::string& gate : feature.gates)
      for (const auto& [stage, since] : feature.stages) {
        const auto at = FeatureGates::builtin().at(gate, since);
        ASSERT_TRUE(at) << gate << " at " << since.str();
        EXPECT_EQ(at->stage, names.at(stage)) << gate << " at " << since.str();
        EXPECT_EQ(at->since, since) << gate << " is " << stage << " since another minor";
      }
}

}  // namespace
}  // namespace graduand::catalogue
