// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "framework/cluster/kind/kind_config.h"
#include "framework/cluster/provider.h"
#include "framework/cluster/registry.h"

namespace graduand::cluster {

// What a host needs for the images of a cell, from /proc, /sys, Docker and the images' labels.
struct KindHost {
  HostNeeds needs;
  bool overlayfs_snapshotter = false;  // Docker runs on fuse-overlayfs: containerd in the node must not
};
Result<KindHost> look_at_host(ProcessRunner& processes, const catalogue::CellDescription& cell);

// Brings a cell's cluster up: see Provider::create.
Result<CreateOutcome> create_kind_cluster(ProcessRunner& processes, const Clock& clock, const Registry& registry,
                                          const catalogue::CellDescription& cell, const CreateOptions& options,
                                          const CancelToken& cancel);

// Whose fault it is that `kind create cluster` failed, by what it wrote: kInfrastructure for all that comes before
// Kubernetes is started, kProduct from then on.
ErrorKind classify_kind_failure(std::string_view kind_stderr);

}  // namespace graduand::cluster
