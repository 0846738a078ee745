// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "framework/base/yaml/yaml.h"

namespace graduand {

// Reads the text as a stream of events, without building anything, and refuses what yaml-cpp 0.7 would accept: bytes
// that are not YAML characters, duplicate keys, keys that are not scalars, several documents, foreign tags, an alias
// inside its own anchor, and more nodes or levels (aliases expanded) than the limits allow. Linear in the text.
Status check_yaml_text(std::string_view text, std::string_view source, const YamlLimits& limits);

// The characters alone: valid UTF-8 without control characters, which yaml-cpp would replace or take for the end.
Status check_yaml_characters(std::string_view text, std::string_view source);

// "source:line:column" of a yaml-cpp mark, which counts from 0; just the source where there is no position.
std::string yaml_position(std::string_view source, const YAML::Mark& mark);

}  // namespace graduand
