// SPDX-License-Identifier: Apache-2.0
#include "framework/cluster/kind/kind_ready.h"

#include <algorithm>
#include <future>

#include "framework/base/processes/run_checked.h"
#include "framework/base/text.h"
#include "framework/cluster/readback.h"
#include "framework/kube/wait.h"

namespace graduand::cluster {
namespace {

constexpr milliseconds kReadyLimit = std::chrono::minutes(3);
constexpr milliseconds kImportLimit = std::chrono::minutes(2);

// Pods of the control plane's version that run on every node need its images there; they come from the control plane,
// since no registry may be reachable. Both ends are containers, so a pipe of two commands is the copy.
Status copy_image(ProcessRunner& processes, const std::string& from, const std::string& to, const std::string& image,
                  const CancelToken& cancel) {
  constexpr const char* kScript =
      "if docker exec \"$2\" ctr --namespace k8s.io images ls -q | grep -qxF \"$3\"; then exit 0; fi; set -o pipefail; "
      "docker exec \"$1\" ctr --namespace k8s.io images export - \"$3\" | "
      "docker exec --interactive \"$2\" ctr --namespace k8s.io images import -";
  const ProcessSpec spec{.argv = {"bash", "-c", kScript, "bash", from, to, image}, .time_limit = kImportLimit};
  GRADUAND_TRY(run_checked(processes, spec, "copying " + image + " to " + to, ErrorKind::kInfrastructure, cancel));
  return {};
}

ReadbackTarget readback_target(KindCluster& cluster, kube::Client& client) {
  ReadbackTarget target;
  target.client = &client;
  target.nodes = cluster.node_access();
  target.absent = absent_by_design(cluster.instance().cell);
  for (const auto& node : cluster.instance().nodes) {
    // A load balancer in front of several control planes is a container, and no node.
    if (node.role != "control-plane" && node.role != "worker") continue;
    target.node_names.push_back(node.name);
    if (node.role == "control-plane") target.control_planes.push_back(node.name);
  }
  return target;
}

Status wait_until_ready(KindCluster& cluster, kube::Client& client, const Progress& progress,
                        const CancelToken& cancel) {
  const auto not_ready = [&cancel](const std::string& message) {
    return fail(cancel.cancelled() ? ErrorKind::kCancelled : ErrorKind::kProduct, message);
  };
  progress("waiting for nodes to be Ready");
  const std::size_t count = cluster.instance().cell.nodes.size();
  const auto all_ready = [count](const std::vector<json::value>& nodes) {
    const auto ready = [](const json::value& node) { return kube::has_condition(node, "Ready", "True"); };
    return nodes.size() == count && std::all_of(nodes.begin(), nodes.end(), ready);
  };
  const auto nodes =
      kube::wait_for_set(client, kube::resources::kNodes, "", {}, "to be Ready", all_ready, kReadyLimit, cancel);
  if (!nodes) return not_ready(nodes.message);
  progress("waiting for CoreDNS");
  const auto rolled_out = [](const json::value& deployment) {
    const auto wanted = int_at(deployment, "spec.replicas", 1);
    return deployment.is_object() &&
           int_at(deployment, "status.observedGeneration") >= int_at(deployment, "metadata.generation", 1) &&
           int_at(deployment, "status.updatedReplicas") == wanted &&
           int_at(deployment, "status.availableReplicas") == wanted;
  };
  const auto dns = kube::wait_for(client, kube::resources::kDeployments, "kube-system", "coredns", "to be available",
                                  rolled_out, kReadyLimit, cancel);
  if (!dns) return not_ready(dns.message);
  return {};
}

class MakingReady {
 public:
  MakingReady(ProcessRunner& processes, KindCluster& cluster, const Progress& on_progress, const CancelToken& cancel)
      : processes_(processes), cluster_(cluster), on_progress_(on_progress), cancel_(cancel) {}

  Status run() {
    GRADUAND_TRY_ASSIGN(client_, cluster_.client(seconds(15)));
    GRADUAND_TRY(copy_missing_images());
    // Components can be read as soon as they run; reading costs nothing while the nodes get ready.
    CancelSource stop;
    auto facts = std::async(std::launch::async,
                            [this, &stop] { return read_back(readback_target(cluster_, *client_), stop.token()); });
    const Status ready =
        wait_until_ready(cluster_, *client_, [this](const std::string& step) { progress(step); }, cancel_);
    if (!ready) stop.cancel();
    if (ready) progress("reading the effective gates back");
    auto read = facts.get();
    GRADUAND_TRY(ready);
    if (!read) return fail(std::move(read).error());
    instance().facts = *std::move(read);
    return verify();
  }

 private:
  results::ClusterInstance& instance() { return cluster_.entry().instance; }
  void progress(const std::string& step) const {
    if (on_progress_) on_progress_(step);
  }

  Status copy_missing_images() {
    const auto& nodes = instance().nodes;
    const std::string& image = nodes.front().image;
    const auto differs = [&image](const auto& node) { return node.role == "worker" && node.image != image; };
    if (std::none_of(nodes.begin(), nodes.end(), differs)) return {};
    progress("copying images to nodes of other versions");
    const auto proxy = client_->get(kube::resources::kDaemonSets, "kube-system", "kube-proxy");
    if (!proxy) return fail(kube::to_error(proxy.error()));
    const auto dns = client_->get(kube::resources::kDeployments, "kube-system", "coredns");
    if (!dns) return fail(kube::to_error(dns.error()));
    for (const json::value* owner : {&*proxy, &*dns}) {
      for (const json::value& container : array_at(*owner, "spec.template.spec.containers")) {
        for (const auto& node : nodes) {
          if (!differs(node)) continue;
          GRADUAND_TRY(copy_image(processes_, nodes.front().name, node.name, string_at(container, "image"), cancel_));
        }
      }
    }
    return {};
  }

  Status verify() {
    auto& facts = instance().facts;
    for (std::size_t i = 0, kubelet = 0; i < instance().nodes.size(); ++i) {
      auto& node = instance().nodes[i];
      if (node.role != "control-plane" && node.role != "worker") continue;
      node.kubelet_version = facts.kubelet_versions[kubelet++].str();
    }
    const auto wrong = differences(instance().cell, facts);
    if (wrong.empty()) return {};
    return fail(ErrorKind::kInfrastructure, "the cluster is not what was asked for: " + join(wrong, "; "));
  }

  ProcessRunner& processes_;
  KindCluster& cluster_;
  const Progress& on_progress_;
  const CancelToken cancel_;
  std::unique_ptr<kube::Client> client_;
};

}  // namespace

Status make_ready(ProcessRunner& processes, KindCluster& cluster, const Progress& on_progress,
                  const CancelToken& cancel) {
  return MakingReady(processes, cluster, on_progress, cancel).run();
}

Result<catalogue::CellFacts> facts_when_ready(KindCluster& cluster, kube::Client& client, const CancelToken& cancel) {
  GRADUAND_TRY(wait_until_ready(cluster, client, [](const std::string&) {}, cancel));
  return read_back(readback_target(cluster, client), cancel);
}

}  // namespace graduand::cluster
