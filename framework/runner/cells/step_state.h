// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

#include "framework/catalogue/phase.h"
#include "framework/results/records.h"

namespace graduand::runner {

// What the steps of one repeat of a phased case share on one cluster instance, and nobody else.

// The namespace: the same for each step, by the attempt's instance, cell and number.
std::string step_namespace(const results::Attempt& attempt, const catalogue::StepBinding& step);

// The JSON file: steps/<case>.<number>.json in the instance's folder.
std::string state_file(const std::filesystem::path& instance_folder, const catalogue::StepBinding& step, int number);

}  // namespace graduand::runner
