// SPDX-License-Identifier: Apache-2.0
#include "framework/profile/version_rules.h"

#include <fmt/format.h>

#include <algorithm>

#include "framework/catalogue/features/feature_gates.h"

namespace graduand::profile {
namespace {

using catalogue::KubeVersion;

constexpr int kMaxKubeletSkew = 3;
constexpr int kMaxEmulationSkew = 3;
constexpr int kFirstEmulatedMinor = 31;

}  // namespace

Status check_kubelet_skew(const std::string& what, const KubeVersion& kubelet, const KubeVersion& server) {
  const bool newer = kubelet.major != server.major || kubelet > server;
  if (newer && !kubelet.same_minor(server)) {
    return fail(ErrorKind::kUsage,
                fmt::format("{} of {} is newer than its control plane of {}", what, kubelet.str(), server.str()));
  }
  if (server.minor - kubelet.minor > kMaxKubeletSkew) {
    return fail(ErrorKind::kUsage, fmt::format("{} of {} is more than {} minors older than its control plane of {}",
                                               what, kubelet.str(), kMaxKubeletSkew, server.str()));
  }
  return {};
}

Status check_upgrade(const KubeVersion& from, const KubeVersion& to) {
  const bool next = to.major == from.major && to.minor == from.minor + 1;
  if (next || (to.same_minor(from) && to > from)) return {};
  return fail(ErrorKind::kUsage, fmt::format("an upgrade from {} leads to v{}.{} or a newer patch, not to {}",
                                             from.str(), from.major, from.minor + 1, to.str()));
}

Status check_downgrade(const KubeVersion& from, const KubeVersion& to) {
  const bool previous = to.major == from.major && to.minor == from.minor - 1;
  if (previous || (to.same_minor(from) && to < from)) return {};
  return fail(ErrorKind::kUsage, fmt::format("a downgrade from {} leads to v{}.{} or an older patch, not to {}",
                                             from.str(), from.major, from.minor - 1, to.str()));
}

Status check_emulated(const KubeVersion& server, const std::optional<KubeVersion>& emulated) {
  if (!emulated) return {};
  const int lowest = std::max(server.minor - kMaxEmulationSkew, kFirstEmulatedMinor);
  if (emulated->major == server.major && emulated->minor >= lowest && emulated->minor <= server.minor) return {};
  return fail(ErrorKind::kUsage, fmt::format("{} cannot emulate {}: it takes v{}.{} to v{}", server.str(),
                                             emulated->str(), server.major, lowest, server.minor_str()));
}

Status check_gates(const catalogue::GateMap& gates, const std::string& component, const KubeVersion& version) {
  for (const auto& [gate, on] : gates) {
    auto checked = catalogue::FeatureGates::builtin().check_request(gate, on, version);
    if (!checked) return fail_with_context(std::move(checked).error(), component + " " + version.str());
  }
  return {};
}

}  // namespace graduand::profile
