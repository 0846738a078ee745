// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "framework/base/error.h"
#include "framework/base/yaml.h"

namespace graduand::kube::internal {

// One mapping of a kubeconfig. Keys that we do not know are passed over, as kubectl does (newer tools write them);
// wrong types are errors with their position. The first error sticks.
class ConfigNode {
 public:
  // `what` names it in messages: user "admin".
  ConfigNode(std::shared_ptr<const YamlDocument> document, const YAML::Node& node, std::string what);

  std::string text(const char* key);
  bool flag(const char* key);
  std::vector<std::string> texts(const char* key);
  bool has(const char* key) const;
  ConfigNode mapping(const char* key, const std::string& what);
  std::vector<ConfigNode> sequence(const char* key, const std::string& what);

  // A file name of this kubeconfig, which is relative to it. Empty stays empty.
  std::filesystem::path path(const char* key);
  // The PEM behind a pair of keys: `<key>-data`, which wins, or the file named by `<key>`.
  std::string pem(const std::string& key);

  std::string where(const char* key) const;  // "file:line:column", of the key's value when it is there
  const std::string& what() const { return what_; }
  std::filesystem::path folder() const;
  void error(const char* key, const std::string& message, const std::string& hint = {});
  Status status() const;

 private:
  YAML::Node at(const char* key) const;

  std::shared_ptr<const YamlDocument> document_;
  YAML::Node node_;
  std::string what_;
  std::shared_ptr<std::optional<Error>> error_;  // shared with the mappings below
};

}  // namespace graduand::kube::internal
