// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/json.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "framework/base/error.h"

namespace graduand {

namespace json = boost::json;

struct JsonLimits {
  std::size_t max_bytes = 64u << 20;
  std::size_t max_depth = 128;
};

// One document; kUsage with source:line:column on a syntax error, trailing text, or a limit.
Result<json::value> parse_json(std::string_view text, std::string_view source = "json", const JsonLimits& limits = {});

// Two-space indentation, keys in their order, trailing newline: for files and --json output.
std::string pretty_json(const json::value& value);
// Keys sorted at every level, no spaces: the text that fingerprints are made of.
std::string canonical_json(const json::value& value);

// The value at a path of member names and array indices ("status", "conditions", 0), or nullptr when any step is
// absent or of another type.
const json::value* find_path(const json::value& root,
                             std::initializer_list<std::variant<std::string_view, std::size_t>> path);

// Typed look-ups by dotted path ("status.phase"); the default when absent or of another type. For reading Kubernetes
// objects, where every field is optional.
std::string string_at(const json::value& root, std::string_view dotted, std::string_view fallback = "");
std::int64_t int_at(const json::value& root, std::string_view dotted, std::int64_t fallback = 0);
double double_at(const json::value& root, std::string_view dotted, double fallback = 0);
bool bool_at(const json::value& root, std::string_view dotted, bool fallback = false);
const json::array& array_at(const json::value& root, std::string_view dotted);    // empty array when absent
const json::object& object_at(const json::value& root, std::string_view dotted);  // empty object when absent
const json::value* value_at(const json::value& root, std::string_view dotted);    // nullptr when absent

json::array to_json(const std::vector<std::string>& strings);
std::vector<std::string> strings_of(const json::value& array);  // non-strings are left out

}  // namespace graduand
