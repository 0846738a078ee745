// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "framework/runner/cells/cell_cluster.h"

namespace graduand::runner {

// The phase in which a cell's cluster is, and the way to the next one.
class CellPhases {
 public:
  // All must outlive it.
  CellPhases(const PlannedCell& cell, CellCluster& cluster, Recorder& recorder, const Clock& clock,
             const CancelToken& cancel);
  // After the cluster came up, or was taken over: where it stands.
  void begin() { place_ = cluster_.taken_over_in().value_or(0); }
  const std::string& name() const { return names_[place_]; }
  bool last() const { return place_ + 1 == names_.size(); }
  const std::vector<std::string>& names() const { return names_; }
  std::size_t place() const { return place_; }

  // Why a cell ends before its last phase.
  struct Problem {
    std::string why;
    results::Outcome outcome;  // of the transition
  };
  // Makes the next transition, and records it and what was then read back of the cluster. Nothing: the next phase has
  // begun, or it was cancelled, and then there is no record. An error only when a record cannot be written.
  Result<std::optional<Problem>> advance();

 private:
  Status record_facts(const std::string& phase);

  const PlannedCell& cell_;
  CellCluster& cluster_;
  Recorder& recorder_;
  const Clock& clock_;
  const CancelToken& cancel_;
  std::vector<std::string> names_;
  std::size_t place_ = 0;
};

}  // namespace graduand::runner
