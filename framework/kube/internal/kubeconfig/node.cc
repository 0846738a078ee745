// SPDX-License-Identifier: Apache-2.0
#include "framework/kube/internal/kubeconfig/node.h"

#include "framework/base/text.h"

namespace graduand::kube::internal {
namespace {

using Kind = GoYaml::Kind;

const GoYaml& nothing() {
  static const GoYaml value;
  return value;
}

// Values are not shown: a password may be a number, and a secret may stand under a wrong key.
const char* describe(const GoYaml& value) {
  switch (value.kind) {
    case Kind::kNull:
      return "nothing";
    case Kind::kBool:
      return "a boolean";
    case Kind::kNumber:
      return "a number";
    case Kind::kText:
      return "text";
    case Kind::kList:
      return "a list";
    case Kind::kMap:
      return "a mapping";
  }
  return "";
}

}  // namespace

ConfigNode::ConfigNode(std::shared_ptr<const std::string> source, std::shared_ptr<const GoYaml> root,
                       const GoYaml* node, std::string what)
    : source_(std::move(source)),
      root_(std::move(root)),
      node_(node != nullptr ? node : &nothing()),
      what_(std::move(what)),
      error_(std::make_shared<std::optional<Error>>()) {
  if (node_->kind == Kind::kNull || node_->kind == Kind::kMap) return;
  *error_ = Error{ErrorKind::kUsage, what_ + " must be a mapping, not " + describe(*node_),
                  *source_ + ":" + std::to_string(node_->line) + ":" + std::to_string(node_->column)};
  node_ = &nothing();
}

const GoYaml* ConfigNode::at(const char* key) const {
  const auto* found = node_->member(key);
  return found != nullptr && found->kind != Kind::kNull ? found : nullptr;
}

bool ConfigNode::has(const char* key) const {
  return at(key) != nullptr;
}

std::string ConfigNode::where(const char* key) const {
  const auto* value = at(key);
  if (value == nullptr) value = node_;
  if (value->line == 0) return *source_;
  return *source_ + ":" + std::to_string(value->line) + ":" + std::to_string(value->column);
}

std::filesystem::path ConfigNode::folder() const {
  return std::filesystem::absolute(*source_).parent_path();
}

void ConfigNode::error(const char* key, const std::string& message, const std::string& hint) {
  if (!*error_) *error_ = Error{ErrorKind::kUsage, what_ + ": " + message, where(key), hint};
}

Status ConfigNode::status() const {
  if (*error_) return fail(**error_);
  return {};
}

std::string ConfigNode::text(const char* key) {
  const auto* value = at(key);
  if (value == nullptr) return {};
  if (value->kind == Kind::kText) return value->text;
  const bool quotable = value->kind == Kind::kBool || value->kind == Kind::kNumber;
  error(key, "'" + std::string(key) + "' must be text, not " + describe(*value),
        quotable ? "put the value into quotes" : "");
  return {};
}

bool ConfigNode::flag(const char* key) {
  const auto* value = at(key);
  if (value == nullptr) return false;
  if (value->kind != Kind::kBool) {
    error(key, "'" + std::string(key) + "' must be true or false, not " + describe(*value));
  }
  return value->truth;
}

std::vector<std::string> ConfigNode::texts(const char* key) {
  std::vector<std::string> all;
  const auto* value = at(key);
  if (value == nullptr) return all;
  const auto wrong = [&](const GoYaml& one) {
    error(key, "'" + std::string(key) + "' must be a list of texts, not " + describe(one));
  };
  if (value->kind != Kind::kList) wrong(*value);
  for (const auto& item : value->items) {
    if (item.kind != Kind::kText && item.kind != Kind::kNull) wrong(item);
    all.push_back(item.kind == Kind::kText ? item.text : std::string());
  }
  return all;
}

std::string ConfigNode::bytes(const char* key) {
  const auto data = text(key);
  std::string decoded;
  // kubectl passes over line breaks in base64, and over nothing else.
  if (data.find_first_of(" \t") != std::string::npos || !base64_decode(data, decoded)) {
    error(key, "'" + std::string(key) + "' is not base64");
  }
  return decoded;
}

ConfigNode ConfigNode::child(const GoYaml* node, const std::string& what) const {
  ConfigNode made(source_, root_, node, what);
  if (*made.error_ && !*error_) *error_ = *made.error_;
  made.error_ = error_;
  return made;
}

ConfigNode ConfigNode::mapping(const char* key, const std::string& what) {
  return child(at(key), what);
}

std::vector<ConfigNode> ConfigNode::sequence(const char* key, const std::string& what) {
  std::vector<ConfigNode> all;
  const auto* value = at(key);
  if (value == nullptr) return all;
  if (value->kind != Kind::kList) error(key, "'" + std::string(key) + "' must be a list, not " + describe(*value));
  if (value->kind != Kind::kList) return all;
  for (const auto& item : value->items) all.push_back(child(&item, what));
  return all;
}

const std::vector<std::string>& ConfigNode::keys() const {
  return node_->keys;
}

std::filesystem::path ConfigNode::path(const char* key) {
  const std::filesystem::path named = text(key);
  if (named.empty() || named.is_absolute()) return named;
  return folder() / named;
}

}  // namespace graduand::kube::internal
