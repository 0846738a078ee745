// SPDX-License-Identifier: Apache-2.0
// The kind provider on real clusters. kubectl and docker are the independent check.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>

#include "framework/cluster/journal/node_journal.h"
#include "framework/cluster/transitions/gate_flip.h"
#include "framework/cluster/transitions/node_components.h"
#include "tests/kind/real_kind.h"

namespace graduand::cluster {
namespace {

using results::Outcome;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing_support::RealKind;

constexpr const char* kGate = "PodLifecycleSleepAction";

// One cluster for all that can be seen of it: bringing one up takes most of the time.
TEST_F(RealKind, LivesFromCreateToDelete) {
  auto cluster = created(
      "kubernetes: v1.33.13\ngates: {PodLifecycleSleepAction: false, PodLifecycleSleepActionAllowZero: false}\n"
      "component-gates: {kubelet: {PodLifecycleSleepAction: true}}\n");
  ASSERT_NE(cluster, nullptr);
  const std::string node = name_ + "-control-plane";

  const auto& instance = cluster->instance();
  EXPECT_THAT(instance.facts.unverified_components, IsEmpty());
  for (const auto& component : catalogue::components())
    EXPECT_EQ(instance.facts.effective(component, kGate), component == "kubelet") << component;
  EXPECT_EQ(instance.facts.api_server_version.str(), "v1.33.13");
  EXPECT_TRUE(instance.facts.node_access);
  EXPECT_GE(instance.facts.threads_per_core, 1);
  ASSERT_EQ(instance.nodes.size(), 1u);
  EXPECT_EQ(instance.nodes[0].kubelet_version, "v1.33.13");
  EXPECT_THAT(instance.nodes[0].image_digest, HasSubstr("sha256:"));
  EXPECT_NE(instance.nodes[0].provenance, "");
  EXPECT_EQ(gate_at_api_server(kGate), "0");
  EXPECT_THAT(kubectl({"get", "nodes", "-l", "graduand.io/run=20261121t041000-realtest"}), HasSubstr(" Ready "));
  EXPECT_THAT(kubectl({"-n", "kube-system", "get", "deployment", "coredns"}), HasSubstr("2/2"));
  EXPECT_EQ(fs::status(cluster->kubeconfig()).permissions(), fs::perms::owner_read | fs::perms::owner_write);
  EXPECT_EQ(cluster->health().state, Health::State::kHealthy);
  EXPECT_EQ(provider_->list().value().size(), 1u);

  // An image that only the local Docker has, one that is in the node image, and one that nobody has.
  const std::string local = "graduand.invalid/real-kind:" + dir_.path().filename().string();
  const std::string nowhere = "registry.invalid/nowhere:1";
  output_of({"sh", "-c", "tar -C / -c etc/hostname | docker import - \"$1\"", "sh", local});
  const auto lacking = cluster->provide_images({local, "registry.k8s.io/pause:3.10", nowhere});
  EXPECT_THAT(lacking, testing::ElementsAre(testing::Pair(nowhere, HasSubstr("resolve registry.invalid"))));
  EXPECT_THAT(output_of({"docker", "exec", node, "ctr", "-n", "k8s.io", "images", "ls", "-q"}), HasSubstr(local));
  output_of({"docker", "image", "rm", local});
  EXPECT_THAT(cluster->provide_images({local}), IsEmpty()) << "the node keeps it";

  const auto make_client = client_of(*cluster);
  KubeadmComponents components(*cluster->node_access(), make_client, seconds(120), system_clock());
  NodeJournal journal(*cluster->node_access(), components, "test");
  const ApiServerTarget target{cluster->node_access(), &journal, node, make_client};
  const auto original = cluster->node_access()->read_file(node, "/etc/kubernetes/manifests/kube-apiserver.yaml");
  const auto flipped = flip_api_server_gates(target, {{kGate, true}}, seconds(120), system_clock());
  EXPECT_EQ(flipped.outcome, Outcome::kPassed) << flipped.message;
  EXPECT_EQ(gate_at_api_server(kGate), "1");
  EXPECT_EQ(gate_at_api_server("PodLifecycleSleepActionAllowZero"), "0") << "the other gates stay";

  // What no API server takes: it is put back to what it was before, and that is the first flip's state.
  const auto refused = flip_api_server_gates(target, {{"NoSuchGateAtAll", true}}, seconds(45), system_clock());
  EXPECT_EQ(refused.outcome, Outcome::kFailed);
  EXPECT_THAT(refused.message, HasSubstr("NoSuchGateAtAll")) << "the API server's last words";
  EXPECT_EQ(gate_at_api_server(kGate), "1");

  const Status restored = cluster->restore();
  EXPECT_TRUE(restored) << to_string(restored.error());
  EXPECT_EQ(gate_at_api_server(kGate), "0");
  EXPECT_EQ(cluster->node_access()->read_file(node, "/etc/kubernetes/manifests/kube-apiserver.yaml").value_or("-"),
            original.value_or(""));
  EXPECT_TRUE(cluster->restore()) << "nothing is left to be restored";

  const auto exported = cluster->export_logs(dir_.path() / "logs");
  EXPECT_TRUE(exported) << to_string(exported.error());
  for (const char* file : {"kubelet.log", "inspect.json"}) EXPECT_TRUE(fs::exists(dir_.path() / "logs" / node / file));
  EXPECT_TRUE(fs::exists(dir_.path() / "logs/events.json"));

  output_of({"docker", "stop", "--time", "0", node});
  const Health health = cluster->health();
  EXPECT_EQ(health.state, Health::State::kInfrastructureLost);
  EXPECT_THAT(health.message, HasSubstr(node));

  EXPECT_TRUE(cluster->remove());
  EXPECT_EQ(containers(), "");
  EXPECT_TRUE(cluster->remove()) << "removing it twice does no harm";
  EXPECT_THAT(provider_->list().value(), IsEmpty());
}

// Gates of a running cluster: set at every component, refused by one, given up in the middle.
TEST_F(RealKind, GatesAreSetProvenAndPutBack) {
  auto cluster = created("kubernetes: v1.33.13\n");
  ASSERT_NE(cluster, nullptr);
  catalogue::TransitionRequest request;
  request.gates = {{kGate, false}, {"PodLifecycleSleepActionAllowZero", false}};
  TransitionOptions options;
  options.state_dir = dir_.path() / "transition";

  const auto off = cluster->apply(request, options);
  EXPECT_EQ(off.outcome, Outcome::kPassed) << off.message;
  for (const auto& component : catalogue::components())
    EXPECT_EQ(cluster->facts().effective(component, kGate), false) << component;
  EXPECT_EQ(gate_at_api_server(kGate), "0");

  request.gates = {{"NoSuchGateAtAll", true}};
  request.component = catalogue::kScheduler;
  const auto refused = cluster->apply(request, options);
  EXPECT_EQ(refused.outcome, Outcome::kFailed);
  EXPECT_THAT(refused.message, HasSubstr("NoSuchGateAtAll")) << "the scheduler's last words";
  EXPECT_TRUE(fs::exists(options.state_dir / "logs"));

  // Stopped when the control plane has changed already.
  request.gates = {{kGate, true}, {"PodLifecycleSleepActionAllowZero", true}};
  request.component.clear();
  CancelSource stop;
  options.on_progress = [&stop](const std::string& step) {
    if (step == "rolling kube-proxy out") stop.cancel(SIGINT);
  };
  const auto given_up = cluster->apply(request, options, stop.token());
  EXPECT_EQ(given_up.outcome, Outcome::kInfraError) << given_up.message;
  EXPECT_THAT(given_up.message, Not(HasSubstr("could not be put back")));
  EXPECT_EQ(gate_at_api_server(kGate), "0");
  EXPECT_THAT(kubectl({"-n", "kube-system", "get", "pods"}), Not(HasSubstr("CrashLoopBackOff")));
  EXPECT_TRUE(cluster->restore()) << "nothing is left to be restored";
  EXPECT_EQ(gate_at_api_server(kGate), "0");
  EXPECT_TRUE(cluster->remove());
}

// A gate that is locked on at v1.34 can be off there when v1.33 is emulated.
TEST_F(RealKind, AWorkerMayBeOlderThanItsControlPlaneWhichMayEmulateAnOlderVersion) {
  auto cluster = created(
      "kubernetes: v1.34.3\nemulated-version: v1.33\nnodes: [{role: control-plane}, {role: worker, kubernetes: "
      "v1.33.13}]\n"
      "component-gates: {kube-apiserver: {PodLifecycleSleepAction: false, PodLifecycleSleepActionAllowZero: false}}\n");
  ASSERT_NE(cluster, nullptr);
  EXPECT_THAT(cluster->instance().facts.unverified_components, IsEmpty());
  ASSERT_EQ(cluster->instance().nodes.size(), 2u);
  EXPECT_EQ(cluster->instance().nodes[0].kubelet_version, "v1.34.3");
  EXPECT_EQ(cluster->instance().nodes[1].kubelet_version, "v1.33.13");
  EXPECT_EQ(cluster->instance().facts.effective("kube-apiserver", kGate), false);
  EXPECT_EQ(cluster->instance().facts.effective("kubelet", kGate), true);
  EXPECT_EQ(gate_at_api_server(kGate), "0");
}

TEST_F(RealKind, WhatIsNotAsAskedIsAnInfraErrorThatNamesTheGate) {
  // The kubelet's flag wins over its configuration: the cluster comes up, and is not what the cell says.
  const auto outcome = create(
      "kubernetes: v1.33.13\ngates: {PodLifecycleSleepAction: true}\n"
      "kubeadm-patches: [{kind: InitConfiguration, nodeRegistration: "
      "{kubeletExtraArgs: {feature-gates: PodLifecycleSleepAction=false}}}]\n");
  ASSERT_TRUE(outcome) << to_string(outcome.error());
  EXPECT_EQ(outcome->cluster, nullptr);
  EXPECT_EQ(outcome->instance.outcome, Outcome::kInfraError);
  EXPECT_THAT(outcome->instance.message,
              HasSubstr("feature gate PodLifecycleSleepAction at kubelet: requested on, effective off"));
  name_ = outcome->instance.cluster_name;
  EXPECT_EQ(containers(), "");
}

TEST_F(RealKind, AnApiServerThatDoesNotStartIsTheProductsFailureAndSaysWhy) {
  const auto outcome = create(
      "kubernetes: v1.33.13\nkubeadm-patches: [{kind: ClusterConfiguration, apiServer: "
      "{timeoutForControlPlane: 15s, extraArgs: {no-such-flag: x}}}]\n");
  ASSERT_TRUE(outcome) << to_string(outcome.error());
  EXPECT_EQ(outcome->cluster, nullptr);
  EXPECT_EQ(outcome->instance.outcome, Outcome::kFailed);
  EXPECT_THAT(outcome->instance.message, HasSubstr("last words of kube-apiserver"));
  EXPECT_THAT(outcome->instance.message, HasSubstr("no-such-flag"));
  name_ = outcome->instance.cluster_name;
  EXPECT_EQ(containers(), "");
  EXPECT_TRUE(fs::exists(dir_.path() / "state/logs" / (name_ + "-control-plane") / "kubelet.log"));
}

TEST_F(RealKind, StoppedInTheMiddleLeavesNothing) {
  CancelSource cancel;
  auto making = std::async(std::launch::async, [&] { return create("kubernetes: v1.33.13\n", cancel.token()); });
  // Until the node's container is there, there is nothing to leave behind.
  while (making.wait_for(milliseconds(200)) != std::future_status::ready) {
    const auto listed = provider_->list();
    if (!listed || listed->empty() || listed->front().nodes == 0) continue;
    name_ = listed->front().name;
    break;
  }
  cancel.cancel();
  const auto outcome = making.get();
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().kind, ErrorKind::kCancelled);
  ASSERT_NE(name_, "");
  EXPECT_EQ(containers(), "");
  EXPECT_THAT(provider_->list().value(), IsEmpty());
}

}  // namespace
}  // namespace graduand::cluster
