// SPDX-License-Identifier: Apache-2.0
#include "framework/cluster/providers/providers.h"

#include "framework/base/text.h"
#include "framework/catalogue/provider_capabilities.h"
#include "framework/cluster/kind/kind_provider.h"
#include "framework/profile/profile.h"

namespace graduand::cluster {

Result<std::unique_ptr<Provider>> make_provider(const profile::Profile& profile, ProcessRunner& processes,
                                                const Clock& clock) {
  if (profile.provider == "kind") return make_kind_provider(processes, clock);
  if (profile.provider == "existing") return make_existing_provider(profile, clock);
  if (profile.provider == "none") return make_none_provider(clock);
  return fail(ErrorKind::kUsage, "there is no provider '" + profile.provider + "'", profile.path.string(),
              did_you_mean_hint(profile.provider, catalogue::provider_names()));
}

}  // namespace graduand::cluster
