// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "framework/cluster/transitions/cluster_parts.h"
#include "framework/cluster/transitions/transition_work.h"
#include "tests/cluster/scripted_nodes.h"
#include "tests/cluster/transitions/scripted_api.h"

namespace graduand::cluster::testing_support {

// A cluster of scripted nodes and an API in memory, that behaves as kubeadm's does: a manifest in its folder is a pod
// that runs, with a new container each time; a kubelet runs with its configuration and program. A component that
// `refuses` what it is given does not come up. Nothing takes time, but the clock goes on with each request.
class ScriptedCluster final : public ClusterParts {
 public:
  // One control plane is "c", more are "c2"...; workers "w", "w2"...
  explicit ScriptedCluster(int control_planes = 1, int workers = 1, const std::string& version = "v1.33.13");

  // What `what` ("kube-scheduler on c", "kubelet on w") is given to run with: its manifest, or configuration and
  // version.
  std::function<bool(const std::string& what, const std::string& given)> refuses;
  ScriptedNodes machines;
  ScriptedApi api;
  FakeClock time{Timestamp(seconds(2000))};
  std::optional<Error> not_ready;   // instead of facts
  std::set<std::string> stopped;    // nodes
  std::optional<Error> no_version;  // instead of a source of another version

  std::string manifest(const std::string& node, const std::string& component) {
    return machines.content(node, "/etc/kubernetes/manifests/" + component + ".yaml");
  }
  std::string kubelet_config(const std::string& node) { return machines.content(node, kConfig); }
  std::string kubelet(const std::string& node) { return machines.content(node, kProgram); }
  std::string image(const std::string& node, const std::string& component);
  std::string leader(const std::string& component) {
    return string_at(api.get("leases", "kube-system", component), "spec.holderIdentity");
  }
  void lead(const std::string& node, const std::string& component);
  // A cluster without it, by design.
  void remove_component(const std::string& component) {
    for (NodePart& part : parts_) std::erase(part.components, component);
    if (component != catalogue::kKubeProxy) return;
    api.erase("configmaps", "kube-system", "kube-proxy");
    api.erase("daemonsets", "kube-system", "kube-proxy");
    for (const NodePart& part : parts_) api.erase("pods", "kube-system", "kube-proxy-" + part.name);
  }
  // Everything on the nodes but their journals: to be compared.
  std::map<std::string, ScriptedNodes::Node> state() const;
  bool journals_are_empty() const;

  const std::string& name() const override { return name_; }
  Result<std::vector<NodePart>> nodes(const CancelToken& cancel = {}) const override;
  NodeAccess& node_access() const override { return const_cast<ScriptedNodes&>(machines); }
  Result<std::unique_ptr<kube::Client>> client(milliseconds limit) const override;
  const Clock& clock() const override { return time; }
  Result<catalogue::CellFacts> facts_when_ready(kube::Client& client, const CancelToken& cancel) const override;
  Result<std::unique_ptr<VersionSource>> open_version(const catalogue::KubeVersion& version,
                                                      const CancelToken& cancel) const override;

  static constexpr const char* kConfig = "/var/lib/kubelet/config.yaml";
  static constexpr const char* kProgram = "/usr/bin/kubelet";

 private:
  void start_pod(const std::string& node, const std::string& component);
  void end_pod(const std::string& node, const std::string& component);
  Result<ProcessResult> restart_kubelet(const std::string& node);
  void answer_scripts();
  kube::ApiResult<kube::HttpResponse> page(const std::string& path);

  const std::string name_ = "gr";
  std::vector<NodePart> parts_;
  mutable std::mutex mutex_;           // of the next ones; taken after the machines' lock, never before
  std::map<std::string, int> starts_;  // "kube-scheduler on c"
  std::set<std::string> running_;      // likewise, what did not refuse
  int newest_start_ = 0;
  std::string newest_server_;  // node of the API server that started last
};

}  // namespace graduand::cluster::testing_support
