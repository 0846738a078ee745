// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "framework/base/yaml/yaml.h"
#include "tests/replay/fixture.h"

namespace graduand::replay {

// `facts`, `feature` and `cases` of a fixture. Each fact of the feature needs a link. An error is returned, or stays
// in the reader.
Status read_feature(const YamlDocument& document, YamlReader& reader, Fixture& out);

// What several parts of a fixture have in common; errors stay in the reader.
catalogue::KubeVersion read_version(YamlReader& reader, const char* key, const std::string& text);
Timestamp read_time(YamlReader& reader, const char* key);  // required
void read_gates(const YamlDocument& document, YamlReader& reader, catalogue::GateMap& out);
void check_source(YamlReader& reader, const std::string& source);

}  // namespace graduand::replay
