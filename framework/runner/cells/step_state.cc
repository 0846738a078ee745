// SPDX-License-Identifier: Apache-2.0
#include "framework/runner/cells/step_state.h"

#include <fmt/format.h>

#include "framework/runner/names.h"

namespace graduand::runner {

std::string step_namespace(const results::Attempt& attempt, const catalogue::StepBinding& step) {
  const std::string repeat = fmt::format("{}/{}/{}", attempt.cell, step.phased_case, attempt.number);
  return namespace_name(attempt.run_id, attempt.instance_id, step.phased_case, repeat, attempt.number);
}

std::string state_file(const std::filesystem::path& instance_folder, const catalogue::StepBinding& step, int number) {
  return (instance_folder / "steps" / fmt::format("{}.{}.json", path_name(step.phased_case), number)).string();
}

}  // namespace graduand::runner
