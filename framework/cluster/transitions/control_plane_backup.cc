// SPDX-License-Identifier: Apache-2.0
#include "framework/cluster/transitions/control_plane_backup.h"

#include <fmt/format.h>

#include "framework/base/text.h"
#include "framework/cluster/transitions/component_waits.h"
#include "framework/cluster/transitions/static_pod.h"

namespace graduand::cluster {
namespace {

using kube::PatchType;

constexpr milliseconds kComponentLimit = seconds(90);
constexpr const char* kKubeletConfig = "/var/lib/kubelet/config.yaml";
constexpr const char* kStaging = "/var/lib/graduand/staging";  // on the file system of /var/lib/kubelet
constexpr const char* kConfigKey = "ClusterConfiguration";

}  // namespace

const std::vector<std::string>& static_pods() {
  static const std::vector<std::string> names = {kEtcd, catalogue::kApiServer, catalogue::kControllerManager,
                                                 catalogue::kScheduler};
  return names;
}

Result<std::string> read_cluster_configuration(kube::Client& client) {
  const auto map = client.get(kube::resources::kConfigMaps, "kube-system", "kubeadm-config");
  if (!map) return fail(kube::to_error(map.error()));
  return string_at(*map, std::string("data.") + kConfigKey);
}

Status write_cluster_configuration(kube::Client& client, const std::string& text) {
  const auto written = client.patch(kube::resources::kConfigMaps, "kube-system", "kubeadm-config", PatchType::kMerge,
                                    json::object{{"data", json::object{{kConfigKey, text}}}});
  return written ? Status{} : fail(kube::to_error(written.error()));
}

Result<std::string> read_kube_proxy_image(kube::Client& client) {
  const auto set = client.get(kube::resources::kDaemonSets, "kube-system", "kube-proxy");
  if (!set) return fail(kube::to_error(set.error()));
  const json::array& containers = array_at(*set, "spec.template.spec.containers");
  return containers.empty() ? "" : string_at(containers.front(), "image");
}

Status write_kube_proxy_image(kube::Client& client, const std::string& image) {
  const json::array change = {
      json::object{{"op", "replace"}, {"path", "/spec/template/spec/containers/0/image"}, {"value", image}}};
  const auto written =
      client.patch(kube::resources::kDaemonSets, "kube-system", "kube-proxy", PatchType::kJson, change);
  return written ? Status{} : fail(kube::to_error(written.error()));
}

Result<ControlPlaneBackup> ControlPlaneBackup::save(TransitionWork& work) {
  ControlPlaneBackup backup;
  GRADUAND_TRY_ASSIGN(backup.cluster_configuration_, read_cluster_configuration(work.client()));
  GRADUAND_TRY_ASSIGN(backup.kube_proxy_image_, read_kube_proxy_image(work.client()));
  for (const std::string& name : work.node_names()) {
    Node& node = backup.nodes_[name];
    GRADUAND_TRY_ASSIGN(node.kubelet_config, work.nodes().read_file(name, kKubeletConfig));
    GRADUAND_TRY_ASSIGN(node.version, work.nodes().read_file(name, kNodeVersionFile));
  }
  for (const std::string& name : work.control_planes()) {
    for (const std::string& component : static_pods()) {
      GRADUAND_TRY_ASSIGN(backup.nodes_[name].manifests[component],
                          work.nodes().read_file(name, manifest_path(component)));
    }
  }
  return backup;
}

const std::string& ControlPlaneBackup::manifest(const std::string& node, const std::string& component) const {
  return nodes_.at(node).manifests.at(component);
}

const std::string& ControlPlaneBackup::kubelet_config(const std::string& node) const {
  return nodes_.at(node).kubelet_config;
}

Status ControlPlaneBackup::put_static_pods_back(TransitionWork& work, const std::string& name) const {
  NodeAccess& nodes = work.nodes();
  for (const auto& component : static_pods()) {
    const std::string& before = manifest(name, component);
    const auto present = nodes.read_file(name, manifest_path(component));
    if (!present && present.error().kind != ErrorKind::kNotFound) return fail(present.error());
    if (present && *present == before) continue;
    GRADUAND_TRY_ASSIGN(const std::string image, image_in_manifest(before));
    if (component == kEtcd && present && image_in_manifest(*present).value_or(image) != image) continue;
    GRADUAND_TRY(replace_static_pod(nodes, name, component, before));
    if (component == catalogue::kApiServer) GRADUAND_TRY(wait_for_api_server(work, "", kComponentLimit));
  }
  for (const auto& component : static_pods()) {
    if (component == kEtcd) continue;
    GRADUAND_TRY_ASSIGN(const std::string image, image_in_manifest(manifest(name, component)));
    GRADUAND_TRY(wait_for_static_pod(work, name, component, image, kComponentLimit));
  }
  return {};
}

Status ControlPlaneBackup::put_back(TransitionWork& work) const {
  Status first;
  const auto note = [&first](Status status) {
    if (!status && first) first = std::move(status);
  };
  for (const std::string& name : work.control_planes()) note(put_static_pods_back(work, name));
  note(write_cluster_configuration(work.client(), cluster_configuration_));
  const auto image = read_kube_proxy_image(work.client());
  if (image && *image != kube_proxy_image_) {
    note(write_kube_proxy_image(work.client(), kube_proxy_image_));
    note(wait_for_kube_proxy(work, kComponentLimit));
  }
  for (const auto& [name, node] : nodes_) {
    note(work.nodes().write_file(name, kKubeletConfig, node.kubelet_config, kStaging));
    note(work.on_node(name, {"sh", "-c", "printf %s \"$1\" >\"$2\"", "sh", node.version, kNodeVersionFile}));
  }
  return first;
}

std::string ControlPlaneBackup::left_behind(TransitionWork& work) const {
  for (const std::string& name : work.control_planes()) {
    const auto present = work.nodes().read_file(name, manifest_path(kEtcd));
    if (!present) continue;
    const auto image = image_in_manifest(*present);
    if (image && *image != image_in_manifest(manifest(name, kEtcd)).value_or(""))
      return fmt::format("etcd was left as {}, because another one need not read its data", *image);
  }
  return "";
}

}  // namespace graduand::cluster
