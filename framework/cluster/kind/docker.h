// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <vector>

#include "framework/base/processes/process.h"

namespace graduand::cluster {

struct DockerInfo {
  std::string server_version;
  std::string storage_driver;
  std::string root_dir;
  std::string default_runtime;
};
// kInfrastructure when the daemon does not answer within ten seconds.
Result<DockerInfo> docker_info(ProcessRunner& processes, const CancelToken& cancel = {});

struct ImageInfo {
  std::string digest;  // of the repository when it has one, of the image itself otherwise
  std::map<std::string, std::string> labels;
};
// kNotFound when Docker does not have the image.
Result<ImageInfo> docker_image(ProcessRunner& processes, const std::string& image);

struct ContainerState {
  std::string name;
  std::string cluster;  // the label kind gives its nodes; empty on others
  std::string role;     // "control-plane", "worker"
  std::string image;
  bool running = false;
  bool oom_killed = false;
  int exit_code = 0;
  std::string status;   // "running", "exited", ...
  Timestamp started{};  // the newest start; kind lets Docker start a node again that ended badly
};
// Whether it is a node of Kubernetes: a load balancer in front of several control planes is a container of the cluster,
// and none.
bool is_node(const ContainerState& container);
// The containers of kind clusters, stopped ones and load balancers too; all clusters when `cluster` is empty. Control
// planes first, by name.
Result<std::vector<ContainerState>> kind_nodes(ProcessRunner& processes, const std::string& cluster,
                                               const CancelToken& cancel = {});

}  // namespace graduand::cluster
