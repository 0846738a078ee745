// SPDX-License-Identifier: Apache-2.0
#include "framework/catalogue/json_codec.h"

#include <charconv>
#include <cmath>
#include <limits>

namespace graduand::catalogue {
namespace {

template <class T>
Status decode_integer(const json::value& value, T& out) {
  json::error_code failed;
  const T number = value.is_number() ? value.to_number<T>(failed) : T{};
  if (!value.is_number() || failed) return fail(ErrorKind::kUsage, "expected an integer");
  out = number;
  return {};
}

}  // namespace

json::value encode(const std::string& text) {
  return json::value(text);
}
json::value encode(bool flag) {
  return json::value(flag);
}
json::value encode(int number) {
  return json::value(number);
}
json::value encode(std::int64_t number) {
  return json::value(number);
}
json::value encode(std::uint64_t number) {
  return json::value(std::to_string(number));
}
json::value encode(double number) {
  return std::isfinite(number) ? json::value(number) : json::value(nullptr);
}
json::value encode(Timestamp time) {
  return json::value(format_rfc3339(time));
}
json::value encode(milliseconds duration) {
  return json::value(static_cast<double>(duration.count()) / 1000.0);
}
json::value encode(const KubeVersion& version) {
  return json::value(version.str());
}
json::value encode(const json::value& value) {
  return value;
}

Status decode(const json::value& value, std::string& out) {
  if (!value.is_string()) return fail(ErrorKind::kUsage, "expected a string");
  out = std::string(value.get_string());
  return {};
}

Status decode(const json::value& value, bool& out) {
  if (!value.is_bool()) return fail(ErrorKind::kUsage, "expected true or false");
  out = value.get_bool();
  return {};
}

Status decode(const json::value& value, int& out) {
  return decode_integer(value, out);
}
Status decode(const json::value& value, std::int64_t& out) {
  return decode_integer(value, out);
}

Status decode(const json::value& value, std::uint64_t& out) {
  std::string text;
  std::uint64_t number = 0;
  if (decode(value, text) && !text.empty()) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error == std::errc() && end == text.data() + text.size()) {
      out = number;
      return {};
    }
  }
  return fail(ErrorKind::kUsage, "expected an unsigned 64-bit integer as a decimal string");
}

Status decode(const json::value& value, double& out) {
  if (value.is_null()) {
    out = std::numeric_limits<double>::quiet_NaN();
    return {};
  }
  if (!value.is_number()) return fail(ErrorKind::kUsage, "expected a number");
  out = value.to_number<double>();
  return {};
}

Status decode(const json::value& value, Timestamp& out) {
  std::string text;
  GRADUAND_TRY(decode(value, text));
  GRADUAND_TRY_ASSIGN(out, parse_rfc3339(text));
  return {};
}

Status decode(const json::value& value, milliseconds& out) {
  constexpr double kMostSeconds = 1e12;  // beyond it, doubles are no longer exact to the millisecond
  double number = 0;
  if (!value.is_number() || !decode(value, number) || !(std::abs(number) <= kMostSeconds)) {
    return fail(ErrorKind::kUsage, "expected a number of seconds");
  }
  out = milliseconds(std::llround(number * 1000.0));
  return {};
}

Status decode(const json::value& value, KubeVersion& out) {
  std::string text;
  GRADUAND_TRY(decode(value, text));
  GRADUAND_TRY_ASSIGN(out, KubeVersion::parse(text));
  return {};
}

Status decode(const json::value& value, json::value& out) {
  out = value;
  return {};
}

Status decode(const json::value& value, json::object& out) {
  if (!value.is_object()) return fail(ErrorKind::kUsage, "expected an object");
  out = value.get_object();
  return {};
}

}  // namespace graduand::catalogue
