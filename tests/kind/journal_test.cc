// SPDX-License-Identifier: Apache-2.0
// Changes of a real node by a process that dies, put back by the next one. kubectl and docker are the independent
// check.
#include "framework/cluster/journal/node_journal.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "tests/kind/real_kind.h"

namespace graduand::cluster {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing_support::RealKind;

constexpr const char* kDropIn = "/etc/systemd/system/kubelet.service.d/90-graduand-test.conf";
constexpr const char* kScheduler = "/etc/kubernetes/manifests/kube-scheduler.yaml";

TEST_F(RealKind, WhatADeadProcessChangedOnANodeIsPutBack) {
  if (std::getenv("GRADUAND_FULL") == nullptr) GTEST_SKIP() << "takes minutes: set GRADUAND_FULL=1";
  auto cluster = created("kubernetes: v1.33.13\n");
  ASSERT_NE(cluster, nullptr);
  const std::string node = name_ + "-control-plane";
  NodeAccess& nodes = *cluster->node_access();
  const auto on_node = [&](const std::string& script) {
    return output_of({"docker", "exec", node, "sh", "-c", script});
  };
  const auto container = [&] {
    return kubectl({"-n", "kube-system", "get", "pod", "kube-scheduler-" + node, "-o",
                    "jsonpath={.status.containerStatuses[0].containerID}"});
  };
  const auto victim = [&] { return kubectl({"get", "configmap", "victim", "-o", "jsonpath={.data.a}"}); };
  kubectl({"create", "configmap", "victim", "--from-literal=a=b"});
  const std::string manifest = nodes.read_file(node, kScheduler).value_or("");
  const std::string mode = on_node("stat -c '%a %U' /var/lib/kubelet/config.yaml");
  const std::string config = on_node("sha256sum </var/lib/kubelet/config.yaml");
  const std::string first = container();

  // All kinds of change, by one who never comes to the end.
  KubeadmComponents components(nodes, client_of(*cluster), seconds(120), system_clock());
  {
    NodeJournal journal(nodes, components, "dead");
    std::string flagged = manifest;
    flagged.insert(flagged.find("    - --leader-elect"), "    - --v=3\n");
    const std::string kubelet = nodes.read_file(node, "/var/lib/kubelet/config.yaml").value_or("");
    for (const NodeChange& change :
         {file_change(node, kDropIn, "[Service]\nEnvironment=GRADUAND_TEST=1\n", "kubelet"),
          file_change(node, "/var/lib/kubelet/config.yaml", kubelet + "maxPods: 99\n", "kubelet"),
          static_pod_change(node, "kube-scheduler", flagged),
          etcd_key_change(node, "/registry/configmaps/default/victim", "garbage"),
          etcd_key_change(node, "/graduand/test", std::string("\0bytes\n", 7))}) {
      const Status made = journal.make(change);
      ASSERT_TRUE(made) << describe(change) << ": " << to_string(made.error());
    }
    EXPECT_EQ(nodes.read_etcd_key(node, "/graduand/test").value().value_or("-"), std::string("\0bytes\n", 7));
  }
  EXPECT_THAT(on_node("systemctl show --property Environment kubelet"), HasSubstr("GRADUAND_TEST=1"));
  EXPECT_NE(victim(), "b") << "the API server finds garbage";
  EXPECT_THAT(on_node("ls /var/lib/graduand/journal"), HasSubstr("000005-"));
  EXPECT_EQ(on_node("stat -c %a /var/lib/graduand/journal/*.before | sort -u | tail -n 1"), "644\n")
      << "each has the mode of what it is a copy of";

  const Status restored = cluster->restore();
  EXPECT_TRUE(restored) << to_string(restored.error());
  EXPECT_EQ(victim(), "b");
  EXPECT_EQ(nodes.read_file(node, kScheduler).value_or("-"), manifest);
  EXPECT_NE(container(), first) << "the scheduler was started anew, twice";
  EXPECT_EQ(on_node("sha256sum </var/lib/kubelet/config.yaml"), config);
  EXPECT_EQ(on_node("stat -c '%a %U' /var/lib/kubelet/config.yaml"), mode);
  EXPECT_THAT(on_node("systemctl show --property Environment kubelet"), Not(HasSubstr("GRADUAND_TEST")));
  EXPECT_THAT(on_node("ls " + std::string(kDropIn)), HasSubstr("No such file"));
  EXPECT_FALSE(nodes.read_etcd_key(node, "/graduand/test").value());
  EXPECT_EQ(on_node("ls -A /var/lib/graduand/journal"), "");
  EXPECT_EQ(cluster->health().state, Health::State::kHealthy);
  EXPECT_TRUE(cluster->restore()) << "nothing is left to be restored";
}

}  // namespace
}  // namespace graduand::cluster
