// SPDX-License-Identifier: Apache-2.0
#include "framework/kube/internal/discovery.h"

#include "framework/base/text.h"

namespace graduand::kube::internal {
namespace {

constexpr const char* kAggregated =
    "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,"
    "application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,application/json";

ApiResult<json::value> get_json(Transport& transport, const std::string& path, const char* accept, const Until& until) {
  Call call{"GET", path};
  call.accept = accept;
  auto answer = transport.round_trip(call, until);
  if (!answer) return tl::unexpected(std::move(answer).error());
  auto parsed = parse_json(answer->body, path);
  if (!parsed) return tl::unexpected(transport_error(Error{ErrorKind::kInfrastructure, parsed.error().message}, call));
  return std::move(*parsed);
}

void take_aggregated(const json::value& list, std::vector<Discovered>& found) {
  for (const auto& group : array_at(list, "items")) {
    const auto& versions = array_at(group, "versions");
    if (versions.empty()) continue;
    const auto& preferred = versions.front();  // they come in order of preference
    for (const auto& item : array_at(preferred, "resources")) {
      Discovered one;
      one.resource = {string_at(group, "metadata.name"), string_at(preferred, "version"), string_at(item, "resource"),
                      string_at(item, "scope") == "Namespaced", string_at(item, "responseKind.kind")};
      one.singular = string_at(item, "singularResource");
      if (const auto* names = value_at(item, "shortNames")) one.short_names = strings_of(*names);
      found.push_back(std::move(one));
    }
  }
}

ApiResult<void> take_group_version(Transport& transport, const std::string& group, const std::string& version,
                                   const Until& until, std::vector<Discovered>& found) {
  const auto path = group.empty() ? "/api/" + version : "/apis/" + group + "/" + version;
  auto list = get_json(transport, path, "application/json", until);
  if (!list) return tl::unexpected(std::move(list).error());
  for (const auto& item : array_at(*list, "resources")) {
    const auto plural = string_at(item, "name");
    if (plural.find('/') != std::string::npos) continue;  // a subresource
    Discovered one{{group, version, plural, bool_at(item, "namespaced"), string_at(item, "kind")},
                   string_at(item, "singularName"),
                   {}};
    if (const auto* names = value_at(item, "shortNames")) one.short_names = strings_of(*names);
    found.push_back(std::move(one));
  }
  return {};
}

}  // namespace

ApiResult<std::vector<Discovered>> discover_all(Transport& transport, const Until& until) {
  std::vector<Discovered> found;
  for (const std::string path : {"/api", "/apis"}) {
    auto answer = get_json(transport, path, kAggregated, until);
    if (!answer) return tl::unexpected(std::move(answer).error());
    if (string_at(*answer, "kind") == "APIGroupDiscoveryList") {
      take_aggregated(*answer, found);
      continue;
    }
    if (path == "/api") {
      auto taken = take_group_version(transport, "", "v1", until, found);
      if (!taken) return tl::unexpected(std::move(taken).error());
      continue;
    }
    for (const auto& group : array_at(*answer, "groups")) {
      // An aggregated API whose backend is down must not hide all others.
      auto taken = take_group_version(transport, string_at(group, "name"), string_at(group, "preferredVersion.version"),
                                      until, found);
      if (!taken && !taken.error().from_server()) return tl::unexpected(std::move(taken).error());
    }
  }
  return found;
}

std::optional<Resource> find_resource(const std::vector<Discovered>& all, const std::string& name) {
  const auto dot = name.find('.');
  const auto word = name.substr(0, dot);
  const auto group = dot == std::string::npos ? std::string() : name.substr(dot + 1);
  const auto lower = to_lower(word);
  for (const auto& one : all) {
    if (dot != std::string::npos && one.resource.group != group) continue;
    bool matches = one.resource.plural == lower || one.singular == lower || to_lower(one.resource.kind) == lower;
    for (const auto& short_name : one.short_names) matches = matches || short_name == lower;
    if (matches) return one.resource;
  }
  return std::nullopt;
}

}  // namespace graduand::kube::internal
