// SPDX-License-Identifier: Apache-2.0
// The kind provider on real clusters. kubectl and docker are the independent check.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>

#include "framework/base/files.h"
#include "framework/base/text.h"
#include "framework/cluster/gate_flip.h"
#include "framework/cluster/kind_provider.h"

namespace graduand::cluster {
namespace {

using results::Outcome;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr const char* kGate = "PodLifecycleSleepAction";

class RealKind : public testing::Test {
 protected:
  Result<CreateOutcome> create(const std::string& yaml, const CancelToken& cancel = {}) {
    const auto profile = parse_profile("name: real\n" + yaml, "p.yaml");
    if (!profile) return fail(profile.error());
    CreateOptions options;
    options.run_id = "20261121t041000-realtest";
    // Names of clusters are made of it: two checkouts may run these tests on one host.
    options.instance_id = dir_.path().string();
    options.state_dir = dir_.path() / "state";
    options.on_progress = [this](const std::string& step) { steps_.push_back(step); };
    return provider_->create(profile->cells.front(), options, cancel);
  }

  // Creates, and fails the test when there is no cluster.
  std::unique_ptr<Cluster> created(const std::string& yaml) {
    auto outcome = create(yaml);
    EXPECT_TRUE(outcome) << to_string(outcome.error());
    if (!outcome) return nullptr;
    EXPECT_EQ(outcome->instance.outcome, Outcome::kPassed) << outcome->instance.message;
    name_ = outcome->instance.cluster_name;
    return std::move(outcome->cluster);
  }

  std::string output_of(std::vector<std::string> argv) {
    const auto result = system_process_runner().run({.argv = std::move(argv), .time_limit = seconds(60)});
    EXPECT_TRUE(result) << to_string(result.error());
    return result ? result->stdout_text + result->stderr_text : "";
  }
  std::string kubectl(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"kubectl", "--kubeconfig", (dir_.path() / "state/kubeconfig").string()});
    return output_of(std::move(arguments));
  }
  // "1" or "0", as kubectl sees the gate at the API server.
  std::string gate_at_api_server(const std::string& gate) {
    for (const std::string& line : split(kubectl({"get", "--raw", "/metrics"}), '\n'))
      if (starts_with(line, "kubernetes_feature_enabled{name=\"" + gate + "\"")) return line.substr(line.size() - 1);
    return "not listed";
  }
  std::string containers() {
    return output_of({"docker", "ps", "--all", "--quiet", "--filter", "label=io.x-k8s.kind.cluster=" + name_});
  }

  void TearDown() override {
    for (const auto& listed : provider_->list().value_or(std::vector<ClusterListing>{})) {
      auto left = provider_->open(listed.name);
      EXPECT_TRUE(left && (*left)->remove()) << listed.name;
    }
  }

  TempDir dir_ = TempDir::create("kind").value();
  std::unique_ptr<Provider> provider_ =
      make_kind_provider(system_process_runner(), system_clock(), Registry(dir_.path() / "clusters"));
  std::vector<std::string> steps_;
  std::string name_;
};

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

  const ApiServerTarget target{cluster->node_access(), node, cluster->kubeconfig().string(), cluster->kube_context()};
  const auto original = cluster->node_access()->read_file(node, "/etc/kubernetes/manifests/kube-apiserver.yaml");
  const auto flipped = flip_api_server_gates(target, {{kGate, true}}, seconds(120), system_clock());
  EXPECT_EQ(flipped.outcome, Outcome::kPassed) << flipped.message;
  // It takes four seconds; the kubelet alone, not helped, takes more than forty.
  EXPECT_LT(flipped.took, seconds(25));
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
  EXPECT_LT(off.took, seconds(25));
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
