// SPDX-License-Identifier: Apache-2.0
#include "framework/cluster/transitions/versions/upgrade.h"

#include "framework/cluster/transitions/control_plane_backup.h"
#include "framework/cluster/transitions/versions/etcd_snapshot.h"
#include "tests/cluster/transitions/scripted_transition.h"

namespace graduand::cluster {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;
using testing::Not;
using testing_support::ScriptedCluster;
using testing_support::ScriptedNodes;

class UpgradeTest : public testing_support::ScriptedTransition {
 protected:
  void SetUp() override {
    ScriptedTransition::SetUp();
    to("v1.34.3");
  }
  void to(const std::string& version) {
    request_.kind = catalogue::TransitionKind::kUpgrade;
    request_.version = catalogue::KubeVersion::parse(version).value();
  }
};

TEST_F(UpgradeTest, EverythingIsOfTheVersionAndEtcdsDataWereSaved) {
  const auto facts = make(upgrade);
  ASSERT_TRUE(facts) << to_string(facts.error());
  EXPECT_EQ(facts->api_server_version.str(), "v1.34.3");
  for (const char* node : {"c", "w"}) {
    EXPECT_EQ(cluster_->kubelet(node), "v1.34.3") << node;
    EXPECT_EQ(cluster_->machines.content(node, kNodeVersionFile), "v1.34.3") << node;
  }
  EXPECT_EQ(cluster_->image("c", "etcd"), "registry.k8s.io/etcd:3.6.6-0");
  EXPECT_EQ(read_file(etcd_snapshot_file(options_.state_dir, "v1.33.13")).value_or("-"), "etcd's data");
  EXPECT_THAT(read_file(etcd_manifest_file(options_.state_dir, "v1.33.13")).value_or("-"), HasSubstr("etcd:3.5"));
  EXPECT_THAT(message_, HasSubstr("kindest/node:v1.34.3"));
  EXPECT_THAT(steps_, Contains(HasSubstr("kubeadm: [upgrade] Preparing for the upgrade")));
  for (const auto& [name, node] : cluster_->machines.nodes)
    for (const auto& [path, file] : node.files) EXPECT_THAT(path, Not(HasSubstr(".graduand"))) << name;
}

TEST_F(UpgradeTest, OfTheControlPlaneAloneLeavesKubelets) {
  request_.control_plane_only = true;
  ASSERT_TRUE(make(upgrade));
  EXPECT_EQ(cluster_->image("c", "kube-apiserver"), "registry.k8s.io/kube-apiserver:v1.34.3");
  for (const char* node : {"c", "w"}) EXPECT_EQ(cluster_->kubelet(node), "v1.33.13") << node;
}

TEST_F(UpgradeTest, AKubeadmThatFailsIsTheProductsFailureAndNothingIsLeft) {
  cluster_->machines.on("kubeadm upgrade", [](const std::string&, const auto&) {
    return ScriptedNodes::says("", 1, "[upgrade/apply] FATAL: the component did not come up\n");
  });
  const auto facts = make(upgrade);
  ASSERT_FALSE(facts);
  EXPECT_EQ(facts.error().kind, ErrorKind::kProduct);
  EXPECT_THAT(facts.error().message,
              AllOf(HasSubstr("kubeadm upgrade apply v1.34.3 --yes: exit code 1"), HasSubstr("did not come up"),
                    HasSubstr("last words of kube-apiserver"), Not(HasSubstr("could not be put back"))));
  EXPECT_TRUE(going_back_);
  EXPECT_TRUE(as_before());
  EXPECT_THAT(read_file(options_.state_dir / "kubeadm-upgrade-c.log").value_or("-"), HasSubstr("FATAL"));
}

TEST_F(UpgradeTest, AKubeletThatDoesNotStartTakesAllBackButAnEtcdThatHasNewData) {
  cluster_->refuses = [](const std::string& who, const std::string& given) {
    return who == "kubelet on w" && given.find("v1.34.3") != std::string::npos;
  };
  const auto facts = make(upgrade);
  ASSERT_FALSE(facts);
  EXPECT_EQ(facts.error().kind, ErrorKind::kProduct);
  EXPECT_THAT(facts.error().message,
              AllOf(HasSubstr("the kubelet v1.34.3: the kubelet ends each time"), HasSubstr("panic: its journal"),
                    HasSubstr("etcd was left as registry.k8s.io/etcd:3.6.6-0")));
  for (const char* node : {"c", "w"}) EXPECT_EQ(cluster_->kubelet(node), "v1.33.13") << node;
  EXPECT_EQ(cluster_->image("c", "kube-apiserver"), "registry.k8s.io/kube-apiserver:v1.33.13");
  EXPECT_EQ(read_kube_proxy_image(*cluster_->api.client()).value_or("-"), "registry.k8s.io/kube-proxy:v1.33.13");
}

TEST_F(UpgradeTest, AVersionThatTheHostDoesNotHaveIsInfrastructureAndNothingIsTouched) {
  cluster_->no_version = Error{ErrorKind::kInfrastructure, "node image kindest/node:v1.34.3 is not on this host"};
  const auto facts = make(upgrade);
  ASSERT_FALSE(facts);
  EXPECT_EQ(facts.error().kind, ErrorKind::kInfrastructure);
  EXPECT_TRUE(as_before());
}

TEST_F(UpgradeTest, WithANodeLostNothingCanBePutBackAndThatIsSaid) {
  cluster_->machines.on("kubeadm upgrade", [this](const std::string&, const auto&) {
    cluster_->stopped = {"c"};
    return ScriptedNodes::says("", 137, "");
  });
  const auto facts = make(upgrade);
  ASSERT_FALSE(facts);
  EXPECT_THAT(facts.error().message, HasSubstr("nothing is put back: node c is exited"));
  EXPECT_FALSE(going_back_);
}

TEST_F(UpgradeTest, AStopIsAStopAndAllIsPutBack) {
  on_step_ = [this](const std::string& step) {
    if (step.find("copying images") != std::string::npos) cancel_.cancel(SIGINT);
  };
  cluster_->machines.on("kubeadm upgrade", [](const std::string&, const auto&) {
    auto result = ScriptedNodes::says("");
    result->cancelled = true;
    return result;
  });
  const auto facts = make(upgrade);
  ASSERT_FALSE(facts);
  EXPECT_EQ(facts.error().kind, ErrorKind::kCancelled);
  EXPECT_TRUE(as_before());
}

// What a later process can put back: everything on the nodes but etcd.
TEST_F(UpgradeTest, ADeathInTheMiddleIsFollowedByRestore) {
  for (const char* at : {"kubeadm upgrade apply", "restarting kubelets"}) {
    use(std::make_unique<ScriptedCluster>());
    on_step_ = [this, at](const std::string& step) {
      if (step.find(at) != std::string::npos) cluster_->machines.changes_left = 3;
    };
    EXPECT_FALSE(make(upgrade)) << at;
    cluster_->machines.revive();
    const Status restored = restore();
    ASSERT_TRUE(restored) << at << ": " << to_string(restored.error());
    EXPECT_EQ(cluster_->image("c", "kube-apiserver"), "registry.k8s.io/kube-apiserver:v1.33.13") << at;
    EXPECT_EQ(cluster_->image("c", "etcd"), "registry.k8s.io/etcd:3.6.6-0") << at;
    for (const char* node : {"c", "w"}) EXPECT_EQ(cluster_->kubelet(node), "v1.33.13") << at;
    EXPECT_TRUE(cluster_->journals_are_empty());
  }
}

TEST_F(UpgradeTest, OutsideTheWindowIsTheUsersMistake) {
  for (const char* version : {"v1.36.3", "v1.32.2"}) {
    to(version);
    const auto facts = make(upgrade);
    ASSERT_FALSE(facts) << version;
    EXPECT_EQ(facts.error().kind, ErrorKind::kUsage);
    EXPECT_FALSE(going_back_);
  }
  EXPECT_TRUE(as_before());
}

TEST_F(UpgradeTest, GatesThatTheVersionDoesNotTakeAreKnownBefore) {
  auto& file = cluster_->machines.nodes["c"].files["/etc/kubernetes/manifests/kube-apiserver.yaml"];
  file.content.insert(file.content.find("    image:"), "    - --feature-gates=NoSuchGate=true\n");
  before_ = cluster_->state();
  const auto facts = make(upgrade);
  ASSERT_FALSE(facts);
  EXPECT_EQ(facts.error().kind, ErrorKind::kUsage);
  EXPECT_THAT(facts.error().message, HasSubstr("NoSuchGate"));
  EXPECT_TRUE(as_before());
}

}  // namespace
}  // namespace graduand::cluster
