// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "framework/catalogue/cell.h"

namespace graduand::profile {

// The names by which a profile's transitions call the nodes of a cell, in the order of cell.nodes: what kind puts after
// the cluster's name, "control-plane", "control-plane2", "worker", "worker2".
std::vector<std::string> node_names(const catalogue::CellDescription& cell);

// Walks through the cell's transitions in their order, with the versions and gates that hold before and after each:
// gates that a component would not start with, upgrades and downgrades of more than one minor, kubelets outside the
// skew window, nodes that are not there, nothing that changes. kUsage naming the transition and its phase. Controller
// manager, scheduler and kube-proxy change their version with the API server. Pure.
Status check_transitions(const catalogue::CellDescription& cell);

}  // namespace graduand::profile
