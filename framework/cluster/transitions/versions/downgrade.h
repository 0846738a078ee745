// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "framework/cluster/transitions/transition_work.h"

namespace graduand::cluster {

// The transition downgrade of a kind cluster to request.version, one minor down or an older patch. Kubernetes and
// kubeadm support none; this is what somebody does who has to go back all the same, in the reverse order of an upgrade,
// so that no component is ever newer than the API server: kubelets (unless control_plane_only), kube-proxy, controller
// manager and scheduler, then the API server, each by the image in its manifest. Before, etcd's snapshot is saved.
// etcd and its data stay as they are, with what the newer version wrote; or with restore_etcd (one control plane only)
// etcd goes back as well, to the snapshot that the upgrade from request.version saved in the state_dir, and whatever
// was written since is gone. Which way it went is in the message of the record, also when it passed.
// Proof, errors and putting back as in upgrade.h; kUsage also when there is no such snapshot.
Result<catalogue::CellFacts> downgrade(TransitionWork& work);

}  // namespace graduand::cluster
