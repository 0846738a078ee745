// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "framework/graduation/evidence.h"

namespace graduand::graduation {

// What one cluster instance showed of a gate that was switched while it ran. Places are those of its phases.
struct GateCycle {
  const InstanceTimeline* timeline = nullptr;
  std::size_t on = 0;        // measured on at every component that has the gate
  std::size_t off = 0;       // after that measured off at every one
  std::size_t on_again = 0;  // and on again
};
// The first cycle on → off → on of the gate on the instance, by what was measured; nullopt when there is none.
std::optional<GateCycle> gate_cycle(const InstanceTimeline& timeline, const std::string& gate,
                                    const std::vector<std::string>& components);

// A way up → down → up between two minors, API server and every kubelet.
struct VersionCycle {
  const InstanceTimeline* timeline = nullptr;
  std::size_t older = 0, newer = 0, older_again = 0, newer_again = 0;
};
// The first such way whose newer minor is `newer`; nullopt when there is none.
std::optional<VersionCycle> version_cycle(const InstanceTimeline& timeline, const catalogue::KubeVersion& newer);

// How many minors the oldest kubelet is behind the API server; 0 when none was read.
int minors_behind(const catalogue::CellFacts& facts);

// Attempts that speak for the feature, count in the window, are verified, and began and ended in one phase.
struct InPhase {
  long passed = 0;
  long ran = 0;
  std::vector<std::string> passed_ids;  // at most 20
  std::set<std::string> phased_cases;   // whose steps passed here
};
InPhase attempts_in(const Evidence& evidence, const InstanceTimeline& timeline, std::size_t phase);

}  // namespace graduand::graduation
