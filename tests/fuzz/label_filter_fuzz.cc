// SPDX-License-Identifier: Apache-2.0
// For libFuzzer: tests/CMakeLists.txt builds it where the compiler is clang.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "framework/catalogue/labels/label_filter.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto filter = graduand::catalogue::LabelFilter::parse(text);
  if (!filter) {
    if (filter.error().kind != graduand::ErrorKind::kUsage) std::abort();
    return 0;
  }
  // A regular expression may leave its end open, and then a parenthesis after it would be part of it.
  const auto inverse = graduand::catalogue::LabelFilter::parse("!(" + text + ")");
  const std::vector<std::string> labels = {"sig-node", "Feature:A", "Feature:OffByDefault", "Slow", ""};
  if (inverse && text.find('/') == std::string::npos && inverse->matches(labels) == filter->matches(labels)) {
    std::abort();
  }
  return 0;
}
