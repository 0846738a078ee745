// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "framework/catalogue/cell.h"

namespace graduand::cluster {

// What this host and its node images need, whatever is being tested. Never part of a cell.
struct HostNeeds {
  catalogue::GateMap kubelet_gates;  // KubeletInUserNamespace where CAP_SYS_RESOURCE is missing
  bool cgroup_v1 = false;            // kubelets are told to put up with it, those from v1.31 on
  bool join_network = false;         // the node image brings no pod network of its own
};

inline constexpr const char* kNodeImageRepository = "kindest/node";
std::string node_image(const catalogue::KubeVersion& version);

// The text of kind's v1alpha4 configuration for a cell. Gates go to each component by its own patch, because kind's
// `featureGates` knows no components and a patch of the same flag would replace it. `run_id` becomes a node label.
std::string kind_config(const catalogue::CellDescription& cell, const std::string& cluster_name,
                        const std::string& run_id, const HostNeeds& needs);

// "gr-1a2b3c4d-<cell>": valid and short enough for host names, different for every instance.
std::string kind_cluster_name(const std::string& instance_id, const std::string& cell_name);

}  // namespace graduand::cluster
