// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "framework/catalogue/feature_gates.h"
#include "framework/cluster/profile.h"

namespace graduand::cluster {
namespace {

using catalogue::CellDescription;
using catalogue::FeatureGates;
using catalogue::GateMap;
using catalogue::KubeVersion;
using catalogue::NodeDescription;

// Kubelets may be up to three minors older than the API server, never newer. Source: Kubernetes' version skew policy.
constexpr int kMaxKubeletSkew = 3;
// --emulated-version reaches three minors back, and came with 1.31. Source: KEP-4330.
constexpr int kMaxEmulationSkew = 3;
constexpr int kFirstEmulatedMinor = 31;

Status check_node(const CellDescription& cell, const NodeDescription& node) {
  const KubeVersion& server = cell.kubernetes_version;
  if (node.role == "control-plane") {
    if (node.version == server) return {};
    return fail(ErrorKind::kUsage,
                fmt::format("a control-plane node asks for {}, but its cell is {}", node.version.str(), server.str()));
  }
  const bool newer = node.version.major != server.major || node.version > server;
  if (newer && !node.version.same_minor(server)) {
    return fail(ErrorKind::kUsage,
                fmt::format("a worker of {} is newer than its control plane of {}", node.version.str(), server.str()));
  }
  if (server.minor - node.version.minor > kMaxKubeletSkew) {
    return fail(ErrorKind::kUsage,
                fmt::format("a worker of {} is more than {} minors older than its control plane of {}",
                            node.version.str(), kMaxKubeletSkew, server.str()));
  }
  return {};
}

Status check_emulated(const CellDescription& cell) {
  if (!cell.emulated_version) return {};
  const KubeVersion& server = cell.kubernetes_version;
  const KubeVersion& emulated = *cell.emulated_version;
  const int lowest = std::max(server.minor - kMaxEmulationSkew, kFirstEmulatedMinor);
  if (emulated.major == server.major && emulated.minor >= lowest && emulated.minor <= server.minor) return {};
  return fail(ErrorKind::kUsage, fmt::format("{} cannot emulate {}: it takes v{}.{} to v{}", server.str(),
                                             emulated.str(), server.major, lowest, server.minor_str()));
}

Status check_gates(const GateMap& gates, const std::string& component, const KubeVersion& version) {
  for (const auto& [gate, on] : gates) {
    auto checked = FeatureGates::builtin().check_request(gate, on, version);
    if (!checked) return fail_with_context(std::move(checked).error(), component + " " + version.str());
  }
  return {};
}

}  // namespace

Status check_cell(const CellDescription& cell) {
  std::set<KubeVersion> kubelets;
  for (const NodeDescription& node : cell.nodes) {
    GRADUAND_TRY(check_node(cell, node));
    kubelets.insert(node.version);
  }
  GRADUAND_TRY(check_emulated(cell));
  // Components of the control plane see the gates of the version that they emulate; kubelets emulate nothing.
  const KubeVersion control_plane = cell.emulated_version.value_or(cell.kubernetes_version);
  for (const char* component : {catalogue::kApiServer, catalogue::kControllerManager, catalogue::kScheduler})
    GRADUAND_TRY(check_gates(cell.requested_gates(component), component, control_plane));
  GRADUAND_TRY(
      check_gates(cell.requested_gates(catalogue::kKubeProxy), catalogue::kKubeProxy, cell.kubernetes_version));
  for (const KubeVersion& version : kubelets)
    GRADUAND_TRY(check_gates(cell.requested_gates(catalogue::kKubelet), catalogue::kKubelet, version));
  return {};
}

}  // namespace graduand::cluster
