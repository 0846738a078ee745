// SPDX-License-Identifier: Apache-2.0
#include "framework/cluster/journal/node_change.h"

#include "framework/base/text.h"

namespace graduand::cluster {
namespace {

constexpr const char* kOurs = "/var/lib/graduand/";

tl::unexpected<Error> refused(const NodeChange& change, const std::string& why) {
  return fail(ErrorKind::kUsage, describe(change) + " cannot be changed: " + why, change.node);
}

bool is_plain(const std::string& path) {
  const auto parts = split(path, '/');
  if (parts.size() < 2 || !parts.front().empty()) return false;
  for (std::size_t i = 1; i < parts.size(); ++i)
    if (parts[i].empty() || parts[i] == "." || parts[i] == "..") return false;
  return true;
}

}  // namespace

NodeChange file_change(std::string node, std::string path, std::optional<std::string> content, std::string unit) {
  return {NodeChange::Kind::kFile, std::move(node), std::move(path), std::move(content), std::move(unit), false};
}

NodeChange static_pod_change(std::string node, std::string component, std::optional<std::string> manifest) {
  return {NodeChange::Kind::kStaticPod, std::move(node), std::move(component), std::move(manifest), {}, false};
}

NodeChange etcd_key_change(std::string node, std::string key, std::optional<std::string> value) {
  return {NodeChange::Kind::kEtcdKey, std::move(node), std::move(key), std::move(value), {}, false};
}

Status check_change(const NodeChange& change) {
  if (change.node.empty()) return refused(change, "no node is named");
  if (change.place.empty()) return refused(change, "it has no name");
  switch (change.kind) {
    case NodeChange::Kind::kEtcdKey:
      return {};
    case NodeChange::Kind::kStaticPod:
      return change.place.find('/') == std::string::npos ? Status{} : refused(change, "a component has no '/'");
    case NodeChange::Kind::kFile:
      break;
  }
  if (!is_plain(change.place)) return refused(change, "expected an absolute path without '.', '..' and double '/'");
  if (starts_with(change.place, std::string(kManifestFolder) + "/"))
    return refused(change, "it is the manifest of a static pod, which is a change of its own kind");
  if (starts_with(change.place, kOurs)) return refused(change, "it is kept by the harness itself");
  return {};
}

std::string place_of(const NodeChange& change) {
  if (change.kind != NodeChange::Kind::kStaticPod) return change.place;
  return std::string(kManifestFolder) + "/" + change.place + ".yaml";
}

std::string describe(const NodeChange& change) {
  switch (change.kind) {
    case NodeChange::Kind::kStaticPod:
      return "the static pod " + change.place;
    case NodeChange::Kind::kEtcdKey:
      return "the key " + change.place + " of etcd";
    case NodeChange::Kind::kFile:
      break;
  }
  return "the file " + change.place;
}

}  // namespace graduand::cluster
