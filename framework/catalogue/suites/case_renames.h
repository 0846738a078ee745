// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <string>

#include "framework/base/yaml/yaml.h"

namespace graduand::catalogue {

// Reads `renames` of a suite's mapping, "old name: new name", with or without "<suite>/" before them, and returns them
// without; `canonical` brings a name into the form that ids have. A step of a phased case is a name of its own. kUsage
// with file:line:column for a name that is empty, renamed to two names or to one that is itself renamed: chains are
// followed by nobody, and cycles have no end.
Result<std::map<std::string, std::string>> read_case_renames(
    const YamlDocument& document, YamlReader& suite, const std::string& suite_name,
    const std::function<std::string(std::string_view)>& canonical);

}  // namespace graduand::catalogue
