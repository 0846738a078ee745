// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "framework/catalogue/transition.h"
#include "framework/history/store.h"

namespace graduand::report::prr {

// What a phase is in the cycle on → off → on of a gate that set-gates changed: at one component at least.
enum class GateRole {
  kUntouched,  // as it was when the cluster came up
  kEnabled,    // switched on, and it had not been on before
  kDisabled,   // switched off after it had been on
  kReenabled,  // switched on again after that
};

// What it is in the cycle upgrade → downgrade → upgrade.
enum class VersionRole { kAsCreated, kUpgraded, kDowngraded, kUpgradedAgain };

struct Phase {
  std::string name;
  const results::Transition* by = nullptr;              // that led to it; null for the first
  std::map<std::string, catalogue::GateMap> gates;      // gate → component → on, as far as known
  std::map<std::string, std::set<std::string>> uneven;  // gate → components that have it on at some nodes only
  catalogue::KubeVersion api_server;
  std::map<std::string, catalogue::KubeVersion> kubelets;  // by node
  GateRole gate_role = GateRole::kUntouched;
  VersionRole version_role = VersionRole::kAsCreated;
};

// One cluster instance from its creation to its end. Points into the selection, which must outlive it.
struct Walk {
  const results::ClusterInstance* instance = nullptr;
  std::vector<Phase> phases;                            // at least the first
  std::vector<const results::Transition*> transitions;  // that no case made, whatever their outcome, in order of time
  std::vector<const results::Attempt*> attempts;        // on it, of every feature, in order of time
  std::map<std::string, std::vector<const results::Transition*>> made_by;  // attempt id → what the case changed
  // The place of a phase by name; nullopt for one that the transitions do not lead to.
  std::optional<std::size_t> phase(const std::string& name) const;
  bool ever(GateRole role) const;
  bool ever(VersionRole role) const;
};

// Follows the transitions that passed: set-gates changes the gates, upgrade and downgrade the versions and what is
// default there, swap-kubelet one node's. Fills `phases` from the instance and `transitions`, for these gates.
void follow(Walk& walk, const std::vector<std::string>& gates);

// The walk of every real cluster instance of the selection, which must outlive them, in its order. Simulated runs and
// attempts are left out, and with `as_of` what started after it.
std::vector<Walk> walks_of(const history::Selection& selection, const std::vector<std::string>& gates,
                           std::optional<Timestamp> as_of = {});

// All gates on at API server and kubelet, or all off there; nullopt otherwise.
std::optional<bool> gates_state(const Phase& phase, const std::vector<std::string>& gates);

// A record's request, with what a record made by a case leaves out (its kind) filled in. A member that is not
// understood is as if it were not there.
catalogue::TransitionRequest request_of(const results::Transition& transition);

// "set-gates X=false at every component", "upgrade to v1.34.3", "swap-kubelet to v1.31.4 at node n2".
std::string text_of(const results::Transition& transition);

}  // namespace graduand::report::prr
