// SPDX-License-Identifier: Apache-2.0
#include "framework/runner/ginkgo/focus.h"

#include <fmt/format.h>
#include <re2/re2.h>

namespace graduand::runner {

std::string ginkgo_focus(const std::string& description, const std::string& name) {
  return "--ginkgo.focus=^" + re2::RE2::QuoteMeta(description + " " + name) + "$";
}

std::string ginkgo_focus_file(const std::string& file, int line) {
  std::string quoted = re2::RE2::QuoteMeta(file);
  // Ginkgo splits at colons first, escaped or not.
  for (std::size_t at = quoted.find("\\:"); at != std::string::npos; at = quoted.find("\\:", at))
    quoted.replace(at, 2, R"(\x3a)");
  return fmt::format("--ginkgo.focus-file=^{}$:{}", quoted, line);
}

}  // namespace graduand::runner
