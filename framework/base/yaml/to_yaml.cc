// SPDX-License-Identifier: Apache-2.0
#include "framework/base/yaml/to_yaml.h"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <cctype>

#include "framework/base/text.h"

namespace graduand {
namespace {

// Whether every YAML reader, 1.1 or 1.2, takes the bare text for a string.
bool is_plain(std::string_view text) {
  static const std::vector<std::string> words = {"true", "false", "null", "yes", "no", "on", "off", "y", "n"};
  if (text.empty() || std::isalpha(static_cast<unsigned char>(text.front())) == 0) return false;
  const auto fits = [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '-' || c == '.' || c == '/' || c == '_';
  };
  return std::all_of(text.begin(), text.end(), fits) &&
         std::find(words.begin(), words.end(), to_lower(text)) == words.end();
}

void emit_text(YAML::Emitter& out, std::string_view text) {
  const std::string copy(text);
  if (copy.find('\n') != std::string::npos)
    out << YAML::Literal << copy;
  else if (is_plain(copy))
    out << copy;
  else
    out << YAML::DoubleQuoted << copy;
}

void emit(YAML::Emitter& out, const json::value& value) {
  switch (value.kind()) {
    case json::kind::object:
      out << YAML::BeginMap;
      for (const auto& [key, member] : value.get_object()) {
        out << YAML::Key;
        emit_text(out, key);
        out << YAML::Value;
        emit(out, member);
      }
      out << YAML::EndMap;
      return;
    case json::kind::array:
      out << YAML::BeginSeq;
      for (const json::value& element : value.get_array()) emit(out, element);
      out << YAML::EndSeq;
      return;
    case json::kind::string:
      emit_text(out, value.get_string());
      return;
    case json::kind::bool_:
      out << value.get_bool();
      return;
    case json::kind::null:
      out << YAML::Null;
      return;
    default:  // numbers: JSON's text is YAML's
      out << json::serialize(value);
  }
}

}  // namespace

std::string to_yaml(const json::value& value) {
  YAML::Emitter out;
  emit(out, value);
  return std::string(out.c_str()) + "\n";
}

}  // namespace graduand
