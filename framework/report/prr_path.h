// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "framework/report/prr_counted.h"

namespace graduand::report::prr {

// How an attempt stands to the transitions of its cluster.
enum class Stance {
  kInPhase,   // nothing changed while it ran
  kSpanning,  // it watched while a profile's transitions were made
  kChanging,  // it made transitions itself
};
Stance stance_of(const results::Attempt& attempt, const Walk& walk);

// The way of each cell through its phases, over the walks that `wanted` accepts; ordered by the cell's name. Walks of
// one cell's fingerprint go together, and the newest one says what a phase is.
std::vector<Path> paths_of(const Counted& counted, const std::function<bool(const Walk&)>& wanted);

}  // namespace graduand::report::prr
