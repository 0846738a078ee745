// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "framework/base/text.h"
#include "framework/catalogue/labels/label_filter_node.h"

namespace graduand::catalogue {
namespace {

using Node = LabelFilter::Node;
using NodePtr = std::unique_ptr<const Node>;

constexpr std::string_view kSpace = " \t\r\n";
constexpr std::string_view kOperators = "&|!,()/";
// Parentheses and negations nest by recursion; no filter that a person writes comes near.
constexpr int kMaxDepth = 200;
constexpr std::size_t kMaxBytes = 64u << 10;

constexpr std::array<std::pair<const char*, SetOperation>, 5> kSetOperations = {
    {{"isEmpty", SetOperation::kIsEmpty},
     {"containsAny", SetOperation::kContainsAny},
     {"containsAll", SetOperation::kContainsAll},
     {"consistsOf", SetOperation::kConsistsOf},
     {"isSubsetOf", SetOperation::kIsSubsetOf}}};

// Recursive descent, one function a level of precedence: or, and, not, operand.
class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  Result<NodePtr> parse() {
    GRADUAND_TRY_ASSIGN(NodePtr root, parse_or());
    skip_space();
    if (at_end()) return root;
    if (peek() == ')') return error(at_, "this ')' closes nothing");
    return error(at_, "an operator is missing before this; expected && or || between two operands");
  }

 private:
  Result<NodePtr> parse_or() {
    return parse_list(NodeKind::kOr, [this] { return take("||") || take(","); }, [this] { return parse_and(); });
  }

  Result<NodePtr> parse_and() {
    return parse_list(NodeKind::kAnd, [this] { return take("&&"); }, [this] { return parse_not(); });
  }

  template <class TakeOperator, class ParseOperand>
  Result<NodePtr> parse_list(NodeKind kind, TakeOperator take_operator, ParseOperand parse_operand) {
    GRADUAND_TRY_ASSIGN(NodePtr first, parse_operand());
    if (!take_operator()) {
      GRADUAND_TRY(refuse_single_operator());
      return first;
    }
    auto list = std::make_unique<Node>();
    list->kind = kind;
    list->children.push_back(std::move(first));
    do {
      GRADUAND_TRY_ASSIGN(NodePtr next, parse_operand());
      list->children.push_back(std::move(next));
    } while (take_operator());
    GRADUAND_TRY(refuse_single_operator());
    return list;
  }

  Result<NodePtr> parse_not() {
    skip_space();
    if (at_end() || peek() != '!') return parse_operand();
    const std::size_t start = at_++;
    if (++depth_ > kMaxDepth) return too_deep(start);
    auto node = std::make_unique<Node>();
    node->kind = NodeKind::kNot;
    GRADUAND_TRY_ASSIGN(NodePtr child, parse_not());
    node->children.push_back(std::move(child));
    --depth_;
    return node;
  }

  Result<NodePtr> parse_operand() {
    skip_space();
    if (at_end()) return error(at_, "an operand is missing at the end");
    switch (peek()) {
      case '(':
        return parse_group();
      case '/':
        return parse_regexp();
      case ')':
        return error(at_, "an operand is missing before this ')'");
      case '&':
      case '|':
      case ',':
        return error(at_, "an operand is missing before this operator");
      default:
        return parse_label();
    }
  }

  Result<NodePtr> parse_group() {
    const std::size_t start = at_++;
    if (++depth_ > kMaxDepth) return too_deep(start);
    GRADUAND_TRY_ASSIGN(NodePtr inner, parse_or());
    skip_space();
    if (at_end()) return error(start, "this '(' is never closed");
    if (peek() != ')') return error(at_, "an operator is missing before this; expected && or || between two operands");
    ++at_;
    --depth_;
    return inner;
  }

  // The closing '/' may be left out at the end, as in Ginkgo.
  Result<NodePtr> parse_regexp() {
    const std::size_t start = at_++;
    const std::string_view pattern = take_until("/");
    if (!at_end()) ++at_;
    auto node = std::make_unique<Node>();
    node->kind = NodeKind::kRegexp;
    RE2::Options options;
    options.set_log_errors(false);
    node->regexp = std::make_unique<const RE2>(re2::StringPiece(pattern.data(), pattern.size()), options);
    if (!node->regexp->ok()) return error(start, "not a regular expression: " + node->regexp->error());
    return node;
  }

  // A literal, or the key of a set operation when a colon and a space follow.
  Result<NodePtr> parse_label() {
    const std::size_t start = at_;
    const std::string_view before = trim(take_until("&|!,()/:"));
    std::string_view after;
    if (!at_end() && peek() == ':') {
      if (at_ + 1 < text_.size() && text_[at_ + 1] == ' ') {
        if (before.empty()) return error(at_, "a key is missing before this ':'");
        ++at_;
        return parse_set(to_lower(before));
      }
      const std::size_t colon = at_;
      after = trim(take_until(kOperators));
      if (after == ":") return error(colon, "a set operation must follow this ':'");
    }
    const std::string_view raw = text_.substr(start, at_ - start);
    auto node = std::make_unique<Node>();
    node->text = to_lower(std::string(before).append(after));  // "Key :V" is Key:V, as in Ginkgo
    for (const auto& [name, operation] : kSetOperations) {
      const std::size_t found = to_lower(raw).find(" " + to_lower(name));
      if (found == std::string::npos || found == 0) continue;
      return error(start + found + 1,
                   fmt::format("this looks like the set operation {}, but a ':' after its key is missing", name));
    }
    return node;
  }

  Result<NodePtr> parse_set(std::string key) {
    auto node = std::make_unique<Node>();
    node->kind = NodeKind::kSet;
    node->text = std::move(key);
    skip_space();
    const std::size_t start = at_;
    const std::string_view word = take_until(" \t\r\n)");
    const auto found = std::find_if(kSetOperations.begin(), kSetOperations.end(),
                                    [&](const auto& one) { return to_lower(one.first) == to_lower(word); });
    if (found == kSetOperations.end()) {
      if (word.empty()) return error(start, "a set operation is missing after the ':'");
      return error(start, fmt::format("'{}' is not a set operation; expected isEmpty, containsAny, containsAll, "
                                      "consistsOf or isSubsetOf",
                                      shorten(printable(word), 80)));
    }
    node->set_operation = found->second;
    GRADUAND_TRY(parse_set_argument(*node, found->first));
    return node;
  }

  Status parse_set_argument(Node& node, const char* operation) {
    skip_space();
    const std::size_t start = at_;
    std::string_view argument;
    if (!at_end() && peek() == '{') {
      ++at_;
      argument = take_until("}");
      if (at_end()) return error(start, "this '{' is never closed");
      ++at_;
    } else {
      argument = trim(take_until(kOperators));
    }
    if (node.set_operation == SetOperation::kIsEmpty) {
      if (argument.empty()) return {};
      return error(start, "isEmpty takes no argument");
    }
    if (argument.empty()) {
      const bool regexp = !at_end() && peek() == '/';
      return error(start, regexp ? "set operations do not take regular expressions"
                                 : fmt::format("{} needs an argument", operation));
    }
    for (const std::string& part : split(argument, ',')) {
      const std::string value = to_lower(trim(part));
      if (value.empty()) return error(start, "a value in this set is empty");
      if (value.find_first_of(kOperators) != std::string::npos) {
        return error(start, fmt::format("'{}' cannot be a label's value", shorten(printable(value), 80)));
      }
      node.values.push_back(value);
    }
    return {};
  }

  Status refuse_single_operator() {
    if (at_end() || (peek() != '&' && peek() != '|')) return {};
    if (starts_with(text_.substr(at_), "&&") || starts_with(text_.substr(at_), "||")) return {};
    return error(at_, peek() == '&' ? "a single '&' is no operator; did you mean '&&'?"
                                    : "a single '|' is no operator; did you mean '||'?");
  }

  tl::unexpected<Error> too_deep(std::size_t at) const {
    return error(at, fmt::format("nested deeper than {} levels", kMaxDepth));
  }

  // The column counts characters, not bytes, so that the caret stands below the right one.
  tl::unexpected<Error> error(std::size_t at, std::string_view what) const {
    const std::string_view before = text_.substr(0, at);
    const auto column = 1 + std::count_if(before.begin(), before.end(),
                                          [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; });
    std::string shown(text_);
    std::replace_if(shown.begin(), shown.end(), [](char c) { return kSpace.find(c) != std::string_view::npos; }, ' ');
    return fail(ErrorKind::kUsage, fmt::format("{}\n  {}\n  {:>{}}", what, printable(shown), "^", column),
                fmt::format("label filter, column {}", column));
  }

  bool at_end() const { return at_ >= text_.size(); }
  char peek() const { return text_[at_]; }
  void skip_space() { at_ = std::min(text_.find_first_not_of(kSpace, at_), text_.size()); }
  bool take(std::string_view token) {
    skip_space();
    if (!starts_with(text_.substr(at_), token)) return false;
    at_ += token.size();
    return true;
  }
  std::string_view take_until(std::string_view stops) {
    const std::size_t start = at_;
    at_ = std::min(text_.find_first_of(stops, at_), text_.size());
    return text_.substr(start, at_ - start);
  }

  std::string_view text_;
  std::size_t at_ = 0;
  int depth_ = 0;
};

}  // namespace

Result<NodePtr> parse_label_filter(std::string_view text) {
  if (text.size() > kMaxBytes) {
    return fail(ErrorKind::kUsage,
                fmt::format("a label filter of {} bytes is longer than the {} allowed", text.size(), kMaxBytes));
  }
  return Parser(text).parse();
}

}  // namespace graduand::catalogue
