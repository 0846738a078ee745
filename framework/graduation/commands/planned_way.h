// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "framework/graduation/timeline.h"

namespace graduand::graduation {

// What would be measured of a cell after its first `transitions` transitions if all went as asked: of the gates that
// `gates` names (component → gates; their values do not matter) and, where nothing is asked, the gate table's default.
catalogue::CellFacts facts_asked_for(const catalogue::CellDescription& planned, std::size_t transitions,
                                     const std::map<std::string, catalogue::GateMap>& gates);

// Whether a cell that is planned so would then be the required one.
bool is_asked_to_be(const catalogue::CellDescription& planned, std::size_t transitions,
                    const catalogue::ResolvedCell& required);

// The timeline that a cell's cluster would have if all went as asked, for the feature's gates: rules look at it as at
// one that was measured. `planned` must outlive it.
class PlannedWay {
 public:
  PlannedWay(const catalogue::CellDescription& planned, const catalogue::FeatureInfo& feature);
  const catalogue::CellDescription& cell() const { return *cell_; }
  const InstanceTimeline& timeline() const { return *timeline_; }
  // Whether one of its phases would be the required cell.
  bool leads_through(const catalogue::ResolvedCell& required) const;

 private:
  const catalogue::CellDescription* cell_;
  // Where the timeline points to: they stay where they are when this is moved.
  std::unique_ptr<results::ClusterInstance> instance_;
  std::unique_ptr<std::vector<results::Transition>> transitions_;
  std::unique_ptr<InstanceTimeline> timeline_;
};

}  // namespace graduand::graduation
