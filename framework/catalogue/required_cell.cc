// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "framework/catalogue/feature_gates.h"
#include "framework/catalogue/suite_file.h"

namespace graduand::catalogue {
namespace {

// A component stops listing a gate when its code has forgotten it; what is settled at its version still holds.
bool settled(const std::string& gate, bool on, const std::vector<KubeVersion>& versions) {
  return !versions.empty() && std::all_of(versions.begin(), versions.end(), [&](const KubeVersion& version) {
    const auto spec = FeatureGates::builtin().at(gate, version);
    return spec && (spec->locked || spec->stage == GateStage::kGA) && spec->default_on == on;
  });
}

bool component_matches(const std::string& component, const GateMap& wanted, const CellFacts& facts) {
  const auto& unverified = facts.unverified_components;
  if (std::find(unverified.begin(), unverified.end(), component) != unverified.end()) return false;
  if (facts.effective_gates.count(component) == 0) return false;  // nothing was read of it
  const auto versions =
      component == kKubelet ? facts.kubelet_versions : std::vector<KubeVersion>{facts.api_server_version};
  return std::all_of(wanted.begin(), wanted.end(), [&](const auto& one) {
    const auto effective = facts.effective(component, one.first);
    return effective ? *effective == one.second : settled(one.first, one.second, versions);
  });
}

}  // namespace

bool RequiredCell::matches(const CellFacts& facts) const {
  if (!kubernetes.same_minor(facts.api_server_version) || facts.nodes < min_nodes) return false;
  std::map<std::string, GateMap> wanted = component_gates;
  if (!gates.empty()) {
    for (const char* component : {kApiServer, kKubelet}) wanted[component].insert(gates.begin(), gates.end());
  }
  return std::all_of(wanted.begin(), wanted.end(),
                     [&](const auto& one) { return component_matches(one.first, one.second, facts); });
}

}  // namespace graduand::catalogue
