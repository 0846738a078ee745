// SPDX-License-Identifier: Apache-2.0
#include "framework/kube/internal/kubeconfig/go_yaml.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include <sstream>
#include <unordered_map>

#include "framework/base/text.h"
#include "framework/base/yaml/yaml_check.h"
#include "framework/kube/internal/kubeconfig/go_scalar.h"
#include "framework/kube/internal/kubeconfig/utf16.h"

namespace graduand::kube::internal {
namespace {

using Kind = GoYaml::Kind;

constexpr std::size_t kMaxDepth = 400;
constexpr std::size_t kMaxValues = 500000;
constexpr std::string_view kCore = "tag:yaml.org,2002:";

// Thrown through yaml-cpp's parser to stop it at the first offence; caught in parse_go_yaml.
struct Refused {
  int line, column;
  std::string message;
};

std::size_t count(const GoYaml& value) {
  std::size_t all = 1;
  for (const auto& item : value.items) all += count(item);
  return all;
}

class Builder final : public YAML::EventHandler {
 public:
  GoYaml root;

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override { put(made(Kind::kNull, mark), anchor, "?"); }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& text) override {
    auto value = made(Kind::kText, mark);
    value.text = text;
    if (tag == "?") {
      settle(value, resolve_go_scalar(text));
    } else if (tag == std::string(kCore) + "binary") {
      if (!base64_decode(text, value.text)) refuse(value, "the !!binary value is not base64");
    } else if (starts_with(tag, kCore)) {
      const auto type = std::string_view(tag).substr(kCore.size());
      const auto resolved = resolve_tagged_go_scalar(type, text);
      if (!resolved) refuse(value, "'" + shorten(printable(text), 60) + "' is no !!" + std::string(type));
      settle(value, *resolved);
    }
    put(std::move(value), anchor, tag);
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const auto found = anchors_.find(anchor);
    if (found == anchors_.end()) throw Refused{mark.line + 1, mark.column + 1, "an anchor's value contains itself"};
    add(mark, count(found->second));
    check_depth(mark, open_.size() + height(found->second));
    auto value = found->second;
    put(std::move(value), 0, "*");
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open(Kind::kList, mark, anchor);
  }
  void OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    open(Kind::kMap, mark, anchor);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapEnd() override { close(); }

 private:
  struct Open {
    GoYaml value;
    YAML::anchor_t anchor = 0;
    bool has_key = false;  // a mapping's key was read, its value is next
    bool merge = false;    // and the key is `<<`
    std::string key{};
    std::unordered_map<std::string, std::size_t> places{};  // of keys
  };

  [[noreturn]] static void refuse(const GoYaml& at, std::string message) {
    throw Refused{at.line, at.column, std::move(message)};
  }

  GoYaml made(Kind kind, const YAML::Mark& mark) {
    add(mark, 1);
    check_depth(mark, open_.size() + 1);
    GoYaml value;
    value.kind = kind;
    value.line = mark.line + 1;
    value.column = mark.column + 1;
    return value;
  }

  void add(const YAML::Mark& mark, std::size_t values) {
    values_ += values;
    if (values_ > kMaxValues)
      throw Refused{mark.line + 1, mark.column + 1,
                    "more than " + std::to_string(kMaxValues) + " values, with aliases expanded"};
  }
  static void check_depth(const YAML::Mark& mark, std::size_t depth) {
    if (depth > kMaxDepth)
      throw Refused{mark.line + 1, mark.column + 1, "nested deeper than " + std::to_string(kMaxDepth) + " levels"};
  }
  static std::size_t height(const GoYaml& value) {
    std::size_t most = 0;
    for (const auto& item : value.items) most = std::max(most, height(item));
    return most + 1;
  }

  static void settle(GoYaml& value, GoScalar resolved) {
    switch (resolved) {
      case GoScalar::kNull:
        value.kind = Kind::kNull;
        break;
      case GoScalar::kTrue:
      case GoScalar::kFalse:
        value.kind = Kind::kBool;
        value.truth = resolved == GoScalar::kTrue;
        break;
      case GoScalar::kNumber:
        value.kind = Kind::kNumber;
        break;
      case GoScalar::kNotFinite:
        refuse(value, "JSON has no number '" + value.text + "'");
      case GoScalar::kText:
        break;
    }
  }

  void open(Kind kind, const YAML::Mark& mark, YAML::anchor_t anchor) {
    auto value = made(kind, mark);
    if (!open_.empty() && open_.back().value.kind == Kind::kMap && !open_.back().has_key)
      refuse(value, "a key must be a scalar, not a list or a mapping");
    open_.push_back(Open{.value = std::move(value), .anchor = anchor});
  }

  void close() {
    auto done = std::move(open_.back());
    open_.pop_back();
    put(std::move(done.value), done.anchor, "");
  }

  void put(GoYaml value, YAML::anchor_t anchor, std::string_view tag) {
    if (anchor != 0) anchors_[anchor] = value;
    if (open_.empty()) {
      root = std::move(value);
      return;
    }
    auto& parent = open_.back();
    if (parent.value.kind == Kind::kList) {
      parent.value.items.push_back(std::move(value));
    } else if (!parent.has_key) {
      take_key(parent, value, tag);
    } else {
      parent.has_key = false;
      if (parent.merge) {
        if (tag == "*" && value.kind != Kind::kMap) refuse(value, "'<<' merges an alias of a mapping only");
        merge(parent, value);
      } else {
        set(parent, parent.key, std::move(value));
      }
    }
  }

  static void take_key(Open& parent, const GoYaml& key, std::string_view tag) {
    if (key.kind == Kind::kNull) refuse(key, "a key is empty");
    if (key.kind == Kind::kList || key.kind == Kind::kMap) refuse(key, "a key must be a scalar");
    parent.has_key = true;
    parent.merge = key.text == "<<" && (tag == "?" || tag == std::string(kCore) + "merge");
    parent.key = key.kind == Kind::kBool ? (key.truth ? "true" : "false") : key.text;
  }

  static void set(Open& map, const std::string& key, GoYaml value) {
    const auto [place, fresh] = map.places.emplace(key, map.value.items.size());
    if (fresh) {
      map.value.keys.push_back(key);
      map.value.items.push_back(std::move(value));
    } else {
      map.value.items[place->second] = std::move(value);
    }
  }

  void merge(Open& into, const GoYaml& from) {
    if (from.kind == Kind::kMap) {
      for (std::size_t i = 0; i < from.keys.size(); ++i) set(into, from.keys[i], from.items[i]);
      return;
    }
    if (from.kind != Kind::kList) refuse(from, "'<<' merges a mapping or a list of mappings");
    // Backwards: the first of the list wins.
    for (auto item = from.items.rbegin(); item != from.items.rend(); ++item) {
      if (item->kind != Kind::kMap) refuse(*item, "'<<' merges a mapping or a list of mappings");
      merge(into, *item);
    }
  }

  std::vector<Open> open_;
  std::unordered_map<YAML::anchor_t, GoYaml> anchors_;
  std::size_t values_ = 0;
};

// A carriage return alone ends a line as well, which yaml-cpp does not know.
void end_lines_with_newline(std::string& text) {
  std::size_t end = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const bool pair = text[at] == '\r' && at + 1 < text.size() && text[at + 1] == '\n';
    if (!pair) text[end++] = text[at] == '\r' ? '\n' : text[at];
  }
  text.resize(end);
}

}  // namespace

const GoYaml* GoYaml::member(std::string_view key) const {
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (keys[i] == key) return &items[i];
  }
  return nullptr;
}

Result<GoYaml> parse_go_yaml(std::string_view bytes, const std::string& source) {
  GRADUAND_TRY_ASSIGN(auto text, to_utf8(bytes, source));
  end_lines_with_newline(text);
  GRADUAND_TRY(check_yaml_characters(text, source));
  const auto refused = [&source](const std::string& why, const YAML::Mark& mark) {
    return fail(ErrorKind::kUsage, "not valid YAML: " + why, yaml_position(source, mark));
  };
  try {
    std::istringstream stream(text);
    YAML::Parser parser(stream);
    Builder builder;
    parser.HandleNextDocument(builder);
    return std::move(builder.root);
  } catch (const Refused& offence) {
    return fail(ErrorKind::kUsage, offence.message,
                source + ":" + std::to_string(offence.line) + ":" + std::to_string(offence.column));
  } catch (const YAML::Exception& error) {
    return refused(error.msg, error.mark);
  } catch (const std::exception& error) {  // bad_alloc and the like
    return refused(error.what(), YAML::Mark::null_mark());
  }
}

}  // namespace graduand::kube::internal
