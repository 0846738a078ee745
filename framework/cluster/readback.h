// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "framework/catalogue/cell.h"
#include "framework/cluster/node_access.h"
#include "framework/kube/client.h"
#include "framework/results/records.h"

namespace graduand::cluster {

struct ReadbackTarget {
  kube::Client* client = nullptr;
  NodeAccess* nodes = nullptr;              // nullptr: components on loopback stay unverified
  std::vector<std::string> node_names;      // all nodes
  std::vector<std::string> control_planes;  // those of them with a control plane
  std::vector<std::string> absent;          // components that the cluster has none of, by design
  milliseconds limit = seconds(60);         // a component that does not answer by then is unverified
};

// Reads what the components say of themselves: gates from kubernetes_feature_enabled (API server through the API,
// kubelets through the API's node proxy, the others on the loopback of their nodes), versions, what the API server
// emulates, threads per core. Every component is in exactly one list: read, absent by design (target.absent; without
// any node the kubelet and kube-proxy), or unverified, and why in the log. Only cancellation and an API server that
// cannot say its version are errors. Components are read at the same time.
Result<catalogue::CellFacts> read_back(const ReadbackTarget& target, const CancelToken& cancel = {});

// The components that a cell has none of: kube-proxy, where a kubeadm patch skips it (skipPhases of InitConfiguration).
std::vector<std::string> absent_by_design(const catalogue::CellDescription& cell);

// Puts what a component's pages say into the list it belongs to: read when there are pages and each has gates; absent
// when it is so by design and no page has any; else unverified.
void put_gates(catalogue::CellFacts& facts, const std::string& component, const std::vector<catalogue::GateMap>& pages,
               bool absent_by_design);

// Sets the API server's version and, where it differs from that one's minor, the one it emulates, from the answer of
// /version. kInfrastructure when there is no version in it; a server that says nothing of emulation emulates nothing.
Status put_server_version(catalogue::CellFacts& facts, const json::value& answer);

// One line per difference between what the cell asks for and what is: "feature gate X at kubelet: requested off,
// effective on". A gate of an unverified component is no difference, nor one that is asked of all components and that
// an absent one has not. Host-added gates are not looked at.
std::vector<std::string> differences(const catalogue::CellDescription& cell, const catalogue::CellFacts& facts);

// Gates that all pages agree upon, as CellFacts wants them of the kubelet.
catalogue::GateMap agreed_gates(const std::vector<catalogue::GateMap>& pages);

}  // namespace graduand::cluster
