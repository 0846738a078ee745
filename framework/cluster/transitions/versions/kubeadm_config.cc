// SPDX-License-Identifier: Apache-2.0
#include "framework/cluster/transitions/versions/kubeadm_config.h"

#include <algorithm>

#include "framework/base/text.h"
#include "framework/base/yaml/to_yaml.h"
#include "framework/base/yaml/yaml.h"
#include "framework/cluster/transitions/manifest_gates.h"

namespace graduand::cluster {
namespace {

constexpr const char* kFlag = "feature-gates";
constexpr std::pair<const char*, const char*> kParts[] = {{"apiServer", catalogue::kApiServer},
                                                          {"controllerManager", catalogue::kControllerManager},
                                                          {"scheduler", catalogue::kScheduler}};

// kubeadm.k8s.io/v1beta4 has a list of names and values, v1beta3 a mapping. Whether anything changed.
bool set_argument(json::object& part, const std::string& value) {
  json::value& arguments = part["extraArgs"];
  if (json::object* map = arguments.if_object()) {
    const json::value* present = map->if_contains(kFlag);
    if (present != nullptr && *present == json::value(value)) return false;
    (*map)[kFlag] = value;
    return true;
  }
  if (!arguments.is_array()) arguments.emplace_array();
  for (json::value& argument : arguments.get_array()) {
    if (string_at(argument, "name") != kFlag || !argument.is_object()) continue;
    if (string_at(argument, "value") == value) return false;
    argument.get_object()["value"] = value;
    return true;
  }
  arguments.get_array().emplace_back(json::object{{"name", kFlag}, {"value", value}});
  return true;
}

}  // namespace

Result<std::string> cluster_configuration_with_gates(const std::string& text,
                                                     const std::map<std::string, catalogue::GateMap>& gates) {
  GRADUAND_TRY_ASSIGN(const YamlDocument document, YamlDocument::parse(text, "ClusterConfiguration"));
  GRADUAND_TRY_ASSIGN(json::value configuration, yaml_to_json(document, document.root()));
  if (string_at(configuration, "kind") != "ClusterConfiguration")
    return fail(ErrorKind::kUsage, "kubeadm's configuration in the cluster is no ClusterConfiguration");
  bool changed = false;
  for (const auto& [name, component] : kParts) {
    const auto wanted = gates.find(component);
    if (wanted == gates.end() || wanted->second.empty()) continue;
    json::value& part = configuration.get_object()[name];
    if (!part.is_object()) part.emplace_object();
    changed = set_argument(part.get_object(), feature_gates_flag(wanted->second)) || changed;
  }
  return changed ? to_yaml(configuration) : text;
}

std::string cluster_configuration_with_version(const std::string& text, const std::string& version) {
  std::vector<std::string> lines = split(text, '\n');
  for (std::string& line : lines)
    if (starts_with(line, "kubernetesVersion:")) line = "kubernetesVersion: " + version;
  return join(lines, "\n");
}

}  // namespace graduand::cluster
