// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <string>
#include <string_view>

#include "framework/base/error.h"

namespace graduand::catalogue {

// A Kubernetes version: "v1.33.13", "1.34", "v1.35.0-alpha.1". Ordered by major, minor, patch; a pre-release sorts
// before its release.
struct KubeVersion {
  int major = 0;
  int minor = 0;
  int patch = -1;            // -1: only a minor was given, such as "1.33"
  std::string prerelease{};  // "alpha.1"

  // kUsage when it is not a version. With or without the leading "v"; build metadata ("+...") is dropped.
  static Result<KubeVersion> parse(std::string_view text);
  std::string str() const;        // "v1.33.13" or "v1.33"
  std::string minor_str() const;  // "1.33"
  bool same_minor(const KubeVersion& other) const { return major == other.major && minor == other.minor; }
};
std::strong_ordering operator<=>(const KubeVersion& a, const KubeVersion& b);
bool operator==(const KubeVersion& a, const KubeVersion& b);

}  // namespace graduand::catalogue
