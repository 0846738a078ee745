// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "framework/base/error.h"

namespace graduand::cluster {

// Where a kubeadm node's kubelet looks for static pods.
inline constexpr const char* kManifestFolder = "/etc/kubernetes/manifests";
// What a journal keeps of a node; nothing below it can be changed through one.
inline constexpr const char* kJournalFolder = "/var/lib/graduand/journal";

// A change of one node: what is to be at a place afterwards. Made by the functions below.
struct NodeChange {
  enum class Kind { kFile, kStaticPod, kEtcdKey };
  Kind kind = Kind::kFile;
  std::string node;
  std::string place;                     // an absolute path, the component of a static pod, or a key of etcd
  std::optional<std::string> content{};  // nullopt: nothing is there afterwards
  // The systemd unit that reads the file, such as "kubelet": restarted, with its own files read anew, when the file was
  // changed and when it was put back. Empty: nothing needs to be told.
  std::string unit{};
  // Whether a component that does not come back from it is evidence about Kubernetes, as with feature gates; otherwise
  // it is infrastructure, since anything can have been written there.
  bool evidence = false;
};

// Files; without content the file is removed. A unit's own files and drop-ins
// ("/etc/systemd/system/x.service.d/1.conf") are files like any other, with that unit named.
NodeChange file_change(std::string node, std::string path, std::optional<std::string> content, std::string unit = {});
// The manifest of a static pod ("kube-scheduler"), which is replaced as the kubelet takes it best.
NodeChange static_pod_change(std::string node, std::string component, std::optional<std::string> manifest);
// A key of etcd ("/registry/configmaps/default/victim"), behind the API server's back. The node is one with an etcd.
NodeChange etcd_key_change(std::string node, std::string key, std::optional<std::string> value);

// kUsage for a change that cannot be put back or that has a kind of its own: a path that is not absolute or not plain,
// a manifest as a file, what is the journal's, a node, component or key without a name. Pure.
Status check_change(const NodeChange& change);

// Of a file or static pod: its path. Of a key: the key.
std::string place_of(const NodeChange& change);
// "the file /etc/x", "the static pod etcd", "the key /registry/x of etcd": for messages. Never has content.
std::string describe(const NodeChange& change);

}  // namespace graduand::cluster
