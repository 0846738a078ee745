// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "framework/base/yaml/yaml.h"
#include "framework/catalogue/cell.h"

namespace graduand::profile {

struct NodeLayer {
  std::string role = "control-plane";
  std::optional<catalogue::KubeVersion> version;  // default: the cell's
  int count = 1;
  std::map<std::string, std::string> labels;
  std::vector<std::string> taints;
};

// What both a profile's top level and a cell of its matrix may say about a cluster.
struct Layer {
  std::optional<catalogue::KubeVersion> kubernetes;
  std::optional<catalogue::KubeVersion> emulated_version;
  std::optional<std::vector<NodeLayer>> nodes;
  catalogue::GateMap gates;
  std::map<std::string, catalogue::GateMap> component_gates;
  std::map<std::string, std::string> runtime_config;
  std::optional<std::vector<json::value>> kubeadm_patches;
  std::vector<catalogue::TransitionRequest> transitions;
};

// Reads the keys of a layer over what `layer` holds already: maps are merged, scalars and lists replaced. Errors stick
// in `reader`.
void read_layer(const YamlDocument& document, YamlReader& reader, Layer& layer);

// Names become parts of folders, clusters and records: lower case letters, digits, '-' and '.', at most 63 characters.
bool is_profile_name(std::string_view text);
// Leaves `version` alone when the key is absent.
void read_version(YamlReader& reader, const char* key, std::optional<catalogue::KubeVersion>& version);

}  // namespace graduand::profile
