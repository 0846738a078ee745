// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "framework/cluster/kind/kind_cluster.h"
#include "framework/cluster/transitions/cluster_parts.h"

namespace graduand::cluster {

// The parts of a kind cluster: its containers are nodes, and node images of other versions their source. Both must
// outlive it.
class KindParts final : public ClusterParts {
 public:
  KindParts(ProcessRunner& processes, KindCluster& cluster, const Clock& clock)
      : processes_(processes), cluster_(cluster), clock_(clock) {}

  const std::string& name() const override { return cluster_.entry().name; }
  Result<std::vector<NodePart>> nodes(const CancelToken& cancel = {}) const override;
  NodeAccess& node_access() const override { return *cluster_.node_access(); }
  Result<std::unique_ptr<kube::Client>> client(milliseconds limit) const override { return cluster_.client(limit); }
  const Clock& clock() const override { return clock_; }
  Result<catalogue::CellFacts> facts_when_ready(kube::Client& client, const CancelToken& cancel) const override;
  Result<std::unique_ptr<VersionSource>> open_version(const catalogue::KubeVersion& version,
                                                      const CancelToken& cancel) const override;

 private:
  ProcessRunner& processes_;
  KindCluster& cluster_;
  const Clock& clock_;
};

}  // namespace graduand::cluster
