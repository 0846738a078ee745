// SPDX-License-Identifier: Apache-2.0
#include "framework/report/prr_walk.h"

#include <algorithm>
#include <set>

#include "framework/base/text.h"
#include "framework/catalogue/feature_gates.h"

namespace graduand::report::prr {
namespace {

using catalogue::FeatureGates;
using catalogue::GateMap;
using catalogue::KubeVersion;
using catalogue::TransitionKind;
using catalogue::TransitionRequest;
using results::Attempt;
using results::ClusterInstance;
using results::Outcome;
using results::Transition;

// What is known of the gate at each component when the cluster has come up: as measured; else, where it could not be
// read, as requested.
GateMap at_creation(const std::string& gate, const ClusterInstance& instance) {
  GateMap state;
  for (const std::string& component : catalogue::components()) {
    if (const auto measured = instance.facts.effective(component, gate)) {
      state[component] = *measured;
      continue;
    }
    const GateMap requested = instance.cell.requested_gates(component);
    if (const auto asked = requested.find(gate); asked != requested.end()) state[component] = asked->second;
  }
  if (!state.empty()) return state;
  // What is locked may have left the components' lists.
  const auto spec = FeatureGates::builtin().at(gate, instance.facts.api_server_version);
  if (spec && spec->locked)
    state = {{catalogue::kApiServer, spec->default_on}, {catalogue::kKubelet, spec->default_on}};
  return state;
}

std::map<std::string, KubeVersion> kubelets_at_creation(const ClusterInstance& instance) {
  std::map<std::string, KubeVersion> versions;
  for (const auto& node : instance.nodes)
    if (auto version = KubeVersion::parse(node.kubelet_version)) versions[node.name] = *std::move(version);
  if (versions.empty())
    for (std::size_t i = 0; i < instance.facts.kubelet_versions.size(); ++i)
      versions["node " + std::to_string(i + 1)] = instance.facts.kubelet_versions[i];
  return versions;
}

// Requests name nodes as profiles do, "worker2"; kind puts the cluster's name before it.
bool is_node(const std::string& node, const std::string& named) {
  return node == named || node.ends_with("-" + named);
}

// Where set-gates says the gate is set.
void set_gate(Phase& phase, const std::string& gate, const TransitionRequest& request, bool on,
              const ClusterInstance& instance) {
  GateMap& state = phase.gates[gate];
  std::vector<std::string> components = {request.component};
  if (request.component.empty()) {
    if (state.empty()) state = {{catalogue::kApiServer, on}, {catalogue::kKubelet, on}};
    components.clear();
    for (const auto& [component, value] : state) components.push_back(component);
    for (const std::string& component : phase.uneven[gate]) components.push_back(component);
  }
  for (const std::string& component : components) {
    const bool on_nodes = component == catalogue::kKubelet || component == catalogue::kKubeProxy;
    const auto here = [&](const results::NodeRecord& node) {
      return request.node.empty() || is_node(node.name, request.node);
    };
    const auto has_it = [&](const results::NodeRecord& node) { return on_nodes || node.role == "control-plane"; };
    const auto& nodes = instance.nodes;
    const bool all = std::all_of(nodes.begin(), nodes.end(), [&](const auto& n) { return !has_it(n) || here(n); });
    const bool any = std::any_of(nodes.begin(), nodes.end(), [&](const auto& n) { return has_it(n) && here(n); });
    if (!any && !all) continue;
    if (all) {
      state[component] = on;
      phase.uneven[gate].erase(component);
    } else if (const auto known = state.find(component); known == state.end() || known->second != on) {
      state.erase(component);
      phase.uneven[gate].insert(component);
    }
  }
}

// Another version has other defaults; what was set explicitly stays.
void take_defaults(Phase& phase, const std::set<std::string>& explicitly) {
  const FeatureGates& table = FeatureGates::builtin();
  for (auto& [gate, state] : phase.gates) {
    if (!table.known(gate)) continue;
    const auto spec = table.at(gate, phase.api_server);
    if (!spec) {
      state.clear();
      continue;
    }
    if (explicitly.contains(gate) && !spec->locked) continue;
    if (state.empty()) state = {{catalogue::kApiServer, spec->default_on}, {catalogue::kKubelet, spec->default_on}};
    for (auto& [component, on] : state) on = spec->default_on;
  }
}

std::set<std::string> requested_at_creation(const ClusterInstance& instance) {
  std::set<std::string> gates;
  for (const std::string& component : catalogue::components())
    for (const auto& [gate, on] : instance.cell.requested_gates(component)) gates.insert(gate);
  return gates;
}

VersionRole next_role(VersionRole role, TransitionKind kind) {
  if (kind == TransitionKind::kDowngrade) return VersionRole::kDowngraded;
  if (kind != TransitionKind::kUpgrade) return role;
  return role == VersionRole::kDowngraded || role == VersionRole::kUpgradedAgain ? VersionRole::kUpgradedAgain
                                                                                 : VersionRole::kUpgraded;
}

// The cycle of each gate at each component, one phase after the other.
class Cycle {
 public:
  GateRole see(const Phase& phase, const std::set<std::string>& flipped) {
    bool disabled = false, again = false, enabled = false;
    for (const auto& [gate, state] : phase.gates) {
      if (!flipped.contains(gate)) continue;
      for (const auto& [component, on] : state) {
        Seen& seen = seen_[{gate, component}];
        (on ? enabled : disabled) |= on ? seen.off : seen.on;
        again = again || (on && seen.off_after_on);
        seen.off_after_on = seen.off_after_on || (!on && seen.on);
        (on ? seen.on : seen.off) = true;
      }
    }
    if (disabled) return GateRole::kDisabled;
    if (again) return GateRole::kReenabled;
    return enabled ? GateRole::kEnabled : GateRole::kUntouched;
  }

 private:
  struct Seen {
    bool on = false, off = false, off_after_on = false;
  };
  std::map<std::pair<std::string, std::string>, Seen> seen_;
};

}  // namespace

std::optional<std::size_t> Walk::phase(const std::string& name) const {
  for (std::size_t i = 0; i < phases.size(); ++i)
    if (phases[i].name == name) return i;
  return std::nullopt;
}

bool Walk::ever(GateRole role) const {
  return std::any_of(phases.begin(), phases.end(), [&](const Phase& one) { return one.gate_role == role; });
}

bool Walk::ever(VersionRole role) const {
  return std::any_of(phases.begin(), phases.end(), [&](const Phase& one) { return one.version_role == role; });
}

void follow(Walk& walk, const std::vector<std::string>& gates) {
  const ClusterInstance& instance = *walk.instance;
  Phase phase;
  phase.name = walk.transitions.empty() || walk.transitions.front()->phase_before.empty()
                   ? results::Attempt().first_phase
                   : walk.transitions.front()->phase_before;
  phase.api_server = instance.facts.api_server_version;
  phase.kubelets = kubelets_at_creation(instance);
  for (const std::string& gate : gates) phase.gates[gate] = at_creation(gate, instance);

  std::set<std::string> explicitly = requested_at_creation(instance);
  std::set<std::string> flipped;
  for (const auto* transition : walk.transitions)
    for (const auto& [gate, on] : request_of(*transition).gates) flipped.insert(gate);
  Cycle cycle;
  phase.gate_role = cycle.see(phase, flipped);
  walk.phases = {phase};
  for (const auto* transition : walk.transitions) {
    if (transition->outcome != Outcome::kPassed) continue;
    const TransitionRequest request = request_of(*transition);
    phase.by = transition;
    phase.name = transition->phase_after.empty() ? request.phase : transition->phase_after;
    for (const auto& [gate, on] : request.gates) {
      explicitly.insert(gate);
      if (phase.gates.contains(gate)) set_gate(phase, gate, request, on, instance);
    }
    if (request.version && request.kind == TransitionKind::kSwapKubelet) {
      for (auto& [node, version] : phase.kubelets)
        if (request.node.empty() || is_node(node, request.node)) version = *request.version;
    } else if (request.version) {
      phase.api_server = *request.version;
      if (!request.control_plane_only)
        for (auto& [node, version] : phase.kubelets) version = *request.version;
      take_defaults(phase, explicitly);
    }
    phase.gate_role = cycle.see(phase, flipped);
    phase.version_role = next_role(phase.version_role, request.kind);
    walk.phases.push_back(phase);
  }
}

std::vector<Walk> walks_of(const history::Selection& selection, const std::vector<std::string>& gates,
                           std::optional<Timestamp> as_of) {
  std::set<std::string> simulated;
  for (const results::Run& run : selection.runs)
    if (run.simulated) simulated.insert(run.id);
  std::vector<Walk> walks;
  std::map<std::string, std::size_t> place;  // of an instance
  for (const ClusterInstance& instance : selection.instances) {
    if (simulated.contains(instance.run_id) || instance.provider == "none") continue;
    place.emplace(instance.id, walks.size());
    walks.emplace_back().instance = &instance;
  }
  const auto in_time = [&](Timestamp started) { return !as_of || started <= *as_of; };
  for (const Transition& transition : selection.transitions) {
    const auto found = place.find(transition.instance_id);
    if (found == place.end() || !in_time(transition.started)) continue;
    Walk& walk = walks[found->second];
    (transition.attempt_id.empty() ? walk.transitions : walk.made_by[transition.attempt_id]).push_back(&transition);
  }
  for (const Attempt& attempt : selection.attempts) {
    const auto found = place.find(attempt.instance_id);
    if (found == place.end() || attempt.simulated || !in_time(attempt.started)) continue;
    walks[found->second].attempts.push_back(&attempt);
  }
  const auto earlier = [](const Transition* a, const Transition* b) { return a->started < b->started; };
  for (Walk& walk : walks) {
    std::stable_sort(walk.transitions.begin(), walk.transitions.end(), earlier);
    for (auto& [attempt, made] : walk.made_by) std::stable_sort(made.begin(), made.end(), earlier);
    follow(walk, gates);
  }
  return walks;
}

std::optional<bool> gates_state(const Phase& phase, const std::vector<std::string>& gates) {
  std::optional<bool> state;
  for (const std::string& gate : gates) {
    const auto known = phase.gates.find(gate);
    if (known == phase.gates.end()) return std::nullopt;
    const auto uneven = phase.uneven.find(gate);
    if (uneven != phase.uneven.end() && !uneven->second.empty()) return std::nullopt;
    bool any = false;
    for (const char* component : {catalogue::kApiServer, catalogue::kKubelet}) {
      const auto here = known->second.find(component);
      if (here == known->second.end()) continue;  // a gate need not exist in every component
      if (state && *state != here->second) return std::nullopt;
      state = here->second;
      any = true;
    }
    if (!any) return std::nullopt;
  }
  return state;
}

TransitionRequest request_of(const results::Transition& transition) {
  return transition.request;
}

std::string text_of(const results::Transition& transition) {
  const TransitionRequest request = request_of(transition);
  std::string text = to_string(request.kind);
  std::vector<std::string> gates;
  for (const auto& [gate, on] : request.gates) gates.push_back(gate + (on ? "=true" : "=false"));
  if (!gates.empty()) text += " " + join(gates, ",");
  if (request.version) text += " to " + request.version->str();
  if (request.control_plane_only) text += ", control plane only";
  if (request.restore_etcd) text += ", etcd snapshot restored";
  if (!gates.empty()) text += " at " + (request.component.empty() ? "every component" : request.component);
  if (gates.empty() && !request.component.empty()) text += " " + request.component;
  if (!request.node.empty()) text += " on " + request.node;
  return text;
}

}  // namespace graduand::report::prr
