// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "framework/base/processes/process.h"
#include "framework/catalogue/kube_version.h"
#include "framework/cluster/transitions/cluster_parts.h"

namespace graduand::cluster {

// Sees to it that Docker has kind's node image of this version, pulling it when a registry can be reached.
// kInfrastructure, with what makes it, otherwise; kCancelled when that ended the pull.
Status ensure_node_image(ProcessRunner& processes, const catalogue::KubeVersion& version,
                         const CancelToken& cancel = {});

// The node image of a version as a source of programs and container images for nodes of other versions: a container of
// it that runs nothing but, when images are asked for, a containerd over the image's own store. Gone when this is, and
// by itself within the hour when this process is killed. Thread-safe once opened.
class NodeImage final : public VersionSource {
 public:
  // kInfrastructure when the image cannot be had or Docker does not start it.
  static Result<NodeImage> open(ProcessRunner& processes, const catalogue::KubeVersion& version,
                                const CancelToken& cancel);
  ~NodeImage() override;
  NodeImage(NodeImage&& other) noexcept;
  NodeImage& operator=(NodeImage&&) = delete;

  const catalogue::KubeVersion& version() const override { return version_; }
  // Without a digest when Docker does not tell it.
  std::string source() const override;
  Status copy_program(const std::string& program, const std::string& node, const std::string& path,
                      const CancelToken& cancel) const override;
  // Starts containerd the first time.
  Result<std::vector<std::string>> images(const CancelToken& cancel) override;
  // Nothing is unpacked: the first container that runs does that.
  Status import_images(const std::vector<std::string>& names, const std::string& node,
                       const CancelToken& cancel) const override;

 private:
  NodeImage(ProcessRunner& processes, catalogue::KubeVersion version, std::string container);

  ProcessRunner& processes_;
  catalogue::KubeVersion version_;
  std::string container_;
  std::vector<std::string> images_;
};

}  // namespace graduand::cluster
