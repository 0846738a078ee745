// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>

#include "framework/cluster/kind_cluster.h"

namespace graduand::cluster {

struct ReadyOptions {
  bool join_network = false;
  std::function<void(const std::string& step)> on_progress;
};

// From `kind create cluster` to a cluster that can be used: the pod network where it has to be joined, images that a
// node of another version lacks, all nodes Ready, CoreDNS available; meanwhile the effective gates and versions are
// read back into the instance record. kInfrastructure naming every difference from what was asked, kProduct when
// something does not become ready.
Status make_ready(ProcessRunner& processes, KindCluster& cluster, const ReadyOptions& options,
                  const CancelToken& cancel);

}  // namespace graduand::cluster
