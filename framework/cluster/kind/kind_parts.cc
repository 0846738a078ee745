// SPDX-License-Identifier: Apache-2.0
#include "framework/cluster/kind/kind_parts.h"

#include "framework/base/contains.h"
#include "framework/cluster/kind/docker.h"
#include "framework/cluster/kind/kind_ready.h"
#include "framework/cluster/kind/node_images.h"
#include "framework/cluster/readback.h"

namespace graduand::cluster {

Result<std::vector<NodePart>> KindParts::nodes(const CancelToken& cancel) const {
  GRADUAND_TRY_ASSIGN(const auto containers, kind_nodes(processes_, name(), cancel));
  const auto absent = absent_by_design(cluster_.instance().cell);
  std::vector<NodePart> parts;
  for (const ContainerState& container : containers) {
    if (!is_node(container)) continue;
    const bool control_plane = container.role == "control-plane";
    NodePart part{container.name, control_plane, container.running, container.status,
                  kubeadm_components(control_plane)};
    std::erase_if(part.components, [&](const std::string& one) { return contains(absent, one); });
    parts.push_back(std::move(part));
  }
  return parts;
}

Result<catalogue::CellFacts> KindParts::facts_when_ready(kube::Client& client, const CancelToken& cancel) const {
  return cluster::facts_when_ready(cluster_, client, cancel);
}

Result<std::unique_ptr<VersionSource>> KindParts::open_version(const catalogue::KubeVersion& version,
                                                               const CancelToken& cancel) const {
  GRADUAND_TRY_ASSIGN(NodeImage image, NodeImage::open(processes_, version, cancel));
  return std::unique_ptr<VersionSource>(std::make_unique<NodeImage>(std::move(image)));
}

}  // namespace graduand::cluster
