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
  milliseconds limit = seconds(60);         // a component that does not answer by then is unverified
};

// Reads what the components say of themselves: gates from kubernetes_feature_enabled (API server through the API,
// kubelets through the API's node proxy, the others on the loopback of their nodes), versions, threads per core. What
// could not be read is in unverified_components, and why in the log. Only cancellation and an API server that cannot
// say its version are errors. Components are read at the same time.
Result<catalogue::CellFacts> read_back(const ReadbackTarget& target, const CancelToken& cancel = {});

// One line per difference between what the cell asks for and what is: "feature gate X at kubelet: requested off,
// effective on". A gate of an unverified component is no difference. Host-added gates are not looked at.
std::vector<std::string> differences(const catalogue::CellDescription& cell, const catalogue::CellFacts& facts);

// Gates that all pages agree upon, as CellFacts wants them of the kubelet.
catalogue::GateMap agreed_gates(const std::vector<catalogue::GateMap>& pages);

}  // namespace graduand::cluster
