// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace graduand::kube::internal {

// Everything but RFC 3986's unreserved characters as %XX.
std::string percent_encode(std::string_view text);

// The query part of a request, "?a=b&c=d", or nothing.
class UrlQuery {
 public:
  void add(std::string_view name, std::string_view value);
  void add_if(std::string_view name, std::string_view value) {
    if (!value.empty()) add(name, value);
  }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

}  // namespace graduand::kube::internal
