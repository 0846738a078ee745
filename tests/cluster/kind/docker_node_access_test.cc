// SPDX-License-Identifier: Apache-2.0
#include "framework/cluster/node_access.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "framework/base/json.h"
#include "framework/cluster/kind/docker_node_access.h"
#include "framework/cluster/kind/kind_network.h"
#include "tests/cluster/kind/fake_docker.h"

namespace graduand::cluster {
namespace {

using testing_support::FakeDocker;

TEST(NodeAccess, ACommandThatFailsIsAResultAndANodeThatIsAwayAnError) {
  FakeProcessRunner runner;
  runner.on({"docker", "exec", "up"}, [](const auto&) { return FakeDocker::broken("grep: no match"); });
  runner.on({"docker", "exec", "away"},
            [](const auto&) { return FakeDocker::broken("Error: No such container: away\n"); });
  runner.on({"docker", "exec", "stopped"}, [](const auto&) {
    return FakeDocker::broken("Error response from daemon: Container 12 is not running\n");
  });
  const auto nodes = docker_node_access(runner);
  const auto failed = nodes->run("up", {"grep", "x"}, seconds(1));
  ASSERT_TRUE(failed);
  EXPECT_EQ(failed->exit_code, 1);
  for (const char* node : {"away", "stopped"}) {
    const auto result = nodes->run(node, {"true"}, seconds(1));
    ASSERT_FALSE(result) << node;
    EXPECT_EQ(result.error().kind, ErrorKind::kInfrastructure);
    EXPECT_EQ(result.error().where, node);
  }
}

TEST(NodeAccess, StdinIsAttachedOnlyWhenThereIsSome) {
  FakeProcessRunner runner;
  runner.on({"docker", "exec"}, [](const auto&) { return FakeDocker::ok(""); });
  const auto nodes = docker_node_access(runner);
  ASSERT_TRUE(nodes->run("n", {"cat"}, seconds(1)));
  ASSERT_TRUE(nodes->run("n", {"cat"}, seconds(1), "text"));
  EXPECT_THAT(runner.calls(),
              testing::ElementsAre(testing::ElementsAre("docker", "exec", "n", "cat"),
                                   testing::ElementsAre("docker", "exec", "--interactive", "n", "cat")));
}

TEST(NodeAccess, AFileThatIsNotThereIsNotFound) {
  FakeProcessRunner runner;
  runner.on({"docker", "exec"}, [](const auto&) {
    ProcessResult result;
    result.exit_code = 44;
    return Result<ProcessResult>(result);
  });
  const auto text = docker_node_access(runner)->read_file("n", "/x");
  ASSERT_FALSE(text);
  EXPECT_EQ(text.error().kind, ErrorKind::kNotFound);
}

TEST(KindNetwork, NodesHaveOneOnceBothPartsAreKnown) {
  json::value node = parse_json(R"({"metadata":{"name":"n"},"spec":{"podCIDR":"10.244.1.0/24"},
    "status":{"addresses":[{"type":"Hostname","address":"n"},{"type":"InternalIP","address":"172.18.0.3"}]}})")
                         .value();
  const auto network = network_of(node);
  ASSERT_TRUE(network);
  EXPECT_EQ(network->pod_cidr, "10.244.1.0/24");
  EXPECT_EQ(network->address, "172.18.0.3");
  node.as_object()["spec"] = json::object{};
  EXPECT_FALSE(network_of(node));
}

TEST(KindNetwork, TheConflistIsJsonWithTheNodesOwnNetwork) {
  constexpr std::size_t kFirst = 0;
  const auto conflist = parse_json(cni_conflist("10.244.1.0/24", "1400"));
  ASSERT_TRUE(conflist) << to_string(conflist.error());
  const auto* subnet = find_path(*conflist, {"plugins", kFirst, "ipam", "ranges", kFirst, kFirst, "subnet"});
  ASSERT_NE(subnet, nullptr);
  EXPECT_EQ(subnet->as_string(), "10.244.1.0/24");
  EXPECT_EQ(find_path(*conflist, {"plugins", kFirst, "mtu"})->as_int64(), 1400);
}

}  // namespace
}  // namespace graduand::cluster
