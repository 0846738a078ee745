// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "framework/base/json.h"
#include "framework/catalogue/kube_version.h"
#include "framework/catalogue/transition.h"

namespace graduand::catalogue {

// The components that have feature gates, by the names that Kubernetes gives them.
inline constexpr const char* kApiServer = "kube-apiserver";
inline constexpr const char* kControllerManager = "kube-controller-manager";
inline constexpr const char* kScheduler = "kube-scheduler";
inline constexpr const char* kKubelet = "kubelet";
inline constexpr const char* kKubeProxy = "kube-proxy";
const std::vector<std::string>& components();

using GateMap = std::map<std::string, bool>;

struct NodeDescription {
  std::string role;  // "control-plane" or "worker"
  KubeVersion version;
  std::map<std::string, std::string> labels{};
  std::vector<std::string> taints{};  // as kubectl spells them: "key=value:NoSchedule", "key:NoExecute"
  friend bool operator==(const NodeDescription&, const NodeDescription&) = default;
};

// One point of a profile's matrix: what is asked for, before anything runs.
struct CellDescription {
  std::string profile;   // the profile's name
  std::string name;      // the cell's name within it
  std::string provider;  // "kind", "existing", "none"
  KubeVersion kubernetes_version;
  std::optional<KubeVersion> emulated_version;
  std::vector<NodeDescription> nodes;                 // control planes first
  GateMap gates;                                      // for every component
  std::map<std::string, GateMap> component_gates;     // override `gates` for one component
  std::map<std::string, std::string> runtime_config;  // API server, "api/beta": "true"
  std::vector<json::value> kubeadm_patches;           // objects with a `kind`
  std::vector<TransitionRequest> transitions;         // in the order in which they are applied

  // "profile/name", for people.
  std::string display_name() const { return profile + "/" + name; }
  // What `component` is asked to have on and off.
  GateMap requested_gates(const std::string& component) const;
  // Identity: the first 16 hex digits of SHA-256 over the canonical JSON of everything but profile, name and provider.
  std::string fingerprint() const;
  json::object to_json() const;  // also carries profile, name, provider and fingerprint
  static Result<CellDescription> from_json(const json::value& value);
};

// What was measured on a cluster instance: needs are held against it.
struct CellFacts {
  KubeVersion api_server_version;
  std::vector<KubeVersion> kubelet_versions;
  std::map<std::string, GateMap> effective_gates;  // component → gate → on; kubelet: on at every node, see below
  std::vector<std::string> unverified_components;  // could not be read; never in effective_gates
  std::vector<std::string> absent_components;      // the cluster has none, by design; in neither of the two above
  std::optional<KubeVersion> emulated_version;     // a minor; what the API server says that it emulates, when another
  int threads_per_core = 1;                        // the least of any node
  int nodes = 1;
  bool node_access = false;  // commands can be run on nodes, gates can be flipped

  // A gate of the kubelet is on when it is on at every node, and listed only when all nodes agree.
  std::optional<bool> effective(const std::string& component, const std::string& gate) const;
  // A component that is in none of the three lists is unverified: what was not read is never known.
  enum class Reading { kRead, kAbsent, kUnverified };
  Reading reading(const std::string& component) const;
  json::object to_json() const;
  static Result<CellFacts> from_json(const json::value& value);
};

}  // namespace graduand::catalogue
