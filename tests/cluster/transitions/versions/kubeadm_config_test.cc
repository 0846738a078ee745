// SPDX-License-Identifier: Apache-2.0
#include "framework/cluster/transitions/versions/kubeadm_config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "framework/base/yaml/yaml.h"

namespace graduand::cluster {
namespace {

// As kubeadm v1.33 keeps it, shortened.
constexpr const char* kV1Beta4 = R"(apiServer:
  certSANs:
  - localhost
  extraArgs:
  - name: feature-gates
    value: A=true
  - name: runtime-config
    value: ""
apiVersion: kubeadm.k8s.io/v1beta4
controllerManager:
  extraArgs:
  - name: enable-hostpath-provisioner
    value: "true"
kind: ClusterConfiguration
kubernetesVersion: v1.33.13
scheduler: {}
)";

json::value read(const std::string& text) {
  const auto document = YamlDocument::parse(text, "test");
  EXPECT_TRUE(document) << text;
  return yaml_to_json(*document, document->root()).value();
}

TEST(ClusterConfiguration, GatesGoWhereKubeadmReadsThem) {
  const auto after = cluster_configuration_with_gates(kV1Beta4, {{"kube-apiserver", {{"A", false}, {"B", true}}},
                                                                 {"kube-scheduler", {{"B", true}}},
                                                                 {"kube-controller-manager", {{"C", false}}}});
  ASSERT_TRUE(after) << to_string(after.error());
  json::value expected = read(kV1Beta4);
  auto& root = expected.get_object();
  root["apiServer"].get_object()["extraArgs"].get_array()[0].get_object()["value"] = "A=false,B=true";
  root["controllerManager"].get_object()["extraArgs"].get_array().emplace_back(
      json::object{{"name", "feature-gates"}, {"value", "C=false"}});
  root["scheduler"].get_object()["extraArgs"] =
      json::array{json::object{{"name", "feature-gates"}, {"value", "B=true"}}};
  EXPECT_EQ(read(*after), expected);
}

TEST(ClusterConfiguration, StaysTheSameTextWhenGatesAreSoAlready) {
  EXPECT_EQ(cluster_configuration_with_gates(kV1Beta4, {{"kube-apiserver", {{"A", true}}}, {"kube-scheduler", {}}})
                .value_or("-"),
            kV1Beta4);
}

TEST(ClusterConfiguration, OldOnesHaveAMapping) {
  const auto after = cluster_configuration_with_gates(
      "apiVersion: kubeadm.k8s.io/v1beta3\nkind: ClusterConfiguration\napiServer: {extraArgs: {v: \"4\"}}\n",
      {{"kube-apiserver", {{"A", true}}}});
  ASSERT_TRUE(after);
  EXPECT_EQ(string_at(read(*after), "apiServer.extraArgs.feature-gates"), "A=true");
  EXPECT_EQ(string_at(read(*after), "apiServer.extraArgs.v"), "4");
}

TEST(ClusterConfiguration, OtherTextIsRefused) {
  EXPECT_FALSE(cluster_configuration_with_gates("kind: Pod\n", {}));
  EXPECT_FALSE(cluster_configuration_with_gates("{", {}));
}

TEST(ClusterConfiguration, TheVersionAloneChanges) {
  const auto after = cluster_configuration_with_version(kV1Beta4, "v1.32.1");
  EXPECT_EQ(after, std::string(kV1Beta4).replace(std::string(kV1Beta4).find("v1.33.13"), 8, "v1.32.1"));
}

}  // namespace
}  // namespace graduand::cluster
