// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <vector>

#include "framework/cluster/transitions/transition_work.h"

namespace graduand::cluster {

inline constexpr const char* kNodeVersionFile = "/kind/version";  // kind's note of what a node is

// kubeadm's static pods, etcd first: it has to be there before the others.
const std::vector<std::string>& static_pods();
// The text of kubeadm's ClusterConfiguration in the cluster, and its replacement.
Result<std::string> read_cluster_configuration(kube::Client& client);
Status write_cluster_configuration(kube::Client& client, const std::string& text);
// The image of the DaemonSet kube-system/kube-proxy, and its replacement.
Result<std::string> read_kube_proxy_image(kube::Client& client);
Status write_kube_proxy_image(kube::Client& client, const std::string& image);

// What an upgrade or a downgrade changes beside the kubelets' programs, as it was before: manifests of the static pods
// and the kubelet's configuration on each node, kubeadm's ClusterConfiguration, kube-proxy's image, and which version a
// node's programs are.
class ControlPlaneBackup {
 public:
  static Result<ControlPlaneBackup> save(TransitionWork& work);
  // By node and component; empty when the node has no such static pod.
  const std::string& manifest(const std::string& node, const std::string& component) const;
  const std::string& kubelet_config(const std::string& node) const;
  const std::string& cluster_configuration() const { return cluster_configuration_; }
  // Puts back whatever differs and waits for it, and says what was not put back: an etcd of another image is left as it
  // is, because an older etcd need not read the data of a newer one. The kubelets are not restarted.
  Status put_back(TransitionWork& work) const;
  // Whether etcd has another image now than it had; then put_back() leaves it, and this says so.
  std::string left_behind(TransitionWork& work) const;

 private:
  Status put_static_pods_back(TransitionWork& work, const std::string& node) const;

  struct Node {
    std::map<std::string, std::string> manifests;
    std::string kubelet_config;
    std::string version;  // of /kind/version
  };
  std::map<std::string, Node> nodes_;
  std::string cluster_configuration_;
  std::string kube_proxy_image_;
};

}  // namespace graduand::cluster
