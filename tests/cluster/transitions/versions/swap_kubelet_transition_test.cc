// SPDX-License-Identifier: Apache-2.0
// The transition swap-kubelet; what is pure of it is in swap_kubelet_test.cc.
#include "framework/cluster/transitions/versions/swap_kubelet.h"
#include "tests/cluster/transitions/scripted_transition.h"

namespace graduand::cluster {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing_support::ScriptedCluster;
using testing_support::ScriptedNodes;

constexpr const char* kFlags = "/var/lib/kubelet/kubeadm-flags.env";

class SwapKubelet : public testing_support::ScriptedTransition {
 protected:
  void SetUp() override {
    ScriptedTransition::SetUp();
    use(std::make_unique<ScriptedCluster>(1, 1, "v1.34.3"));
    request_.kind = catalogue::TransitionKind::kSwapKubelet;
    request_.version = catalogue::KubeVersion::parse("v1.33.13").value();
    request_.node = "w";
  }
};

TEST_F(SwapKubelet, OneNodesAloneAndNothingIsLeftBehind) {
  const auto facts = make(swap_kubelet);
  ASSERT_TRUE(facts) << to_string(facts.error());
  EXPECT_EQ(cluster_->kubelet("w"), "v1.33.13");
  EXPECT_EQ(cluster_->kubelet("c"), "v1.34.3");
  EXPECT_EQ(message_, "the kubelet is that of kindest/node:v1.33.13");
  before_["w"].files[cluster_->kProgram].content = "v1.33.13";
  EXPECT_TRUE(as_before());
}

TEST_F(SwapKubelet, OneThatDoesNotStartIsTheProductsFailureAndIsPutBack) {
  cluster_->refuses = [](const std::string&, const std::string& given) {
    return given.find("v1.33.13") != std::string::npos;
  };
  const auto facts = make(swap_kubelet);
  ASSERT_FALSE(facts);
  EXPECT_EQ(facts.error().kind, ErrorKind::kProduct);
  EXPECT_THAT(to_string(facts.error()),
              AllOf(HasSubstr("w: the kubelet v1.33.13: the kubelet ends each time"),
                    HasSubstr("last words of kubelet: panic: its journal"), Not(HasSubstr("could not be put back"))));
  EXPECT_TRUE(as_before());
}

TEST_F(SwapKubelet, OneThatDoesNotComeBackEitherIsSaid) {
  cluster_->refuses = [](const std::string& who, const std::string&) { return who == "kubelet on w"; };
  EXPECT_THAT(make(swap_kubelet).error().message, HasSubstr("and it could not be put back: w: the kubelet v1.34.3"));
}

// It names the first flag that it does not know; kubeadm of the other version wrote it.
TEST_F(SwapKubelet, FlagsThatItDoesNotKnowAreTakenOutAndPutBack) {
  cluster_->machines.nodes["w"].files[kFlags] = {"KUBELET_KUBEADM_ARGS=\"--a=1 --new=2\"\n", "0644"};
  before_ = cluster_->state();
  cluster_->machines.on("--new=2 --version", [](const std::string&, const auto&) {
    return ScriptedNodes::says("", 1, "Error: failed to parse kubelet flag: unknown flag: --new");
  });
  ASSERT_TRUE(make(swap_kubelet));
  EXPECT_EQ(cluster_->machines.content("w", kFlags), "KUBELET_KUBEADM_ARGS=\"--a=1\"\n");

  cluster_->machines.nodes = before_;
  cluster_->refuses = [](const std::string&, const std::string& given) {
    return given.find("v1.33.13") != std::string::npos;
  };
  cluster_->api.put("nodes", "", "w",
                    {{"status", json::object{{"nodeInfo", json::object{{"kubeletVersion", "v1.34.3"}}}}}});
  EXPECT_FALSE(make(swap_kubelet));
  EXPECT_TRUE(as_before());
}

TEST_F(SwapKubelet, ADeathAtAnyStepLeavesAWayBack) {
  ASSERT_TRUE(make(swap_kubelet));
  const int steps = cluster_->machines.changes;
  for (int n = 0; n < steps; ++n) {
    use(std::make_unique<ScriptedCluster>(1, 1, "v1.34.3"));
    cluster_->machines.changes_left = n;
    std::ignore = make(swap_kubelet);
    cluster_->machines.revive();
    const bool kept = !cluster_->machines.logged("/kept-").empty();
    const Status restored = restore();
    ASSERT_TRUE(restored) << n << ": " << to_string(restored.error());
    EXPECT_EQ(cluster_->kubelet("w"), kept ? "v1.33.13" : "v1.34.3") << "death after step " << n;
    EXPECT_TRUE(cluster_->journals_are_empty()) << n;
  }
}

TEST_F(SwapKubelet, AProgramThatIsAnotherVersionIsInfrastructure) {
  cluster_->machines.on("kubelet-new --version",
                        [](const std::string&, const auto&) { return ScriptedNodes::says("Kubernetes v1.30.0\n"); });
  const auto facts = make(swap_kubelet);
  ASSERT_FALSE(facts);
  EXPECT_EQ(facts.error().kind, ErrorKind::kInfrastructure);
  EXPECT_THAT(facts.error().message, HasSubstr("says 'Kubernetes v1.30.0', not v1.33.13"));
  EXPECT_TRUE(as_before());
}

TEST_F(SwapKubelet, NewerThanItsApiServerIsTheUsersMistake) {
  request_.version = catalogue::KubeVersion::parse("v1.35.1").value();
  EXPECT_EQ(make(swap_kubelet).error().kind, ErrorKind::kUsage);
  EXPECT_TRUE(as_before());
}

TEST_F(SwapKubelet, WithTheNodeLostNothingCanBePutBack) {
  cluster_->machines.on("restarts()", [this](const std::string&, const auto&) {
    cluster_->stopped = {"w"};
    return ScriptedNodes::says("", 137, "");
  });
  EXPECT_THAT(make(swap_kubelet).error().message, HasSubstr("nothing is put back: node w is exited"));
}

}  // namespace
}  // namespace graduand::cluster
