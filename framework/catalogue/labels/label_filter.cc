// SPDX-License-Identifier: Apache-2.0
#include "framework/catalogue/labels/label_filter.h"

#include <algorithm>

#include "framework/base/text.h"
#include "framework/catalogue/labels/label_filter_node.h"

namespace graduand::catalogue {
namespace {

// The values of a key among labels "Key:Value", without repeats.
std::vector<std::string> values_of(const std::string& key, const std::vector<std::string>& labels) {
  std::vector<std::string> values;
  for (const std::string& label : labels) {
    const std::size_t colon = label.find(':');
    if (colon == std::string::npos || to_lower(trim(label.substr(0, colon))) != key) continue;
    values.push_back(to_lower(trim(label.substr(colon + 1))));
  }
  std::sort(values.begin(), values.end());
  values.erase(std::unique(values.begin(), values.end()), values.end());
  return values;
}

bool has(const std::vector<std::string>& values, const std::string& value) {
  return std::find(values.begin(), values.end(), value) != values.end();
}

bool set_matches(const LabelFilter::Node& node, const std::vector<std::string>& labels) {
  const auto set = values_of(node.text, labels);
  const auto in_set = [&](const std::string& value) { return has(set, value); };
  switch (node.set_operation) {
    case SetOperation::kIsEmpty:
      return set.empty();
    case SetOperation::kContainsAny:
      return std::any_of(node.values.begin(), node.values.end(), in_set);
    case SetOperation::kContainsAll:
      return std::all_of(node.values.begin(), node.values.end(), in_set);
    case SetOperation::kConsistsOf:
      return set.size() == node.values.size() && std::all_of(node.values.begin(), node.values.end(), in_set);
    case SetOperation::kIsSubsetOf:
      return std::all_of(set.begin(), set.end(), [&](const std::string& value) { return has(node.values, value); });
  }
  return false;
}

bool node_matches(const LabelFilter::Node& node, const std::vector<std::string>& labels) {
  const auto child_matches = [&](const auto& child) { return node_matches(*child, labels); };
  switch (node.kind) {
    case NodeKind::kLiteral:
      return std::any_of(labels.begin(), labels.end(),
                         [&](const std::string& label) { return to_lower(label) == node.text; });
    case NodeKind::kRegexp:
      return std::any_of(labels.begin(), labels.end(),
                         [&](const std::string& label) { return RE2::PartialMatch(label, *node.regexp); });
    case NodeKind::kSet:
      return set_matches(node, labels);
    case NodeKind::kNot:
      return !node_matches(*node.children.front(), labels);
    case NodeKind::kAnd:
      return std::all_of(node.children.begin(), node.children.end(), child_matches);
    case NodeKind::kOr:
      return std::any_of(node.children.begin(), node.children.end(), child_matches);
  }
  return false;
}

}  // namespace

LabelFilter::LabelFilter() = default;

Result<LabelFilter> LabelFilter::parse(std::string_view text) {
  LabelFilter filter;
  filter.text_ = std::string(text);
  if (text.empty()) return filter;
  GRADUAND_TRY_ASSIGN(filter.root_, parse_label_filter(text));
  return filter;
}

bool LabelFilter::matches(const std::vector<std::string>& labels) const {
  return root_ == nullptr || node_matches(*root_, labels);
}

}  // namespace graduand::catalogue
