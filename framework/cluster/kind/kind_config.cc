// SPDX-License-Identifier: Apache-2.0
#include "framework/cluster/kind/kind_config.h"

#include <fmt/format.h>

#include <algorithm>

#include "framework/base/text.h"
#include "framework/base/yaml/to_yaml.h"
#include "framework/cluster/transitions/manifest_gates.h"

namespace graduand::cluster {
namespace {

using catalogue::CellDescription;
using catalogue::GateMap;

// The first minor whose kubelet can be told to put up with cgroup v1. From v1.35 on it must be told; the ones before
// are, too, for nodes keep their configuration when they are upgraded. Source: KEP-4569.
constexpr int kKnowsOfCgroupV1 = 31;
constexpr const char* kRunLabel = "graduand.io/run";

json::object extra_args(const CellDescription& cell, const char* component) {
  json::object args;
  if (const GateMap gates = cell.requested_gates(component); !gates.empty())
    args["feature-gates"] = feature_gates_flag(gates);
  if (cell.emulated_version) args["emulated-version"] = cell.emulated_version->minor_str();
  return args;
}

json::object gate_object(const GateMap& gates) {
  json::object object;
  for (const auto& [gate, on] : gates) object[gate] = on;
  return object;
}

// Without an apiVersion: kind fits such patches to the version that each kubeadm reads.
json::array patches(const CellDescription& cell, const HostNeeds& needs) {
  json::array all;
  json::object cluster = {{"kind", "ClusterConfiguration"}};
  const std::pair<const char*, const char*> parts[] = {{"apiServer", catalogue::kApiServer},
                                                       {"controllerManager", catalogue::kControllerManager},
                                                       {"scheduler", catalogue::kScheduler}};
  for (const auto& [part, component] : parts)
    if (json::object args = extra_args(cell, component); !args.empty())
      cluster[part] = json::object{{"extraArgs", std::move(args)}};
  if (cluster.size() > 1) all.emplace_back(to_yaml(cluster));

  json::object kubelet = {{"kind", "KubeletConfiguration"}};
  GateMap gates = cell.requested_gates(catalogue::kKubelet);
  gates.insert(needs.kubelet_gates.begin(), needs.kubelet_gates.end());  // what the cell asks for stays
  if (!gates.empty()) kubelet["featureGates"] = gate_object(gates);
  const auto knows = [](const auto& node) { return node.version.minor >= kKnowsOfCgroupV1; };
  if (needs.cgroup_v1 && std::any_of(cell.nodes.begin(), cell.nodes.end(), knows)) kubelet["failCgroupV1"] = false;
  if (kubelet.size() > 1) all.emplace_back(to_yaml(kubelet));

  if (const GateMap proxy = cell.requested_gates(catalogue::kKubeProxy); !proxy.empty())
    all.emplace_back(to_yaml(json::object{{"kind", "KubeProxyConfiguration"}, {"featureGates", gate_object(proxy)}}));
  for (const json::value& patch : cell.kubeadm_patches) all.emplace_back(to_yaml(patch));
  return all;
}

// "key=value:Effect", as kubeadm wants it.
json::object taint_object(const std::string& taint) {
  const std::size_t colon = taint.rfind(':'), equals = taint.find('=');
  json::object object{{"key", taint.substr(0, std::min(colon, equals))}};
  if (equals != std::string::npos) object["value"] = taint.substr(equals + 1, colon - equals - 1);
  object["effect"] = taint.substr(colon + 1);
  return object;
}

// The first control plane is initialised, every other node joins; kind passes over the patch that does not fit.
json::array taint_patches(const std::vector<std::string>& taints) {
  json::array list, all;
  for (const std::string& taint : taints) list.emplace_back(taint_object(taint));
  const json::object registration{{"taints", list}};
  for (const char* kind : {"InitConfiguration", "JoinConfiguration"})
    all.emplace_back(to_yaml(json::object{{"kind", kind}, {"nodeRegistration", registration}}));
  return all;
}

json::object node_object(const catalogue::NodeDescription& node, const std::string& run_id) {
  json::object labels{{kRunLabel, run_id}};
  for (const auto& [label, value] : node.labels) labels[label] = value;
  json::object object{{"role", node.role}, {"image", node_image(node.version)}, {"labels", std::move(labels)}};
  if (!node.taints.empty()) object["kubeadmConfigPatches"] = taint_patches(node.taints);
  return object;
}

}  // namespace

std::string node_image(const catalogue::KubeVersion& version) {
  return std::string(kNodeImageRepository) + ":" + version.str();
}

std::string kind_config(const CellDescription& cell, const std::string& cluster_name, const std::string& run_id,
                        const HostNeeds& needs) {
  json::object config = {{"kind", "Cluster"}, {"apiVersion", "kind.x-k8s.io/v1alpha4"}, {"name", cluster_name}};
  if (needs.join_network) config["networking"] = json::object{{"disableDefaultCNI", true}};
  if (!cell.runtime_config.empty()) {
    json::object& runtime = config["runtimeConfig"].emplace_object();
    for (const auto& [api, value] : cell.runtime_config) runtime[api] = value;
  }
  if (json::array all = patches(cell, needs); !all.empty()) config["kubeadmConfigPatches"] = std::move(all);
  json::array& nodes = config["nodes"].emplace_array();
  for (const auto& node : cell.nodes) nodes.emplace_back(node_object(node, run_id));
  return to_yaml(config);
}

std::string kind_cluster_name(const std::string& instance_id, const std::string& cell_name) {
  std::uint64_t hash = 14695981039346656037u;  // FNV-1a
  for (const char c : instance_id) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211u;
  constexpr std::size_t kLongestCell = 26;
  std::string cell = cell_name.substr(0, kLongestCell);
  std::replace(cell.begin(), cell.end(), '.', '-');
  while (!cell.empty() && cell.back() == '-') cell.pop_back();
  return fmt::format("gr-{:08x}-{}", static_cast<std::uint32_t>(hash ^ (hash >> 32)), cell);
}

}  // namespace graduand::cluster
