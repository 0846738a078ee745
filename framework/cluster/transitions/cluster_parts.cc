// SPDX-License-Identifier: Apache-2.0
#include "framework/cluster/transitions/cluster_parts.h"

#include <algorithm>

#include "framework/base/contains.h"
#include "framework/base/text.h"

namespace graduand::cluster {
namespace {

constexpr const char* kRegistry = "registry.k8s.io/";

}  // namespace

bool NodePart::runs(const std::string& component) const {
  return contains(components, component);
}

std::vector<std::string> kubeadm_components(bool control_plane) {
  if (!control_plane) return {catalogue::kKubelet, catalogue::kKubeProxy};
  return {kEtcd,
          catalogue::kApiServer,
          catalogue::kControllerManager,
          catalogue::kScheduler,
          catalogue::kKubelet,
          catalogue::kKubeProxy};
}

std::vector<std::string> images_for(const std::vector<std::string>& images, bool control_plane) {
  constexpr const char* kControlPlanes[] = {"kube-apiserver:", "kube-controller-manager:", "kube-scheduler:", "etcd:"};
  std::vector<std::string> chosen;
  for (const std::string& image : images) {
    const auto is = [&image](const char* name) { return starts_with(image, std::string(kRegistry) + name); };
    if (control_plane || std::none_of(std::begin(kControlPlanes), std::end(kControlPlanes), is))
      chosen.push_back(image);
  }
  return chosen;
}

}  // namespace graduand::cluster
