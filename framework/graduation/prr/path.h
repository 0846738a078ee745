// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "framework/graduation/prr/evidence.h"

namespace graduand::graduation::prr {

// The way of each cell through its phases, over the courses that `wanted` accepts; ordered by the cell's name. Those of
// one cell's fingerprint go together, and the newest one says what a phase is.
std::vector<Path> paths_of(const AnswerEvidence& evidence, const std::function<bool(const Course&)>& wanted);

}  // namespace graduand::graduation::prr
