// SPDX-License-Identifier: Apache-2.0
#include "framework/graduation/policy_keys.h"

#include "framework/base/json.h"
#include "framework/catalogue/digest.h"

namespace graduand::graduation {

const std::vector<ThresholdKey>& threshold_keys() {
  static const std::vector<ThresholdKey> keys = {
      {"window_days", &StagePolicy::window_days, 1, 3650},
      {"min_scheduled_runs", &StagePolicy::min_scheduled_runs, 1, 1e6},
      {"min_days_with_runs", &StagePolicy::min_days_with_runs, 1, 3650},
      {"max_gap_days", &StagePolicy::max_gap_days, 0, 3650},
      {"max_age_days", &StagePolicy::max_age_days, 0.01, 3650},
      {"min_ran_when_due", &StagePolicy::min_ran_when_due, 0, 1},
      {"max_failures", &StagePolicy::max_failures, 0, 1e6},
      {"infrastructure_level", &StagePolicy::infrastructure_level, 0, 0.5},
      {"behaviour_level", &StagePolicy::behaviour_level, 0, 0.5},
      {"max_presubmit_changes", &StagePolicy::max_presubmit_changes, 0, 1e6},
      {"min_toggle_cycles", &StagePolicy::min_toggle_cycles, 0, 1e6},
      {"min_upgrade_cycles", &StagePolicy::min_upgrade_cycles, 0, 1e6},
      {"min_kubelet_skew", &StagePolicy::min_kubelet_skew, 0, 3},
      {"min_deprecation_days", &StagePolicy::min_deprecation_days, 0, 3650},
  };
  return keys;
}

std::string digest_of(const Policy& policy) {
  json::object content = {{"prereleases", policy.prereleases}};
  for (const auto& [name, triggers] :
       {std::pair("scheduled", &policy.scheduled), std::pair("admissible", &policy.admissible)}) {
    json::array list;
    for (const results::Trigger trigger : *triggers) list.emplace_back(results::to_string(trigger));
    content[name] = std::move(list);
  }
  for (const Stage stage : {Stage::kBeta, Stage::kStable}) {
    const StagePolicy& of = policy.of(stage);
    json::object values;
    for (const ThresholdKey& key : threshold_keys()) values[key.name] = (of.*key.member).value;
    if (of.max_failure_rate)
      values["max_failure_rate"] =
          json::object{{"value", of.max_failure_rate->value}, {"confidence", of.failure_rate_confidence}};
    content[to_string(stage)] = std::move(values);
  }
  return "sha256:" + catalogue::sha256_hex(canonical_json(content), 16);
}

}  // namespace graduand::graduation
