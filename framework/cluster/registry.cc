// SPDX-License-Identifier: Apache-2.0
#include "framework/cluster/registry.h"

#include <algorithm>

#include "framework/base/files.h"
#include "framework/base/text.h"

namespace graduand::cluster {
namespace {

constexpr const char* kSuffix = ".json";

json::object to_json(const RegistryEntry& entry) {
  return {{"schema_version", results::kSchemaVersion},
          {"name", entry.name},
          {"state_dir", entry.state_dir.string()},
          {"owner", {{"pid", entry.owner.pid}, {"start", entry.owner.start}, {"boot", entry.owner.boot}}},
          {"detached", entry.detached},
          {"instance", results::to_json(results::Record(entry.instance))}};
}

Result<RegistryEntry> from_json(const json::value& value) {
  RegistryEntry entry;
  entry.name = string_at(value, "name");
  entry.state_dir = string_at(value, "state_dir");
  entry.owner = {int_at(value, "owner.pid"), int_at(value, "owner.start"), string_at(value, "owner.boot")};
  entry.detached = bool_at(value, "detached");
  GRADUAND_TRY_ASSIGN(results::Record record, results::record_from_json(json::value(object_at(value, "instance"))));
  auto* instance = std::get_if<results::ClusterInstance>(&record);
  if (instance == nullptr) return fail(ErrorKind::kInternal, "a cluster's file holds another kind of record");
  entry.instance = std::move(*instance);
  return entry;
}

}  // namespace

Registry Registry::of_user() {
  return Registry(user_data_dir() / "clusters");
}

fs::path Registry::file_of(const std::string& name) const {
  return folder_ / (name + kSuffix);
}

Status Registry::put(const RegistryEntry& entry) const {
  return write_file_atomically(file_of(entry.name), pretty_json(to_json(entry)), 0600);
}

Result<RegistryEntry> Registry::get(const std::string& name) const {
  const auto unknown = [&name] {
    return fail(ErrorKind::kNotFound, "no cluster of ours is named '" + shorten(printable(name), 80) + "'", {},
                "graduand cluster list shows them");
  };
  if (name.empty() || name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789.-") != std::string::npos)
    return unknown();
  auto text = read_file(file_of(name));
  if (!text && text.error().kind == ErrorKind::kNotFound) return unknown();
  if (!text) return fail(std::move(text).error());
  GRADUAND_TRY_ASSIGN(const json::value value, parse_json(*text, file_of(name).string()));
  return from_json(value);
}

Status Registry::remove(const std::string& name) const {
  std::error_code error;
  fs::remove(file_of(name), error);
  if (error) return fail(ErrorKind::kInfrastructure, error.message(), file_of(name).string());
  return {};
}

std::vector<RegistryEntry> Registry::all() const {
  std::vector<RegistryEntry> entries;
  std::error_code error;
  for (const auto& file : fs::directory_iterator(folder_, error)) {
    if (file.path().extension() != kSuffix) continue;
    if (auto entry = get(file.path().stem().string())) entries.push_back(*std::move(entry));
  }
  std::sort(entries.begin(), entries.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  return entries;
}

}  // namespace graduand::cluster
