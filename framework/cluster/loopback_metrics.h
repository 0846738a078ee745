// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "framework/catalogue/cell.h"
#include "framework/cluster/node_access.h"

namespace graduand::cluster {

// What only the node itself can read: components that listen on its loopback, and its processor.
struct LoopbackPages {
  std::map<std::string, catalogue::GateMap> gates;  // kube-proxy; on a control plane also the two others
  int threads_per_core = 0;                         // 0: could not be read
  bool complete = false;                            // every component that is there answered with its gates
};

// One command on the node for all of it. On a control plane the client certificate is kubeadm's admin.conf, read there.
// From a component that is in `absent` no answer is expected.
LoopbackPages read_loopback_pages(NodeAccess& nodes, const std::string& node, bool control_plane,
                                  const CancelToken& cancel = {}, const std::vector<std::string>& absent = {});

// How many processors a list such as "0,4" or "0-1" of thread_siblings_list names; 0 when it is none.
int count_in_cpu_list(std::string_view text);

}  // namespace graduand::cluster
