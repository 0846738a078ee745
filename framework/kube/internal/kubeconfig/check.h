// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "framework/kube/internal/kubeconfig/file.h"

namespace graduand::kube::internal {

// Fills `config` from the chosen entries, with the files that they name. kUsage with the place for what kubectl
// refuses: a server that is no URL, a file that cannot be read, data beside a file, two ways to log in, none, ...
Status settle(ClusterEntry& cluster, UserEntry& user, ClusterConfig& config);

}  // namespace graduand::kube::internal
