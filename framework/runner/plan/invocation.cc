// SPDX-License-Identifier: Apache-2.0
#include "framework/runner/plan/invocation.h"

#include <array>
#include <string>
#include <utility>

#include "framework/catalogue/json_codec.h"

namespace graduand::runner {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::pair<KeepCluster, const char*>, 3> kNames = {
    {{KeepCluster::kNever, "never"}, {KeepCluster::kOnFailure, "on-failure"}, {KeepCluster::kAlways, "always"}}};

json::array texts(const std::vector<fs::path>& paths) {
  json::array list;
  for (const fs::path& path : paths) list.emplace_back(path.string());
  return list;
}

}  // namespace

const char* to_string(KeepCluster keep) {
  for (const auto& [value, name] : kNames)
    if (value == keep) return name;
  return "never";
}

Result<KeepCluster> parse_keep_cluster(const std::string& text) {
  for (const auto& [value, name] : kNames)
    if (text == name) return value;
  return fail(ErrorKind::kUsage, "'" + text + "' is not one of never, on-failure, always");
}

json::object Invocation::to_json() const {
  return {{"procs", options.procs},
          {"clusters", options.clusters},
          {"fail_fast", options.fail_fast},
          {"share_processes", options.share_processes},
          {"conformance", options.conformance},
          {"keep_cluster", to_string(options.keep_cluster)},
          {"history", history.string()},
          {"suites", texts(suite_folders)},
          {"features", texts(feature_folders)}};
}

Result<Invocation> Invocation::from_json(const json::value& value) {
  Invocation read;
  std::string keep = to_string(read.options.keep_cluster), history;
  std::vector<std::string> suites, features;
  catalogue::JsonReader reader(value, "invocation");
  reader.get("procs", read.options.procs);
  reader.get("clusters", read.options.clusters);
  reader.get("fail_fast", read.options.fail_fast);
  reader.get("share_processes", read.options.share_processes);
  reader.get("conformance", read.options.conformance);
  reader.get("keep_cluster", keep);
  reader.get("history", history);
  reader.get("suites", suites);
  reader.get("features", features);
  GRADUAND_TRY(reader.finish());
  if (read.options.procs < 1 || read.options.clusters < 1)
    return fail(ErrorKind::kUsage, "invocation: procs and clusters are at least 1");
  GRADUAND_TRY_ASSIGN(read.options.keep_cluster, parse_keep_cluster(keep));
  read.history = history;
  read.suite_folders.assign(suites.begin(), suites.end());
  read.feature_folders.assign(features.begin(), features.end());
  return read;
}

}  // namespace graduand::runner
