// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "framework/catalogue/cell.h"
#include "framework/cluster/node_access.h"
#include "framework/results/records.h"

namespace graduand::cluster {

// Where the first flip on a node keeps the manifest as it was; its presence means "changed". Outside the manifest
// folder, which the kubelet reads whole.
inline constexpr const char* kManifestBackupDir = "/var/lib/graduand/manifest-backup";

struct ApiServerTarget {
  NodeAccess* nodes = nullptr;
  std::string node;        // the control plane's container
  std::string kubeconfig;  // to read /metrics and /readyz back
  std::string kube_context;
};

// Sets feature gates of kube-apiserver on a running kind cluster: replaces --feature-gates in its static pod manifest
// (see static_pod.h), waits for /readyz of the new process and for kubernetes_feature_enabled to show every asked
// value. The transition's outcome is `passed`, `failed` when the API server does not come back or shows another value
// (then the manifest is restored and waited for), or `infra-error` when the node cannot be reached. The gates are added
// to those set already. `limit` is for coming up, each way. Source: reference real clusters, gate flips.
results::Transition flip_api_server_gates(const ApiServerTarget& target, const catalogue::GateMap& gates,
                                          milliseconds limit, const Clock& clock, const CancelToken& cancel = {});
// Puts the first manifest back, if any was changed, and waits for it in the same way. Outcome as above; `passed` with
// an empty request when there was nothing to restore.
results::Transition restore_api_server(const ApiServerTarget& target, milliseconds limit, const Clock& clock,
                                       const CancelToken& cancel = {});

}  // namespace graduand::cluster
