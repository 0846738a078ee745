// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "framework/base/processes/process.h"
#include "framework/cluster/node_access.h"

namespace graduand::cluster {

// The name that containerd knows an image by: with its registry, and a tag or digest ("busybox" is
// "docker.io/library/busybox:latest").
std::string full_image_name(std::string_view image);
// The registry in such a name: "docker.io", "registry.k8s.io".
std::string registry_of(std::string_view full_name);

// Cluster::provide_images for the nodes of a kind cluster. What a node lacks comes from the local Docker when that has
// it, in one archive for all nodes; else each node pulls it, when it can resolve the registry's name. An import may
// take five minutes and a pull one; a registry that let a pull run into that limit is not asked again.
std::map<std::string, std::string> provide_kind_images(ProcessRunner& processes, NodeAccess& access,
                                                       const std::string& cluster,
                                                       const std::vector<std::string>& images,
                                                       const CancelToken& cancel);

}  // namespace graduand::cluster
