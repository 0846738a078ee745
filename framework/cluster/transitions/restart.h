// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "framework/cluster/transitions/transition_work.h"

namespace graduand::cluster {

// The transition restart of request.component, on request.node or wherever it runs: the process of a static pod (API
// server, controller manager, scheduler, etcd) is ended, and another container of the same pod is waited for; the
// kubelet is restarted by systemd; kube-proxy's pods are deleted. Proof: another container, process or pod that is
// Ready, new holders of the leader leases that were held there, and the facts as read back, which are returned.
// kProduct with the component's last words when it does not come back, kUsage when it does not run there. Nothing is
// put back, because nothing was changed.
Result<catalogue::CellFacts> restart(TransitionWork& work);

}  // namespace graduand::cluster
