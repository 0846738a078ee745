// SPDX-License-Identifier: Apache-2.0
#include "framework/cluster/transitions/static_pod.h"

#include "tests/cluster/transitions/scripted_transition.h"

namespace graduand::cluster {
namespace {

using testing::HasSubstr;
using testing_support::ScriptedNodes;

class StaticPod : public testing_support::ScriptedTransition {};

TEST_F(StaticPod, TheOldManifestGoesBeforeTheNewOneComes) {
  ASSERT_TRUE(replace_static_pod(cluster_->machines, "c", "kube-scheduler", "kind: Pod\n    image: new\n"));
  EXPECT_EQ(cluster_->image("c", "kube-scheduler"), "new");
  const auto changes = cluster_->machines.logged("/etc/kubernetes/manifests/kube-scheduler.yaml");
  ASSERT_GE(changes.size(), 3u);
  EXPECT_THAT(changes[1], HasSubstr("take away"));
  EXPECT_THAT(changes.back(), HasSubstr("write"));
}

TEST_F(StaticPod, WhatCannotBeTakenAwayStaysAndIsInfrastructure) {
  cluster_->machines.on("component=$1", [](const std::string&, const auto&) {
    return ScriptedNodes::says("", 1, "mv: read-only file system");
  });
  const Status replaced = replace_static_pod(cluster_->machines, "c", "etcd", "new");
  ASSERT_FALSE(replaced);
  EXPECT_EQ(replaced.error().kind, ErrorKind::kInfrastructure);
  EXPECT_THAT(to_string(replaced.error()),
              HasSubstr("c: taking the manifest of etcd away: exit code 1: mv: read-only"));
  EXPECT_TRUE(as_before());
}

// Only the API server's requests are waited for to stop: it alone has a port that is asked.
TEST_F(StaticPod, TheApiServerIsAskedAtItsPort) {
  ASSERT_TRUE(take_static_pod_away(cluster_->machines, "c", "kube-apiserver"));
  EXPECT_THAT(cluster_->machines.logged("component=$1").back(), testing::EndsWith("kube-apiserver.yaml.old 6443"));
  ASSERT_TRUE(take_static_pod_away(cluster_->machines, "c", "kube-scheduler"));
  EXPECT_THAT(cluster_->machines.logged("component=$1").back(), testing::EndsWith("kube-scheduler.yaml.old "));
}

TEST_F(StaticPod, LastWordsAreEmptyWhereNoneCanBeRead) {
  EXPECT_EQ(last_words_of_static_pod(cluster_->machines, "c", "etcd"), "panic: the log's end");
  cluster_->machines.unreachable = {"c"};
  EXPECT_EQ(last_words_of_static_pod(cluster_->machines, "c", "etcd"), "");
}

}  // namespace
}  // namespace graduand::cluster
