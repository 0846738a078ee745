// SPDX-License-Identifier: Apache-2.0
#include "framework/cluster/kind/kind_cluster.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "framework/base/files.h"
#include "framework/cluster/kind/docker.h"
#include "framework/profile/profile.h"
#include "tests/cluster/kind/fake_docker.h"

namespace graduand::cluster {
namespace {

using testing::HasSubstr;
using testing_support::FakeDocker;
using State = Health::State;

// Three control planes behind a load balancer, which is a container of the cluster and no node.
class HighlyAvailable : public testing::Test {
 protected:
  void SetUp() override {
    for (const char* name : kPlanes) docker_.add_node("gr-1", "control-plane", true, name);
    docker_.add_node("gr-1", "external-load-balancer", true, kBalancer);
    docker_.runner.on({"kind", "get"}, [](const auto&) { return FakeDocker::broken("no such cluster"); });
  }
  std::unique_ptr<KindCluster> cluster() {
    RegistryEntry entry;
    entry.name = "gr-1";
    entry.state_dir = dir_.path() / "state";
    entry.instance.cluster_name = "gr-1";
    entry.instance.created = Timestamp(seconds(1000));
    entry.instance.cell = profile::parse_profile(
                              "name: p\nkubernetes: v1.34.3\nnodes: [{role: control-plane}, {role: control-plane}, "
                              "{role: control-plane}]\n",
                              "p.yaml")
                              .value()
                              .cells.front();
    for (const char* name : {kPlanes[0], kPlanes[1], kPlanes[2], kBalancer})
      entry.instance.nodes.push_back(
          {name, std::string(name) == kBalancer ? "external-load-balancer" : "control-plane", "", "", "", ""});
    return std::make_unique<KindCluster>(docker_.runner, clock_, Registry(dir_.path() / "clusters"), std::move(entry));
  }
  void without(const std::string& gone) {
    docker_.containers.clear();
    docker_.container_json = "[]";
    for (const char* name : {kPlanes[0], kPlanes[1], kPlanes[2], kBalancer})
      if (name != gone)
        docker_.add_node("gr-1", std::string(name) == kBalancer ? "external-load-balancer" : "control-plane", true,
                         name);
  }

  static constexpr const char* kPlanes[] = {"gr-1-control-plane", "gr-1-control-plane2", "gr-1-control-plane3"};
  static constexpr const char* kBalancer = "gr-1-external-load-balancer";
  TempDir dir_ = TempDir::create("kind-cluster").value();
  FakeDocker docker_;
  FakeClock clock_{Timestamp(seconds(2000))};
};

TEST_F(HighlyAvailable, ANodeThatIsGoneIsMissedBesideTheLoadBalancer) {
  without("gr-1-control-plane2");
  const Health health = cluster()->health({});
  EXPECT_EQ(health.state, State::kInfrastructureLost) << health.message;
  EXPECT_THAT(health.message, HasSubstr("1 of the cluster's 3 nodes are gone"));
}

// Nobody can reach an API server without it, and that is not Kubernetes' doing.
TEST_F(HighlyAvailable, SoIsTheLoadBalancer) {
  without(kBalancer);
  const Health health = cluster()->health({});
  EXPECT_EQ(health.state, State::kInfrastructureLost) << health.message;
  EXPECT_THAT(health.message, HasSubstr("gr-1-external-load-balancer is gone"));
}

TEST_F(HighlyAvailable, WithAllOfThemTheApiIsWhatIsAsked) {
  const Health health = cluster()->health({});
  EXPECT_EQ(health.state, State::kProductBroken) << "there is no API server in this test: " << health.message;
}

TEST_F(HighlyAvailable, ALoadBalancerIsNotListedAsANode) {
  const auto nodes = kind_nodes(docker_.runner, "gr-1");
  ASSERT_TRUE(nodes);
  EXPECT_EQ(nodes->size(), 4u);
  EXPECT_EQ(std::count_if(nodes->begin(), nodes->end(), is_node), 3);
}

}  // namespace
}  // namespace graduand::cluster
