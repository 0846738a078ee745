// SPDX-License-Identifier: Apache-2.0
#include "framework/cluster/transitions/set_gates.h"

#include "tests/cluster/transitions/scripted_transition.h"

namespace graduand::cluster {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing_support::ScriptedCluster;
using testing_support::ScriptedNodes;

constexpr const char* kFlag = "--feature-gates=A=true";

class SetGates : public testing_support::ScriptedTransition {
 protected:
  void SetUp() override {
    ScriptedTransition::SetUp();
    request_.kind = catalogue::TransitionKind::kSetGates;
    request_.gates = {{"A", true}};
  }
  // Only what is on now may refuse: the way back works.
  void refuse(const std::string& who) {
    cluster_->refuses = [who](const std::string& what, const std::string& given) {
      const auto has = [&given](const char* text) { return given.find(text) != std::string::npos; };
      return what == who && (has("A=true") || has("A: true"));
    };
  }
};

TEST_F(SetGates, EveryComponentHasThemAndNothingIsLeftBehind) {
  const auto facts = make(set_gates);
  ASSERT_TRUE(facts) << to_string(facts.error());
  for (const std::string& component : catalogue::components())
    EXPECT_EQ(facts->effective(component, "A"), true) << component;
  for (const char* component : {"kube-apiserver", "kube-controller-manager", "kube-scheduler"})
    EXPECT_THAT(cluster_->manifest("c", component), HasSubstr(kFlag));
  EXPECT_THAT(cluster_->manifest("c", "etcd"), Not(HasSubstr("feature-gates")));
  for (const char* node : {"c", "w"}) EXPECT_THAT(cluster_->kubelet_config(node), HasSubstr("A: true"));
  EXPECT_TRUE(cluster_->journals_are_empty());
  ASSERT_TRUE(restore());
  EXPECT_THAT(cluster_->kubelet_config("c"), HasSubstr("A: true")) << "what came true is not undone";
}

TEST_F(SetGates, OneComponentOnOneNodeAlone) {
  request_.component = catalogue::kKubelet;
  request_.node = "w";
  ASSERT_TRUE(make(set_gates));
  EXPECT_THAT(cluster_->kubelet_config("w"), HasSubstr("A: true"));
  before_["w"] = cluster_->state().at("w");
  EXPECT_TRUE(as_before());
}

TEST_F(SetGates, WhatIsNotOnTheNodeIsNotTouched) {
  request_.component = catalogue::kScheduler;
  request_.node = "w";
  const auto facts = make(set_gates);
  ASSERT_FALSE(facts);
  EXPECT_EQ(facts.error().kind, ErrorKind::kUsage);
  EXPECT_THAT(facts.error().message, HasSubstr("no kube-scheduler on the node"));
  EXPECT_FALSE(going_back_);
  EXPECT_TRUE(as_before());
}

// Each component in turn does not start with the gate.
TEST_F(SetGates, AComponentThatDoesNotComeBackIsTheProductsFailureAndAllIsPutBack) {
  for (const std::string who : {"kube-apiserver on c", "kubelet on w"}) {
    use(std::make_unique<ScriptedCluster>());
    refuse(who);
    if (who == "kubelet on w") cluster_->not_ready = Error{ErrorKind::kProduct, "node w is not Ready"};
    on_step_ = [this](const std::string& step) {
      if (step.find("putting everything back") != std::string::npos) cluster_->not_ready.reset();
    };
    const auto facts = make(set_gates);
    ASSERT_FALSE(facts) << who;
    EXPECT_EQ(facts.error().kind, ErrorKind::kProduct) << who;
    EXPECT_THAT(facts.error().message, Not(HasSubstr("could not be put back"))) << who;
    if (who == "kube-apiserver on c") {
      EXPECT_THAT(facts.error().message,
                  AllOf(HasSubstr("did not come back ready"), HasSubstr("panic: the log's end")));
    }
    EXPECT_TRUE(as_before()) << who;
  }
}

TEST_F(SetGates, ALeaderThatDoesNotComeIsTheProductsFailure) {
  refuse("kube-scheduler on c");
  const auto facts = make(set_gates);
  ASSERT_FALSE(facts);
  EXPECT_EQ(facts.error().kind, ErrorKind::kProduct);
  EXPECT_THAT(facts.error().message,
              AllOf(HasSubstr("kube-scheduler"), HasSubstr("last words of kube-scheduler: panic")));
  EXPECT_TRUE(as_before());
}

TEST_F(SetGates, AGateThatDoesNotBecomeEffectiveIsTheProductsFailure) {
  request_.component = catalogue::kKubeProxy;
  cluster_->api.put("configmaps", "kube-system", "kube-proxy",
                    {{"data", json::object{{"config.conf", "kind: KubeProxyConfiguration\n"}}}});
  cluster_->api.set_never("kube-proxy", true);  // its roll-out
  const auto facts = make(set_gates);
  ASSERT_FALSE(facts);
  EXPECT_EQ(facts.error().kind, ErrorKind::kProduct);
  EXPECT_THAT(facts.error().message, HasSubstr("could not be put back")) << "it does not roll out that way either";
}

// Nobody restarted the leader: it may lead for ever, and that is no failure.
TEST_F(SetGates, ALeaderOnAnotherNodeNeedsNoSuccessor) {
  use(std::make_unique<ScriptedCluster>(3, 0));
  for (const char* component : {"kube-controller-manager", "kube-scheduler"}) cluster_->lead("c3", component);
  const std::string leader = cluster_->leader("kube-scheduler");
  request_.node = "c2";
  request_.component = catalogue::kScheduler;
  const auto facts = make(set_gates);
  ASSERT_TRUE(facts) << to_string(facts.error());
  EXPECT_EQ(cluster_->leader("kube-scheduler"), leader);
}

TEST_F(SetGates, AComponentThatHadTheGateAlreadyIsNotRestartedAndNeedsNoNewLeader) {
  request_.component = catalogue::kScheduler;
  ASSERT_TRUE(make(set_gates));
  const std::string leader = cluster_->leader("kube-scheduler");
  request_.component.clear();
  const auto facts = make(set_gates);
  ASSERT_TRUE(facts) << to_string(facts.error());
  EXPECT_EQ(cluster_->leader("kube-scheduler"), leader);
}

TEST_F(SetGates, ANodeThatCannotBeReachedIsInfrastructure) {
  on_step_ = [this](const std::string& step) {
    if (step == "restarting the control plane") cluster_->machines.unreachable = {"w"};
  };
  const auto facts = make(set_gates);
  ASSERT_FALSE(facts);
  EXPECT_THAT(facts.error().message, HasSubstr("could not be put back"));
  cluster_->machines.unreachable.clear();
  on_step_ = {};
  const Status restored = restore();
  ASSERT_TRUE(restored) << to_string(restored.error());
  EXPECT_TRUE(as_before()) << "the journal had it";
}

TEST_F(SetGates, AStopIsAStopAndAllIsPutBack) {
  on_step_ = [this](const std::string& step) {
    if (step == "restarting the kubelets") cancel_.cancel(SIGINT);
  };
  const auto facts = make(set_gates);
  ASSERT_FALSE(facts);
  EXPECT_EQ(facts.error().kind, ErrorKind::kCancelled);
  EXPECT_TRUE(as_before());
}

TEST_F(SetGates, WithoutKubeProxyThereIsNothingToRollOut) {
  auto cluster = std::make_unique<ScriptedCluster>();
  cluster->remove_component(catalogue::kKubeProxy);
  use(std::move(cluster));
  const auto facts = make(set_gates);
  ASSERT_TRUE(facts) << to_string(facts.error());
  request_.component = catalogue::kKubeProxy;
  EXPECT_EQ(make(set_gates).error().kind, ErrorKind::kUsage);
}

// Whenever our process dies, the next one puts everything back: or all of it was done.
TEST_F(SetGates, ADeathAtAnyStepLeavesAWayBack) {
  ASSERT_TRUE(make(set_gates));
  const int steps = cluster_->machines.changes;
  for (int n = 0; n < steps; ++n) {
    use(std::make_unique<ScriptedCluster>());
    cluster_->machines.changes_left = n;
    std::ignore = make(set_gates);
    cluster_->machines.revive();
    const Status restored = restore();
    ASSERT_TRUE(restored) << n << ": " << to_string(restored.error());
    const bool done = cluster_->kubelet_config("c").find("A: true") != std::string::npos;
    EXPECT_TRUE(done || as_before()) << "death after step " << n;
    EXPECT_TRUE(cluster_->journals_are_empty()) << n;
  }
}

}  // namespace
}  // namespace graduand::cluster
