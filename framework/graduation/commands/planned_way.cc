// SPDX-License-Identifier: Apache-2.0
#include "framework/graduation/commands/planned_way.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "framework/catalogue/phase.h"
#include "framework/catalogue/provider_capabilities.h"

namespace graduand::graduation {
namespace {

using catalogue::CellDescription;
using catalogue::CellFacts;
using catalogue::FeatureGates;
using catalogue::GateMap;
using catalogue::KubeVersion;
using catalogue::TransitionKind;
using catalogue::TransitionRequest;

// What is asked of a cluster at one time: the state that its requests lead to.
struct Asked {
  KubeVersion server;
  std::vector<std::pair<std::string, KubeVersion>> kubelets;                 // node's role, version
  std::map<std::pair<std::string, std::string>, std::optional<bool>> gates;  // component and gate; nothing: not alike

  void apply(const TransitionRequest& request) {
    if (request.version && request.kind != TransitionKind::kSwapKubelet) server = *request.version;
    if (request.version && !request.control_plane_only)
      for (auto& [node, version] : kubelets)
        if (request.kind != TransitionKind::kSwapKubelet || request.node.empty() || request.node.starts_with(node))
          version = *request.version;
    for (const auto& [gate, on] : request.gates)
      for (const std::string& component : catalogue::components())
        if (request.component.empty() || request.component == component)
          gates[{component, gate}] = request.node.empty() ? std::optional(on) : std::nullopt;
  }
};

// As if the requests had been measured.
CellFacts as_facts(const Asked& asked, const CellDescription& cell, const std::map<std::string, GateMap>& all_gates) {
  CellFacts facts;
  facts.api_server_version = asked.server;
  facts.emulated_version = cell.emulated_version;
  KubeVersion oldest = asked.server;
  for (const auto& [node, version] : asked.kubelets) {
    facts.kubelet_versions.push_back(version);
    oldest = std::min(oldest, version);
  }
  if (facts.kubelet_versions.empty()) facts.kubelet_versions = {asked.server};
  facts.nodes = static_cast<int>(std::max<std::size_t>(1, asked.kubelets.size()));
  for (const auto& [component, wanted] : all_gates) {
    GateMap& gates = facts.effective_gates[component];
    const bool on_nodes = component == catalogue::kKubelet || component == catalogue::kKubeProxy;
    const KubeVersion version = on_nodes ? oldest : cell.emulated_version.value_or(asked.server);
    gates["-"] = true;  // so that it counts as read
    for (const auto& [gate, on] : wanted) {
      const auto request = asked.gates.find({component, gate});
      if (request != asked.gates.end()) {
        if (request->second) gates[gate] = *request->second;
      } else if (const auto spec = FeatureGates::builtin().at(gate, version)) {
        gates[gate] = spec->default_on;
      }
    }
  }
  if (!facts.effective_gates.contains(catalogue::kKubelet)) facts.effective_gates[catalogue::kKubelet]["-"] = true;
  return facts;
}

Asked asked_at_first(const CellDescription& planned) {
  Asked asked;
  asked.server = planned.kubernetes_version;
  for (const auto& node : planned.nodes) asked.kubelets.emplace_back(node.role, node.version);
  for (const std::string& component : catalogue::components())
    for (const auto& [gate, on] : planned.requested_gates(component)) asked.gates[{component, gate}] = on;
  return asked;
}

// The feature's gates at the components that have them, and the other components with none.
std::map<std::string, GateMap> gates_of(const catalogue::FeatureInfo& feature) {
  std::map<std::string, GateMap> gates;
  for (const std::string& component : catalogue::components()) gates[component];
  for (const std::string& gate : feature.gates)
    for (const std::string& component : feature.components_of(gate)) gates[component][gate] = true;
  return gates;
}

}  // namespace

CellFacts facts_asked_for(const CellDescription& planned, std::size_t transitions,
                          const std::map<std::string, GateMap>& gates) {
  Asked asked = asked_at_first(planned);
  for (std::size_t i = 0; i < std::min(transitions, planned.transitions.size()); ++i)
    asked.apply(planned.transitions[i]);
  return as_facts(asked, planned, gates);
}

bool is_asked_to_be(const CellDescription& planned, std::size_t transitions, const catalogue::ResolvedCell& required) {
  return !catalogue::capabilities_of(planned.provider).simulated &&
         required.matches(facts_asked_for(planned, transitions, required.gates), true);
}

PlannedWay::PlannedWay(const CellDescription& planned, const catalogue::FeatureInfo& feature)
    : cell_(&planned),
      instance_(std::make_unique<results::ClusterInstance>()),
      transitions_(std::make_unique<std::vector<results::Transition>>(planned.transitions.size())),
      timeline_(std::make_unique<InstanceTimeline>()) {
  const auto gates = gates_of(feature);
  const auto names = catalogue::phase_names(planned.transitions);
  instance_->cell = planned;
  timeline_->instance = instance_.get();
  timeline_->phases.push_back({names.front(), nullptr, facts_asked_for(planned, 0, gates)});
  for (std::size_t i = 0; i < planned.transitions.size(); ++i) {
    results::Transition& transition = (*transitions_)[i];
    transition.request = planned.transitions[i];
    timeline_->transitions.push_back(&transition);
    timeline_->phases.push_back({names[i + 1], &transition, facts_asked_for(planned, i + 1, gates)});
  }
}

bool PlannedWay::leads_through(const catalogue::ResolvedCell& required) const {
  for (std::size_t i = 0; i < timeline_->phases.size(); ++i)
    if (is_asked_to_be(*cell_, i, required)) return true;
  return false;
}

}  // namespace graduand::graduation
