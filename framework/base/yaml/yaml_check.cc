// SPDX-License-Identifier: Apache-2.0
#include "framework/base/yaml/yaml_check.h"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>

#include <algorithm>
#include <cstdint>
#include <exception>
#include <istream>
#include <streambuf>
#include <unordered_map>
#include <unordered_set>

#include "framework/base/text.h"

namespace graduand {
namespace {

// Thrown through yaml-cpp's parser to stop it at the first offence; caught in check_yaml_text.
struct Refused : std::exception {
  Refused(const YAML::Mark& mark, std::string text, std::string hint_text = {})
      : at(mark), message(std::move(text)), hint(std::move(hint_text)) {}
  YAML::Mark at;
  std::string message;
  std::string hint;
};

// An istream over memory that is not copied.
struct ViewBuffer : std::streambuf {
  explicit ViewBuffer(std::string_view text) {
    char* begin = const_cast<char*>(text.data());  // a get area is never written to
    setg(begin, begin, begin + text.size());
  }
};

class Checker final : public YAML::EventHandler {
 public:
  explicit Checker(const YamlLimits& limits) : limits_(limits) {}

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (++documents_ > 1) throw Refused(mark, "a second document starts here; one is expected");
  }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    if (at_key()) throw Refused(mark, "a key is empty");
    leaf(mark, anchor);
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    check_tag(mark, tag);
    if (at_key() && !open_.back().keys.insert(value).second)
      throw Refused(mark, fmt::format("the key '{}' appears twice in one mapping", shorten(printable(value), 80)));
    leaf(mark, anchor);
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    if (at_key()) throw Refused(mark, "an alias cannot be a key");
    const auto found = finished_.find(anchor);
    if (found == finished_.end()) throw Refused(mark, "the alias stands inside its own anchor: a cycle");
    add(mark, found->second.nodes);
    check_depth(mark, open_.size() + found->second.height);
    close_child(found->second);
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    start(mark, tag, anchor, false);
  }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    start(mark, tag, anchor, true);
  }
  void OnSequenceEnd() override { end(); }
  void OnMapEnd() override { end(); }

 private:
  // What a finished subtree weighs with its aliases expanded. Never above limits.max_nodes, so sums cannot overflow.
  struct Size {
    std::size_t nodes = 1;
    std::size_t height = 1;
  };
  struct Open {
    bool map = false;
    bool key_next = false;
    YAML::anchor_t anchor = 0;
    Size size{};
    std::unordered_set<std::string> keys{};
  };

  bool at_key() const { return !open_.empty() && open_.back().map && open_.back().key_next; }

  void add(const YAML::Mark& mark, std::size_t nodes) {
    total_ += nodes;
    if (total_ > limits_.max_nodes)
      throw Refused(mark, fmt::format("more than {} values, with aliases expanded", limits_.max_nodes));
  }

  void check_depth(const YAML::Mark& mark, std::size_t depth) const {
    if (depth > limits_.max_depth) throw Refused(mark, fmt::format("nested deeper than {} levels", limits_.max_depth));
  }

  static void check_tag(const YAML::Mark& mark, const std::string& tag) {
    constexpr std::string_view kCore = "tag:yaml.org,2002:";
    if (tag.empty() || tag == "?" || tag == "!") return;
    if (starts_with(tag, kCore)) {
      const std::string_view type = std::string_view(tag).substr(kCore.size());
      for (const std::string_view known : {"str", "int", "float", "bool", "null", "map", "seq"})
        if (type == known) return;
    }
    throw Refused(mark, fmt::format("the tag '{}' is not supported", shorten(printable(tag), 80)));
  }

  void leaf(const YAML::Mark& mark, YAML::anchor_t anchor) {
    add(mark, 1);
    check_depth(mark, open_.size() + 1);
    if (anchor != 0) finished_[anchor] = Size{};
    close_child(Size{});
  }

  void start(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, bool map) {
    check_tag(mark, tag);
    if (at_key()) throw Refused(mark, "a key must be a scalar, not a list or a mapping");
    add(mark, 1);
    check_depth(mark, open_.size() + 1);
    open_.push_back(Open{.map = map, .key_next = map, .anchor = anchor});
  }

  void end() {
    const Size size = open_.back().size;
    if (open_.back().anchor != 0) finished_[open_.back().anchor] = size;
    open_.pop_back();
    close_child(size);
  }

  void close_child(const Size& child) {
    if (open_.empty()) return;
    Open& parent = open_.back();
    parent.size.nodes += child.nodes;
    parent.size.height = std::max(parent.size.height, child.height + 1);
    parent.key_next = parent.map && !parent.key_next;
  }

  const YamlLimits& limits_;
  std::vector<Open> open_;
  std::unordered_map<YAML::anchor_t, Size> finished_;
  std::size_t total_ = 0;
  int documents_ = 0;
};

// The bytes of the UTF-8 character at text[0], 0 when it is malformed (RFC 3629: no overlong forms, no surrogates).
std::size_t utf8_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u; };
  const auto more = [&](std::size_t i) { return (byte(i) & 0xc0u) == 0x80u; };
  const unsigned first = byte(0), second = byte(1);
  if (first < 0x80) return 1;
  if (first >= 0xc2 && first <= 0xdf && more(1)) return 2;
  if (first >= 0xe0 && first <= 0xef && more(1) && more(2))
    return (first == 0xe0 && second < 0xa0) || (first == 0xed && second > 0x9f) ? 0 : 3;
  if (first >= 0xf0 && first <= 0xf4 && more(1) && more(2) && more(3))
    return (first == 0xf0 && second < 0x90) || (first == 0xf4 && second > 0x8f) ? 0 : 4;
  return 0;
}

}  // namespace

std::string yaml_position(std::string_view source, const YAML::Mark& mark) {
  if (mark.is_null()) return std::string(source);
  return fmt::format("{}:{}:{}", source, mark.line + 1, mark.column + 1);
}

// yaml-cpp takes byte 0x04 for the end of the file and replaces malformed UTF-8 silently, so both are found here.
Status check_yaml_characters(std::string_view text, std::string_view source) {
  YAML::Mark mark;
  for (std::size_t i = 0; i < text.size();) {
    const auto c = static_cast<unsigned char>(text[i]);
    const std::size_t length = utf8_length(text.substr(i));
    if (length == 0) return fail(ErrorKind::kUsage, "the text is not valid UTF-8", yaml_position(source, mark));
    if ((c < 0x20 && c != '\t' && c != '\n' && c != '\r') || c == 0x7f) {
      return fail(ErrorKind::kUsage, fmt::format("the control character 0x{:02x} is not allowed in YAML", c),
                  yaml_position(source, mark));
    }
    ++mark.column;
    if (c == '\n') {
      ++mark.line;
      mark.column = 0;
    }
    i += length;
  }
  return {};
}

Status check_yaml_text(std::string_view text, std::string_view source, const YamlLimits& limits) {
  if (text.size() > limits.max_bytes) {
    return fail(ErrorKind::kUsage, fmt::format("the file is longer than {} bytes, the most allowed", limits.max_bytes),
                std::string(source));
  }
  GRADUAND_TRY(check_yaml_characters(text, source));
  try {
    ViewBuffer buffer(text);
    std::istream stream(&buffer);
    YAML::Parser parser(stream);
    Checker checker(limits);
    while (parser.HandleNextDocument(checker)) {
    }
    return {};
  } catch (const Refused& refused) {
    return fail(ErrorKind::kUsage, refused.message, yaml_position(source, refused.at), refused.hint);
  } catch (const YAML::Exception& error) {
    return fail(ErrorKind::kUsage, "not valid YAML: " + error.msg, yaml_position(source, error.mark));
  } catch (const std::exception& error) {  // bad_alloc and the like
    return fail(ErrorKind::kUsage, fmt::format("not readable as YAML: {}", error.what()), std::string(source));
  }
}

}  // namespace graduand
