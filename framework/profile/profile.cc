// SPDX-License-Identifier: Apache-2.0
#include "framework/profile/profile.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <optional>

#include "framework/base/text.h"
#include "framework/catalogue/provider_capabilities.h"
#include "framework/profile/profile_layer.h"

namespace graduand::profile {
namespace {

using catalogue::CellDescription;
using catalogue::KubeVersion;
using catalogue::NodeDescription;

constexpr const char* kControlPlane = "control-plane";

std::string read_name(YamlReader& reader) {
  std::string name = reader.string("name");
  if (reader.has("name") && !is_profile_name(name)) {
    reader.error("name", fmt::format("'{}' is no name: lower case letters, digits, '-' and '.', at most 63 characters",
                                     shorten(printable(name), 80)));
  }
  return name;
}

std::vector<NodeDescription> nodes_of(const std::vector<NodeLayer>& layers, const KubeVersion& version) {
  std::vector<NodeDescription> nodes;
  for (const NodeLayer& layer : layers)
    for (int i = 0; i < layer.count; ++i)
      nodes.push_back({layer.role, layer.version.value_or(version), layer.labels, layer.taints});
  std::stable_partition(nodes.begin(), nodes.end(), [](const auto& node) { return node.role == kControlPlane; });
  return nodes;
}

// Where a cell stands in its file, for errors that are seen only when it is complete.
struct Place {
  std::string name;
  std::string where;
};

Result<CellDescription> complete(const Profile& profile, const Place& place, const Layer& layer) {
  if (!layer.kubernetes) {
    return fail(ErrorKind::kUsage, fmt::format("cell '{}' needs the key 'kubernetes', its version", place.name),
                place.where, "for example: kubernetes: v1.34.3");
  }
  if (layer.kubernetes->patch < 0 && catalogue::capabilities_of(profile.provider).makes_clusters) {
    return fail(ErrorKind::kUsage,
                fmt::format("cell '{}': kubernetes must be a full version such as v1.34.3, got '{}'", place.name,
                            layer.kubernetes->str()),
                place.where);
  }
  CellDescription cell;
  cell.profile = profile.name;
  cell.name = place.name;
  cell.provider = profile.provider;
  cell.kubernetes_version = *layer.kubernetes;
  cell.emulated_version = layer.emulated_version;
  cell.nodes = nodes_of(layer.nodes.value_or(std::vector<NodeLayer>{NodeLayer{}}), *layer.kubernetes);
  cell.gates = layer.gates;
  cell.component_gates = layer.component_gates;
  cell.runtime_config = layer.runtime_config;
  if (layer.kubeadm_patches) cell.kubeadm_patches = *layer.kubeadm_patches;
  cell.transitions = layer.transitions;
  if (cell.nodes.empty() || cell.nodes.front().role != kControlPlane)
    return fail(ErrorKind::kUsage, fmt::format("cell '{}' has no control-plane node", place.name), place.where);
  return cell;
}

Status add_cell(Profile& profile, const Place& place, const Layer& layer) {
  GRADUAND_TRY_ASSIGN(CellDescription cell, complete(profile, place, layer));
  const std::string fingerprint = cell.fingerprint();
  for (const CellDescription& other : profile.cells) {
    if (other.name == cell.name)
      return fail(ErrorKind::kUsage, fmt::format("two cells are named '{}'", cell.name), place.where);
    if (other.fingerprint() == fingerprint) {
      return fail(ErrorKind::kUsage, fmt::format("cells '{}' and '{}' ask for the same cluster", other.name, cell.name),
                  place.where, "attempts of both would be counted as one cell: leave one out, or change it");
    }
  }
  profile.cells.push_back(std::move(cell));
  return {};
}

void read_existing(YamlReader& reader, Profile& profile) {
  const auto kubeconfig = reader.optional_string("kubeconfig");
  profile.context = reader.optional_string("context").value_or("");
  if (!catalogue::capabilities_of(profile.provider).given_cluster) {
    for (const char* key : {"kubeconfig", "context"})
      if (reader.has(key)) reader.error(key, fmt::format("'{}' is only for provider existing", key));
    return;
  }
  if (!kubeconfig) return;
  std::filesystem::path path = *kubeconfig;
  const char* home = std::getenv("HOME");
  if (starts_with(*kubeconfig, "~/") && home != nullptr) path = std::filesystem::path(home) / kubeconfig->substr(2);
  if (path.is_relative()) path = profile.path.parent_path() / path;
  profile.kubeconfig = path;
}

// What kind would make, but a cluster that is there already has as it is.
void refuse_for_existing(YamlReader& reader, const std::string& provider) {
  const catalogue::ProviderCapabilities& can = catalogue::capabilities_of(provider);
  std::vector<const char*> refused;
  if (can.given_cluster) refused = {"nodes", "kubeadm-patches", "runtime-config", "emulated-version"};
  if (!can.transitions) refused.push_back("transitions");
  for (const char* key : refused)
    if (reader.has(key)) reader.error(key, fmt::format("'{}' cannot be asked of an existing cluster", key));
}

Status read_cell(const YamlDocument& document, const YAML::Node& node, const Layer& defaults, Profile& profile) {
  YamlReader reader(document, node, "a cell of 'matrix'");
  const std::string name = read_name(reader);
  Layer layer = defaults;
  read_layer(document, reader, layer);
  refuse_for_existing(reader, profile.provider);
  GRADUAND_TRY(reader.finish());
  return add_cell(profile, {name, document.where(node)}, layer);
}

void read_suites(const YamlDocument& document, YamlReader& reader, std::vector<NamedSuite>& suites) {
  const auto add = [&](const YAML::Node& node) -> Status {
    GRADUAND_TRY_ASSIGN(std::string name, yaml_string(document, node, "a suite's name"));
    for (const NamedSuite& other : suites)
      if (other.name == name)
        return fail(ErrorKind::kUsage, fmt::format("the suite '{}' is named twice", name), document.where(node));
    suites.push_back({std::move(name), document.where(node)});
    return {};
  };
  if (reader.optional_sequence("suites", add) == 0 && reader.has("suites"))
    reader.error("suites", "'suites' names none", "leave it out for a profile that is for all");
}

Result<Profile> read_profile(const YamlDocument& document, std::filesystem::path path) {
  Profile profile;
  profile.path = std::move(path);
  YamlReader reader(document, document.root(), "the profile");
  profile.name = read_name(reader);
  profile.description = reader.optional_string("description").value_or("");
  profile.provider = reader.optional_string("provider").value_or(catalogue::kDefaultProvider);
  reader.expect_one_of("provider", profile.provider, catalogue::provider_names());
  read_suites(document, reader, profile.suites);
  read_existing(reader, profile);
  Layer defaults;
  read_layer(document, reader, defaults);
  refuse_for_existing(reader, profile.provider);
  reader.optional_sequence("matrix",
                           [&](const YAML::Node& node) { return read_cell(document, node, defaults, profile); });
  GRADUAND_TRY(reader.finish());
  if (profile.cells.empty()) GRADUAND_TRY(add_cell(profile, {"default", document.where(document.root())}, defaults));
  return profile;
}

}  // namespace

bool Profile::runs_suite(const std::string& suite) const {
  return suites.empty() ||
         std::any_of(suites.begin(), suites.end(), [&](const NamedSuite& one) { return one.name == suite; });
}

Result<Profile> load_profile(const std::filesystem::path& path) {
  auto document = YamlDocument::load(path);
  if (!document) {
    Error error = std::move(document).error();
    // A profile that is not there is the user's mistake on the command line.
    if (error.kind == ErrorKind::kNotFound) error.kind = ErrorKind::kUsage;
    return fail(std::move(error));
  }
  return read_profile(*document, path);
}

Result<Profile> parse_profile(std::string_view text, const std::string& source) {
  GRADUAND_TRY_ASSIGN(const YamlDocument document, YamlDocument::parse(text, source));
  return read_profile(document, source);
}

}  // namespace graduand::profile
