// SPDX-License-Identifier: Apache-2.0
#include "framework/catalogue/features/required_cell.h"

#include "framework/catalogue/features/feature_facts.h"

namespace graduand::catalogue {
namespace {

class CellReader {
 public:
  CellReader(const YamlDocument& document, RequiredCell& cell) : document_(document), cell_(cell) {}

  Status read(const YAML::Node& node) {
    YamlReader reader(document_, node, "required cell");
    cell_.name = reader.string("name");
    read_reference(reader, "kubernetes", reader.string("kubernetes"), cell_.kubernetes);
    if (const auto text = reader.optional_string("kubelets"))
      read_reference(reader, "kubelets", *text, cell_.kubelets.emplace());
    cell_.emulated = reader.optional_bool("emulated").value_or(false);
    reader.optional_map("gates", [&](const std::string& gate, const YAML::Node& value) {
      return read_gate(gate, value, cell_.kubernetes, cell_.gates);
    });
    reader.optional_map("component-gates", [&](const std::string& component, const YAML::Node& value) {
      return read_component(component, value);
    });
    const std::int64_t nodes = reader.optional_int("min-nodes").value_or(1);
    if (nodes < 1 || nodes > 1000) reader.error("min-nodes", "expected a number from 1 to 1000");
    cell_.min_nodes = static_cast<int>(nodes);
    return reader.finish();
  }

 private:
  static void read_reference(YamlReader& reader, const char* key, const std::string& text, VersionRef& reference) {
    auto parsed = VersionRef::parse(text);
    if (parsed)
      reference = *std::move(parsed);
    else
      reader.error(key, parsed.error().message, parsed.error().hint);
  }

  Status read_gate(const std::string& gate, const YAML::Node& value, const VersionRef& at, GateMap& gates) {
    GRADUAND_TRY_ASSIGN(const bool on, yaml_bool(document_, value, "gate " + gate));
    GRADUAND_TRY(check_known_gate(document_, value, gate));
    if (!at.minors_before) {
      if (auto possible = FeatureGates::builtin().check_request(gate, on, at.version); !possible) {
        possible.error().where = document_.where(value);
        return possible;
      }
    }
    gates[gate] = on;
    return {};
  }

  Status read_component(const std::string& component, const YAML::Node& value) {
    GRADUAND_TRY(check_component(document_, value, component));
    if (!value.IsMap())
      return fail(ErrorKind::kUsage, "expected a mapping of gates to true or false", document_.where(value));
    const VersionRef& at = component == kKubelet && cell_.kubelets ? *cell_.kubelets : cell_.kubernetes;
    for (const auto& entry : value) {
      GRADUAND_TRY_ASSIGN(const std::string gate, yaml_string(document_, entry.first, "gate"));
      GRADUAND_TRY(read_gate(gate, entry.second, at, cell_.component_gates[component]));
    }
    return {};
  }

  const YamlDocument& document_;
  RequiredCell& cell_;
};

}  // namespace

Result<RequiredCell> read_required_cell(const YamlDocument& document, const YAML::Node& node) {
  RequiredCell cell;
  GRADUAND_TRY(CellReader(document, cell).read(node));
  return cell;
}

}  // namespace graduand::catalogue
