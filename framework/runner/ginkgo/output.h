// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <vector>

#include "framework/runner/ginkgo/ending.h"

namespace graduand::runner {

// What Ginkgo's verbose output (--ginkgo.v) says of a spec.
enum class SaidOfSpec { kNothing, kBegan, kPassed, kEndedOtherwise };

// Of each of the wanted specs, which run in this order, as far as the output goes. What a spec writes itself is passed
// over, unless it writes as Ginkgo does: for a process that died before it wrote its report, not for verdicts else.
std::vector<SaidOfSpec> read_ginkgo_output(std::string_view output, const std::vector<WantedSpec>& wanted);

}  // namespace graduand::runner
