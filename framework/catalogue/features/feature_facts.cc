// SPDX-License-Identifier: Apache-2.0
#include "framework/catalogue/features/feature_facts.h"

#include <algorithm>

#include "framework/base/text.h"
#include "framework/catalogue/features/required_cell.h"

namespace graduand::catalogue {
namespace {

YAML::Node key_node(const YAML::Node& mapping, const std::string& key) {
  if (mapping.IsMap())
    for (const auto& entry : mapping)
      if (entry.first.IsScalar() && entry.first.Scalar() == key) return entry.first;
  return YAML::Node(YAML::NodeType::Undefined);
}

Status read_kep(const YamlDocument& document, const YAML::Node& node, FeatureInfo& feature) {
  GRADUAND_TRY_ASSIGN(const json::value number, yaml_to_json(document, node));
  if (!number.is_int64() || number.get_int64() < 1 || number.get_int64() > 1000000)
    return fail(ErrorKind::kUsage, "expected a KEP's number, such as 3960", document.where(node));
  feature.keps.push_back(static_cast<int>(number.get_int64()));
  return {};
}

Status add_gate(const YamlDocument& document, const YAML::Node& node, const std::string& gate, FeatureInfo& feature) {
  GRADUAND_TRY(check_known_gate(document, node, gate));
  if (std::find(feature.gates.begin(), feature.gates.end(), gate) != feature.gates.end())
    return fail(ErrorKind::kUsage, "the gate " + gate + " is named twice", document.where(node));
  feature.gates.push_back(gate);
  return {};
}

Status read_components(const YamlDocument& document, const std::string& gate, const YAML::Node& list,
                       FeatureInfo& feature) {
  if (!list.IsSequence() || list.size() == 0)
    return fail(ErrorKind::kUsage, "expected a list of the components that have the gate " + gate, document.where(list),
                "such as [kube-apiserver, kubelet]");
  auto& components = feature.components[gate];
  for (const auto& node : list) {
    GRADUAND_TRY_ASSIGN(std::string component, yaml_string(document, node, "component"));
    GRADUAND_TRY(check_component(document, node, component));
    if (std::find(components.begin(), components.end(), component) != components.end())
      return fail(ErrorKind::kUsage, component + " is named twice", document.where(node));
    components.push_back(std::move(component));
  }
  return {};
}

void read_gates(const YamlDocument& document, const YAML::Node& mapping, YamlReader& reader, FeatureInfo& feature) {
  const YAML::Node gates = mapping.IsMap() ? mapping["gates"] : YAML::Node(YAML::NodeType::Undefined);
  if (gates.IsDefined() && gates.IsMap()) {
    reader.optional_map("gates", [&](const std::string& gate, const YAML::Node& list) -> Status {
      GRADUAND_TRY(add_gate(document, key_node(gates, gate), gate, feature));
      return read_components(document, gate, list, feature);
    });
    return;
  }
  reader.optional_sequence("gates", [&](const YAML::Node& node) -> Status {
    GRADUAND_TRY_ASSIGN(const std::string gate, yaml_string(document, node, "gate"));
    return add_gate(document, node, gate, feature);
  });
}

Status read_stage(const YamlDocument& document, const std::string& stage, const YAML::Node& value,
                  FeatureInfo& feature) {
  if (stage != "alpha" && stage != "beta" && stage != "stable") {
    return fail(ErrorKind::kUsage, "'" + shorten(stage, 80) + "' is not a stage; expected alpha, beta or stable",
                document.where(value), did_you_mean_hint(stage, {"alpha", "beta", "stable"}));
  }
  GRADUAND_TRY_ASSIGN(feature.stages[stage], read_version(document, value, "version of stage " + stage));
  return {};
}

Status read_required_cells(const YamlDocument& document, const YAML::Node& mapping, YamlReader& reader,
                           FeatureInfo& feature) {
  auto stages = reader.optional_mapping("required-cells");
  if (!stages) return {};
  const YAML::Node own = mapping["required-cells"];
  for (const std::string stage : {"beta", "stable"}) {
    stages->optional_sequence(stage, [&](const YAML::Node& node) -> Status {
      auto& cells = feature.required_cells[stage];
      GRADUAND_TRY_ASSIGN(RequiredCell cell, read_required_cell(document, node));
      if (std::any_of(cells.begin(), cells.end(), [&](const RequiredCell& other) {
            return other.name == cell.name && other.kubernetes == cell.kubernetes;
          }))
        return fail(ErrorKind::kUsage, "two required cells have the name '" + cell.name + "'", document.where(node));
      cells.push_back(std::move(cell));
      return {};
    });
    if (auto place = place_of(document, own, stage); !place.empty())
      feature.where["required-cells." + stage] = std::move(place);
  }
  return stages->finish();
}

}  // namespace

Status read_feature_facts(const YamlDocument& document, const YAML::Node& mapping, YamlReader& reader,
                          FeatureInfo& feature) {
  reader.optional_sequence("keps", [&](const YAML::Node& kep) { return read_kep(document, kep, feature); });
  read_gates(document, mapping, reader, feature);
  reader.optional_map("stages", [&](const std::string& stage, const YAML::Node& value) {
    return read_stage(document, stage, value, feature);
  });
  for (const char* member : {"name", "keps", "gates", "stages"})
    if (auto place = place_of(document, mapping, member); !place.empty()) feature.where[member] = std::move(place);
  return read_required_cells(document, mapping, reader, feature);
}

std::string place_of(const YamlDocument& document, const YAML::Node& mapping, const std::string& key) {
  const YAML::Node node = key_node(mapping, key);
  return node.IsDefined() ? document.where(node) : std::string();
}

Status check_component(const YamlDocument& document, const YAML::Node& node, const std::string& component) {
  const auto& all = components();
  if (std::find(all.begin(), all.end(), component) != all.end()) return {};
  return fail(ErrorKind::kUsage,
              "'" + shorten(component, 80) + "' is not a component; expected one of " + join(all, ", "),
              document.where(node), did_you_mean_hint(component, all));
}

Status check_known_gate(const YamlDocument& document, const YAML::Node& node, const std::string& gate) {
  const FeatureGates& table = FeatureGates::builtin();
  if (table.known(gate)) return {};
  return fail(ErrorKind::kUsage, "feature gate '" + shorten(gate, 80) + "' is not known", document.where(node),
              did_you_mean_hint(gate, table.names()));
}

Result<KubeVersion> read_version(const YamlDocument& document, const YAML::Node& node, std::string_view what) {
  GRADUAND_TRY_ASSIGN(const std::string text, yaml_string(document, node, what));
  auto version = KubeVersion::parse(text);
  if (!version) version.error().where = document.where(node);
  return version;
}

}  // namespace graduand::catalogue
