// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>

#include "framework/cluster/kind/kind_cluster.h"

namespace graduand::cluster {

using Progress = std::function<void(const std::string& step)>;

// From `kind create cluster` and a joined pod network to a cluster that can be used: images that a node of another
// version lacks, all nodes Ready, CoreDNS available; meanwhile the effective gates and versions are read back into the
// instance record. kInfrastructure naming every difference from what was asked, kProduct when something does not become
// ready.
Status make_ready(ProcessRunner& processes, KindCluster& cluster, const Progress& on_progress,
                  const CancelToken& cancel);

// The same for a cluster whose components were changed: waits for nodes and CoreDNS, and reads its facts. Does not hold
// them against the cell, and leaves the record alone.
Result<catalogue::CellFacts> facts_when_ready(KindCluster& cluster, kube::Client& client, const CancelToken& cancel);

}  // namespace graduand::cluster
