// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "framework/base/yaml/yaml.h"
#include "framework/catalogue/features/feature.h"

namespace graduand::catalogue {

// A required cell as it is written:
//
//   name: off at the kubelet only
//   kubernetes: release-1          # or release, or a version
//   kubelets: release-3            # when they are of another minor
//   emulated: false
//   min-nodes: 1
//   gates: {X: true}               # at every component that has the gate
//   component-gates: {kubelet: {X: false}}
//
// kUsage with file:line:column for what is wrong. What a component of a fixed version cannot have is refused here; for
// one told from the release that is decided when the release is known.
Result<RequiredCell> read_required_cell(const YamlDocument& document, const YAML::Node& node);

}  // namespace graduand::catalogue
