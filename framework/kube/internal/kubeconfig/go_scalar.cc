// SPDX-License-Identifier: Apache-2.0
#include "framework/kube/internal/kubeconfig/go_scalar.h"

#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <string>

#include "framework/base/text.h"

namespace graduand::kube::internal {
namespace {

constexpr std::string_view kDigits = "0123456789";

const std::map<std::string_view, GoScalar>& words() {
  static const std::map<std::string_view, GoScalar> table = [] {
    std::map<std::string_view, GoScalar> made;
    for (const char* word : {"y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"})
      made[word] = GoScalar::kTrue;
    for (const char* word : {"n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"})
      made[word] = GoScalar::kFalse;
    for (const char* word : {"", "~", "null", "Null", "NULL"}) made[word] = GoScalar::kNull;
    for (const char* word :
         {".nan", ".NaN", ".NAN", ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF", "-.inf", "-.Inf", "-.INF"})
      made[word] = GoScalar::kNotFinite;
    return made;
  }();
  return table;
}

// Takes the leading digits away; how many there were.
std::size_t take_digits(std::string_view& text) {
  const auto end = std::min(text.find_first_not_of(kDigits), text.size());
  text.remove_prefix(end);
  return end;
}

// [-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?, and within the range of a double.
bool is_decimal(const std::string& whole) {
  std::string_view text = whole;
  if (!text.empty() && (text.front() == '-' || text.front() == '+')) text.remove_prefix(1);
  const auto before = take_digits(text);
  if (before == 0 && (text.empty() || text.front() != '.')) return false;
  if (!text.empty() && text.front() == '.') {
    text.remove_prefix(1);
    if (take_digits(text) + before == 0) return false;
  }
  if (!text.empty() && (text.front() == 'e' || text.front() == 'E')) {
    text.remove_prefix(1);
    if (!text.empty() && (text.front() == '-' || text.front() == '+')) text.remove_prefix(1);
    if (take_digits(text) == 0) return false;
  }
  return text.empty() && std::isfinite(std::strtod(whole.c_str(), nullptr));
}

// 0x, 0b and 0o with digits, within 64 bits.
bool is_prefixed(std::string_view text) {
  const bool sign = !text.empty() && (text.front() == '-' || text.front() == '+');
  if (sign) text.remove_prefix(1);
  if (text.size() < 3 || text.front() != '0') return false;
  const char letter = text[1];
  const int base = letter == 'x' || letter == 'X'   ? 16
                   : letter == 'b' || letter == 'B' ? 2
                   : letter == 'o' || letter == 'O' ? 8
                                                    : 0;
  if (base == 0) return false;
  std::uint64_t value = 0;
  const auto [end, failed] = std::from_chars(text.data() + 2, text.data() + text.size(), value, base);
  if (failed != std::errc{} || end != text.data() + text.size()) return false;
  return !sign || value <= static_cast<std::uint64_t>(INT64_MAX);
}

}  // namespace

GoScalar resolve_go_scalar(std::string_view text) {
  if (const auto word = words().find(text); word != words().end()) return word->second;
  if (text.front() == '.') return is_decimal(std::string(text)) ? GoScalar::kNumber : GoScalar::kText;
  if (text.front() != '-' && text.front() != '+' && kDigits.find(text.front()) == std::string_view::npos) {
    return GoScalar::kText;
  }
  std::string plain(text);
  std::erase(plain, '_');
  return is_prefixed(plain) || is_decimal(plain) ? GoScalar::kNumber : GoScalar::kText;
}

std::optional<GoScalar> resolve_tagged_go_scalar(std::string_view type, std::string_view text) {
  const auto found = resolve_go_scalar(text);
  const bool truth = found == GoScalar::kTrue || found == GoScalar::kFalse;
  const bool number = found == GoScalar::kNumber || found == GoScalar::kNotFinite;
  if (type == "bool") return truth ? std::optional(found) : std::nullopt;
  if (type == "null") return found == GoScalar::kNull ? std::optional(found) : std::nullopt;
  if (type == "float") return number ? std::optional(found) : std::nullopt;
  if (type == "int") {
    const bool whole = found == GoScalar::kNumber && (is_prefixed(text) || text.find('.') == std::string_view::npos);
    return whole ? std::optional(found) : std::nullopt;
  }
  if (type == "timestamp") return text.size() > 4 && text[4] == '-' ? std::optional(GoScalar::kText) : std::nullopt;
  return GoScalar::kText;  // str, and what is no scalar's type
}

}  // namespace graduand::kube::internal
