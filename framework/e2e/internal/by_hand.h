// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "framework/base/clock.h"
#include "framework/results/protocol.h"

namespace graduand::e2e {

// What a person who starts one case on a running cluster says.
struct ByHand {
  std::string case_id;  // with or without the suite's name
  std::string kubeconfig;
  std::string context;
  std::string node_access;  // "kind:CLUSTER" or empty
  std::uint64_t seed = 0;   // 0: a random one
  std::string artifacts;    // a folder, or empty
};

// The attempt's context, as the runner would have written it: versions and gates are read from the cluster (API server
// and kubelets, through the API). Without a kubeconfig there is no cluster.
Result<results::AttemptContext> attempt_by_hand(const std::string& suite, const ByHand& hand);

}  // namespace graduand::e2e
