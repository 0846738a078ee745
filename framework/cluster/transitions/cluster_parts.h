// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "framework/base/cancel.h"
#include "framework/base/clock.h"
#include "framework/catalogue/cell.h"
#include "framework/cluster/node_access.h"
#include "framework/kube/client.h"

namespace graduand::cluster {

inline constexpr const char* kEtcd = "etcd";  // a static pod, but no component with gates

// One node of a running cluster, and which components have an instance there.
struct NodePart {
  std::string name;
  bool control_plane = false;
  bool running = true;
  std::string status;                   // "running", "exited", ...
  std::vector<std::string> components;  // as catalogue::components() names them, and etcd

  bool runs(const std::string& component) const;
};
// The components of a node as kubeadm makes it.
std::vector<std::string> kubeadm_components(bool control_plane);

// One version of Kubernetes as programs and container images, for nodes of another. Thread-safe once opened.
class VersionSource {
 public:
  virtual ~VersionSource() = default;
  virtual const catalogue::KubeVersion& version() const = 0;
  // Where they come from, for a record: "kindest/node:v1.34.3 (sha256:0cc3…)".
  virtual std::string source() const = 0;
  // Copies a program such as /usr/bin/kubelet to a path on a node, executable. The path's folder is there.
  virtual Status copy_program(const std::string& program, const std::string& node, const std::string& path,
                              const CancelToken& cancel) const = 0;
  // Kubernetes' own images ("registry.k8s.io/kube-proxy:v1.34.3"), sorted.
  virtual Result<std::vector<std::string>> images(const CancelToken& cancel) = 0;
  // Imports those of `names` that the node lacks. Call images() before.
  virtual Status import_images(const std::vector<std::string>& names, const std::string& node,
                               const CancelToken& cancel) const = 0;
};
// Of the images those that a node may run: a worker has no use for the control plane's. Pure.
std::vector<std::string> images_for(const std::vector<std::string>& images, bool control_plane);

// What transitions work with of a running cluster, whoever made it. The provider implements it.
class ClusterParts {
 public:
  virtual ~ClusterParts() = default;
  virtual const std::string& name() const = 0;  // a node's name may begin with it
  // The nodes that are there now, stopped ones too, control planes first. Asked anew each time.
  virtual Result<std::vector<NodePart>> nodes(const CancelToken& cancel = {}) const = 0;
  virtual NodeAccess& node_access() const = 0;
  // A client of its own, each of whose requests takes no longer than `limit`.
  virtual Result<std::unique_ptr<kube::Client>> client(milliseconds limit) const = 0;
  virtual const Clock& clock() const = 0;
  // Waits for nodes and CoreDNS, or what the provider has of them, and reads back what the components say of
  // themselves. kProduct when something does not become ready.
  virtual Result<catalogue::CellFacts> facts_when_ready(kube::Client& client, const CancelToken& cancel) const = 0;
  // kInfrastructure when the host does not have that version and cannot get it.
  virtual Result<std::unique_ptr<VersionSource>> open_version(const catalogue::KubeVersion& version,
                                                              const CancelToken& cancel) const = 0;
};

}  // namespace graduand::cluster
