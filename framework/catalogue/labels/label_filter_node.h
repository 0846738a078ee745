// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <re2/re2.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "framework/base/error.h"
#include "framework/catalogue/labels/label_filter.h"

// The syntax tree of a label filter, between its parser and its evaluation; no one else includes this.
namespace graduand::catalogue {

enum class NodeKind { kLiteral, kRegexp, kSet, kNot, kAnd, kOr };
enum class SetOperation { kIsEmpty, kContainsAny, kContainsAll, kConsistsOf, kIsSubsetOf };

struct LabelFilter::Node {
  NodeKind kind = NodeKind::kLiteral;
  std::string text{};                   // the literal, or the key of a set; lower case
  std::unique_ptr<const RE2> regexp{};  // case counts
  SetOperation set_operation = SetOperation::kIsEmpty;
  std::vector<std::string> values{};  // of a set; lower case; repeats count for consistsOf, as they do in Ginkgo
  std::vector<std::unique_ptr<const Node>> children{};
};

// `text` is not empty. Errors as LabelFilter::parse.
Result<std::unique_ptr<const LabelFilter::Node>> parse_label_filter(std::string_view text);

}  // namespace graduand::catalogue
