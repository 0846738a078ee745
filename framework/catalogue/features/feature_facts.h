// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "framework/base/yaml/yaml.h"
#include "framework/catalogue/features/feature.h"

namespace graduand::catalogue {

// What a feature's file and a suite.yaml may both say of a feature:
//
//   keps: [3960]
//   gates: {PodLifecycleSleepAction: [kube-apiserver, kubelet]}   # or a list of gates: API server and kubelet
//   stages: {alpha: v1.29, beta: v1.30, stable: v1.34}
//   required-cells:        # by stage, beta and stable; see required_cell.h
//     beta:
//       - {name: "on", kubernetes: release, gates: {PodLifecycleSleepAction: true}}
//
// Reads these keys of `mapping` through its reader, and sets FeatureInfo::where for each that is there. kUsage with
// file:line:column for what is wrong, also for a gate that the gate table does not know.
Status read_feature_facts(const YamlDocument& document, const YAML::Node& mapping, YamlReader& reader,
                          FeatureInfo& feature);
// Where the key stands in the mapping, "file:line:column"; empty when it is absent.
std::string place_of(const YamlDocument& document, const YAML::Node& mapping, const std::string& key);
// kUsage at the node when it names no component with feature gates.
Status check_component(const YamlDocument& document, const YAML::Node& node, const std::string& component);
// kUsage at the node, with a did-you-mean, when the gate table does not know the gate at any version.
Status check_known_gate(const YamlDocument& document, const YAML::Node& node, const std::string& gate);
// A version; kUsage at the node otherwise. `what` names it in the message.
Result<KubeVersion> read_version(const YamlDocument& document, const YAML::Node& node, std::string_view what);

}  // namespace graduand::catalogue
