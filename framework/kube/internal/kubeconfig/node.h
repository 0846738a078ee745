// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "framework/base/error.h"
#include "framework/kube/internal/kubeconfig/go_yaml.h"

namespace graduand::kube::internal {

// One mapping of a kubeconfig. Keys that we do not know are passed over, as kubectl does (newer tools write them);
// wrong types are errors with their position, and a missing value is its type's zero. The first error sticks.
class ConfigNode {
 public:
  // `what` names it in messages: user "admin".
  ConfigNode(std::shared_ptr<const std::string> source, std::shared_ptr<const GoYaml> root, const GoYaml* node,
             std::string what);

  std::string text(const char* key);
  bool flag(const char* key);
  std::vector<std::string> texts(const char* key);
  std::string bytes(const char* key);  // of base64
  bool has(const char* key) const;
  ConfigNode mapping(const char* key, const std::string& what);
  std::vector<ConfigNode> sequence(const char* key, const std::string& what);
  const std::vector<std::string>& keys() const;

  // A file name of this kubeconfig, which is relative to it. Empty stays empty.
  std::filesystem::path path(const char* key);

  std::string where(const char* key) const;  // "file:line:column", of the key's value when it is there
  const std::string& what() const { return what_; }
  void name(std::string what) { what_ = std::move(what); }
  std::filesystem::path folder() const;
  void error(const char* key, const std::string& message, const std::string& hint = {});
  Status status() const;

 private:
  const GoYaml* at(const char* key) const;  // nullptr when it is absent or null
  ConfigNode child(const GoYaml* node, const std::string& what) const;

  std::shared_ptr<const std::string> source_;
  std::shared_ptr<const GoYaml> root_;  // keeps node_ alive
  const GoYaml* node_;
  std::string what_;
  std::shared_ptr<std::optional<Error>> error_;  // shared with the mappings below
};

}  // namespace graduand::kube::internal
