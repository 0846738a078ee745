// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <vector>

#include "framework/cluster/node_access.h"
#include "framework/cluster/transitions/transition_work.h"
#include "framework/kube/client.h"

namespace graduand::cluster {

// The leader leases of controller manager and scheduler, around a change of who can hold them.
class LeaderLeases {
 public:
  explicit LeaderLeases(kube::Client& client) : client_(client) {}
  static const std::vector<std::string>& components();  // that have one
  void remember();                                      // who holds them now
  // A process that was ended leaves its lease to run out, for 15 s; what some do at their end (client-go's
  // ReleaseOnCancel) is done here for all, when the node's process was the holder and still is. When it cannot be done,
  // the new leader comes later.
  void release(const std::string& node, const std::string& component);
  // Until somebody holds it, after the component's processes on these nodes were restarted: somebody who did not
  // before, if the holder of before was one of those. Another one was not restarted, and may hold it for ever. The
  // wait's message otherwise.
  Status wait_for_leader(const std::string& component, const std::vector<std::string>& restarted, milliseconds limit,
                         const CancelToken& cancel);

 private:
  bool held_on(const std::string& node, const std::string& component) const;
  kube::Client& client_;
  std::map<std::string, std::string> holders_;
};

// The image that a static pod's manifest, or a DaemonSet, names for its first container; kUsage when there is none.
Result<std::string> image_in_manifest(const std::string& manifest);
// The manifest with another image, else as it is to the byte. Pure.
Result<std::string> manifest_with_image(const std::string& manifest, const std::string& image);

// Waits until the mirror pod of the node's static pod has this image, and is Ready. The API server's own is watched
// through whichever API server answers.
Status wait_for_static_pod(TransitionWork& work, const std::string& node, const std::string& component,
                           const std::string& image, milliseconds limit);
// Waits until /readyz answers and /version is `version`, when one is given.
Status wait_for_api_server(TransitionWork& work, const std::string& version, milliseconds limit);
// The same with a client whose requests are short; kProduct, or kCancelled when that is why. With `before` it has to be
// another process than the one that started then (process_start_of).
Status until_api_server_ready(kube::Client& client, const std::string& version, milliseconds limit, const Clock& clock,
                              const CancelToken& cancel, double before = 0);
// When a process started, in seconds since 1970, by its page of metrics; 0 when that does not say.
double process_start_in(std::string_view metrics);
// The same of the API server; 0 when it does not answer.
double process_start_of(kube::Client& client);
// The id of a pod's first container; empty while it has none.
std::string container_of(const json::value& pod);
// Waits until the DaemonSet kube-system/kube-proxy runs its present template on every node.
Status wait_for_kube_proxy(TransitionWork& work, milliseconds limit);
// Waits until the node is Ready with this version of the kubelet ("v1.33.13").
Status wait_for_kubelet(TransitionWork& work, const std::string& node, const std::string& version, milliseconds limit);

// The error, and what the component (the kubelet, or that of a static pod) wrote last on this node. A cancellation is
// left as it is.
Error with_last_words(NodeAccess& nodes, Error error, const std::string& node, const std::string& component);

}  // namespace graduand::cluster
