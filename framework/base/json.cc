// SPDX-License-Identifier: Apache-2.0
#include "framework/base/json.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <new>

namespace graduand {
namespace {

std::string position(std::string_view text, std::size_t offset, std::string_view source) {
  const std::string_view before = text.substr(0, std::min(offset, text.size()));
  const auto line = 1 + std::count(before.begin(), before.end(), '\n');
  const std::size_t last = before.rfind('\n');
  const std::size_t column = last == std::string_view::npos ? before.size() + 1 : before.size() - last;
  return fmt::format("{}:{}:{}", source, line, column);
}

// Shortest text that reads back as the same double, and as a double.
std::string number_text(double number) {
  if (!std::isfinite(number)) return "null";
  std::string text = fmt::format("{}", number);
  if (text.find_first_of(".e") == std::string::npos) text += ".0";
  return text;
}

void write_value(std::string& out, const json::value& value, bool pretty, std::size_t depth);

void write_break(std::string& out, bool pretty, std::size_t depth) {
  if (!pretty) return;
  out += '\n';
  out.append(2 * depth, ' ');
}

void write_object(std::string& out, const json::object& object, bool pretty, std::size_t depth) {
  std::vector<const json::key_value_pair*> members;
  members.reserve(object.size());
  for (const auto& member : object) members.push_back(&member);
  if (!pretty) {
    std::sort(members.begin(), members.end(),
              [](const auto* a, const auto* b) { return std::string_view(a->key()) < std::string_view(b->key()); });
  }
  out += '{';
  for (std::size_t i = 0; i < members.size(); ++i) {
    if (i != 0) out += ',';
    write_break(out, pretty, depth + 1);
    out += json::serialize(members[i]->key());
    out += pretty ? ": " : ":";
    write_value(out, members[i]->value(), pretty, depth + 1);
  }
  if (!members.empty()) write_break(out, pretty, depth);
  out += '}';
}

void write_array(std::string& out, const json::array& array, bool pretty, std::size_t depth) {
  out += '[';
  for (std::size_t i = 0; i < array.size(); ++i) {
    if (i != 0) out += ',';
    write_break(out, pretty, depth + 1);
    write_value(out, array[i], pretty, depth + 1);
  }
  if (!array.empty()) write_break(out, pretty, depth);
  out += ']';
}

void write_value(std::string& out, const json::value& value, bool pretty, std::size_t depth) {
  if (const auto* object = value.if_object()) {
    write_object(out, *object, pretty, depth);
  } else if (const auto* array = value.if_array()) {
    write_array(out, *array, pretty, depth);
  } else if (const auto* number = value.if_double()) {
    out += number_text(*number);
  } else {
    out += json::serialize(value);
  }
}

const json::value* member(const json::value& value, std::string_view name) {
  const auto* object = value.if_object();
  return object == nullptr ? nullptr : object->if_contains(name);
}

const json::value* element(const json::value& value, std::size_t index) {
  const auto* array = value.if_array();
  return array == nullptr ? nullptr : array->if_contains(index);
}

}  // namespace

Result<json::value> parse_json(std::string_view text, std::string_view source, const JsonLimits& limits) {
  if (text.size() > limits.max_bytes) {
    return fail(ErrorKind::kUsage,
                fmt::format("{} bytes of JSON are more than the {} allowed", text.size(), limits.max_bytes),
                std::string(source));
  }
  try {
    json::parse_options options;
    options.max_depth = limits.max_depth;
    json::stream_parser parser({}, options);
    json::error_code failed;
    std::size_t used = parser.write_some(text.data(), text.size(), failed);
    if (!failed && used < text.size()) {
      return fail(ErrorKind::kUsage, "there is text after the end of the JSON document", position(text, used, source));
    }
    if (!failed) parser.finish(failed);
    if (!failed) return parser.release();
    if (failed == json::error::incomplete) used = text.size();
    const std::string why = failed == json::error::too_deep
                                ? fmt::format("nested deeper than {} levels", limits.max_depth)
                                : failed.message();
    return fail(ErrorKind::kUsage, "not valid JSON: " + why, position(text, used, source));
  } catch (const std::exception& error) {  // bad_alloc, length_error
    return fail(ErrorKind::kUsage, fmt::format("not readable as JSON: {}", error.what()), std::string(source));
  }
}

std::string pretty_json(const json::value& value) {
  std::string out;
  write_value(out, value, true, 0);
  return out + "\n";
}

std::string canonical_json(const json::value& value) {
  std::string out;
  write_value(out, value, false, 0);
  return out;
}

const json::value* find_path(const json::value& root,
                             std::initializer_list<std::variant<std::string_view, std::size_t>> path) {
  const json::value* at = &root;
  for (const auto& step : path) {
    const auto* name = std::get_if<std::string_view>(&step);
    at = name != nullptr ? member(*at, *name) : element(*at, std::get<std::size_t>(step));
    if (at == nullptr) return nullptr;
  }
  return at;
}

const json::value* value_at(const json::value& root, std::string_view dotted) {
  const json::value* at = &root;
  while (at != nullptr) {
    const std::size_t dot = dotted.find('.');
    at = member(*at, dotted.substr(0, dot));
    if (dot == std::string_view::npos) break;
    dotted.remove_prefix(dot + 1);
  }
  return at;
}

std::string string_at(const json::value& root, std::string_view dotted, std::string_view fallback) {
  const json::value* found = value_at(root, dotted);
  if (found == nullptr || !found->is_string()) return std::string(fallback);
  return std::string(found->get_string());
}

std::int64_t int_at(const json::value& root, std::string_view dotted, std::int64_t fallback) {
  const json::value* found = value_at(root, dotted);
  if (found == nullptr || !found->is_number()) return fallback;
  json::error_code failed;
  const auto number = found->to_number<std::int64_t>(failed);
  return failed ? fallback : number;
}

double double_at(const json::value& root, std::string_view dotted, double fallback) {
  const json::value* found = value_at(root, dotted);
  if (found == nullptr || !found->is_number()) return fallback;
  json::error_code failed;
  const auto number = found->to_number<double>(failed);
  return failed ? fallback : number;
}

bool bool_at(const json::value& root, std::string_view dotted, bool fallback) {
  const json::value* found = value_at(root, dotted);
  return found != nullptr && found->is_bool() ? found->get_bool() : fallback;
}

const json::array& array_at(const json::value& root, std::string_view dotted) {
  static const json::array empty;
  const json::value* found = value_at(root, dotted);
  return found != nullptr && found->is_array() ? found->get_array() : empty;
}

const json::object& object_at(const json::value& root, std::string_view dotted) {
  static const json::object empty;
  const json::value* found = value_at(root, dotted);
  return found != nullptr && found->is_object() ? found->get_object() : empty;
}

json::array to_json(const std::vector<std::string>& strings) {
  json::array array;
  array.reserve(strings.size());
  for (const std::string& text : strings) array.emplace_back(text);
  return array;
}

std::vector<std::string> strings_of(const json::value& array) {
  std::vector<std::string> strings;
  if (const auto* elements = array.if_array()) {
    for (const json::value& one : *elements)
      if (one.is_string()) strings.emplace_back(one.get_string());
  }
  return strings;
}

}  // namespace graduand
