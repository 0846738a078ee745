// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <vector>

#include "framework/graduation/prr/counted_input.h"

namespace graduand::graduation::prr {

// The way of each cell through its phases, over the walks that `wanted` accepts; ordered by the cell's name. Walks of
// one cell's fingerprint go together, and a row says each thing that was measured in a phase of that name.
std::vector<Path> paths_of(const CountedInput& counted, const std::function<bool(const CountedTimeline&)>& wanted);

}  // namespace graduand::graduation::prr
