// SPDX-License-Identifier: Apache-2.0
#include "framework/cluster/kind/kind_config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "framework/base/files.h"
#include "framework/base/yaml/to_yaml.h"
#include "framework/base/yaml/yaml.h"
#include "framework/profile/profile.h"
#include "tests/paths.h"

namespace graduand::cluster {
namespace {

catalogue::CellDescription cell_of(const std::string& yaml) {
  auto profile = profile::parse_profile("name: p\n" + yaml, "p.yaml");
  EXPECT_TRUE(profile) << to_string(profile.error());
  return profile->cells.front();
}

// Compares with tests/golden/<name>; GRADUAND_UPDATE_GOLDEN=1 writes it instead.
void expect_golden(const std::string& name, const std::string& text) {
  const fs::path path = fs::path(graduand::testing_support::source_dir()) / "tests/golden" / name;
  if (std::getenv("GRADUAND_UPDATE_GOLDEN") != nullptr) {
    ASSERT_TRUE(write_file_atomically(path, text));
    return;
  }
  EXPECT_EQ(text, read_file(path).value_or("")) << path;
}

TEST(KindConfig, OfACellWithAllThereIs) {
  const auto cell = cell_of(R"(
kubernetes: v1.36.3
emulated-version: v1.35
nodes: [{role: control-plane}, {role: worker, kubernetes: v1.34.3, labels: {zone: a}, taints: ["dedicated=e2e:NoSchedule", "spare:NoExecute"]}]
gates: {PodLifecycleSleepAction: true, InPlacePodVerticalScaling: true}
component-gates: {kubelet: {KubeletPSI: false}, kube-apiserver: {WatchList: false}}
runtime-config: {api/alpha: "true"}
kubeadm-patches: [{kind: KubeletConfiguration, cpuManagerPolicy: static, reservedSystemCPUs: "0"}]
)");
  HostNeeds needs;
  needs.kubelet_gates = {{"KubeletInUserNamespace", true}};
  needs.cgroup_v1 = true;
  needs.join_network = true;
  expect_golden("kind-config-full.yaml", kind_config(cell, "gr-00000000-full", "20261121t041000-ab12cd34", needs));
}

TEST(KindConfig, OfAPlainCellOnAPlainHost) {
  expect_golden("kind-config-plain.yaml", kind_config(cell_of("kubernetes: v1.34.3\n"), "gr-00000000-plain",
                                                      "20261121t041000-ab12cd34", HostNeeds{}));
}

TEST(KindConfig, WhatTheHostNeedsDoesNotOverrideWhatTheCellAsks) {
  HostNeeds needs;
  needs.kubelet_gates = {{"KubeletInUserNamespace", true}};
  const std::string text =
      kind_config(cell_of("kubernetes: v1.34.3\ngates: {KubeletInUserNamespace: false}\n"), "c", "r", needs);
  EXPECT_THAT(text, testing::HasSubstr("KubeletInUserNamespace: false"));
  EXPECT_THAT(text, testing::Not(testing::HasSubstr("KubeletInUserNamespace: true")));
}

// Also those that need no telling yet: an upgrade leaves them their configuration.
TEST(KindConfig, KubeletsThatCanBeToldToTakeCgroupV1Are) {
  HostNeeds needs;
  needs.cgroup_v1 = true;
  const auto text = [&needs](const std::string& version) {
    return kind_config(cell_of("kubernetes: " + version + "\n"), "c", "r", needs);
  };
  EXPECT_THAT(text("v1.30.0"), testing::Not(testing::HasSubstr("failCgroupV1")));
  EXPECT_THAT(text("v1.31.0"), testing::HasSubstr("failCgroupV1: false"));
  EXPECT_THAT(text("v1.35.0"), testing::HasSubstr("failCgroupV1: false"));
  needs.cgroup_v1 = false;
  EXPECT_THAT(text("v1.35.0"), testing::Not(testing::HasSubstr("failCgroupV1")));
}

TEST(KindClusterName, FitsHostNamesAndDiffersForEveryInstance) {
  const std::string name = kind_cluster_name("run/p/cell/1", "a-cell.v1.33-with-a-very-long-name-indeed");
  EXPECT_THAT(name, testing::MatchesRegex("gr-[0-9a-f]{8}-a-cell-v1-33-with-a-very-l"));
  EXPECT_LE((name + "-control-plane2").size(), 63u);
  EXPECT_NE(name, kind_cluster_name("run/p/cell/2", "a-cell.v1.33-with-a-very-long-name-indeed"));
}

TEST(ToYaml, KeepsStringsThatLookLikeSomethingElse) {
  const json::value value = {{"on", "true"}, {"number", "12"},    {"null", "null"},
                             {"empty", ""},  {"lines", "a\nb\n"}, {"list", {1, true, nullptr, "x: y"}}};
  const auto document = YamlDocument::parse(to_yaml(value), "round trip");
  ASSERT_TRUE(document) << to_string(document.error());
  EXPECT_EQ(yaml_to_json(*document, document->root()).value(), value) << to_yaml(value);
}

}  // namespace
}  // namespace graduand::cluster
