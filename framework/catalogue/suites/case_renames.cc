// SPDX-License-Identifier: Apache-2.0
#include "framework/catalogue/suites/case_renames.h"

#include "framework/base/text.h"

namespace graduand::catalogue {

Result<std::map<std::string, std::string>> read_case_renames(
    const YamlDocument& document, YamlReader& suite, const std::string& suite_name,
    const std::function<std::string(std::string_view)>& canonical) {
  std::map<std::string, std::string> renames, places;
  const auto name_of = [&](std::string_view text) {
    if (const std::string prefix = suite_name + "/"; text.starts_with(prefix)) text.remove_prefix(prefix.size());
    return canonical(text);
  };
  suite.optional_map("renames", [&](const std::string& old_text, const YAML::Node& node) -> Status {
    GRADUAND_TRY_ASSIGN(const std::string new_text, yaml_string(document, node, "the new name of a renamed case"));
    const std::string old_name = name_of(old_text), new_name = name_of(new_text);
    const std::string place = document.where(node);
    if (old_name.empty() || new_name.empty()) return fail(ErrorKind::kUsage, "expected a case's name", place);
    if (const auto other = renames.find(old_name); other != renames.end() && other->second != new_name)
      return fail(ErrorKind::kUsage, "'" + shorten(old_name, 200) + "' is renamed to another name, too", place);
    renames[old_name] = new_name;
    places.emplace(old_name, place);
    return {};
  });
  for (const auto& [old_name, new_name] : renames) {
    const auto next = renames.find(new_name);
    if (next == renames.end()) continue;
    return fail(ErrorKind::kUsage, "'" + shorten(new_name, 200) + "' is itself renamed, at " + places.at(next->first),
                places.at(old_name), "name the case's present name: '" + shorten(next->second, 200) + "'");
  }
  return renames;
}

}  // namespace graduand::catalogue
