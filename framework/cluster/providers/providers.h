// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "framework/cluster/provider.h"
#include "framework/profile/profile.h"

namespace graduand::cluster {

// The provider for a profile: kind, existing, or none ("no cluster at all": attempts run, and are marked simulated).
// `profile` must outlive it. kUsage for an unknown name.
Result<std::unique_ptr<Provider>> make_provider(const profile::Profile& profile, ProcessRunner& processes,
                                                const Clock& clock);
std::unique_ptr<Provider> make_existing_provider(const profile::Profile& profile, const Clock& clock);
std::unique_ptr<Provider> make_none_provider(const Clock& clock);

}  // namespace graduand::cluster
