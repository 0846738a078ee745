// SPDX-License-Identifier: Apache-2.0
#include "framework/cluster/transitions/restart.h"

#include "framework/cluster/transitions/component_waits.h"
#include "framework/cluster/transitions/control_plane_backup.h"
#include "tests/cluster/transitions/scripted_transition.h"

namespace graduand::cluster {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing_support::ScriptedCluster;
using testing_support::ScriptedNodes;

class RestartTest : public testing_support::ScriptedTransition {
 protected:
  Result<catalogue::CellFacts> restart_of(const std::string& component, const std::string& node = "") {
    request_.kind = catalogue::TransitionKind::kRestart;
    request_.component = component;
    request_.node = node;
    return make(restart);
  }
  std::string container(const std::string& component, const std::string& node = "c") {
    return container_of(cluster_->api.get("pods", "kube-system", component + "-" + node));
  }
};

TEST_F(RestartTest, AnotherContainerComesAndNothingElseIsChanged) {
  for (const std::string& component : static_pods()) {
    const std::string before = container(component);
    const auto facts = restart_of(component);
    ASSERT_TRUE(facts) << component << ": " << to_string(facts.error());
    EXPECT_NE(container(component), before);
  }
  EXPECT_TRUE(as_before());
}

TEST_F(RestartTest, KubeletsAndProxies) {
  ASSERT_TRUE(restart_of(catalogue::kKubelet, "w"));
  const auto uid = [this] { return kube::uid_of(cluster_->api.get("pods", "kube-system", "kube-proxy-w")); };
  const std::string before = uid();
  ASSERT_TRUE(restart_of(catalogue::kKubeProxy));
  EXPECT_NE(uid(), before);
}

TEST_F(RestartTest, WhatDoesNotComeBackIsTheProductsFailureWithItsLastWords) {
  cluster_->refuses = [](const std::string& who, const std::string&) { return who == "kube-controller-manager on c"; };
  const auto static_pod = restart_of("kube-controller-manager");
  ASSERT_FALSE(static_pod);
  EXPECT_EQ(static_pod.error().kind, ErrorKind::kProduct);
  EXPECT_THAT(static_pod.error().message, HasSubstr("last words of kube-controller-manager: panic: the log's end"));

  cluster_->refuses = [](const std::string& who, const std::string&) { return who == "kubelet on w"; };
  const auto kubelet = restart_of(catalogue::kKubelet);
  ASSERT_FALSE(kubelet);
  EXPECT_EQ(kubelet.error().kind, ErrorKind::kProduct);
  EXPECT_THAT(kubelet.error().message, HasSubstr("last words of kubelet: panic: its journal"));

  cluster_->refuses = [](const std::string& who, const std::string&) { return who == "kube-apiserver on c"; };
  const auto server = restart_of("kube-apiserver");
  ASSERT_FALSE(server);
  EXPECT_EQ(server.error().kind, ErrorKind::kProduct);
  EXPECT_THAT(server.error().message, AllOf(HasSubstr("did not become ready"), HasSubstr("last words")));
}

TEST_F(RestartTest, ANodeThatCannotBeReachedIsInfrastructure) {
  cluster_->machines.unreachable = {"c"};
  EXPECT_EQ(restart_of("etcd").error().kind, ErrorKind::kInfrastructure);
  EXPECT_EQ(restart_of(catalogue::kKubelet).error().kind, ErrorKind::kInfrastructure);
}

TEST_F(RestartTest, WhatIsNotThereIsTheUsersMistake) {
  EXPECT_THAT(to_string(restart_of("etcd", "w").error()), HasSubstr("there is no etcd on w"));
  EXPECT_THAT(to_string(restart_of("kube-dns").error()), HasSubstr("no component that can be restarted"));
  cluster_->remove_component(catalogue::kKubeProxy);
  const auto proxy = restart_of(catalogue::kKubeProxy);
  ASSERT_FALSE(proxy);
  EXPECT_EQ(proxy.error().kind, ErrorKind::kUsage) << "nobody waits for pods that never come";
  EXPECT_TRUE(as_before());
}

// One of three is restarted, and it was not the leader.
TEST_F(RestartTest, ALeaderOnAnotherNodeNeedsNoSuccessor) {
  use(std::make_unique<ScriptedCluster>(3, 0));
  cluster_->lead("c3", "kube-scheduler");
  const std::string leader = cluster_->leader("kube-scheduler");
  const auto facts = restart_of("kube-scheduler", "c2");
  ASSERT_TRUE(facts) << to_string(facts.error());
  EXPECT_EQ(cluster_->leader("kube-scheduler"), leader);
}

TEST_F(RestartTest, TheLeadersOwnRestartNeedsOne) {
  use(std::make_unique<ScriptedCluster>(3, 0));
  cluster_->lead("c2", "kube-scheduler");
  const std::string leader = cluster_->leader("kube-scheduler");
  const auto facts = restart_of("kube-scheduler", "c2");
  ASSERT_TRUE(facts) << to_string(facts.error());
  EXPECT_NE(cluster_->leader("kube-scheduler"), leader);
  EXPECT_NE(cluster_->leader("kube-scheduler"), "");
}

}  // namespace
}  // namespace graduand::cluster
