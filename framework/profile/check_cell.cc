// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <set>

#include "framework/profile/check_transitions.h"
#include "framework/profile/profile.h"
#include "framework/profile/version_rules.h"

namespace graduand::profile {
namespace {

using catalogue::CellDescription;
using catalogue::KubeVersion;
using catalogue::NodeDescription;

Status check_node(const CellDescription& cell, const NodeDescription& node) {
  const KubeVersion& server = cell.kubernetes_version;
  if (node.role != "control-plane") return check_kubelet_skew("a worker", node.version, server);
  if (node.version == server) return {};
  return fail(ErrorKind::kUsage,
              fmt::format("a control-plane node asks for {}, but its cell is {}", node.version.str(), server.str()));
}

}  // namespace

Status check_cell(const CellDescription& cell) {
  std::set<KubeVersion> kubelets;
  for (const NodeDescription& node : cell.nodes) {
    GRADUAND_TRY(check_node(cell, node));
    kubelets.insert(node.version);
  }
  GRADUAND_TRY(check_emulated(cell.kubernetes_version, cell.emulated_version));
  // Components of the control plane see the gates of the version that they emulate; kubelets emulate nothing.
  const KubeVersion control_plane = cell.emulated_version.value_or(cell.kubernetes_version);
  for (const char* component : {catalogue::kApiServer, catalogue::kControllerManager, catalogue::kScheduler})
    GRADUAND_TRY(check_gates(cell.requested_gates(component), component, control_plane));
  GRADUAND_TRY(
      check_gates(cell.requested_gates(catalogue::kKubeProxy), catalogue::kKubeProxy, cell.kubernetes_version));
  for (const KubeVersion& version : kubelets)
    GRADUAND_TRY(check_gates(cell.requested_gates(catalogue::kKubelet), catalogue::kKubelet, version));
  return check_transitions(cell);
}

}  // namespace graduand::profile
