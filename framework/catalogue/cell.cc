// SPDX-License-Identifier: Apache-2.0
#include "framework/catalogue/cell.h"

#include <algorithm>
#include <tuple>

#include "framework/catalogue/digest.h"
#include "framework/catalogue/json_codec.h"

namespace graduand::catalogue {
namespace {

constexpr const char* kControlPlane = "control-plane";

// Control planes first, in their order (the first one initialises the cluster); workers by version.
std::vector<NodeDescription> canonical_nodes(std::vector<NodeDescription> nodes) {
  const auto workers =
      std::stable_partition(nodes.begin(), nodes.end(), [](const auto& node) { return node.role == kControlPlane; });
  std::sort(workers, nodes.end(), [](const auto& a, const auto& b) {
    return std::tie(a.role, a.version, a.labels, a.taints) < std::tie(b.role, b.version, b.labels, b.taints);
  });
  return nodes;
}

}  // namespace

json::value encode(const NodeDescription& node) {
  json::object object{{"role", node.role}, {"version", node.version.str()}};
  // Left out when there are none: fingerprints from before there were any stay what they are.
  if (!node.labels.empty()) object["labels"] = encode(node.labels);
  if (!node.taints.empty()) object["taints"] = encode(node.taints);
  return object;
}

Status decode(const json::value& value, NodeDescription& out) {
  JsonReader reader(value, "node");
  reader.require("role", out.role);
  reader.require("version", out.version);
  reader.get("labels", out.labels);
  reader.get("taints", out.taints);
  return reader.finish();
}

const std::vector<std::string>& components() {
  static const std::vector<std::string> all = {kApiServer, kControllerManager, kScheduler, kKubelet, kKubeProxy};
  return all;
}

GateMap CellDescription::requested_gates(const std::string& component) const {
  GateMap requested;
  if (const auto own = component_gates.find(component); own != component_gates.end()) requested = own->second;
  requested.insert(gates.begin(), gates.end());  // insert keeps what the component asked for itself
  return requested;
}

std::string CellDescription::fingerprint() const {
  // Gates go in as each component is asked to have them, so that two ways to ask for the same thing are one cell.
  json::object requested;
  for (const std::string& component : components()) {
    if (const GateMap own = requested_gates(component); !own.empty()) requested[component] = encode(own);
  }
  json::object content = {{"kubernetes_version", kubernetes_version.str()},
                          {"nodes", encode(canonical_nodes(nodes))},
                          {"gates", std::move(requested)},
                          {"runtime_config", encode(runtime_config)},
                          {"kubeadm_patches", encode(kubeadm_patches)}};
  if (emulated_version) content["emulated_version"] = emulated_version->str();
  // What a cell goes through is part of what it is; one that goes through nothing keeps the identity it had.
  if (!transitions.empty()) content["transitions"] = encode(transitions);
  return sha256_hex(canonical_json(content), 16);
}

json::object CellDescription::to_json() const {
  json::object object = {{"profile", profile},
                         {"name", name},
                         {"provider", provider},
                         {"fingerprint", fingerprint()},
                         {"kubernetes_version", kubernetes_version.str()},
                         {"nodes", encode(nodes)},
                         {"gates", encode(gates)},
                         {"component_gates", encode(component_gates)},
                         {"runtime_config", encode(runtime_config)},
                         {"kubeadm_patches", encode(kubeadm_patches)}};
  if (emulated_version) object["emulated_version"] = emulated_version->str();
  if (!transitions.empty()) object["transitions"] = encode(transitions);
  return object;
}

Result<CellDescription> CellDescription::from_json(const json::value& value) {
  CellDescription cell;
  JsonReader reader(value, "cell");
  reader.require("profile", cell.profile);
  reader.require("name", cell.name);
  reader.get("provider", cell.provider);
  reader.require("kubernetes_version", cell.kubernetes_version);
  reader.get("emulated_version", cell.emulated_version);
  reader.get("nodes", cell.nodes);
  reader.get("gates", cell.gates);
  reader.get("component_gates", cell.component_gates);
  reader.get("runtime_config", cell.runtime_config);
  reader.get("kubeadm_patches", cell.kubeadm_patches);
  reader.get("transitions", cell.transitions);
  GRADUAND_TRY(reader.finish());
  return cell;
}

std::optional<bool> CellFacts::effective(const std::string& component, const std::string& gate) const {
  const auto of_component = effective_gates.find(component);
  if (of_component == effective_gates.end()) return std::nullopt;
  const auto found = of_component->second.find(gate);
  if (found == of_component->second.end()) return std::nullopt;
  return found->second;
}

CellFacts::Reading CellFacts::reading(const std::string& component) const {
  const auto in = [&](const std::vector<std::string>& list) {
    return std::find(list.begin(), list.end(), component) != list.end();
  };
  if (in(unverified_components)) return Reading::kUnverified;
  if (const auto read = effective_gates.find(component); read != effective_gates.end() && !read->second.empty())
    return Reading::kRead;
  return in(absent_components) ? Reading::kAbsent : Reading::kUnverified;
}

json::object CellFacts::to_json() const {
  json::object object = {{"api_server_version", api_server_version.str()},
                         {"kubelet_versions", encode(kubelet_versions)},
                         {"effective_gates", encode(effective_gates)},
                         {"unverified_components", encode(unverified_components)},
                         {"absent_components", encode(absent_components)},
                         {"threads_per_core", threads_per_core},
                         {"nodes", nodes},
                         {"node_access", node_access}};
  if (emulated_version) object["emulated_version"] = emulated_version->str();
  return object;
}

Result<CellFacts> CellFacts::from_json(const json::value& value) {
  CellFacts facts;
  JsonReader reader(value, "cell facts");
  reader.require("api_server_version", facts.api_server_version);
  reader.get("kubelet_versions", facts.kubelet_versions);
  reader.get("effective_gates", facts.effective_gates);
  reader.get("unverified_components", facts.unverified_components);
  reader.get("absent_components", facts.absent_components);
  reader.get("emulated_version", facts.emulated_version);
  reader.get("threads_per_core", facts.threads_per_core);
  reader.get("nodes", facts.nodes);
  reader.get("node_access", facts.node_access);
  GRADUAND_TRY(reader.finish());
  return facts;
}

}  // namespace graduand::catalogue
