// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "framework/catalogue/cell.h"
#include "framework/cluster/journal/node_journal.h"
#include "framework/cluster/node_access.h"
#include "framework/cluster/transitions/node_components.h"
#include "framework/results/records.h"

namespace graduand::cluster {

struct ApiServerTarget {
  NodeAccess* nodes = nullptr;
  NodeJournal* journal = nullptr;  // where the manifest is entered before it is changed
  std::string node;                // with a control plane
  MakeClient make_client;          // to read /metrics and /readyz back
};

// Sets feature gates of kube-apiserver on a running cluster of static pods: replaces --feature-gates in its static pod
// manifest (see static_pod.h), waits for /readyz of the new process and for kubernetes_feature_enabled to show every
// asked value. The transition's outcome is `passed`, `failed` when the API server does not come back or shows another
// value (then the manifest is as before this flip, and has been waited for), or `infra-error` when the node cannot be
// reached. The gates are added to those set already. `limit` is for coming up, each way. The journal's put_back() is
// the way back over all flips. Source: reference real clusters, gate flips.
results::Transition flip_api_server_gates(const ApiServerTarget& target, const catalogue::GateMap& gates,
                                          milliseconds limit, const Clock& clock, const CancelToken& cancel = {});

}  // namespace graduand::cluster
