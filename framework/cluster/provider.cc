// SPDX-License-Identifier: Apache-2.0
#include "framework/cluster/provider.h"

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

}  // namespace graduand::cluster
