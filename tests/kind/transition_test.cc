// SPDX-License-Identifier: Apache-2.0
// Transitions of real kind clusters, beside gates (cluster_test.cc). kubectl and docker are the independent check.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mount.h>

#include <cstdlib>

#include "framework/cluster/transitions/versions/etcd_snapshot.h"
#include "tests/kind/real_kind.h"

namespace graduand::cluster {
namespace {

using catalogue::KubeVersion;
using catalogue::TransitionKind;
using results::Outcome;
using testing::HasSubstr;
using testing::Not;

class RealTransition : public testing_support::RealKind {
 protected:
  void SetUp() override {
    if (std::getenv("GRADUAND_FULL") == nullptr)
      GTEST_SKIP() << "transitions take minutes: set GRADUAND_FULL, as scripts/test --full does";
    options_.state_dir = dir_.path() / "transition";
    options_.on_progress = [this](const std::string& step) {
      std::printf("%6.1f s  %s\n", std::chrono::duration<double>(std::chrono::steady_clock::now() - began_).count(),
                  step.c_str());
      std::fflush(stdout);
      if (on_step_) on_step_(step);
    };
  }

  results::Transition to_version(TransitionKind kind, const std::string& version, const std::string& node = "") {
    catalogue::TransitionRequest request;
    request.kind = kind;
    request.version = KubeVersion::parse(version).value();
    request.node = node;
    return apply(request);
  }
  results::Transition restart(const std::string& component, const std::string& node = "") {
    catalogue::TransitionRequest request;
    request.kind = TransitionKind::kRestart;
    request.component = component;
    request.node = node;
    return apply(request);
  }
  results::Transition apply(const catalogue::TransitionRequest& request) {
    auto record = cluster_->apply(request, options_, cancel_.token());
    std::printf("%s %s: %s in %.1f s:", to_string(record.request.kind), request.component.c_str(),
                to_string(record.outcome), static_cast<double>(record.took.count()) / 1000);
    for (const auto& share : record.measures) std::printf(" %s %.1f", share.name.c_str(), share.value);
    std::printf("\n%s\n", record.message.c_str());
    return record;
  }
  // "v1.34.3 v1.33.13", by name of the node.
  std::string kubelets() {
    return kubectl({"get", "nodes", "-o", "jsonpath={.items[*].status.nodeInfo.kubeletVersion}"});
  }
  std::string api_server_version() {
    const auto version = parse_json(kubectl({"get", "--raw", "/version"}), "version");
    return version ? string_at(*version, "gitVersion") : "";
  }
  std::string source_containers() {
    return output_of({"docker", "ps", "--all", "--quiet", "--filter", "label=io.graduand.node-image.source"});
  }
  std::string left_on(const std::string& node) {
    return output_of({"docker", "exec", name_ + "-" + node, "sh", "-c",
                      "ls -d /usr/bin/.graduand* /var/lib/etcd/graduand* 2>/dev/null"});
  }

  std::unique_ptr<Cluster> cluster_;
  TransitionOptions options_;
  CancelSource cancel_;
  std::function<void(const std::string&)> on_step_;
  const std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
};

TEST_F(RealTransition, AKubeletIsSwappedAndOneThatDoesNotStartIsPutBack) {
  cluster_ = created("kubernetes: v1.34.3\nnodes: [{role: control-plane}, {role: worker}]\n");
  ASSERT_NE(cluster_, nullptr);

  const auto swapped = to_version(TransitionKind::kSwapKubelet, "v1.33.13", "worker");
  EXPECT_EQ(swapped.outcome, Outcome::kPassed) << swapped.message;
  EXPECT_EQ(kubelets(), "v1.34.3 v1.33.13");
  ASSERT_EQ(cluster_->facts().kubelet_versions.size(), 2u);
  EXPECT_EQ(cluster_->facts().kubelet_versions[1].str(), "v1.33.13");
  EXPECT_EQ(cluster_->facts().api_server_version.str(), "v1.34.3");
  EXPECT_EQ(left_on("worker"), "");

  const auto again = to_version(TransitionKind::kSwapKubelet, "v1.33.13", "worker");
  EXPECT_EQ(again.outcome, Outcome::kPassed) << "it is that version already";
  const auto back = to_version(TransitionKind::kSwapKubelet, "v1.34.3");
  EXPECT_EQ(back.outcome, Outcome::kPassed) << back.message;
  EXPECT_EQ(kubelets(), "v1.34.3 v1.34.3");

  // A gate that came with v1.34: the older kubelet refuses its configuration.
  catalogue::TransitionRequest gate;
  gate.gates = {{"PodCertificateRequest", false}};
  gate.component = catalogue::kKubelet;
  gate.node = "worker";
  EXPECT_EQ(apply(gate).outcome, Outcome::kPassed);
  const auto refused = to_version(TransitionKind::kSwapKubelet, "v1.33.13", "worker");
  EXPECT_EQ(refused.outcome, Outcome::kFailed);
  EXPECT_THAT(refused.message, HasSubstr("PodCertificateRequest")) << "the kubelet's last words";
  EXPECT_THAT(refused.message, Not(HasSubstr("could not be put back")));
  EXPECT_EQ(kubelets(), "v1.34.3 v1.34.3");
  EXPECT_EQ(left_on("worker"), "");
  EXPECT_TRUE(fs::exists(options_.state_dir / "logs"));

  const auto missing = to_version(TransitionKind::kSwapKubelet, "v1.33.99");
  EXPECT_EQ(missing.outcome, Outcome::kInfraError);
  EXPECT_THAT(missing.message, HasSubstr("node image kindest/node:v1.33.99 is not on this host"));
  const auto newer = to_version(TransitionKind::kSwapKubelet, "v1.35.1");
  EXPECT_EQ(newer.outcome, Outcome::kNotRun) << "nothing was touched";
  EXPECT_THAT(newer.message, HasSubstr("newer than its control plane"));
  EXPECT_EQ(source_containers(), "");
}

TEST_F(RealTransition, ComponentsAreRestarted) {
  cluster_ = created("kubernetes: v1.33.13\n");
  ASSERT_NE(cluster_, nullptr);
  const std::string node = name_ + "-control-plane";
  const auto container = [&](const std::string& component) {
    return kubectl({"-n", "kube-system", "get", "pod", component + "-" + node, "-o",
                    "jsonpath={.status.containerStatuses[0].containerID}"});
  };
  for (const std::string component : {"kube-scheduler", "etcd", "kube-apiserver"}) {
    const std::string before = container(component);
    const auto restarted = restart(component);
    EXPECT_EQ(restarted.outcome, Outcome::kPassed) << restarted.message;
    EXPECT_NE(container(component), before) << component;
  }
  const auto proxies = [this] {
    return kubectl({"-n", "kube-system", "get", "pods", "-l", "k8s-app=kube-proxy", "-o", "name"});
  };
  const std::string before = proxies();
  EXPECT_EQ(restart("kube-proxy").outcome, Outcome::kPassed);
  EXPECT_NE(proxies(), before);
  const auto pid = [&] {
    return output_of({"docker", "exec", node, "systemctl", "show", "--property", "MainPID", "kubelet"});
  };
  const std::string pid_before = pid();
  EXPECT_EQ(restart("kubelet", "control-plane").outcome, Outcome::kPassed);
  EXPECT_NE(pid(), pid_before);
}

TEST_F(RealTransition, ANodeKilledInMidUpgradeIsInfrastructure) {
  cluster_ = created("kubernetes: v1.33.13\n");
  ASSERT_NE(cluster_, nullptr);
  // First a stop before anything has changed.
  on_step_ = [this](const std::string& step) {
    if (step.find("copying images") != std::string::npos) cancel_.cancel(SIGINT);
  };
  const auto stopped = to_version(TransitionKind::kUpgrade, "v1.34.3");
  EXPECT_EQ(stopped.outcome, Outcome::kInfraError);
  EXPECT_THAT(stopped.message, HasSubstr("cancelled"));
  EXPECT_EQ(source_containers(), "");
  EXPECT_EQ(left_on("control-plane"), "");

  cancel_ = CancelSource();
  on_step_ = [this](const std::string& step) {
    if (step.find("kubeadm: ") != std::string::npos) output_of({"docker", "kill", name_ + "-control-plane"});
  };
  const auto killed = to_version(TransitionKind::kUpgrade, "v1.34.3");
  EXPECT_EQ(killed.outcome, Outcome::kInfraError) << killed.message;
  EXPECT_THAT(killed.message, HasSubstr("node " + name_ + "-control-plane is exited: exit code 137"));
  EXPECT_EQ(source_containers(), "");
}

// The snapshot is the first thing that an upgrade writes: nothing has changed yet.
TEST_F(RealTransition, NoRoomForTheSnapshotIsInfrastructure) {
  const fs::path& folder = options_.state_dir;
  fs::create_directories(folder);
  // Room for the logs, and not for what a snapshot has to leave free.
  if (::mount("tmpfs", folder.c_str(), "tmpfs", 0, "size=60m") != 0) GTEST_SKIP() << "only root can make a full disk";
  cluster_ = created("kubernetes: v1.33.13\n");
  if (cluster_) {
    const auto full = to_version(TransitionKind::kUpgrade, "v1.34.3");
    EXPECT_EQ(full.outcome, Outcome::kInfraError) << full.message;
    EXPECT_THAT(full.message, HasSubstr(folder.string() + ": no room for a snapshot of etcd: it takes"));
    EXPECT_TRUE(fs::exists(folder / "logs")) << full.message;
    EXPECT_EQ(api_server_version(), "v1.33.13");
    EXPECT_EQ(kubelets(), "v1.33.13");
    EXPECT_EQ(source_containers(), "");
    EXPECT_EQ(left_on("control-plane"), "");
  }
  EXPECT_EQ(::umount(folder.c_str()), 0);
}

// Up and down again: minutes, most of them kubeadm's.
TEST_F(RealTransition, UpgradesAndDowngrades) {
  cluster_ = created("kubernetes: v1.33.13\nnodes: [{role: control-plane}, {role: worker}]\n");
  ASSERT_NE(cluster_, nullptr);
  kubectl({"create", "configmap", "older", "--from-literal=a=b"});
  // A gate that is beta in both versions, flipped after the cluster was made: kubeadm writes the manifests anew.
  catalogue::TransitionRequest gate;
  gate.gates = {{"InPlacePodVerticalScaling", false}};
  EXPECT_EQ(apply(gate).outcome, Outcome::kPassed);

  const auto up = to_version(TransitionKind::kUpgrade, "v1.34.3");
  ASSERT_EQ(up.outcome, Outcome::kPassed) << up.message;
  EXPECT_EQ(api_server_version(), "v1.34.3");
  EXPECT_EQ(kubelets(), "v1.34.3 v1.34.3");
  EXPECT_EQ(cluster_->facts().api_server_version.str(), "v1.34.3");
  for (const auto& component : catalogue::components())
    EXPECT_EQ(cluster_->facts().effective(component, "InPlacePodVerticalScaling"), false) << component;
  EXPECT_THAT(kubectl({"get", "configmap", "older"}), HasSubstr("older"));
  EXPECT_EQ(output_of({"docker", "exec", name_ + "-worker", "cat", "/kind/version"}), "v1.34.3");
  EXPECT_TRUE(fs::exists(etcd_snapshot_file(options_.state_dir, "v1.33.13")));
  EXPECT_EQ(left_on("control-plane"), "");
  kubectl({"create", "configmap", "newer", "--from-literal=a=b"});

  const auto down = to_version(TransitionKind::kDowngrade, "v1.33.13");
  ASSERT_EQ(down.outcome, Outcome::kPassed) << down.message;
  EXPECT_THAT(down.message, HasSubstr("etcd stayed as registry.k8s.io/etcd:3.6"));
  EXPECT_EQ(api_server_version(), "v1.33.13");
  EXPECT_EQ(kubelets(), "v1.33.13 v1.33.13");
  EXPECT_EQ(cluster_->facts().effective("kube-apiserver", "InPlacePodVerticalScaling"), false);
  EXPECT_THAT(kubectl({"get", "configmaps"}), testing::AllOf(HasSubstr("older"), HasSubstr("newer")));
  EXPECT_THAT(kubectl({"-n", "kube-system", "get", "pods"}), Not(HasSubstr("CrashLoopBackOff")));
  EXPECT_EQ(source_containers(), "");
}

// With --restore-etcd the older API server finds what the older one before it had left, and nothing of the newer one's.
TEST_F(RealTransition, ADowngradeCanGoBackToTheDataOfBefore) {
  cluster_ = created("kubernetes: v1.33.13\n");
  ASSERT_NE(cluster_, nullptr);
  kubectl({"create", "configmap", "older", "--from-literal=a=b"});
  const auto up = to_version(TransitionKind::kUpgrade, "v1.34.3");
  ASSERT_EQ(up.outcome, Outcome::kPassed) << up.message;
  kubectl({"create", "configmap", "newer", "--from-literal=a=b"});

  catalogue::TransitionRequest request;
  request.kind = TransitionKind::kDowngrade;
  request.version = KubeVersion::parse("v1.33.13").value();
  request.restore_etcd = true;

  // An etcd that does not start with what was restored: the newer one comes back, with its data.
  const fs::path etcd_manifest = etcd_manifest_file(options_.state_dir, "v1.33.13");
  const std::string good = read_file(etcd_manifest).value();
  const std::size_t first_flag = good.find("    - --");
  ASSERT_NE(first_flag, std::string::npos) << good;
  ASSERT_TRUE(write_file_atomically(etcd_manifest, std::string(good).insert(first_flag, "    - --no-such-flag\n")));
  const auto broken = apply(request);
  EXPECT_EQ(broken.outcome, Outcome::kFailed) << broken.message;
  EXPECT_THAT(broken.message, Not(HasSubstr("could not be put back")));
  EXPECT_EQ(api_server_version(), "v1.34.3");
  EXPECT_EQ(kubelets(), "v1.34.3");
  EXPECT_THAT(kubectl({"get", "configmaps"}), testing::AllOf(HasSubstr("older"), HasSubstr("newer")));
  ASSERT_TRUE(write_file_atomically(etcd_manifest, good));

  const auto down = apply(request);
  ASSERT_EQ(down.outcome, Outcome::kPassed) << down.message;
  EXPECT_THAT(down.message, HasSubstr("etcd was restored from the snapshot"));
  EXPECT_EQ(api_server_version(), "v1.33.13");
  EXPECT_THAT(kubectl({"get", "configmaps"}), testing::AllOf(HasSubstr("older"), Not(HasSubstr("newer"))));
  EXPECT_THAT(kubectl({"-n", "kube-system", "get", "pod", "etcd-" + name_ + "-control-plane", "-o",
                       "jsonpath={.spec.containers[0].image}"}),
              HasSubstr("etcd:3.5"));
  kubectl({"create", "configmap", "again", "--from-literal=a=b"});
  EXPECT_THAT(kubectl({"get", "configmaps"}), HasSubstr("again"));
}

}  // namespace
}  // namespace graduand::cluster
