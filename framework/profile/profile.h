// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "framework/base/error.h"
#include "framework/base/yaml/yaml.h"
#include "framework/catalogue/cell.h"
#include "framework/catalogue/provider_capabilities.h"

namespace graduand::profile {

// A suite that a profile names.
struct NamedSuite {
  std::string name;
  std::string where;  // file:line:column, for who finds no such suite
};

// A file in kind-configs: gates × versions × topology. Top-level values are the defaults of every cell; a cell of
// `matrix` overrides or adds to them. Without a matrix there is one cell, named "default".
//
//   name: sleep-action-v1.33
//   description: ...
//   provider: kind                    # kind (default), existing, none
//   kubernetes: v1.33.13
//   emulated-version: v1.32           # optional
//   suites: [gate-cycle]              # whose cases it is for; default: every suite
//   nodes:                            # default: one control-plane
//     - role: control-plane
//     - role: worker
//       kubernetes: v1.32.2           # default: the cell's
//       count: 2                      # default: 1
//   gates: {PodLifecycleSleepAction: true}              # every component
//   component-gates: {kube-apiserver: {...}, kubelet: {...}}
//   runtime-config: {api/beta: "true"}
//   kubeadm-patches: [{kind: ClusterConfiguration, ...}]
//   kubeconfig: ~/.kube/config        # provider existing
//   context: staging                  # provider existing; default: current-context
//   transitions:                      # what a running cluster of each cell goes through, in this order
//     - setGates: {PodLifecycleSleepAction: false}   # these gates; the others stay
//       phase: "off"                  # the phase that it leads to: required, unique, not "initial"
//       component: kube-apiserver     # default: every component that has gates
//       node: worker2                 # default: every node; control-plane, control-plane2, worker, worker2 as in nodes
//     - upgrade: v1.34.3              # one minor up, or a newer patch: control plane, then kubelets
//       phase: upgraded
//       controlPlaneOnly: true        # the kubelets stay
//     - downgrade: v1.33.13           # one minor down, or an older patch; controlPlaneOnly too
//       phase: downgraded
//       restoreEtcd: true             # etcd's data as before the upgrade
//     - swapKubelet: v1.33.13         # node too
//       phase: skewed
//     - restart: kube-scheduler       # a component with gates, or etcd; node too
//       phase: restarted
//   matrix:
//     - name: "on"
//       gates: {...}
struct Profile {
  std::string name;
  std::string description;
  std::filesystem::path path;
  std::string provider = catalogue::kDefaultProvider;
  std::filesystem::path kubeconfig;  // provider existing
  std::string context;
  std::vector<NamedSuite> suites;  // empty: it is for all
  std::vector<catalogue::CellDescription> cells;
  bool runs_suite(const std::string& suite) const;
};

// Strict: unknown and duplicate keys, wrong types, unknown components, two cells of the same name or the same
// fingerprint are kUsage with file:line:column and a did-you-mean. Gates are not checked here: see check_cell.
Result<Profile> load_profile(const std::filesystem::path& path);
Result<Profile> parse_profile(std::string_view text, const std::string& source);

// Whether Kubernetes at this cell's versions will take its gates and topology, against the built-in feature list: gate
// unknown or locked (naming gate, component and version), node newer than the control plane or more than three minors
// older, emulated version out of range. The same after each of its transitions (check_transitions.h). Takes
// microseconds; called before anything is created.
Status check_cell(const catalogue::CellDescription& cell);

}  // namespace graduand::profile
