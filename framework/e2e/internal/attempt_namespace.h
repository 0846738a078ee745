// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "framework/base/cancel.h"
#include "framework/base/error.h"
#include "framework/kube/client.h"
#include "framework/results/protocol.h"

namespace graduand::e2e {

// Any text as the value of a Kubernetes label: [A-Za-z0-9._-], at most 63 characters, alphanumeric at both ends. The
// end of a longer text is what is kept, since ids differ there.
std::string label_value(std::string_view text);

// Creates the attempt's namespace, labelled graduand.io/run and graduand.io/attempt, and waits for its default service
// account, without which no pod is admitted. A step of a phased case takes the one that an earlier step made.
// kInfrastructure when the API cannot be reached or refuses the namespace
// (401, 403, 409), kProduct when it answers otherwise.
Status create_namespace(kube::Client& client, const results::AttemptContext& attempt, const CancelToken& cancel);

// Writes what explains a failure to `folder`: events.json, pods.json, and <pod>-<container>.log of each container, as
// many as there is time for within `limit`. Gives up silently where the API does not answer.
void keep_state(kube::Client& client, const std::string& ns, const std::filesystem::path& folder, milliseconds limit);

// Starts the deletion and does not wait for its end: pods lose their finalizers and get a grace of one second, so that
// nothing of this attempt disturbs the next ones for long.
Status delete_namespace(kube::Client& client, const std::string& ns);

}  // namespace graduand::e2e
