// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "framework/base/clock.h"
#include "framework/catalogue/cell.h"
#include "framework/catalogue/features/feature_gates.h"

namespace graduand::catalogue {

// A minor of Kubernetes that a required cell asks for: a version, or one told from the release that is judged.
struct VersionRef {
  std::optional<int> minors_before;  // "release": 0, "release-1": 1; nothing: `version`
  KubeVersion version{};
  VersionRef() = default;
  VersionRef(int major, int minor) : version{major, minor, -1, {}} {}
  VersionRef(KubeVersion exact) : version(std::move(exact)) {}  // NOLINT: a version is a reference to itself
  static VersionRef before_release(int minors);
  // "v1.33", "release", "release-2". kUsage otherwise.
  static Result<VersionRef> parse(const std::string& text);
  KubeVersion at(const KubeVersion& release) const;  // a minor
  std::string str() const;
  friend bool operator==(const VersionRef&, const VersionRef&) = default;
};

// A cell that a stage needs evidence from, as features/<Feature>.yaml writes it: described by what it must be, not by
// its name.
struct RequiredCell {
  std::string name;                                // for people: "on", "off at the kubelet only"
  VersionRef kubernetes;                           // the API server's minor
  GateMap gates;                                   // effective at every component that has the gate
  std::map<std::string, GateMap> component_gates;  // effective on one component; overrides `gates`
  int min_nodes = 1;
  std::optional<VersionRef> kubelets{};  // of every kubelet, where it is another minor than `kubernetes`
  bool emulated = false;  // the API server emulates `kubernetes`, being newer; false: it emulates nothing
  friend bool operator==(const RequiredCell&, const RequiredCell&) = default;
};

// The same for one release.
struct ResolvedCell {
  std::string name;  // "v1.33, on"
  KubeVersion kubernetes;
  KubeVersion kubelets;
  bool emulated = false;
  std::map<std::string, GateMap> gates;  // by component
  int min_nodes = 1;
  std::string impossible;  // why Kubernetes has no such cell, "X is locked on at v1.34"; empty: it has
  // Whether a cluster with these measured facts is such a cell. Every kubelet's minor counts. A gate is what the
  // component says; where it does not list it, what the gate table says of a gate that is locked or GA at its version.
  // An unverified component matches nothing that is asked of it; a pre-release only when they are admitted.
  bool matches(const CellFacts& facts, bool with_prereleases = false) const;
};

// What a deprecation promises: announced when, and from which release on the behaviour changes by default.
struct Deprecation {
  std::string what;
  Timestamp announced{};
  KubeVersion effective;     // a minor
  Timestamp effective_at{};  // that release's day
};

// A kind of situation that evidence must include: at least one case that the label filter selects has to have passed
// with the gates on.
struct Scenario {
  std::string name;    // "a Job is deleted under load while its pods end"
  std::string labels;  // a label filter, held against CaseInfo::all_labels()
};

// A number that cases measure and that must not grow when the gates are switched on.
struct Comparison {
  std::string measure;   // Measure::name, "scheduler_resident_memory"
  double at_most = 1.1;  // the greatest ratio of the medians, on to off
};

// What is known of a feature, from features/<Feature>.yaml; of one without such a file, from the suites that name it.
struct FeatureInfo {
  std::string name;  // "PodLifecycleSleepAction"
  std::vector<int> keps;
  std::vector<std::string> gates;
  std::map<std::string, std::vector<std::string>> components;  // gate → who has it; absent: API server and kubelet
  std::string sig;
  std::map<std::string, KubeVersion> stages;                        // "alpha", "beta", "stable" → first minor
  std::map<std::string, std::vector<RequiredCell>> required_cells;  // by stage, "beta" and "stable"
  // Suites whose cases have to run in each required cell in which their needs are met. What others run for the feature
  // (on older nodes, through transitions) counts when it was run.
  std::vector<std::string> required_suites;
  std::vector<std::string> metrics;  // that the KEP names
  std::vector<Scenario> scenarios;
  std::vector<Comparison> comparisons;
  std::vector<Deprecation> deprecations;
  // Member → "file:line:column" where it is stated, for errors: "keps", "gates", …, "required-cells.beta".
  std::map<std::string, std::string> where;

  const std::vector<std::string>& components_of(const std::string& gate) const;
  // Every component that has one of the gates, in components()' order.
  std::vector<std::string> gate_components() const;
};

// The cells of a stage as they are for a release. kUsage, with the releases that it can be judged at, when one of the
// feature's gates did not exist at the release, or the gate table ends before it. A cell of another minor at which a
// gate does not exist is `impossible`.
Result<std::vector<ResolvedCell>> resolve(const FeatureInfo& feature, const std::string& stage,
                                          const KubeVersion& release,
                                          const FeatureGates& table = FeatureGates::builtin());

}  // namespace graduand::catalogue
