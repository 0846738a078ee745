// SPDX-License-Identifier: Apache-2.0
#include "tests/replay/fixture_feature.h"

#include <algorithm>

namespace graduand::replay {
namespace {

using catalogue::VersionRef;

// A mapping of the feature that states a fact: its own link is required.
YamlReader fact(const YamlDocument& document, const YAML::Node& node, const char* what) {
  YamlReader reader(document, node, what);
  check_source(reader, reader.string("source"));
  return reader;
}

Status read_gate(const YamlDocument& document, const YAML::Node& node, Fixture& out) {
  YamlReader reader = fact(document, node, "gate");
  const std::string name = reader.string("name");
  out.info.gates.push_back(name);
  const auto components = reader.optional_strings("components");
  for (const std::string& component : components)
    reader.expect_one_of("components", component, catalogue::components());
  if (!components.empty()) out.info.components[name] = components;
  const auto defaults =
      reader.optional_map("defaults", [&](const std::string& release, const YAML::Node& value) -> Status {
        read_version(reader, "defaults", release);
        GRADUAND_TRY_ASSIGN(out.defaults[name][release], yaml_bool(document, value, "the default at " + release));
        return {};
      });
  if (defaults == 0) reader.error("defaults", "what the releases that it is about shipped the gate as");
  return reader.finish();
}

Status read_stage(const YamlDocument& document, const YAML::Node& node, catalogue::FeatureInfo& info) {
  YamlReader reader = fact(document, node, "stage");
  const std::string stage = reader.string("stage");
  reader.expect_one_of("stage", stage, {"alpha", "beta", "stable"});
  info.stages[stage] = read_version(reader, "release", reader.string("release"));
  return reader.finish();
}

Status read_required_cell(const YamlDocument& document, const YAML::Node& node,
                          std::vector<catalogue::RequiredCell>& out) {
  YamlReader reader(document, node, "required cell");
  catalogue::RequiredCell cell;
  cell.name = reader.string("name");
  if (auto version = VersionRef::parse(reader.string("kubernetes")))
    cell.kubernetes = *version;
  else
    reader.error("kubernetes", version.error().message, version.error().hint);
  read_gates(document, reader, cell.gates);
  GRADUAND_TRY(reader.finish());
  out.push_back(std::move(cell));
  return {};
}

Status read_deprecation(const YamlDocument& document, const YAML::Node& node, catalogue::FeatureInfo& info) {
  YamlReader reader = fact(document, node, "deprecation");
  catalogue::Deprecation one;
  one.what = reader.string("what");
  one.announced = read_time(reader, "announced");
  one.effective = read_version(reader, "effective", reader.string("effective"));
  one.effective_at = read_time(reader, "effective-at");
  GRADUAND_TRY(reader.finish());
  info.deprecations.push_back(std::move(one));
  return {};
}

Status read_info(const YamlDocument& document, YamlReader& reader, Fixture& out) {
  catalogue::FeatureInfo& info = out.info;
  info.name = reader.string("name");
  info.sig = reader.string("sig");
  if (const auto kep = reader.optional_int("kep")) info.keps.push_back(static_cast<int>(*kep));
  reader.optional_sequence("gates", [&](const YAML::Node& node) { return read_gate(document, node, out); });
  reader.optional_sequence("stages", [&](const YAML::Node& node) { return read_stage(document, node, info); });
  reader.optional_map("required-cells", [&](const std::string& stage, const YAML::Node& cells) -> Status {
    for (const YAML::Node& node : cells) GRADUAND_TRY(read_required_cell(document, node, info.required_cells[stage]));
    return {};
  });
  reader.optional_sequence("scenarios", [&](const YAML::Node& node) -> Status {
    YamlReader scenario = fact(document, node, "scenario");
    info.scenarios.push_back({scenario.string("name"), scenario.string("labels")});
    return scenario.finish();
  });
  reader.optional_sequence("comparisons", [&](const YAML::Node& node) -> Status {
    YamlReader comparison = fact(document, node, "comparison");
    info.comparisons.push_back({comparison.string("measure"), comparison.optional_double("at-most").value_or(1.1)});
    return comparison.finish();
  });
  reader.optional_sequence("deprecations",
                           [&](const YAML::Node& node) { return read_deprecation(document, node, info); });
  return reader.finish();
}

Status read_case(const YamlDocument& document, const YAML::Node& node, Fixture& out) {
  YamlReader reader(document, node, "case");
  catalogue::CaseInfo info;
  info.id = reader.string("id");
  info.suite = info.id.substr(0, info.id.find('/'));
  info.name = reader.optional_string("name").value_or(info.id);
  info.features = {reader.optional_string("of").value_or(out.info.name)};
  info.labels = reader.optional_strings("labels");
  info.needs = reader.optional_strings("needs");
  if (const auto part = reader.optional_string("part")) out.case_parts[info.id] = *part;
  GRADUAND_TRY(reader.finish());
  out.cases.push_back(std::move(info));
  return {};
}

}  // namespace

catalogue::KubeVersion read_version(YamlReader& reader, const char* key, const std::string& text) {
  auto version = catalogue::KubeVersion::parse(text);
  if (version) return *version;
  reader.error(key, version.error().message, version.error().hint);
  return {};
}

Timestamp read_time(YamlReader& reader, const char* key) {
  const std::string text = reader.string(key);
  auto time = parse_time_argument(text);
  if (time) return *time;
  reader.error(key, time.error().message, time.error().hint);
  return {};
}

void read_gates(const YamlDocument& document, YamlReader& reader, catalogue::GateMap& out) {
  reader.optional_map("gates", [&](const std::string& gate, const YAML::Node& value) -> Status {
    GRADUAND_TRY_ASSIGN(out[gate], yaml_bool(document, value, "gate " + gate));
    return {};
  });
}

void check_source(YamlReader& reader, const std::string& source) {
  // kubernetes/kubernetes, kubernetes/enhancements, or a page.
  for (const char* prefix : {"k/k#", "E#", "E keps/", "https://"})
    if (source.starts_with(prefix)) return;
  reader.error("source", "'" + source + "' is no link", "write k/k#128627, E#3763, 'E keps/...' or https://...");
}

Status read_feature(const YamlDocument& document, YamlReader& reader, Fixture& out) {
  const auto facts = reader.optional_sequence("facts", [&](const YAML::Node& node) -> Status {
    YamlReader one = fact(document, node, "fact");
    one.string("what");
    if (one.has("date")) read_time(one, "date");
    return one.finish();
  });
  if (facts == 0) reader.error("facts", "a replay is of something that happened: say what, with a link");
  auto feature = reader.optional_mapping("feature");
  if (feature)
    GRADUAND_TRY(read_info(document, *feature, out));
  else
    reader.error("feature", "whose replay it is");
  reader.optional_sequence("cases", [&](const YAML::Node& node) { return read_case(document, node, out); });
  return {};
}

}  // namespace graduand::replay
