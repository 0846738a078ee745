// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

#include "framework/base/processes/process.h"
#include "framework/kube/client.h"

namespace graduand::cluster {

// kind's export (journals, pod logs, node states) into `folder`, and beside it what the API says of nodes, pods and
// events, when there is a client and it answers. Whatever can be had is kept; the error names the first thing that
// could not. Takes two minutes at most.
Status export_kind_logs(ProcessRunner& processes, const std::string& cluster, kube::Client* client,
                        const std::filesystem::path& folder);

// The last words of a component of the control plane, from an exported folder: what it died of. Empty when it wrote
// none.
std::string last_words_of(const std::filesystem::path& exported, const std::string& component);

}  // namespace graduand::cluster
