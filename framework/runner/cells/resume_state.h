// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "framework/runner/plan/plan.h"

namespace graduand::runner {

// What the records say of a planned cell with transitions. `planned` has the attempts that are left. Pure.
ResumeState resume_state(const PlannedCell& planned, const results::RunContents& done);

// Why the rest of a cell is not run after this transition, which did not pass.
std::string why_over(const results::Transition& transition);

}  // namespace graduand::runner
