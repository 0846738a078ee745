// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "framework/cluster/node_access.h"

namespace graduand::cluster {

// kind's nodes are containers: docker exec and docker cp.
std::unique_ptr<NodeAccess> docker_node_access(ProcessRunner& processes);

}  // namespace graduand::cluster
