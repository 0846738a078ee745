// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "framework/e2e/phased_case.h"

namespace graduand::gate_cycle {

// The gates that the cell's transitions set.
std::vector<std::string> flipped(const e2e::Context& ctx);
// What the transitions up to the present phase made of a gate at a component, on every node; nothing where they leave
// it open.
std::optional<bool> made(const e2e::Context& ctx, const std::string& gate, const std::string& component);

// kubernetes_feature_enabled, asked now: of the API server, and of a node's kubelet. CaseError when it does not answer.
catalogue::GateMap api_server_gates(e2e::Context& ctx);
catalogue::GateMap kubelet_gates(e2e::Context& ctx, const std::string& node);

}  // namespace graduand::gate_cycle
