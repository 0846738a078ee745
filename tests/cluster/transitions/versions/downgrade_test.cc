// SPDX-License-Identifier: Apache-2.0
#include "framework/cluster/transitions/versions/downgrade.h"

#include "framework/cluster/transitions/versions/etcd_snapshot.h"
#include "tests/cluster/transitions/scripted_transition.h"

namespace graduand::cluster {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing_support::ScriptedCluster;
using testing_support::ScriptedNodes;

class DowngradeTest : public testing_support::ScriptedTransition {
 protected:
  void SetUp() override {
    ScriptedTransition::SetUp();
    use(std::make_unique<ScriptedCluster>(1, 1, "v1.34.3"));
    request_.kind = catalogue::TransitionKind::kDowngrade;
    request_.version = catalogue::KubeVersion::parse("v1.33.13").value();
  }
};

TEST_F(DowngradeTest, ComponentsGoBackByTheirImagesAndEtcdStays) {
  const auto facts = make(downgrade);
  ASSERT_TRUE(facts) << to_string(facts.error());
  EXPECT_EQ(facts->api_server_version.str(), "v1.33.13");
  for (const char* component : {"kube-apiserver", "kube-controller-manager", "kube-scheduler"})
    EXPECT_EQ(cluster_->image("c", component), std::string("registry.k8s.io/") + component + ":v1.33.13");
  for (const char* node : {"c", "w"}) EXPECT_EQ(cluster_->kubelet(node), "v1.33.13") << node;
  EXPECT_THAT(message_, AllOf(HasSubstr("etcd stayed as registry.k8s.io/etcd:3.5.24-0"),
                              HasSubstr("which Kubernetes does not support")));
}

TEST_F(DowngradeTest, AnApiServerThatDoesNotReadTheDataIsTheProductsFailureAndAllIsPutBack) {
  cluster_->refuses = [](const std::string& who, const std::string& given) {
    return who == "kube-apiserver on c" && given.find("v1.33.13") != std::string::npos;
  };
  const auto facts = make(downgrade);
  ASSERT_FALSE(facts);
  EXPECT_EQ(facts.error().kind, ErrorKind::kProduct);
  EXPECT_THAT(facts.error().message, AllOf(HasSubstr("the API server did not become ready as v1.33.13"),
                                           HasSubstr("panic: the log's end"), Not(HasSubstr("could not be put back"))));
  EXPECT_TRUE(as_before());
}

TEST_F(DowngradeTest, AKubeletThatDoesNotStartStopsItBeforeTheControlPlane) {
  cluster_->refuses = [](const std::string& who, const std::string& given) {
    return who == "kubelet on c" && given.find("v1.33.13") != std::string::npos;
  };
  const auto facts = make(downgrade);
  ASSERT_FALSE(facts);
  EXPECT_EQ(facts.error().kind, ErrorKind::kProduct);
  EXPECT_THAT(cluster_->machines.logged("take away"), testing::IsEmpty());
  EXPECT_TRUE(as_before());
}

TEST_F(DowngradeTest, WithoutASnapshotEtcdCannotGoBack) {
  request_.restore_etcd = true;
  const auto facts = make(downgrade);
  ASSERT_FALSE(facts);
  EXPECT_EQ(facts.error().kind, ErrorKind::kUsage);
  EXPECT_THAT(facts.error().message, HasSubstr("there is no snapshot of etcd from before the upgrade"));
  EXPECT_TRUE(as_before());
  use(std::make_unique<ScriptedCluster>(3, 0, "v1.34.3"));
  EXPECT_THAT(make(downgrade).error().message, HasSubstr("with one control plane only"));
}

TEST_F(DowngradeTest, WithASnapshotEtcdGoesBackToIt) {
  request_.restore_etcd = true;
  ASSERT_TRUE(write_file_atomically(etcd_snapshot_file(options_.state_dir, "v1.33.13"), "older data"));
  ASSERT_TRUE(write_file_atomically(
      etcd_manifest_file(options_.state_dir, "v1.33.13"),
      "kind: Pod\nmetadata:\n  name: etcd\nspec:\n  containers:\n  - command:\n    - etcd\n    - --name=c\n    image: "
      "registry.k8s.io/etcd:3.5.9-0\n"));
  const auto facts = make(downgrade);
  ASSERT_TRUE(facts) << to_string(facts.error());
  EXPECT_EQ(cluster_->image("c", "etcd"), "registry.k8s.io/etcd:3.5.9-0");
  EXPECT_THAT(message_, HasSubstr("etcd was restored from the snapshot"));
  EXPECT_THAT(cluster_->machines.logged("snapshot restore").back(), HasSubstr("--name=c"));
}

TEST_F(DowngradeTest, AProgramThatCannotRestoreIsInfrastructureAndKnownBefore) {
  request_.restore_etcd = true;
  ASSERT_TRUE(write_file_atomically(etcd_snapshot_file(options_.state_dir, "v1.33.13"), "older data"));
  ASSERT_TRUE(write_file_atomically(etcd_manifest_file(options_.state_dir, "v1.33.13"),
                                    "    image: registry.k8s.io/etcd:3.5.9-0\n"));
  cluster_->machines.on("etcdutl", [](const std::string&, const auto&) {
    return ScriptedNodes::says("", 9, "neither the image nor the node has an etcdutl");
  });
  const auto facts = make(downgrade);
  ASSERT_FALSE(facts);
  EXPECT_EQ(facts.error().kind, ErrorKind::kInfrastructure);
  EXPECT_TRUE(as_before());
}

TEST_F(DowngradeTest, MoreThanOneMinorIsTheUsersMistake) {
  request_.version = catalogue::KubeVersion::parse("v1.32.2").value();
  EXPECT_EQ(make(downgrade).error().kind, ErrorKind::kUsage);
  EXPECT_TRUE(as_before());
}

}  // namespace
}  // namespace graduand::cluster
