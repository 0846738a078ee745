// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "framework/e2e/case_error.h"
#include "framework/e2e/pods.h"

namespace graduand::skew {

// A Ready node whose kubelet is of an older minor than the API server, by the attempt's seed; empty when there is none.
// Measures by how many minors it is older: "skew".
std::string older_node(e2e::Context& ctx);

// A busybox pod on that node that runs `script` and is Ready when it has made /tmp/ready.
e2e::PodSpec script_pod(const std::string& name, const std::string& node, const std::string& script);

inline constexpr const char* kNoOlderNode = "no node's kubelet is older than the API server";

}  // namespace graduand::skew
