// SPDX-License-Identifier: Apache-2.0
#include "framework/cluster/transitions/control_plane_backup.h"

#include "framework/cluster/transitions/component_waits.h"
#include "framework/cluster/transitions/static_pod.h"
#include "tests/cluster/transitions/scripted_transition.h"

namespace graduand::cluster {
namespace {

using testing::HasSubstr;

class ControlPlane : public testing_support::ScriptedTransition {
 protected:
  void SetUp() override {
    ScriptedTransition::SetUp();
    work_ = std::make_unique<TransitionWork>(*cluster_, request_, options_, cancel_.token());
    ASSERT_TRUE(work_->begin());
    auto saved = ControlPlaneBackup::save(*work_);
    ASSERT_TRUE(saved) << to_string(saved.error());
    backup_ = *std::move(saved);
  }
  void write(const std::string& component, const std::string& image) {
    const auto text = manifest_with_image(cluster_->manifest("c", component), image);
    ASSERT_TRUE(cluster_->machines.write_file("c", manifest_path(component), text.value(), ""));
  }

  std::optional<ControlPlaneBackup> backup_;
  std::unique_ptr<TransitionWork> work_;
};

TEST_F(ControlPlane, WhatDiffersIsPutBack) {
  write("kube-apiserver", "registry.k8s.io/kube-apiserver:v1.34.3");
  write("kube-scheduler", "registry.k8s.io/kube-scheduler:v1.34.3");
  ASSERT_TRUE(write_cluster_configuration(work_->client(), "kubernetesVersion: v1.34.3\n"));
  ASSERT_TRUE(write_kube_proxy_image(work_->client(), "registry.k8s.io/kube-proxy:v1.34.3"));
  ASSERT_TRUE(cluster_->machines.write_file("w", cluster_->kConfig, "kind: Other\n", ""));
  const Status back = backup_->put_back(*work_);
  ASSERT_TRUE(back) << to_string(back.error());
  EXPECT_TRUE(as_before());
  EXPECT_EQ(read_kube_proxy_image(work_->client()).value_or("-"), "registry.k8s.io/kube-proxy:v1.33.13");
  EXPECT_THAT(read_cluster_configuration(work_->client()).value_or("-"), HasSubstr("v1.33.13"));
  EXPECT_EQ(backup_->left_behind(*work_), "");
}

// An older etcd need not read what a newer one wrote.
TEST_F(ControlPlane, AnEtcdOfAnotherImageIsLeftAndSaid) {
  write("etcd", "registry.k8s.io/etcd:3.6.6-0");
  ASSERT_TRUE(backup_->put_back(*work_));
  EXPECT_EQ(cluster_->image("c", "etcd"), "registry.k8s.io/etcd:3.6.6-0");
  EXPECT_THAT(backup_->left_behind(*work_), HasSubstr("etcd was left as registry.k8s.io/etcd:3.6.6-0"));
}

TEST_F(ControlPlane, AManifestThatIsMissingIsPutBackEvenEtcds) {
  ASSERT_TRUE(cluster_->machines.remove_file("c", manifest_path("etcd")));
  ASSERT_TRUE(backup_->put_back(*work_));
  EXPECT_TRUE(as_before());
}

TEST_F(ControlPlane, WhatDoesNotComeBackIsSaidAndTheRestIsPutBackAllTheSame) {
  write("kube-scheduler", "registry.k8s.io/kube-scheduler:v1.34.3");
  ASSERT_TRUE(cluster_->machines.write_file("w", cluster_->kConfig, "kind: Other\n", ""));
  cluster_->refuses = [](const std::string& who, const std::string&) { return who == "kube-scheduler on c"; };
  const Status back = backup_->put_back(*work_);
  ASSERT_FALSE(back);
  EXPECT_EQ(back.error().kind, ErrorKind::kProduct);
  EXPECT_THAT(back.error().message, HasSubstr("last words of kube-scheduler"));
  EXPECT_TRUE(as_before()) << "the files are";
}

}  // namespace
}  // namespace graduand::cluster
