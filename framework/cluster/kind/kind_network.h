// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "framework/cluster/node_access.h"
#include "framework/kube/client.h"

namespace graduand::cluster {

// What a node's part in the pod network is made of.
struct NodeNetwork {
  std::string name;
  std::string pod_cidr;
  std::string address;  // InternalIP
};
// nullopt until the node has both.
std::optional<NodeNetwork> network_of(const json::value& node);

// The CNI configuration of one node: ptp with host-local addresses from its pod CIDR, and portmap. `mtu` is text, a
// number or a mark that stands for one.
std::string cni_conflist(const std::string& pod_cidr, const std::string& mtu);

// Gives each of `count` nodes a pod network where the node image has none: as soon as a node has a pod CIDR, its CNI
// configuration is written, and routes between it and those before it. Nodes become Ready soon after. May be called
// while nodes are still being added.
Status join_network(kube::Client& client, NodeAccess& nodes, std::size_t count, milliseconds limit,
                    const CancelToken& cancel = {});

}  // namespace graduand::cluster
