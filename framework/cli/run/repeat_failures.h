// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "framework/results/run_directory.h"

namespace graduand::cli {

// What a run says last when something failed: for each case in each cell the command that repeats its first failed
// attempt, with its seed. Profiles are named as the directory's plan has them. Empty when nothing failed.
std::string repeat_failures_text(const results::RunContents& contents, const std::filesystem::path& directory);

}  // namespace graduand::cli
