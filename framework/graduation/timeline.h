// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "framework/catalogue/features/feature.h"
#include "framework/history/store.h"

namespace graduand::graduation {

// What a cluster was in one phase, as it was measured when the phase began.
struct TimelinePhase {
  std::string name;
  const results::Transition* by = nullptr;    // that led to it; null for the first
  std::optional<catalogue::CellFacts> facts;  // nothing: nobody read them back, so all is unverified
  const catalogue::CellFacts* measured() const { return facts ? &*facts : nullptr; }
};

// One cluster instance from its creation to its end. Points into the selection, which must outlive it.
struct InstanceTimeline {
  const results::ClusterInstance* instance = nullptr;
  std::vector<TimelinePhase> phases;                    // at least the first; one for each transition that passed
  std::vector<const results::Transition*> transitions;  // of the profile, whatever their outcome, in order of time
  std::vector<const results::Attempt*> attempts;        // on it, of every feature, in order of time
  std::map<std::string, std::vector<const results::Transition*>> made_by;  // attempt id → what the case changed

  // The place of a phase by name; nullopt for one that no recorded transition leads to.
  std::optional<std::size_t> phase(const std::string& name) const;
  // The facts that held for the attempt: of its phase. Null when it spans phases, when its phase is not known, and when
  // nothing was read back in it.
  const catalogue::CellFacts* facts_at(const results::Attempt& attempt) const;
};

// How an attempt stands to the changes of its cluster.
enum class AttemptRelation {
  kInPhase,   // it began and ended in one phase
  kSpanning,  // it went on while transitions were made
  kChanging,  // it made transitions itself
};
AttemptRelation relation_of(const results::Attempt& attempt, const InstanceTimeline& timeline);

// The timeline of every cluster instance of the selection, in its order; attempts and transitions of instances that
// have no record are in none. Nothing is left out here: that is RunFilter's.
std::vector<InstanceTimeline> timelines_of(const history::Selection& selection);

// A gate as measured at the components that have it: on at all, off at all, different at some, or not known at one.
enum class GateState { kOn, kOff, kMixed, kUnverified };
const char* to_string(GateState state);  // "on", "off", "different at its components", "unverified"

// At these components. One that is absent by design does not count, as long as one is there; no cluster is without an
// API server or kubelets, so one that says so is unverified. A gate that a component
// does not list is what the gate table says when it is locked or GA at the component's version, and else unverified.
// Null facts: unverified.
GateState gate_state(const std::string& gate, const std::vector<std::string>& components,
                     const catalogue::CellFacts* facts);
// Of all of the feature's gates at once, each at its components; unverified wins over mixed. kUnverified when the
// feature has no gate.
GateState gate_state(const catalogue::FeatureInfo& feature, const catalogue::CellFacts* facts);

// Whether what a verdict on the feature needs was read: every component with one of its gates, and no component of
// Kubernetes is missing from the facts altogether. Empty when it was; else the components, for people.
std::vector<std::string> unverified(const catalogue::FeatureInfo& feature, const catalogue::CellFacts* facts);

// What was asked of the feature's gates, whatever came of it: with requests and, where there are none, the gate table's
// defaults, on at every component that has one (true) or off at one at least (false). Nullopt when nobody knows.
std::optional<bool> requested_on(const catalogue::FeatureInfo& feature, const catalogue::CellDescription& cell,
                                 const std::vector<const results::Transition*>& before);

}  // namespace graduand::graduation
