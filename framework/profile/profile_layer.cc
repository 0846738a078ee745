// SPDX-License-Identifier: Apache-2.0
#include "framework/profile/profile_layer.h"

#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>

#include "framework/base/text.h"
#include "framework/profile/profile_transitions.h"

namespace graduand::profile {
namespace {

using catalogue::GateMap;
using catalogue::KubeVersion;

constexpr int kMaxNodes = 20;
// Of the API's limits on key and value: 253 + 1 + 63, 63, and the effect.
constexpr std::size_t kLongestTaint = 400;

const std::vector<std::string>& patch_kinds() {
  static const std::vector<std::string> kinds = {"ClusterConfiguration", "InitConfiguration", "JoinConfiguration",
                                                 "KubeletConfiguration", "KubeProxyConfiguration"};
  return kinds;
}

Status read_gate(const YamlDocument& document, const std::string& name, const YAML::Node& value, GateMap& gates) {
  GRADUAND_TRY_ASSIGN(gates[name], yaml_bool(document, value, name));
  return {};
}

Status read_component(const YamlDocument& document, const std::string& component, const YAML::Node& value,
                      std::map<std::string, GateMap>& component_gates) {
  const auto& known = catalogue::components();
  if (std::find(known.begin(), known.end(), component) == known.end()) {
    std::string hint = did_you_mean_hint(component, known);
    if (hint.empty()) hint = "components: " + join(known, ", ");
    return fail(ErrorKind::kUsage,
                fmt::format("'{}' is no component with feature gates", shorten(printable(component), 60)),
                document.where(value), std::move(hint));
  }
  if (!value.IsMap())
    return fail(ErrorKind::kUsage, fmt::format("the gates of '{}' must be a mapping", component),
                document.where(value));
  for (const auto& gate : value)
    GRADUAND_TRY(read_gate(document, gate.first.Scalar(), gate.second, component_gates[component]));
  return {};
}

// "key=value:Effect" or "key:Effect", as kubectl taint takes them.
bool is_taint(const std::string& text) {
  static const re2::RE2 form("[A-Za-z0-9][A-Za-z0-9_./-]*(=[A-Za-z0-9_.-]*)?:(NoSchedule|PreferNoSchedule|NoExecute)");
  return text.size() <= kLongestTaint && re2::RE2::FullMatch(text, form);
}

Status read_node(const YamlDocument& document, const YAML::Node& node, std::vector<NodeLayer>& nodes) {
  YamlReader reader(document, node, "a node");
  NodeLayer layer;
  layer.role = reader.string("role");
  if (reader.has("role")) reader.expect_one_of("role", layer.role, {"control-plane", "worker"});
  read_version(reader, "kubernetes", layer.version);
  const auto count = reader.optional_int("count").value_or(1);
  if (count < 1 || count > kMaxNodes) {
    reader.error("count", fmt::format("'count' must be from 1 to {}, got {}", kMaxNodes, count));
  }
  layer.count = static_cast<int>(std::clamp<std::int64_t>(count, 1, kMaxNodes));
  reader.optional_map("labels", [&](const std::string& label, const YAML::Node& value) -> Status {
    GRADUAND_TRY_ASSIGN(layer.labels[label], yaml_string(document, value, label));
    return {};
  });
  layer.taints = reader.optional_strings("taints");
  for (const std::string& taint : layer.taints) {
    if (!is_taint(taint))
      reader.error("taints", fmt::format("'{}' is no taint", shorten(printable(taint), 80)),
                   "for example: key=value:NoSchedule, or key:NoExecute");
  }
  GRADUAND_TRY(reader.finish());
  nodes.push_back(std::move(layer));
  return {};
}

// kind passes over a patch that fits nothing in silence, and a patch of the gates would override the profile's own.
Status read_patch(const YamlDocument& document, const YAML::Node& node, std::vector<json::value>& patches) {
  GRADUAND_TRY_ASSIGN(json::value patch, yaml_to_json(document, node));
  const std::string where = document.where(node);
  const std::string kind = string_at(patch, "kind");
  const auto& kinds = patch_kinds();
  if (std::find(kinds.begin(), kinds.end(), kind) == kinds.end()) {
    return fail(ErrorKind::kUsage,
                kind.empty() ? "a kubeadm patch needs a 'kind'"
                             : fmt::format("'{}' is no kind that kubeadm reads", shorten(printable(kind), 60)),
                where, "kinds: " + join(kinds, ", "));
  }
  for (const char* path : {"featureGates", "apiServer.extraArgs.feature-gates",
                           "controllerManager.extraArgs.feature-gates", "scheduler.extraArgs.feature-gates"}) {
    if (value_at(patch, path) == nullptr) continue;
    // kubeadm's own gates have the same name in ClusterConfiguration, and are no component's.
    if (kind == "ClusterConfiguration" && std::string_view(path) == "featureGates") continue;
    return fail(ErrorKind::kUsage, fmt::format("a kubeadm patch must not set feature gates ({})", path), where,
                "use 'gates' or 'component-gates'");
  }
  patches.push_back(std::move(patch));
  return {};
}

}  // namespace

bool is_profile_name(std::string_view text) {
  const auto fits = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.'; };
  return !text.empty() && text.size() <= 63 && std::all_of(text.begin(), text.end(), fits) && text.front() != '-' &&
         text.front() != '.';
}

void read_version(YamlReader& reader, const char* key, std::optional<KubeVersion>& version) {
  const auto text = reader.optional_string(key);
  if (!text) return;
  auto parsed = KubeVersion::parse(*text);
  if (parsed) {
    version = *std::move(parsed);
  } else {
    reader.error(key, fmt::format("'{}': {}", key, parsed.error().message), parsed.error().hint);
  }
}

void read_layer(const YamlDocument& document, YamlReader& reader, Layer& layer) {
  read_version(reader, "kubernetes", layer.kubernetes);
  read_version(reader, "emulated-version", layer.emulated_version);
  std::vector<NodeLayer> nodes;
  if (reader.optional_sequence("nodes", [&](const auto& node) { return read_node(document, node, nodes); }) > 0)
    layer.nodes = std::move(nodes);
  reader.optional_map("gates", [&](const std::string& name, const YAML::Node& value) {
    return read_gate(document, name, value, layer.gates);
  });
  reader.optional_map("component-gates", [&](const std::string& component, const YAML::Node& value) {
    return read_component(document, component, value, layer.component_gates);
  });
  reader.optional_map("runtime-config", [&](const std::string& api, const YAML::Node& value) -> Status {
    GRADUAND_TRY_ASSIGN(layer.runtime_config[api], yaml_string(document, value, api));
    return {};
  });
  std::vector<json::value> patches;
  const auto read_one = [&](const YAML::Node& node) { return read_patch(document, node, patches); };
  if (reader.optional_sequence("kubeadm-patches", read_one) > 0) layer.kubeadm_patches = std::move(patches);
  std::vector<catalogue::TransitionRequest> transitions;
  const auto read_next = [&](const YAML::Node& node) { return read_transition(document, node, transitions); };
  // An empty list takes a cell's default away.
  if (reader.optional_sequence("transitions", read_next) > 0 || reader.has("transitions"))
    layer.transitions = std::move(transitions);
}

}  // namespace graduand::profile
