// SPDX-License-Identifier: Apache-2.0
#include "framework/kube/internal/kubeconfig_node.h"

#include "framework/base/files.h"
#include "framework/base/text.h"

namespace graduand::kube::internal {

ConfigNode::ConfigNode(std::shared_ptr<const YamlDocument> document, const YAML::Node& node, std::string what)
    : document_(std::move(document)),
      node_(node),
      what_(std::move(what)),
      error_(std::make_shared<std::optional<Error>>()) {
  if (node_.IsDefined() && !node_.IsNull() && !node_.IsMap()) {
    *error_ = Error{ErrorKind::kUsage, what_ + " must be a mapping", document_->where(node_)};
    node_ = YAML::Node();
  }
}

YAML::Node ConfigNode::at(const char* key) const {
  if (!node_.IsDefined() || !node_.IsMap()) return {};
  const YAML::Node& readable = node_;  // the other operator[] would insert
  const auto found = readable[key];
  return found.IsDefined() ? found : YAML::Node();
}

bool ConfigNode::has(const char* key) const {
  return !at(key).IsNull();
}

std::string ConfigNode::where(const char* key) const {
  const auto value = at(key);
  if (!value.IsNull()) return document_->where(value);
  return node_.IsDefined() && !node_.IsNull() ? document_->where(node_) : document_->source();
}

std::filesystem::path ConfigNode::folder() const {
  return std::filesystem::absolute(document_->source()).parent_path();
}

void ConfigNode::error(const char* key, const std::string& message, const std::string& hint) {
  if (!*error_) *error_ = Error{ErrorKind::kUsage, what_ + ": " + message, where(key), hint};
}

Status ConfigNode::status() const {
  if (*error_) return fail(**error_);
  return {};
}

std::string ConfigNode::text(const char* key) {
  const auto value = at(key);
  if (value.IsNull()) return {};
  if (value.IsScalar()) return value.Scalar();
  error(key, std::string("'") + key + "' must be text");
  return {};
}

bool ConfigNode::flag(const char* key) {
  const auto value = at(key);
  if (value.IsNull()) return false;
  const auto read = yaml_bool(*document_, value, what_ + ": '" + key + "'");
  if (!read && !*error_) *error_ = read.error();
  return read && *read;
}

std::vector<std::string> ConfigNode::texts(const char* key) {
  std::vector<std::string> all;
  const auto value = at(key);
  if (value.IsNull()) return all;
  if (!value.IsSequence()) error(key, std::string("'") + key + "' must be a list of texts");
  for (std::size_t i = 0; value.IsSequence() && i < value.size(); ++i) {
    if (!value[i].IsScalar()) error(key, std::string("'") + key + "' must be a list of texts");
    all.push_back(value[i].IsScalar() ? value[i].Scalar() : std::string());
  }
  return all;
}

ConfigNode ConfigNode::mapping(const char* key, const std::string& what) {
  ConfigNode child(document_, at(key), what);
  if (*child.error_ && !*error_) *error_ = *child.error_;
  child.error_ = error_;
  return child;
}

std::vector<ConfigNode> ConfigNode::sequence(const char* key, const std::string& what) {
  std::vector<ConfigNode> all;
  const auto value = at(key);
  if (value.IsNull()) return all;
  if (!value.IsSequence()) error(key, std::string("'") + key + "' must be a list");
  for (std::size_t i = 0; value.IsSequence() && i < value.size(); ++i) {
    ConfigNode child(document_, value[i], what);
    if (*child.error_ && !*error_) *error_ = *child.error_;
    child.error_ = error_;
    all.push_back(std::move(child));
  }
  return all;
}

std::filesystem::path ConfigNode::path(const char* key) {
  const std::filesystem::path named = text(key);
  if (named.empty() || named.is_absolute()) return named;
  return folder() / named;
}

std::string ConfigNode::pem(const std::string& key) {
  const auto data_key = key + "-data";
  if (const auto data = text(data_key.c_str()); !data.empty()) {
    std::string bytes;
    if (!base64_decode(data, bytes)) error(data_key.c_str(), "'" + data_key + "' is not base64");
    return bytes;
  }
  const auto file = path(key.c_str());
  if (file.empty()) return {};
  auto content = read_file(file, 4u << 20);
  if (content) return std::move(*content);
  error(key.c_str(), "'" + key + "' names " + file.string() + ", which cannot be read: " + content.error().message);
  return {};
}

}  // namespace graduand::kube::internal
