// SPDX-License-Identifier: Apache-2.0
#include "framework/catalogue/suites/suite_file.h"

#include <algorithm>

#include "framework/base/text.h"
#include "framework/base/yaml/yaml.h"
#include "framework/catalogue/features/feature_facts.h"
#include "framework/catalogue/suites/case_renames.h"
#include "framework/catalogue/suites/ginkgo_spec.h"

namespace graduand::catalogue {
namespace {

namespace fs = std::filesystem;

Status read_feature(const YamlDocument& document, const YAML::Node& node, SuiteFile& suite, FeatureInfo& feature) {
  YamlReader reader(document, node, "feature");
  feature.name = reader.string("name");
  if (suite.kind == SuiteKind::kGinkgo) GRADUAND_TRY(read_spec_rule(reader, feature.name, suite.ginkgo));
  GRADUAND_TRY(read_feature_facts(document, node, reader, feature));
  return reader.finish();
}

}  // namespace

const char* to_string(SuiteKind kind) {
  switch (kind) {
    case SuiteKind::kGtest:
      return "gtest";
    case SuiteKind::kGinkgo:
      return "ginkgo";
    case SuiteKind::kExec:
      return "exec";
  }
  return "";
}

Result<SuiteFile> load_suite_file(const fs::path& path) {
  GRADUAND_TRY_ASSIGN(const YamlDocument document, YamlDocument::load(path));
  SuiteFile suite;
  suite.path = path;
  YamlReader reader(document, document.root(), "suite");
  suite.name = reader.string("name");
  const std::string kind = reader.optional_string("kind").value_or("gtest");
  reader.expect_one_of("kind", kind, {"gtest", "ginkgo", "exec"});
  for (const SuiteKind one : {SuiteKind::kGinkgo, SuiteKind::kExec})
    if (kind == to_string(one)) suite.kind = one;
  std::error_code ignored;
  const fs::path folder = fs::absolute(path, ignored).parent_path();
  if (suite.kind == SuiteKind::kGinkgo) {
    GRADUAND_TRY(read_ginkgo_settings(document, reader, folder, suite.ginkgo));
  } else if (suite.kind == SuiteKind::kGtest) {
    suite.binary = (folder / reader.string("binary")).lexically_normal();
  }
  const bool texts = suite.kind == SuiteKind::kGinkgo;
  GRADUAND_TRY_ASSIGN(const auto renames,
                      read_case_renames(document, reader, suite.name, [texts](std::string_view name) {
                        return texts ? stable_text(name) : std::string(name);
                      }));
  for (const auto& [old_name, new_name] : renames)
    suite.case_renames[suite.name + "/" + old_name] = suite.name + "/" + new_name;
  if (texts) suite.ginkgo.renames = renames;
  suite.sig = reader.optional_string("sig").value_or("");
  reader.optional_sequence("features", [&](const YAML::Node& node) -> Status {
    FeatureInfo feature;
    feature.sig = suite.sig;
    GRADUAND_TRY(read_feature(document, node, suite, feature));
    suite.features.push_back(std::move(feature));
    return {};
  });
  if (suite.kind == SuiteKind::kExec)
    GRADUAND_TRY(read_exec_settings(document, reader, folder, suite.features, suite.exec));
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
