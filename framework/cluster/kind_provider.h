// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "framework/cluster/provider.h"
#include "framework/cluster/registry.h"

namespace graduand::cluster {

// make_kind_provider with a registry of the caller's, and another /proc, for tests.
std::unique_ptr<Provider> make_kind_provider(ProcessRunner& processes, const Clock& clock, Registry registry,
                                             std::filesystem::path proc = "/proc");

std::unique_ptr<Provider> make_existing_provider(const Profile& profile, const Clock& clock);
std::unique_ptr<Provider> make_none_provider(const Clock& clock);

}  // namespace graduand::cluster
