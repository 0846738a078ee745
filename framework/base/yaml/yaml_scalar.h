// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "framework/base/yaml/yaml.h"

namespace graduand {

// The strict scalar types. All return nullopt when the node is not a plain scalar of that form: quoted text is always
// text, and `yes`, `0755`, `1_000` are text too.
std::optional<bool> as_bool(const YAML::Node& node);
std::optional<std::int64_t> as_integer(const YAML::Node& node);  // nullopt also when out of range
std::optional<double> as_double(const YAML::Node& node);         // integers too; no infinities
// Any scalar's text, as it is written.
std::optional<std::string> as_text(const YAML::Node& node);

// How a message names a value that did not fit: 'two', the quoted text '2', nothing, a list, a mapping.
std::string describe_node(const YAML::Node& node);

}  // namespace graduand
