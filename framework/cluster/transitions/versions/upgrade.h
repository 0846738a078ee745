// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "framework/cluster/transitions/transition_work.h"

namespace graduand::cluster {

// The transition upgrade of a kind cluster to request.version, one minor up or a newer patch, as an administrator does
// it: images and programs of the version are brought to the nodes, etcd's snapshot is saved, `kubeadm upgrade apply` on
// the first control plane, `kubeadm upgrade node` on the other nodes, then the kubelets, unless control_plane_only.
// Gates that were set on the running cluster stay set: kubeadm is told of those of the control plane before, and what
// it writes over the kubelets' is set again.
// What proves it: every static pod, kube-proxy and node at the version, new holders of the leader leases, CoreDNS
// available, the facts as read back, which are returned. kUsage for a version or kubelets outside the window, and for
// gates that the version does not take. What does not converge is put back as it was, but for an etcd that has been
// upgraded: its data stays, and the message says so. kubeadm's output is in the state_dir.
Result<catalogue::CellFacts> upgrade(TransitionWork& work);

}  // namespace graduand::cluster
