// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "framework/base/yaml/yaml.h"
#include "framework/graduation/policy.h"

// The parts of a policy file, for its reader and its digest.
namespace graduand::graduation {

// A threshold of a stage: its key, where it is kept, and what it may be.
struct ThresholdKey {
  const char* name;
  Threshold StagePolicy::* member;
  double least;
  double most;
};
const std::vector<ThresholdKey>& threshold_keys();

// The `waivers` of a file, appended to `out`. kUsage with file:line:column for one without scope, reason, author or
// expiry.
Status read_waivers(const YamlDocument& document, YamlReader& reader, std::vector<Waiver>& out);

// Policy::digest.
std::string digest_of(const Policy& policy);

}  // namespace graduand::graduation
