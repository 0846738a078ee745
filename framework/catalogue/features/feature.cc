// SPDX-License-Identifier: Apache-2.0
#include "framework/catalogue/features/feature.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "framework/base/contains.h"

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
  if (facts.reading(component) != CellFacts::Reading::kRead) return false;
  const auto versions =
      component == kKubelet ? facts.kubelet_versions : std::vector<KubeVersion>{facts.api_server_version};
  return std::all_of(wanted.begin(), wanted.end(), [&](const auto& one) {
    const auto effective = facts.effective(component, one.first);
    return effective ? *effective == one.second : settled(one.first, one.second, versions);
  });
}

// Why no component can be asked for this; empty when it can.
std::string impossible(const ResolvedCell& cell, const FeatureGates& table) {
  for (const auto& [component, wanted] : cell.gates)
    for (const auto& [gate, on] : wanted) {
      const KubeVersion& version = component == kKubelet ? cell.kubelets : cell.kubernetes;
      if (!table.known(gate)) continue;
      const auto spec = table.at(gate, version);
      if (!spec) return gate + " does not exist at " + version.str();
      if (spec->locked && spec->default_on != on)
        return gate + " is locked " + (spec->default_on ? "on" : "off") + " at " + version.str();
    }
  return {};
}

// Beyond its list the gate table would only repeat the newest minor, and a feature whose gate is not there is not
// there.
Status can_be_judged(const FeatureInfo& feature, const KubeVersion& release, const FeatureGates& table) {
  FeatureGates::Range range{{}, table.newest()};
  std::string why;
  if (table.newest() < KubeVersion{release.major, release.minor, -1, {}})
    why = "the gate table ends at " + table.newest().str();
  for (const std::string& gate : feature.gates) {
    const auto own = table.range(gate);
    if (!own) continue;
    range.first = std::max(range.first, own->first);
    range.last = std::min(range.last, own->last);
    if (why.empty() && !table.at(gate, release)) why = "its gate " + gate + " does not exist there";
  }
  if (why.empty()) return {};
  std::string hint = "no release has all of its gates";
  if (range.first <= range.last)
    hint = fmt::format("it can be judged {}to {}", range.first.major > 0 ? "from " + range.first.str() + " " : "up ",
                       range.last.str());
  return fail(ErrorKind::kUsage, fmt::format("{} cannot be judged at {}: {}", feature.name, release.str(), why), {},
              hint);
}

}  // namespace

VersionRef VersionRef::before_release(int minors) {
  VersionRef ref;
  ref.minors_before = minors;
  return ref;
}

Result<VersionRef> VersionRef::parse(const std::string& text) {
  constexpr std::string_view kRelease = "release";
  if (text == kRelease) return before_release(0);
  if (text.starts_with("release-")) {
    int minors = 0;
    const char* end = text.data() + text.size();
    const auto [rest, error] = std::from_chars(text.data() + kRelease.size() + 1, end, minors);
    if (error == std::errc() && rest == end && minors > 0 && minors < 100) return before_release(minors);
  }
  if (auto version = KubeVersion::parse(text)) return VersionRef(*std::move(version));
  return fail(ErrorKind::kUsage, "'" + text + "' is neither a version nor told from the release", {},
              "write 'v1.33', 'release' or 'release-1'");
}

KubeVersion VersionRef::at(const KubeVersion& release) const {
  if (!minors_before) return {version.major, version.minor, -1, {}};
  return {release.major, release.minor - *minors_before, -1, {}};
}

std::string VersionRef::str() const {
  if (!minors_before) return version.str();
  return *minors_before == 0 ? "release" : fmt::format("release-{}", *minors_before);
}

bool ResolvedCell::matches(const CellFacts& facts, bool with_prereleases) const {
  if (!impossible.empty() || facts.nodes < min_nodes) return false;
  const auto settled_version = [&](const KubeVersion& one) { return with_prereleases || one.prerelease.empty(); };
  const bool emulates = facts.emulated_version && !facts.emulated_version->same_minor(facts.api_server_version);
  if (emulates != emulated) return false;
  const KubeVersion& api = emulated ? *facts.emulated_version : facts.api_server_version;
  if (!kubernetes.same_minor(api) || !settled_version(facts.api_server_version)) return false;
  if (facts.reading(kKubelet) != CellFacts::Reading::kAbsent) {
    if (facts.kubelet_versions.empty()) return false;
    for (const KubeVersion& kubelet : facts.kubelet_versions)
      if (!kubelets.same_minor(kubelet) || !settled_version(kubelet)) return false;
  }
  return std::all_of(gates.begin(), gates.end(),
                     [&](const auto& one) { return component_matches(one.first, one.second, facts); });
}

const std::vector<std::string>& FeatureInfo::components_of(const std::string& gate) const {
  static const std::vector<std::string> usual = {kApiServer, kKubelet};
  const auto own = components.find(gate);
  return own == components.end() ? usual : own->second;
}

std::vector<std::string> FeatureInfo::gate_components() const {
  std::vector<std::string> all;
  for (const std::string& component : catalogue::components())
    if (std::any_of(gates.begin(), gates.end(),
                    [&](const std::string& gate) { return contains(components_of(gate), component); }))
      all.push_back(component);
  return all;
}

Result<std::vector<ResolvedCell>> resolve(const FeatureInfo& feature, const std::string& stage,
                                          const KubeVersion& release, const FeatureGates& table) {
  GRADUAND_TRY(can_be_judged(feature, release, table));
  std::vector<ResolvedCell> cells;
  const auto found = feature.required_cells.find(stage);
  if (found == feature.required_cells.end()) return cells;
  for (const RequiredCell& required : found->second) {
    ResolvedCell cell;
    cell.kubernetes = required.kubernetes.at(release);
    cell.kubelets = required.kubelets ? required.kubelets->at(release) : cell.kubernetes;
    cell.emulated = required.emulated;
    cell.min_nodes = required.min_nodes;
    cell.gates = required.component_gates;
    for (const auto& [gate, on] : required.gates)
      for (const std::string& component : feature.components_of(gate)) cell.gates[component].emplace(gate, on);
    cell.name = required.name;
    if (required.kubernetes.minors_before) cell.name = cell.kubernetes.str() + ", " + required.name;
    cell.impossible = catalogue::impossible(cell, table);
    cells.push_back(std::move(cell));
  }
  return cells;
}

}  // namespace graduand::catalogue
