// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <vector>

#include "framework/cli/cli.h"
#include "framework/runner/plan/plan.h"

namespace graduand::cli {

// Leaves in each cell of the plan the attempts of those suites that its profile is for. Whoever names suites or cases
// on the command line wants those, whatever a profile is for: then nothing is taken out. kUsage with its place for a
// suite that is not there; kNothingSelected when nothing is left of a plan that had something.
Status keep_suites_of_profiles(const CaseArguments& selection, const std::vector<runner::LoadedSuite>& suites,
                               runner::Plan& plan);

}  // namespace graduand::cli
