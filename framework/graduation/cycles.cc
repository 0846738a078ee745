// SPDX-License-Identifier: Apache-2.0
#include "framework/graduation/cycles.h"

#include <algorithm>

#include "framework/graduation/rule_text.h"
#include "framework/results/run_directory.h"

namespace graduand::graduation {
namespace {

using catalogue::CellFacts;
using catalogue::KubeVersion;

// The minor that the API server and every kubelet have; nullopt when they differ or were not read.
std::optional<KubeVersion> common_minor(const TimelinePhase& phase) {
  if (!phase.facts || phase.facts->kubelet_versions.empty()) return std::nullopt;
  const KubeVersion& server = phase.facts->api_server_version;
  if (phase.facts->emulated_version && !phase.facts->emulated_version->same_minor(server)) return std::nullopt;
  for (const KubeVersion& kubelet : phase.facts->kubelet_versions)
    if (!kubelet.same_minor(server)) return std::nullopt;
  return KubeVersion{server.major, server.minor, -1, {}};
}

}  // namespace

std::optional<GateCycle> gate_cycle(const InstanceTimeline& timeline, const std::string& gate,
                                    const std::vector<std::string>& components) {
  GateCycle cycle;
  cycle.timeline = &timeline;
  enum { kNothing, kOn, kOff } seen = kNothing;
  for (std::size_t i = 0; i < timeline.phases.size(); ++i) {
    const GateState state = gate_state(gate, components, timeline.phases[i].measured());
    if (state == GateState::kOn && seen == kOff) {
      cycle.on_again = i;
      return cycle;
    }
    if (state == GateState::kOn) {
      cycle.on = i;
      seen = kOn;
    }
    if (state == GateState::kOff && seen != kNothing) {
      cycle.off = i;
      seen = kOff;
    }
  }
  return std::nullopt;
}

std::optional<VersionCycle> version_cycle(const InstanceTimeline& timeline, const KubeVersion& newer) {
  std::vector<std::size_t> way;  // places of older, newer, older, newer
  std::optional<KubeVersion> older;
  for (std::size_t i = 0; i < timeline.phases.size(); ++i) {
    const auto minor = common_minor(timeline.phases[i]);
    if (!minor) continue;
    const bool is_newer = minor->same_minor(newer);
    const bool wants_newer = way.size() % 2 == 1;
    if (wants_newer ? is_newer : !is_newer && *minor < newer && (!older || older->same_minor(*minor))) {
      if (!wants_newer) older = minor;
      way.push_back(i);
    } else if (way.size() == 1 && !is_newer && *minor < newer) {
      way.back() = i;  // it came nearer in steps
      older = minor;
    }
    if (way.size() == 4) return VersionCycle{&timeline, way[0], way[1], way[2], way[3]};
  }
  return std::nullopt;
}

int minors_behind(const CellFacts& facts) {
  int most = 0;
  for (const KubeVersion& kubelet : facts.kubelet_versions)
    if (kubelet.major == facts.api_server_version.major)
      most = std::max(most, facts.api_server_version.minor - kubelet.minor);
  return most;
}

InPhase attempts_in(const Evidence& evidence, const InstanceTimeline& timeline, std::size_t phase) {
  InPhase seen;
  const TimelinePhase& at = timeline.phases[phase];
  const std::string& name = at.name;
  // An attempt says only the phase's name: one that two phases have is the first's.
  if (timeline.phase(name) != phase) return seen;
  for (auto one = evidence.attempts.rbegin(); one != evidence.attempts.rend(); ++one) {
    if (one->timeline != &timeline || !one->in_window || !one->verified || !one->ran()) continue;
    if (one->attempt->first_phase != name || one->attempt->last_phase != name) continue;
    if (at.by != nullptr && one->attempt->started + results::kClockSlack < at.by->started + at.by->took) continue;
    ++seen.ran;
    if (one->failed()) continue;
    ++seen.passed;
    if (!one->attempt->phased_case.empty()) seen.phased_cases.insert(one->attempt->phased_case);
    if (seen.passed_ids.size() < kIdsOfAFinding) seen.passed_ids.push_back(one->attempt->id);
  }
  return seen;
}

}  // namespace graduand::graduation
