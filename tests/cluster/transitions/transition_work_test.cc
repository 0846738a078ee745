// SPDX-License-Identifier: Apache-2.0
#include "framework/cluster/transitions/transition_work.h"

#include <gmock/gmock.h>

#include "tests/cluster/transitions/transition_fixture.h"

namespace graduand::cluster {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* kKubeconfig = R"(apiVersion: v1
kind: Config
clusters: [{name: kind-gr-1, cluster: {server: "http://127.0.0.1:1"}}]
users: [{name: kind-gr-1, user: {token: t}}]
contexts: [{name: kind-gr-1, context: {cluster: kind-gr-1, user: kind-gr-1}}]
)";

class TransitionWorkTest : public testing_support::TransitionFixture {
 protected:
  void SetUp() override {
    TransitionFixture::SetUp();
    docker_.add_node("gr-1", "external-load-balancer");
    ASSERT_TRUE(write_file_atomically(cluster_.kubeconfig(), kKubeconfig));
  }
};

TEST_F(TransitionWorkTest, ANodeMayBeCalledAsProfilesDo) {
  request_.node = "worker";
  const Status begun = work().begin();
  ASSERT_TRUE(begun) << to_string(begun.error());
  EXPECT_THAT(work().chosen_nodes(), ElementsAre("gr-1-worker"));
  EXPECT_THAT(work().node_names(), ElementsAre("gr-1-control-plane", "gr-1-worker")) << "a load balancer is none";
  EXPECT_THAT(work().control_planes(), ElementsAre("gr-1-control-plane"));
}

TEST_F(TransitionWorkTest, OrByItsFullName) {
  request_.node = "gr-1-control-plane";
  ASSERT_TRUE(work().begin());
  EXPECT_THAT(work().chosen_nodes(), ElementsAre("gr-1-control-plane"));
}

TEST_F(TransitionWorkTest, ANodeThatIsNotThereIsTheUsersMistake) {
  request_.node = "worker2";
  const Status begun = work().begin();
  ASSERT_FALSE(begun);
  EXPECT_EQ(begun.error().kind, ErrorKind::kUsage);
  EXPECT_EQ(to_string(begun.error()),
            "the cluster has no node 'worker2'\n  hint: its nodes: gr-1-control-plane, gr-1-worker");
}

TEST_F(TransitionWorkTest, TimeIsBookedAndTheRestIsOurOwn) {
  EXPECT_THAT(work().measures(seconds(3)), IsEmpty());
  work().timed(kTimeInImages, [this] { clock_.advance(milliseconds(1500)); });
  work().timed(kTimeInWaiting, [this] { clock_.advance(seconds(2)); });
  work().timed(kTimeInWaiting, [this] { clock_.advance(seconds(1)); });
  std::vector<std::string> texts;
  for (const auto& measure : work().measures(seconds(5)))
    texts.push_back(measure.name + " " + std::to_string(measure.value).substr(0, 5) + measure.unit);
  EXPECT_THAT(texts, ElementsAre("images 1.500s", "waiting 3.000s", "own 0.500s"));
}

TEST_F(TransitionWorkTest, ACommandThatFailsOnANodeIsNamed) {
  docker_.runner.on({"docker", "exec", "gr-1-worker"},
                    [](const auto&) { return testing_support::FakeDocker::broken("rm: read-only file system"); });
  const Status done = work().on_node("gr-1-worker", {"rm", "-f", "/x"});
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().kind, ErrorKind::kInfrastructure);
  EXPECT_THAT(to_string(done.error()), HasSubstr("gr-1-worker: rm -f /x: exit code 1: rm: read-only file system"));
}

TEST_F(TransitionWorkTest, WithoutVersionATransitionToOneIsRefusedInItsRecord) {
  request_.kind = catalogue::TransitionKind::kUpgrade;
  const auto record = cluster_.apply(request_, options_, cancel_.token());
  EXPECT_EQ(record.outcome, results::Outcome::kNotRun);
  EXPECT_EQ(record.request.kind, catalogue::TransitionKind::kUpgrade);
  EXPECT_THAT(record.message, HasSubstr("needs a full version such as v1.34.3"));
}

}  // namespace
}  // namespace graduand::cluster
