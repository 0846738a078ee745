// SPDX-License-Identifier: Apache-2.0
#include "framework/catalogue/suite_file.h"

#include <algorithm>

#include "framework/base/text.h"
#include "framework/base/yaml.h"
#include "framework/catalogue/feature_gates.h"

namespace graduand::catalogue {
namespace {

namespace fs = std::filesystem;

// The same error, at the place in the file that caused it.
template <class T>
Result<T> located(Result<T> result, const YamlDocument& document, const YAML::Node& node) {
  if (!result) result.error().where = document.where(node);
  return result;
}

Result<KubeVersion> read_version(const YamlDocument& document, const YAML::Node& node, std::string_view what) {
  GRADUAND_TRY_ASSIGN(const std::string text, yaml_string(document, node, what));
  return located(KubeVersion::parse(text), document, node);
}

Status check_known_gate(const YamlDocument& document, const YAML::Node& node, const std::string& gate) {
  const FeatureGates& table = FeatureGates::builtin();
  if (table.known(gate)) return {};
  return fail(ErrorKind::kUsage, "feature gate '" + shorten(gate, 80) + "' is not known", document.where(node),
              did_you_mean_hint(gate, table.names()));
}

// Reads one `gates` mapping; what cannot be so at the cell's version is refused here, where the author can see it.
class CellReader {
 public:
  CellReader(const YamlDocument& document, RequiredCell& cell) : document_(document), cell_(cell) {}

  Status read(const YAML::Node& node) {
    YamlReader reader(document_, node, "required cell");
    cell_.name = reader.string("name");
    const std::string text = reader.string("kubernetes");
    if (auto parsed = VersionRef::parse(text)) {
      cell_.kubernetes = *parsed;
    } else {
      reader.error("kubernetes", parsed.error().message);
    }
    reader.optional_map(
        "gates", [&](const std::string& gate, const YAML::Node& value) { return read_gate(gate, value, cell_.gates); });
    reader.optional_map("component-gates", [&](const std::string& component, const YAML::Node& value) {
      return read_component(component, value);
    });
    const std::int64_t nodes = reader.optional_int("min-nodes").value_or(1);
    if (nodes < 1 || nodes > 1000) reader.error("min-nodes", "expected a number from 1 to 1000");
    cell_.min_nodes = static_cast<int>(nodes);
    return reader.finish();
  }

 private:
  Status read_gate(const std::string& gate, const YAML::Node& value, GateMap& gates) {
    GRADUAND_TRY_ASSIGN(const bool on, yaml_bool(document_, value, "gate " + gate));
    // What holds at a release is told when that is known.
    if (!cell_.kubernetes.minors_before) {
      if (auto possible = FeatureGates::builtin().check_request(gate, on, cell_.kubernetes.version); !possible) {
        possible.error().where = document_.where(value);
        return possible;
      }
    }
    gates[gate] = on;
    return {};
  }

  Status read_component(const std::string& component, const YAML::Node& value) {
    const auto& all = components();
    if (std::find(all.begin(), all.end(), component) == all.end()) {
      return fail(ErrorKind::kUsage,
                  "'" + shorten(component, 80) + "' is not a component; expected one of " + join(all, ", "),
                  document_.where(value), did_you_mean_hint(component, all));
    }
    if (!value.IsMap()) {
      return fail(ErrorKind::kUsage, "expected a mapping of gates to true or false", document_.where(value));
    }
    for (const auto& entry : value) {
      GRADUAND_TRY_ASSIGN(const std::string gate, yaml_string(document_, entry.first, "gate"));
      GRADUAND_TRY(read_gate(gate, entry.second, cell_.component_gates[component]));
    }
    return {};
  }

  const YamlDocument& document_;
  RequiredCell& cell_;
};

Status read_required_cells(const YamlDocument& document, YamlReader& stages, FeatureInfo& feature) {
  for (const char* stage : {"beta", "stable"}) {
    stages.optional_sequence(stage, [&](const YAML::Node& node) -> Status {
      RequiredCell cell;
      GRADUAND_TRY(CellReader(document, cell).read(node));
      feature.required_cells[stage].push_back(std::move(cell));
      return {};
    });
  }
  return stages.finish();
}

Status read_feature(const YamlDocument& document, const YAML::Node& node, SuiteFile& suite, FeatureInfo& feature) {
  YamlReader reader(document, node, "feature");
  feature.name = reader.string("name");
  if (suite.kind == SuiteKind::kGinkgo) GRADUAND_TRY(read_spec_rule(reader, feature.name, suite.ginkgo));
  reader.optional_sequence("keps", [&](const YAML::Node& kep) -> Status {
    GRADUAND_TRY_ASSIGN(const json::value number, yaml_to_json(document, kep));
    if (!number.is_int64() || number.get_int64() < 1 || number.get_int64() > 1000000) {
      return fail(ErrorKind::kUsage, "expected a KEP's number, such as 3960", document.where(kep));
    }
    feature.keps.push_back(static_cast<int>(number.get_int64()));
    return {};
  });
  reader.optional_sequence("gates", [&](const YAML::Node& gate) -> Status {
    GRADUAND_TRY_ASSIGN(std::string name, yaml_string(document, gate, "gate"));
    GRADUAND_TRY(check_known_gate(document, gate, name));
    feature.gates.push_back(std::move(name));
    return {};
  });
  reader.optional_map("stages", [&](const std::string& stage, const YAML::Node& value) -> Status {
    if (stage != "alpha" && stage != "beta" && stage != "stable") {
      return fail(ErrorKind::kUsage, "'" + shorten(stage, 80) + "' is not a stage; expected alpha, beta or stable",
                  document.where(value), did_you_mean_hint(stage, {"alpha", "beta", "stable"}));
    }
    GRADUAND_TRY_ASSIGN(feature.stages[stage], read_version(document, value, "version of stage " + stage));
    return {};
  });
  Status cells;
  if (auto stages = reader.optional_mapping("required-cells")) cells = read_required_cells(document, *stages, feature);
  GRADUAND_TRY(cells);
  return reader.finish();
}

}  // namespace

Result<SuiteFile> load_suite_file(const fs::path& path) {
  GRADUAND_TRY_ASSIGN(const YamlDocument document, YamlDocument::load(path));
  SuiteFile suite;
  suite.path = path;
  YamlReader reader(document, document.root(), "suite");
  suite.name = reader.string("name");
  const std::string kind = reader.optional_string("kind").value_or("gtest");
  reader.expect_one_of("kind", kind, {"gtest", "ginkgo"});
  suite.kind = kind == "ginkgo" ? SuiteKind::kGinkgo : SuiteKind::kGtest;
  std::error_code ignored;
  const fs::path folder = fs::absolute(path, ignored).parent_path();
  if (suite.kind == SuiteKind::kGinkgo) {
    GRADUAND_TRY(read_ginkgo_settings(document, reader, folder, suite.ginkgo));
  } else {
    suite.binary = (folder / reader.string("binary")).lexically_normal();
  }
  suite.sig = reader.optional_string("sig").value_or("");
  reader.optional_sequence("features", [&](const YAML::Node& node) -> Status {
    FeatureInfo feature;
    feature.sig = suite.sig;
    GRADUAND_TRY(read_feature(document, node, suite, feature));
    suite.features.push_back(std::move(feature));
    return {};
  });
  GRADUAND_TRY(reader.finish());
  return suite;
}

Result<std::vector<SuiteFile>> find_suites(const std::vector<fs::path>& folders) {
  std::vector<SuiteFile> suites;
  for (const fs::path& folder : folders) {
    std::error_code error;
    fs::directory_iterator entries(folder, error);
    if (error) return fail(ErrorKind::kUsage, "suites cannot be looked for here: " + error.message(), folder.string());
    for (const fs::directory_entry& entry : entries) {
      const fs::path file = entry.path() / "suite.yaml";
      if (!fs::is_regular_file(file, error)) continue;
      GRADUAND_TRY_ASSIGN(SuiteFile suite, load_suite_file(file));
      suites.push_back(std::move(suite));
    }
  }
  std::sort(suites.begin(), suites.end(), [](const SuiteFile& a, const SuiteFile& b) {
    return a.name != b.name ? a.name < b.name : a.path < b.path;
  });
  for (std::size_t i = 1; i < suites.size(); ++i) {
    if (suites[i].name != suites[i - 1].name) continue;
    return fail(ErrorKind::kUsage,
                "two suites have the name '" + suites[i].name + "'; the other is " + suites[i - 1].path.string(),
                suites[i].path.string());
  }
  return suites;
}

}  // namespace graduand::catalogue
