// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "framework/cli/cli.h"
#include "framework/graduation/commands/known_profile.h"

namespace graduand::cli {

// The folders of profiles that commands in a verdict may name: --kind-configs, $GRADUAND_KIND_CONFIGS, or
// `kind-configs` in the working directory or else in one of the folders that the program lies in, as in a checkout;
// else none.
std::vector<std::filesystem::path> kind_config_folders(const Session& session);

// How a command that is typed in the working directory names the file: relative to it when it lies below.
std::string as_named_here(const std::filesystem::path& file);

// Their profiles, by file name as above.
// A file that is no profile that Kubernetes would take is passed over: whoever runs it is told.
std::vector<graduation::KnownProfile> known_profiles(const Session& session);

}  // namespace graduand::cli
