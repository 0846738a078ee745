// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "framework/base/cancel.h"
#include "framework/cluster/node_access.h"

namespace graduand::cluster {

// Where the manifest of a static pod is on a kubeadm node: "/etc/kubernetes/manifests/kube-apiserver.yaml".
std::string manifest_path(const std::string& component);

// Replaces the manifest of a static pod ("kube-apiserver", "kube-scheduler", …) so that the kubelet starts the new pod
// at once; returns when the new manifest is in its place, not when the new process is there. What is done, and why:
//  - a manifest replaced in one step makes the kubelet try the new pod while the old one is still ending, and then only
//    every ten to fifteen seconds. So the old manifest is taken away, the old pod's end is awaited (the kubelet deletes
//    its folder when it has let go of it), and then the new manifest is renamed into the folder;
//  - an API server with open watches does not end by itself within the kubelet's grace of 30 s: its HTTP server waits
//    for the watchers to hang up (seen in v1.33 with a goroutine dump, at the end of preparedGenericAPIServer's
//    RunWithContext). A second after it has stopped listening it is killed, as the kubelet would do later.
// When the old pod does not end within 40 s the new manifest is put there all the same. If this process dies in
// between, there is no manifest: who keeps a backup can put it back with this function. kInfrastructure when the node
// cannot be reached or a command fails there; not cancellable, because it must not be left half done.
Status replace_static_pod(NodeAccess& nodes, const std::string& node, const std::string& component,
                          const std::string& manifest);

// The two halves of it, for a component that had better start when another one is up again.
Status take_static_pod_away(NodeAccess& nodes, const std::string& node, const std::string& component);
Status put_static_pod(NodeAccess& nodes, const std::string& node, const std::string& component,
                      const std::string& manifest);

// The component's last words by its newest log on the node: why it does not come up. Empty when it cannot be read.
std::string last_words_of_static_pod(NodeAccess& nodes, const std::string& node, const std::string& component);

}  // namespace graduand::cluster
