// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <yaml-cpp/yaml.h>

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "framework/base/clock.h"
#include "framework/base/error.h"
#include "framework/base/json.h"

namespace graduand {

struct YamlLimits {
  std::size_t max_bytes = 1u << 20;
  std::size_t max_depth = 64;
  std::size_t max_nodes = 100000;  // counted after aliases are expanded, so that nested aliases cannot explode
};

// A parsed document and the name of its source. Duplicate keys, several documents, cycles and broken limits are
// kUsage errors with source:line:column; so is a syntax error.
class YamlDocument {
 public:
  static Result<YamlDocument> parse(std::string_view text, std::string source, const YamlLimits& limits = {});
  static Result<YamlDocument> load(const std::filesystem::path& path, const YamlLimits& limits = {});
  const YAML::Node& root() const { return root_; }
  const std::string& source() const { return source_; }
  // "source:line:column" of a node, counted from 1.
  std::string where(const YAML::Node& node) const;

 private:
  YAML::Node root_;
  std::string source_;
};

// Reads one mapping strictly: every key must be asked for, types must fit. The first error sticks; finish() returns it,
// or the first unknown key with a "did you mean". After an error the getters return defaults. Plain `yes`, `on`, `0755`
// are strings, not booleans or octals: only true/false and decimal integers are accepted for those types.
//
//   YamlReader r(doc, doc.root(), "profile");
//   auto name = r.string("name");                       // required
//   auto repeat = r.optional_int("repeat").value_or(1);
//   r.optional_map("gates", [&](const std::string& key, const YAML::Node& value) { ... });
//   GRADUAND_TRY(r.finish());
class YamlReader {
 public:
  YamlReader(const YamlDocument& document, const YAML::Node& node, std::string what);
  ~YamlReader();
  YamlReader(YamlReader&&) noexcept;

  std::string string(std::string_view key);
  std::int64_t integer(std::string_view key);
  std::optional<std::string> optional_string(std::string_view key);
  std::optional<std::int64_t> optional_int(std::string_view key);
  std::optional<double> optional_double(std::string_view key);
  std::optional<bool> optional_bool(std::string_view key);
  std::optional<milliseconds> optional_duration(std::string_view key);
  std::vector<std::string> optional_strings(std::string_view key);  // a sequence of scalars
  bool has(std::string_view key) const;
  // The node behind a key as JSON (for kubeadm patches and the like); nullopt when absent.
  std::optional<json::value> optional_json(std::string_view key);
  // Each element of a sequence / each entry of a mapping, in order. Absent is nothing. Returns how many there were.
  std::size_t optional_sequence(std::string_view key, const std::function<Status(const YAML::Node&)>& each);
  std::size_t optional_map(std::string_view key,
                           const std::function<Status(const std::string&, const YAML::Node&)>& each);
  // A mapping as a reader of its own; nullopt when absent. The child's finish() must be called by the caller.
  std::optional<YamlReader> optional_mapping(std::string_view key);

  // Records an error of the caller's own at a key's value (or at the mapping when the key is absent).
  void error(std::string_view key, std::string message, std::string hint = {});
  // kUsage for a value that is not one of `allowed`, with a did-you-mean.
  void expect_one_of(std::string_view key, const std::string& value, const std::vector<std::string>& allowed);
  Status finish();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// Scalars outside a mapping, with the same strictness; `what` names the value in the message.
Result<bool> yaml_bool(const YamlDocument& document, const YAML::Node& node, std::string_view what);
Result<std::string> yaml_string(const YamlDocument& document, const YAML::Node& node, std::string_view what);
// YAML 1.2 core types: null, booleans, decimal integers, floats, strings.
Result<json::value> yaml_to_json(const YamlDocument& document, const YAML::Node& node);

}  // namespace graduand
