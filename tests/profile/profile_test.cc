// SPDX-License-Identifier: Apache-2.0
#include "framework/profile/profile.h"
#include "tests/paths.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

namespace graduand::profile {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

Profile parsed(const std::string& text) {
  auto profile = parse_profile(text, "p.yaml");
  EXPECT_TRUE(profile) << to_string(profile.error());
  return profile.value_or(Profile{});
}

// "where: message\n  hint: ...", as the user sees it.
std::string refused(const std::string& text) {
  const auto profile = parse_profile(text, "p.yaml");
  if (profile) return "accepted";
  EXPECT_EQ(profile.error().kind, ErrorKind::kUsage);
  return to_string(profile.error());
}

TEST(Profile, WithoutAMatrixHasOneCellOfOneControlPlane) {
  const Profile profile = parsed("name: one\nkubernetes: v1.34.3\n");
  ASSERT_EQ(profile.cells.size(), 1u);
  const auto& cell = profile.cells.front();
  EXPECT_EQ(cell.display_name(), "one/default");
  EXPECT_EQ(cell.provider, "kind");
  EXPECT_EQ(cell.kubernetes_version.str(), "v1.34.3");
  ASSERT_EQ(cell.nodes.size(), 1u);
  EXPECT_EQ(cell.nodes.front().role, "control-plane");
  EXPECT_EQ(cell.nodes.front().version.str(), "v1.34.3");
}

TEST(Profile, CellsMergeMapsAndReplaceScalarsAndLists) {
  const Profile profile = parsed(R"(
name: merge
kubernetes: v1.34.3
nodes: [{role: worker, count: 2}, {role: control-plane}]
gates: {A: true, B: true}
component-gates: {kubelet: {C: true, D: true}}
runtime-config: {api/alpha: "false"}
kubeadm-patches: [{kind: KubeletConfiguration, maxPods: 20}]
matrix:
  - name: plain
  - name: changed
    kubernetes: v1.33.13
    nodes: [{role: control-plane}]
    gates: {B: false}
    component-gates: {kubelet: {D: false}, kube-proxy: {E: true}}
    runtime-config: {api/beta: "true"}
    kubeadm-patches: [{kind: ClusterConfiguration}]
)");
  ASSERT_EQ(profile.cells.size(), 2u);
  const auto& plain = profile.cells[0];
  ASSERT_EQ(plain.nodes.size(), 3u);
  EXPECT_EQ(plain.nodes[0].role, "control-plane") << "control planes come first";
  const auto& changed = profile.cells[1];
  EXPECT_EQ(changed.nodes.size(), 1u);
  EXPECT_EQ(changed.nodes[0].version.str(), "v1.33.13") << "nodes follow the version of their cell";
  EXPECT_EQ(changed.gates, (catalogue::GateMap{{"A", true}, {"B", false}}));
  EXPECT_EQ(changed.requested_gates("kubelet"),
            (catalogue::GateMap{{"A", true}, {"B", false}, {"C", true}, {"D", false}}));
  EXPECT_EQ(changed.requested_gates("kube-proxy"), (catalogue::GateMap{{"A", true}, {"B", false}, {"E", true}}));
  EXPECT_EQ(changed.runtime_config.size(), 2u);
  ASSERT_EQ(changed.kubeadm_patches.size(), 1u);
  EXPECT_EQ(string_at(changed.kubeadm_patches[0], "kind"), "ClusterConfiguration");
}

TEST(Profile, ExistingClustersAreNamedByKubeconfigAndContext) {
  const Profile profile =
      parse_profile("name: e\nprovider: existing\nkubernetes: '1.34'\nkubeconfig: kc\ncontext: staging\n", "/a/p.yaml")
          .value();
  EXPECT_EQ(profile.kubeconfig, "/a/kc") << "relative to the profile";
  EXPECT_EQ(profile.context, "staging");
  EXPECT_EQ(profile.cells.front().kubernetes_version.minor_str(), "1.34") << "a minor is enough";
}

TEST(Profile, MistakesAreNamedWithTheirPlace) {
  EXPECT_EQ(refused("name: x\nkubernets: v1.34.3\n"),
            "p.yaml:2:1: unknown key 'kubernets' in the profile\n  hint: did you mean 'kubernetes'?");
  EXPECT_EQ(refused("name: x\nkubernetes: v1.34.3\ngates: {A: yes}\n"),
            "p.yaml:3:12: 'A' must be true or false, got 'yes'");
  EXPECT_EQ(refused("name: x\nkubernetes: v1.34.3\ncomponent-gates:\n  kubelett: {A: true}\n"),
            "p.yaml:4:13: 'kubelett' is no component with feature gates\n  hint: did you mean 'kubelet'?");
  EXPECT_THAT(refused("name: x\nname: y\n"), HasSubstr("p.yaml:2:1: "));
  EXPECT_THAT(refused("name: x\nkubernetes: v1.34.3\nnodes: [{role: master}]\n"),
              HasSubstr("p.yaml:3:16: 'role' must"));
  EXPECT_THAT(refused("name: x\nkubernetes: v1.34.3\nprovider: kindd\n"), HasSubstr("did you mean 'kind'?"));
  EXPECT_THAT(refused("name: x\n"), HasSubstr("needs the key 'kubernetes'"));
  EXPECT_THAT(refused("name: x\nkubernetes: 1.34\n"), HasSubstr("must be a full version"));
  EXPECT_THAT(refused("name: x\nkubernetes: v1.34.3\nnodes: [{role: worker}]\n"), HasSubstr("no control-plane node"));
  EXPECT_THAT(refused("name: x\nkubernetes: v1.34.3\nnodes: [{role: worker, count: 0}]\n"), HasSubstr("from 1 to 20"));
  EXPECT_THAT(refused("name: x\nkubernetes: v1.34.3\nnodes: [{role: worker, taints: [a=b]}]\n"),
              HasSubstr("'a=b' is no taint"));
  EXPECT_THAT(refused("name: X/y\nkubernetes: v1.34.3\n"), HasSubstr("is no name"));
  EXPECT_THAT(refused("name: x\nkubernetes: v1.34.3\ncontext: c\n"), HasSubstr("only for provider existing"));
  EXPECT_THAT(refused("name: x\nkubernetes: v1.34.3\nprovider: existing\nnodes: [{role: worker}]\n"),
              HasSubstr("cannot be asked of an existing cluster"));
}

TEST(Profile, PatchesThatWouldDoNothingOrOverrideGatesAreRefused) {
  const std::string head = "name: x\nkubernetes: v1.34.3\nkubeadm-patches:\n";
  EXPECT_THAT(refused(head + "  - {kind: KubeletConfig}\n"), HasSubstr("no kind that kubeadm reads"));
  EXPECT_THAT(refused(head + "  - {maxPods: 3}\n"), HasSubstr("needs a 'kind'"));
  EXPECT_THAT(refused(head + "  - {kind: KubeletConfiguration, featureGates: {A: true}}\n"), HasSubstr("use 'gates'"));
  EXPECT_THAT(refused(head + "  - kind: ClusterConfiguration\n    apiServer: {extraArgs: {feature-gates: A=true}}\n"),
              HasSubstr("apiServer.extraArgs.feature-gates"));
}

TEST(Profile, CellsMustDifferInNameAndContent) {
  const std::string head = "name: x\nkubernetes: v1.34.3\nmatrix:\n";
  EXPECT_THAT(refused(head + "  - name: a\n    gates: {A: true}\n  - name: a\n"),
              HasSubstr("p.yaml:6:5: two cells are named 'a'"));
  EXPECT_THAT(refused(head + "  - name: a\n  - name: b\n"), HasSubstr("ask for the same cluster"));
}

TEST(Profile, NamesTheSuitesThatItIsFor) {
  const std::string head = "name: p\nkubernetes: v1.34.3\n";
  EXPECT_TRUE(parsed(head).runs_suite("any"));
  const Profile profile = parsed(head + "suites: [gate-cycle, skew]\n");
  ASSERT_EQ(profile.suites.size(), 2u);
  EXPECT_EQ(profile.suites[1].name, "skew");
  EXPECT_EQ(profile.suites[1].where, "p.yaml:3:22");
  EXPECT_TRUE(profile.runs_suite("skew"));
  EXPECT_FALSE(profile.runs_suite("ske"));
  EXPECT_THAT(refused(head + "suites: [a, b, a]\n"), HasSubstr("p.yaml:3:16: the suite 'a' is named twice"));
  EXPECT_THAT(refused(head + "suites: []\n"), HasSubstr("p.yaml:3:9: 'suites' names none"));
  EXPECT_THAT(refused(head + "suites: skew\n"), HasSubstr("p.yaml:3:9"));
  EXPECT_THAT(refused(head + "suites: [{name: skew}]\n"), HasSubstr("p.yaml:3:10"));
  EXPECT_THAT(refused(head + "matrix: [{name: a, suites: [skew]}]\n"), HasSubstr("unknown key 'suites'"));
}

TEST(Profile, TheShippedOnesAreValidAndTakenByKubernetes) {
  int profiles = 0;
  for (const auto& file :
       std::filesystem::directory_iterator(graduand::testing_support::source_dir() + "/kind-configs")) {
    const auto profile = load_profile(file.path());
    ASSERT_TRUE(profile) << to_string(profile.error());
    EXPECT_EQ(profile->name, file.path().stem().string()) << "a profile is found by its name";
    for (const auto& suite : profile->suites)
      EXPECT_TRUE(std::filesystem::exists(graduand::testing_support::source_dir() + "/suites/" + suite.name))
          << suite.where << ": no suite " << suite.name;
    for (const auto& cell : profile->cells) {
      const Status checked = check_cell(cell);
      EXPECT_TRUE(checked) << cell.display_name() << ": " << to_string(checked.error());
    }
    ++profiles;
  }
  EXPECT_GE(profiles, 4);
}

TEST(Profile, OneThatIsNotThereIsAUsageError) {
  const auto profile = load_profile("/nonexistent/p.yaml");
  ASSERT_FALSE(profile);
  EXPECT_EQ(profile.error().kind, ErrorKind::kUsage);
}

TEST(SleepActionProfile, HasEveryCombinationOfSides) {
  const Profile profile =
      load_profile(graduand::testing_support::source_dir() + "/kind-configs/sleep-action-v1.33.yaml").value();
  std::vector<std::string> cells;
  for (const auto& cell : profile.cells) {
    const auto on = [&cell](const char* component, const char* gate) {
      return cell.requested_gates(component).at(gate) ? "1" : "0";
    };
    cells.push_back(cell.name + " " + on("kube-apiserver", "PodLifecycleSleepAction") +
                    on("kubelet", "PodLifecycleSleepAction") + on("kubelet", "PodLifecycleSleepActionAllowZero"));
  }
  EXPECT_THAT(cells, ElementsAre("on 111", "off 000", "api-server-off 011", "kubelet-off 100", "allow-zero-off 110"));
}

}  // namespace
}  // namespace graduand::profile
