// SPDX-License-Identifier: Apache-2.0
#include "framework/catalogue/suites/ginkgo_settings.h"

#include <re2/re2.h>

#include <algorithm>

#include "framework/base/files.h"
#include "framework/base/text.h"
#include "framework/catalogue/need.h"
#include "framework/catalogue/suites/variables.h"

namespace graduand::catalogue {
namespace {

// Sets `file`, or `missing`.
void resolve(GinkgoBinary& binary, const fs::path& folder) {
  std::string path = binary.path;
  if (!binary.environment.empty()) {
    if (auto own = environment_variable(binary.environment)) path = *std::move(own);
  }
  const auto filled = with_variables(path);
  if (filled)
    binary.file = (folder / *filled).lexically_normal();
  else
    binary.missing = filled.error().message;
}

Status read_binary(const YamlDocument& document, const std::string& version, const YAML::Node& node,
                   const fs::path& folder, GinkgoSettings& settings) {
  GinkgoBinary binary;
  auto kubernetes = KubeVersion::parse(version);
  if (!kubernetes) return fail(ErrorKind::kUsage, kubernetes.error().message, document.where(node));
  binary.kubernetes = *kubernetes;
  if (settings.binary_for(binary.kubernetes) != nullptr)
    return fail(ErrorKind::kUsage, "two binaries for Kubernetes " + binary.kubernetes.minor_str(),
                document.where(node));
  YamlReader reader(document, node, "binary");
  binary.path = reader.string("path");
  binary.environment = reader.optional_string("environment").value_or("");
  GRADUAND_TRY(reader.finish());
  resolve(binary, folder);
  settings.binaries.push_back(std::move(binary));
  return {};
}

}  // namespace

const GinkgoBinary* GinkgoSettings::binary_for(const KubeVersion& kubernetes) const {
  const auto found = std::find_if(binaries.begin(), binaries.end(),
                                  [&](const GinkgoBinary& binary) { return binary.kubernetes.same_minor(kubernetes); });
  return found == binaries.end() ? nullptr : &*found;
}

Status read_ginkgo_settings(const YamlDocument& document, YamlReader& suite, const fs::path& folder,
                            GinkgoSettings& settings) {
  const std::size_t count = suite.optional_map("binaries", [&](const std::string& version, const YAML::Node& node) {
    return read_binary(document, version, node, folder, settings);
  });
  if (count == 0)
    suite.error("binaries", "a suite of kind ginkgo needs a test binary for at least one version of Kubernetes",
                "such as binaries: {v1.34: {path: e2e.test}}");
  std::sort(settings.binaries.begin(), settings.binaries.end(),
            [](const GinkgoBinary& a, const GinkgoBinary& b) { return a.kubernetes < b.kubernetes; });
  settings.flags = suite.optional_strings("flags");
  settings.images = suite.optional_strings("images");
  settings.time_limit = suite.optional_duration("time-limit").value_or(settings.time_limit);
  settings.slow_time_limit = suite.optional_duration("slow-time-limit").value_or(settings.slow_time_limit);
  return {};
}

Status read_spec_rule(YamlReader& feature, const std::string& name, GinkgoSettings& settings) {
  auto reader = feature.optional_mapping("specs");
  if (!reader) return {};
  SpecRule rule;
  rule.feature = name;
  rule.labels = reader->optional_strings("labels");
  rule.patterns = reader->optional_strings("patterns");
  rule.needs = reader->optional_strings("needs");
  rule.images = reader->optional_strings("images");
  for (const std::string& pattern : rule.patterns) {
    const re2::RE2 compiled(pattern, re2::RE2::Quiet);
    if (!compiled.ok())
      reader->error("patterns", "'" + shorten(pattern, 80) + "' is no regular expression: " + compiled.error());
  }
  for (const std::string& need : rule.needs)
    if (const auto parsed = Need::parse(need); !parsed)
      reader->error("needs", parsed.error().message, parsed.error().hint);
  if (rule.labels.empty() && rule.patterns.empty()) reader->error("labels", "expected labels or patterns, or both");
  GRADUAND_TRY(reader->finish());
  settings.rules.push_back(std::move(rule));
  return {};
}

}  // namespace graduand::catalogue
