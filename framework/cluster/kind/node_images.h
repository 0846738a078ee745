// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "framework/base/process.h"
#include "framework/catalogue/kube_version.h"

namespace graduand::cluster {

// Sees to it that Docker has kind's node image of this version, pulling it when a registry can be reached.
// kInfrastructure, with what makes it, otherwise; kCancelled when that ended the pull.
Status ensure_node_image(ProcessRunner& processes, const catalogue::KubeVersion& version,
                         const CancelToken& cancel = {});

// The node image of a version as a source of programs and container images for nodes of other versions: a container of
// it that runs nothing but, when images are asked for, a containerd over the image's own store. Gone when this is, and
// by itself within the hour when this process is killed. Thread-safe once opened.
class NodeImage {
 public:
  // kInfrastructure when the image cannot be had or Docker does not start it.
  static Result<NodeImage> open(ProcessRunner& processes, const catalogue::KubeVersion& version,
                                const CancelToken& cancel);
  ~NodeImage();
  NodeImage(NodeImage&& other) noexcept;
  NodeImage& operator=(NodeImage&&) = delete;

  const catalogue::KubeVersion& version() const { return version_; }
  // "kindest/node:v1.34.3 (sha256:0cc3…)", for a record of where programs came from; without a digest when Docker does
  // not tell it.
  std::string source() const;
  // Copies a program such as /usr/bin/kubelet to a path on a node, executable. The path's folder is there.
  Status copy_program(const std::string& program, const std::string& node, const std::string& path,
                      const CancelToken& cancel) const;
  // Kubernetes' own images in it ("registry.k8s.io/kube-proxy:v1.34.3"), sorted. Starts containerd the first time.
  Result<std::vector<std::string>> images(const CancelToken& cancel);
  // Imports those of `names` that the node lacks; nothing is unpacked, the first container that runs does that. Call
  // images() before.
  Status import_images(const std::vector<std::string>& names, const std::string& node, const CancelToken& cancel) const;

 private:
  NodeImage(ProcessRunner& processes, catalogue::KubeVersion version, std::string container);

  ProcessRunner& processes_;
  catalogue::KubeVersion version_;
  std::string container_;
  std::vector<std::string> images_;
};

// Of images() those that a node may run: a worker has no use for the control plane's.
std::vector<std::string> images_for(const std::vector<std::string>& images, bool control_plane);

}  // namespace graduand::cluster
