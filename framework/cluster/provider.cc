// SPDX-License-Identifier: Apache-2.0
#include "framework/cluster/provider.h"

#include "framework/base/text.h"
#include "framework/cluster/kind_provider.h"

namespace graduand::cluster {

results::Transition Cluster::apply(const catalogue::TransitionRequest& request, const TransitionOptions&,
                                   const CancelToken&) {
  results::Transition record;
  record.request = request;
  record.outcome = results::Outcome::kInfraError;
  record.message = "a cluster of the provider " + instance().provider + " cannot make this transition";
  return record;
}

std::map<std::string, std::string> Cluster::provide_images(const std::vector<std::string>&, const CancelToken&) {
  return {};
}

Result<std::unique_ptr<Provider>> make_provider(const Profile& profile, ProcessRunner& processes, const Clock& clock) {
  if (profile.provider == "kind") return make_kind_provider(processes, clock);
  if (profile.provider == "existing") return make_existing_provider(profile, clock);
  if (profile.provider == "none") return make_none_provider(clock);
  return fail(ErrorKind::kUsage, "there is no provider '" + profile.provider + "'", profile.path.string(),
              did_you_mean_hint(profile.provider, {"kind", "existing", "none"}));
}

}  // namespace graduand::cluster
