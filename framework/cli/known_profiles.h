// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <vector>

#include "framework/cli/cli.h"
#include "framework/graduation/commands/known_profile.h"

namespace graduand::cli {

// The folders of profiles that commands in a verdict may name: --kind-configs, $GRADUAND_KIND_CONFIGS, or
// `kind-configs` in the working directory or else in one of the folders that the program lies in, as in a checkout;
// else none.
std::vector<std::filesystem::path> kind_config_folders(const Session& session);

// Their profiles, by file name. Paths below the working directory are relative to it, so that they can be pasted there.
// A file that is no profile that Kubernetes would take is passed over: whoever runs it is told.
std::vector<graduation::KnownProfile> known_profiles(const Session& session);

}  // namespace graduand::cli
