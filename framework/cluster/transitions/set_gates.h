// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "framework/cluster/transitions/transition_work.h"

namespace graduand::cluster {

// The transition set-gates of a kind cluster: the request's gates at its component (or all that have gates) on its node
// (or all), the rest of the gates as they are. In this order, as fast as is safe:
//  - the old static pods go away, at the same time; the new API server comes and is ready (gate_flip.h), then the new
//    controller manager and scheduler, which would not survive a start without it;
//  - the kubelet's configuration file is replaced and the kubelet restarted; kube-proxy's config map is changed and its
//    DaemonSet rolled out;
//  - what proves it: new holders of the leader leases that were held by what was restarted, nodes Ready, CoreDNS
//  available, kubernetes_feature_enabled of
//    every component as asked.
// Returns the facts as read back. kProduct when a component does not come back or shows other values, kInfrastructure
// when the cause is outside; then everything is as it was before, and has been waited for; the message ends with what
// could not be put back, if anything. kCancelled likewise. What it changes on nodes is in their journals while it runs,
// for Cluster::restore() after a crash.
Result<catalogue::CellFacts> set_gates(TransitionWork& work);

}  // namespace graduand::cluster
