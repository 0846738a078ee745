// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "framework/graduation/run_filter.h"
#include "framework/graduation/timeline.h"

namespace graduand::graduation::prr {

// What a phase is in the cycle on → off → on of the feature's gates, as measured at every component that has them.
enum class GateRole {
  kUntouched,  // as it was when the cluster came up
  kEnabled,    // on, and it had not been on before
  kDisabled,   // off after it had been on
  kReenabled,  // on again after that
  kPartly,     // different at its components: a switch that did not reach all of them
  kUnknown,    // a component was not read
};

// What it is in the cycle upgrade → downgrade → upgrade, by the minors of API server and every kubelet.
enum class VersionRole {
  kAsCreated,
  kUpgraded,
  kDowngraded,
  kUpgradedAgain,
  kPartly,   // the kubelets are of another minor than the API server
  kUnknown,  // nothing was read back
};

struct CoursePhase {
  std::string name;
  const results::Transition* by = nullptr;      // that led to it; null for the first
  const catalogue::CellFacts* facts = nullptr;  // measured in it; null: unverified
  bool verified = false;                        // what the feature needs was read
  GateRole gate_role = GateRole::kUntouched;
  VersionRole version_role = VersionRole::kAsCreated;
};

// A cluster instance's way through its phases, with those of its records that count. Points into the timeline and the
// selection, which must outlive it.
struct Course {
  const InstanceTimeline* timeline = nullptr;
  const results::ClusterInstance* instance = nullptr;
  std::vector<CoursePhase> phases;                      // at least the first
  std::vector<const results::Transition*> transitions;  // of the profile, whatever their outcome, in order of time
  std::vector<const results::Attempt*> attempts;        // of every feature, in order of time
  std::map<std::string, std::vector<const results::Transition*>> made_by;  // attempt id → what the case changed
  const CoursePhase* phase(const std::string& name) const;
  bool ever(GateRole role) const;
  bool ever(VersionRole role) const;
};

// The course of every cluster instance of a run that counts, in the order of the timelines.
std::vector<Course> courses_of(const std::vector<InstanceTimeline>& timelines, const RunFilter& filter,
                               const catalogue::FeatureInfo& feature);

// "set-gates X=false at every component", "upgrade to v1.34.3", "swap-kubelet to v1.31.4 at node n2".
std::string text_of(const results::Transition& transition);
// The feature's gates in a phase: "on", "off", "off at kube-apiserver, on elsewhere"; with names when there are
// several; "unverified" where a component that has it was not read.
std::string gates_text(const CoursePhase& phase, const catalogue::FeatureInfo& feature);
// "v1.33.13", or "v1.31.4 to v1.33.13"; "–" when none was read.
std::string kubelets_text(const CoursePhase& phase);

}  // namespace graduand::graduation::prr
