// SPDX-License-Identifier: Apache-2.0
#include "framework/graduation/timeline.h"

#include <algorithm>
#include <set>

#include "framework/base/contains.h"
#include "framework/catalogue/phase.h"

namespace graduand::graduation {
namespace {

using catalogue::CellFacts;
using catalogue::FeatureGates;
using catalogue::KubeVersion;
using results::Attempt;
using results::Outcome;
using results::Transition;

std::optional<CellFacts> measured(const CellFacts& facts) {
  if (facts.api_server_version.major == 0) return std::nullopt;
  return facts;
}

// Whether the nodes' own records tell of the same kubelets: of two that differ neither is known to be right.
bool nodes_agree(const results::ClusterInstance& instance) {
  std::set<std::pair<int, int>> recorded, read;
  for (const results::NodeRecord& node : instance.nodes)
    if (const auto version = KubeVersion::parse(node.kubelet_version)) recorded.emplace(version->major, version->minor);
  for (const KubeVersion& version : instance.facts.kubelet_versions) read.emplace(version.major, version.minor);
  return recorded.empty() || recorded == read;
}

void add_phases(InstanceTimeline& timeline, const std::map<std::string, CellFacts>& facts_of) {
  TimelinePhase first;
  const auto& transitions = timeline.transitions;
  first.name = transitions.empty() || transitions.front()->phase_before.empty() ? catalogue::kInitialPhase
                                                                                : transitions.front()->phase_before;
  if (nodes_agree(*timeline.instance)) first.facts = measured(timeline.instance->facts);
  timeline.phases.push_back(std::move(first));
  for (const Transition* transition : transitions) {
    if (transition->outcome != Outcome::kPassed) continue;
    TimelinePhase phase;
    phase.name = transition->phase_after.empty() ? transition->request.phase : transition->phase_after;
    phase.by = transition;
    if (const auto found = facts_of.find(phase.name); found != facts_of.end()) phase.facts = measured(found->second);
    timeline.phases.push_back(std::move(phase));
  }
}

// What the gate is at a component that does not list it: its code may have forgotten what is settled there, and what
// had not come yet is off.
std::optional<bool> unlisted(const std::string& gate, const std::vector<KubeVersion>& versions) {
  const FeatureGates& table = FeatureGates::builtin();
  if (versions.empty() || !table.known(gate)) return std::nullopt;
  std::optional<bool> state;
  for (const KubeVersion& version : versions) {
    const auto spec = table.at(gate, version);
    if (spec && !spec->locked && spec->stage != catalogue::GateStage::kGA) return std::nullopt;
    const bool here = spec && spec->default_on;
    if (state && *state != here) return std::nullopt;
    state = here;
  }
  return state;
}

GateState of_component(const std::string& gate, const std::string& component, const CellFacts& facts) {
  if (facts.reading(component) != CellFacts::Reading::kRead) return GateState::kUnverified;
  auto state = facts.effective(component, gate);
  if (!state)
    state = unlisted(gate, component == catalogue::kKubelet ? facts.kubelet_versions
                                                            : std::vector<KubeVersion>{facts.api_server_version});
  if (!state) return GateState::kUnverified;
  return *state ? GateState::kOn : GateState::kOff;
}

// No cluster is without these two, whatever its facts say.
bool may_be_absent(const std::string& component) {
  return component != catalogue::kApiServer && component != catalogue::kKubelet;
}

GateState both(GateState one, GateState other) {
  if (one == GateState::kUnverified || other == GateState::kUnverified) return GateState::kUnverified;
  return one == other ? one : GateState::kMixed;
}

}  // namespace

std::optional<std::size_t> InstanceTimeline::phase(const std::string& name) const {
  for (std::size_t i = 0; i < phases.size(); ++i)
    if (phases[i].name == name) return i;
  return std::nullopt;
}

const CellFacts* InstanceTimeline::facts_at(const Attempt& attempt) const {
  if (attempt.first_phase != attempt.last_phase) return nullptr;
  const auto at = phase(attempt.first_phase);
  return at ? phases[*at].measured() : nullptr;
}

AttemptRelation relation_of(const Attempt& attempt, const InstanceTimeline& timeline) {
  if (timeline.made_by.contains(attempt.id)) return AttemptRelation::kChanging;
  return attempt.first_phase == attempt.last_phase ? AttemptRelation::kInPhase : AttemptRelation::kSpanning;
}

std::vector<InstanceTimeline> timelines_of(const history::Selection& selection) {
  std::vector<InstanceTimeline> timelines;
  std::map<std::string, std::size_t> place;  // of an instance
  for (const results::ClusterInstance& instance : selection.instances) {
    place.emplace(instance.id, timelines.size());
    timelines.emplace_back().instance = &instance;
  }
  std::vector<std::map<std::string, CellFacts>> facts(timelines.size());
  std::vector<std::map<std::string, Timestamp>> newest(timelines.size());
  for (const results::Fact& fact : selection.facts) {
    const auto found = place.find(fact.instance_id);
    if (found == place.end()) continue;
    auto read = results::phase_facts(fact);
    if (!read) continue;
    Timestamp& known = newest[found->second][read->phase];
    if (facts[found->second].contains(read->phase) && fact.measured < known) continue;
    known = fact.measured;
    facts[found->second][read->phase] = std::move(read->facts);
  }
  for (const Transition& transition : selection.transitions) {
    const auto found = place.find(transition.instance_id);
    if (found == place.end()) continue;
    InstanceTimeline& timeline = timelines[found->second];
    (transition.attempt_id.empty() ? timeline.transitions : timeline.made_by[transition.attempt_id])
        .push_back(&transition);
  }
  for (const Attempt& attempt : selection.attempts)
    if (const auto found = place.find(attempt.instance_id); found != place.end())
      timelines[found->second].attempts.push_back(&attempt);
  const auto earlier = [](const auto* a, const auto* b) { return a->started < b->started; };
  for (std::size_t i = 0; i < timelines.size(); ++i) {
    InstanceTimeline& timeline = timelines[i];
    std::stable_sort(timeline.transitions.begin(), timeline.transitions.end(), earlier);
    std::stable_sort(timeline.attempts.begin(), timeline.attempts.end(), earlier);
    for (auto& [attempt, made] : timeline.made_by) std::stable_sort(made.begin(), made.end(), earlier);
    add_phases(timeline, facts[i]);
  }
  return timelines;
}

const char* to_string(GateState state) {
  switch (state) {
    case GateState::kOn:
      return "on";
    case GateState::kOff:
      return "off";
    case GateState::kMixed:
      return "different at its components";
    case GateState::kUnverified:
      return "unverified";
  }
  return "unverified";
}

GateState gate_state(const std::string& gate, const std::vector<std::string>& components, const CellFacts* facts) {
  if (facts == nullptr) return GateState::kUnverified;
  std::optional<GateState> state;
  for (const std::string& component : components) {
    if (facts->reading(component) == CellFacts::Reading::kAbsent && may_be_absent(component)) continue;
    const GateState here = of_component(gate, component, *facts);
    state = state ? both(*state, here) : here;
  }
  return state.value_or(GateState::kUnverified);
}

GateState gate_state(const catalogue::FeatureInfo& feature, const CellFacts* facts) {
  std::optional<GateState> state;
  for (const std::string& gate : feature.gates) {
    const GateState here = gate_state(gate, feature.components_of(gate), facts);
    state = state ? both(*state, here) : here;
  }
  return state.value_or(GateState::kUnverified);
}

std::vector<std::string> unverified(const catalogue::FeatureInfo& feature, const CellFacts* facts) {
  if (facts == nullptr) return {"all components"};
  const auto needed = feature.gate_components();
  std::vector<std::string> missing;
  for (const std::string& component : catalogue::components()) {
    if (facts->reading(component) == CellFacts::Reading::kAbsent && !may_be_absent(component) &&
        contains(needed, component))
      missing.push_back(component);
    if (facts->reading(component) != CellFacts::Reading::kUnverified) continue;
    const bool said = contains(facts->unverified_components, component);
    if (!said || contains(needed, component)) missing.push_back(component);
  }
  if (facts->kubelet_versions.empty() && facts->reading(catalogue::kKubelet) == CellFacts::Reading::kRead)
    missing.emplace_back("the kubelets' versions");
  return missing;
}

std::optional<bool> requested_on(const catalogue::FeatureInfo& feature, const catalogue::CellDescription& cell,
                                 const std::vector<const Transition*>& before) {
  const FeatureGates& table = FeatureGates::builtin();
  KubeVersion version = cell.emulated_version.value_or(cell.kubernetes_version);
  std::map<std::pair<std::string, std::string>, bool> asked;  // gate and component
  for (const std::string& component : catalogue::components())
    for (const auto& [gate, on] : cell.requested_gates(component)) asked[{gate, component}] = on;
  for (const Transition* transition : before) {
    const auto& request = transition->request;
    if (request.version && request.kind != catalogue::TransitionKind::kSwapKubelet) version = *request.version;
    for (const auto& [gate, on] : request.gates)
      for (const std::string& component : catalogue::components())
        if (request.component.empty() || request.component == component) asked[{gate, component}] = on;
  }
  std::optional<bool> all;
  for (const std::string& gate : feature.gates)
    for (const std::string& component : feature.components_of(gate)) {
      std::optional<bool> here;
      if (const auto found = asked.find({gate, component}); found != asked.end())
        here = found->second;
      else if (const auto spec = table.at(gate, version))
        here = spec->default_on;
      if (!here) return std::nullopt;
      all = all.value_or(true) && *here;
    }
  return all;
}

}  // namespace graduand::graduation
