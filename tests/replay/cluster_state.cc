// SPDX-License-Identifier: Apache-2.0
#include "tests/replay/cluster_state.h"

#include <algorithm>

namespace graduand::replay {

using catalogue::FeatureGates;
using catalogue::KubeVersion;

bool can_be_asked(const std::string& gate, const KubeVersion& version) {
  if (!FeatureGates::builtin().known(gate)) return true;
  const auto spec = FeatureGates::builtin().at(gate, version);
  return spec && !spec->locked;
}

void ClusterState::apply(const catalogue::TransitionRequest& request) {
  if (request.version) {
    server = *request.version;
    std::fill(kubelets.begin(), kubelets.end(), server);
  }
  for (const auto& [gate, on] : request.gates) asked[gate] = on;
}

std::optional<bool> ClusterState::effective(const std::string& gate, const KubeVersion& version) const {
  if (can_be_asked(gate, version))
    if (const auto found = asked.find(gate); found != asked.end()) return found->second;
  const auto spec = FeatureGates::builtin().at(gate, version);
  return spec ? std::optional(spec->default_on) : std::nullopt;
}

catalogue::CellFacts ClusterState::facts(const std::vector<std::string>& gates) const {
  catalogue::CellFacts facts;
  facts.api_server_version = server;
  facts.kubelet_versions = kubelets;
  facts.nodes = static_cast<int>(kubelets.size());
  facts.node_access = true;
  for (const std::string& component : catalogue::components()) {
    catalogue::GateMap& listed = facts.effective_gates[component];
    listed["AnotherGate"] = true;
    for (const std::string& gate : gates) {
      const bool on_nodes = component == catalogue::kKubelet;
      const auto first = effective(gate, on_nodes ? kubelets.front() : server);
      const bool agree = !on_nodes || std::all_of(kubelets.begin(), kubelets.end(), [&](const KubeVersion& kubelet) {
        return effective(gate, kubelet) == first;
      });
      if (first && agree) listed[gate] = *first;
    }
  }
  return facts;
}

}  // namespace graduand::replay
