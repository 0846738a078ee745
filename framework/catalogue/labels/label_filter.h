// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "framework/base/error.h"

namespace graduand::catalogue {

// Ginkgo's label-filter language (onsi/ginkgo v2, types/label_filter.go): literals (case-insensitive), /regexp/, && ||
// , ! ( ), and set operations "Key: isEmpty|containsAny|containsAll|consistsOf|isSubsetOf {A, B}". Precedence from
// loosest: OR, AND, NOT, set operation. An empty filter matches everything. Immutable; thread-safe.
class LabelFilter {
 public:
  LabelFilter();  // matches everything
  // kUsage with the column (from 1) in `where` and a caret line in the message.
  static Result<LabelFilter> parse(std::string_view text);
  bool matches(const std::vector<std::string>& labels) const;
  const std::string& text() const { return text_; }
  struct Node;

 private:
  std::string text_;
  std::shared_ptr<const Node> root_;
};

}  // namespace graduand::catalogue
