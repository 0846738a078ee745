// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <future>
#include <memory>
#include <string>

#include "framework/base/processes/process.h"
#include "framework/cluster/node_access.h"

namespace graduand::cluster {

// Joins the pod network from a thread of its own while kind is still adding workers, as kind itself does with a network
// of its images: the control plane's pods start meanwhile, and seconds are saved. Not thread-safe.
class NetworkJoiner {
 public:
  // The cluster's kubeconfig is written below `state_dir` for as long as it takes.
  NetworkJoiner(ProcessRunner& processes, NodeAccess& nodes, std::string cluster,
                const std::filesystem::path& state_dir, std::size_t node_count);
  ~NetworkJoiner();  // gives up, and waits for the thread
  // From when the control plane answers. Does nothing when it was started before.
  void start();
  // Waits until all nodes have joined; starts it when that was not done.
  Status finish(const CancelToken& cancel);

 private:
  Status join(const CancelToken& cancel) const;

  ProcessRunner& processes_;
  NodeAccess& nodes_;
  const std::string cluster_;
  const std::filesystem::path kubeconfig_;
  const std::size_t node_count_;
  CancelSource give_up_;
  std::future<Status> joined_;
};

}  // namespace graduand::cluster
