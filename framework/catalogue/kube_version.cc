// SPDX-License-Identifier: Apache-2.0
#include "framework/catalogue/kube_version.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "framework/base/text.h"

namespace graduand::catalogue {
namespace {

bool is_number(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

bool parse_number(std::string_view text, int& number) {
  if (!is_number(text)) return false;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size();
}

bool is_prerelease(std::string_view text) {
  for (const std::string& part : split(text, '.')) {
    if (part.empty()) return false;
    for (const char c : part) {
      const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
      if (!letter && (c < '0' || c > '9') && c != '-') return false;
    }
  }
  return true;
}

std::strong_ordering compare_identifier(const std::string& a, const std::string& b) {
  const bool a_number = is_number(a), b_number = is_number(b);
  if (a_number != b_number) return a_number ? std::strong_ordering::less : std::strong_ordering::greater;
  if (a_number && a.size() != b.size()) return a.size() <=> b.size();
  return a.compare(b) <=> 0;
}

// Semantic Versioning 2.0.0, item 11.
std::strong_ordering compare_prerelease(const std::string& a, const std::string& b) {
  if (a.empty() || b.empty()) return (a.empty() ? 1 : 0) <=> (b.empty() ? 1 : 0);
  const auto a_parts = split(a, '.'), b_parts = split(b, '.');
  for (std::size_t i = 0; i < std::min(a_parts.size(), b_parts.size()); ++i) {
    if (const auto order = compare_identifier(a_parts[i], b_parts[i]); order != 0) return order;
  }
  return a_parts.size() <=> b_parts.size();
}

}  // namespace

Result<KubeVersion> KubeVersion::parse(std::string_view text) {
  const auto refuse = [&] {
    return fail(ErrorKind::kUsage,
                fmt::format("'{}' is not a Kubernetes version; expected one like v1.33.13 or 1.34", shorten(text, 80)));
  };
  std::string_view rest = text.substr(0, text.find('+'));
  if (!rest.empty() && rest.front() == 'v') rest.remove_prefix(1);
  KubeVersion version;
  if (const std::size_t dash = rest.find('-'); dash != std::string_view::npos) {
    version.prerelease = std::string(rest.substr(dash + 1));
    if (!is_prerelease(version.prerelease)) return refuse();
    rest = rest.substr(0, dash);
  }
  const auto parts = split(rest, '.');
  if (parts.size() < 2 || parts.size() > 3) return refuse();
  if (!parse_number(parts[0], version.major) || !parse_number(parts[1], version.minor)) return refuse();
  if (parts.size() == 3 && !parse_number(parts[2], version.patch)) return refuse();
  if (parts.size() == 2 && !version.prerelease.empty()) return refuse();
  return version;
}

std::string KubeVersion::str() const {
  std::string text = "v" + minor_str();
  if (patch >= 0) text += fmt::format(".{}", patch);
  if (!prerelease.empty()) text += "-" + prerelease;
  return text;
}

std::string KubeVersion::minor_str() const {
  return fmt::format("{}.{}", major, minor);
}

std::strong_ordering operator<=>(const KubeVersion& a, const KubeVersion& b) {
  if (const auto order = a.major <=> b.major; order != 0) return order;
  if (const auto order = a.minor <=> b.minor; order != 0) return order;
  if (const auto order = a.patch <=> b.patch; order != 0) return order;
  return compare_prerelease(a.prerelease, b.prerelease);
}

bool operator==(const KubeVersion& a, const KubeVersion& b) {
  return (a <=> b) == 0;
}

}  // namespace graduand::catalogue
