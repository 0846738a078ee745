// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "framework/base/yaml/yaml.h"
#include "framework/catalogue/transition.h"

namespace graduand::profile {

// Reads one element of a profile's list of transitions (see profile.h) and puts it behind those that were read before.
// kUsage with file:line:column for an unknown key or one that its kind does not have, a version without a patch, no
// gates, and a phase that is not named, named "initial", or named twice.
Status read_transition(const YamlDocument& document, const YAML::Node& node,
                       std::vector<catalogue::TransitionRequest>& transitions);

// What can be restarted: the components with gates, and etcd.
const std::vector<std::string>& restartable_components();

}  // namespace graduand::profile
