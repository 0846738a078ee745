// SPDX-License-Identifier: Apache-2.0
#include "framework/base/yaml/yaml_scalar.h"

#include <charconv>
#include <cmath>

#include "framework/base/text.h"

namespace graduand {
namespace {

// yaml-cpp tags plain scalars "?" and quoted ones "!".
bool is_plain(const YAML::Node& node) {
  return node.IsScalar() && node.Tag() != "!" && node.Tag() != "tag:yaml.org,2002:str";
}

bool all_digits(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

// [-+]?(0|[1-9][0-9]*): a leading zero would be octal for some readers, so it is not a number for us.
bool is_decimal_integer(std::string_view text) {
  if (!text.empty() && (text.front() == '-' || text.front() == '+')) text.remove_prefix(1);
  return all_digits(text) && (text.size() == 1 || text.front() != '0');
}

bool is_decimal_fraction(std::string_view text) {
  const std::size_t exponent = text.find_first_of("eE");
  if (exponent != std::string_view::npos) {
    std::string_view power = text.substr(exponent + 1);
    if (!power.empty() && (power.front() == '-' || power.front() == '+')) power.remove_prefix(1);
    if (!all_digits(power)) return false;
  }
  const std::string_view mantissa = text.substr(0, exponent);
  const std::size_t dot = mantissa.find('.');
  if (dot == std::string_view::npos) return is_decimal_integer(mantissa);
  return is_decimal_integer(mantissa.substr(0, dot)) && all_digits(mantissa.substr(dot + 1));
}

std::string_view without_plus(std::string_view text) {
  if (!text.empty() && text.front() == '+') text.remove_prefix(1);
  return text;
}

template <class Number>
std::optional<Number> from_text(std::string_view text) {
  text = without_plus(text);
  Number number{};
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failed != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

bool is_null_text(const YAML::Node& node) {
  const std::string& text = node.Scalar();
  return is_plain(node) && (text.empty() || text == "~" || text == "null" || text == "Null" || text == "NULL");
}

Result<json::value> scalar_to_json(const YAML::Node& node) {
  if (is_null_text(node)) return json::value(nullptr);
  if (const auto truth = as_bool(node)) return json::value(*truth);
  if (const auto integer = as_integer(node)) return json::value(*integer);
  if (const auto number = as_double(node)) return json::value(*number);
  return json::value(json::string(node.Scalar()));
}

}  // namespace

std::optional<bool> as_bool(const YAML::Node& node) {
  if (!is_plain(node)) return std::nullopt;
  const std::string& text = node.Scalar();
  if (text == "true" || text == "True" || text == "TRUE") return true;
  if (text == "false" || text == "False" || text == "FALSE") return false;
  return std::nullopt;
}

std::optional<std::int64_t> as_integer(const YAML::Node& node) {
  if (!is_plain(node) || !is_decimal_integer(node.Scalar())) return std::nullopt;
  return from_text<std::int64_t>(node.Scalar());
}

std::optional<double> as_double(const YAML::Node& node) {
  if (!is_plain(node) || !is_decimal_fraction(node.Scalar())) return std::nullopt;
  return from_text<double>(node.Scalar());
}

std::optional<std::string> as_text(const YAML::Node& node) {
  if (!node.IsScalar()) return std::nullopt;
  return node.Scalar();
}

std::string describe_node(const YAML::Node& node) {
  if (!node.IsDefined() || node.IsNull()) return "nothing";
  if (node.IsSequence()) return "a list";
  if (node.IsMap()) return "a mapping";
  return (is_plain(node) ? "'" : "the quoted text '") + shorten(printable(node.Scalar()), 60) + "'";
}

Result<bool> yaml_bool(const YamlDocument& document, const YAML::Node& node, std::string_view what) {
  if (const auto truth = as_bool(node)) return *truth;
  return fail(ErrorKind::kUsage, "'" + std::string(what) + "' must be true or false, got " + describe_node(node),
              document.where(node));
}

Result<std::string> yaml_string(const YamlDocument& document, const YAML::Node& node, std::string_view what) {
  if (auto text = as_text(node)) return *std::move(text);
  return fail(ErrorKind::kUsage, "'" + std::string(what) + "' must be text, got " + describe_node(node),
              document.where(node));
}

// The recursion is bounded: a YamlDocument's depth was checked with aliases expanded.
Result<json::value> yaml_to_json(const YamlDocument& document, const YAML::Node& node) {
  if (!node.IsDefined() || node.IsNull()) return json::value(nullptr);
  if (node.IsScalar()) return scalar_to_json(node);
  if (node.IsSequence()) {
    json::array array;
    for (const YAML::Node& element : node) {
      GRADUAND_TRY_ASSIGN(json::value value, yaml_to_json(document, element));
      array.push_back(std::move(value));
    }
    return array;
  }
  json::object object;
  for (const auto& entry : node) {
    if (!entry.first.IsScalar()) return fail(ErrorKind::kUsage, "a key must be a scalar", document.where(entry.first));
    GRADUAND_TRY_ASSIGN(json::value value, yaml_to_json(document, entry.second));
    object[entry.first.Scalar()] = std::move(value);
  }
  return object;
}

}  // namespace graduand
