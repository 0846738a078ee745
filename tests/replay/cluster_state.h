// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "framework/catalogue/cell.h"
#include "framework/catalogue/features/feature_gates.h"

namespace graduand::replay {

// Whether a cluster of this version would start when it is asked for the gate: it is there and not locked. A gate that
// the table does not know may be anywhere.
bool can_be_asked(const std::string& gate, const catalogue::KubeVersion& version);

// A cluster of a replay as it would be: what is asked of it, and what would be read back.
struct ClusterState {
  catalogue::KubeVersion server;
  std::vector<catalogue::KubeVersion> kubelets;
  catalogue::GateMap asked;

  // Versions are of all nodes; gates of all components.
  void apply(const catalogue::TransitionRequest& request);
  // Nothing where the gate does not exist, or nobody knows its default.
  std::optional<bool> effective(const std::string& gate, const catalogue::KubeVersion& version) const;
  // Of every component, with these gates among them. A kubelet's gate is listed when all nodes agree.
  catalogue::CellFacts facts(const std::vector<std::string>& gates) const;
};

}  // namespace graduand::replay
