// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <vector>

#include "framework/graduation/evidence.h"

namespace graduand::graduation::prr {

// What a phase is in the cycle on → off → on of one gate, as measured at every component that has the gate.
enum class GateRole {
  kUntouched,   // as it was when the cluster came up
  kEnabled,     // on, after it had been off, and it had not been on before that
  kDisabled,    // off, after it had been on
  kReenabled,   // on, after that
  kPartly,      // different at its components
  kUnverified,  // not read back at one of them
};

// What it is in the cycle upgrade → downgrade → upgrade, by the API server's minor as measured.
enum class VersionRole { kAsCreated, kUpgraded, kDowngraded, kUpgradedAgain, kUnverified };

struct Phase {
  const TimelinePhase* at = nullptr;
  bool verified = false;                  // what the feature needs was read back: see graduation::unverified
  std::map<std::string, GateRole> gates;  // of each of the feature's gates
  VersionRole version = VersionRole::kAsCreated;
  bool with_kubelets = false;  // every kubelet has the API server's minor
  const catalogue::CellFacts* facts() const { return at->measured(); }
  bool is(GateRole role) const;  // of any gate
  bool flipped() const { return is(GateRole::kEnabled) || is(GateRole::kDisabled) || is(GateRole::kReenabled); }
};

// The part of one cluster instance's timeline that counts. Points into the evidence, which must outlive it.
struct CountedTimeline {
  const InstanceTimeline* timeline = nullptr;
  std::vector<Phase> phases;  // that had begun by the time of the judgement; at least the first
  std::vector<const results::Transition*> transitions;  // of the profile, whatever their outcome, in order of time
  std::vector<const results::Attempt*> attempts;        // of every feature, in order of time
  std::map<std::string, std::vector<const results::Transition*>> made_by;  // attempt id → what the case changed
  const results::ClusterInstance& instance() const { return *timeline->instance; }
  const Phase* phase(const std::string& name) const;                     // null: no recorded transition leads to it
  const Phase* reached_by(const results::Transition& transition) const;  // null: it did not pass
  const Phase* of(const results::Attempt& attempt) const;                // in which it began and ended; null otherwise
  bool ever(GateRole role) const;
  bool ever(VersionRole role) const;
};

// The roles of the phases of one instance. Only facts matter: neither what was requested nor what a phase is called.
std::vector<Phase> phases_of(const InstanceTimeline& timeline, const catalogue::FeatureInfo& info, Timestamp as_of);

// The walk of every cluster instance of a run that counts, in the order of the timelines.
std::vector<CountedTimeline> counted_timelines(const Evidence& evidence);

// The feature's gates in a phase: "on", "off", "off at kube-apiserver, on elsewhere", "on at kube-apiserver, unverified
// at kubelet"; with names when there are several; "unverified" when nothing is known.
std::string gates_text(const catalogue::CellFacts* facts, const catalogue::FeatureInfo& info);
// "v1.34.3"; "unverified".
std::string server_text(const catalogue::CellFacts* facts);
// "v1.33.13", "v1.31.4 to v1.33.13"; "unverified".
std::string kubelets_text(const catalogue::CellFacts* facts);
// What was asked for: "set-gates X=false at every component", "upgrade to v1.34.3", "swap-kubelet to v1.31.4 on n2".
std::string text_of(const results::Transition& transition);

}  // namespace graduand::graduation::prr
