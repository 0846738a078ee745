// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "framework/graduation/run_filter.h"
#include "framework/graduation/timeline.h"

namespace graduand::graduation {

// One case of another feature at one minor, with the gate on and with it off.
struct CaseComparison {
  std::string case_id;
  std::string minor;  // "v1.33"
  long failed_on = 0, ran_on = 0;
  long failed_off = 0, ran_off = 0;
  double p = 1;  // one-sided, by Fisher's exact test: more failures with the gate on
  bool differs = false;
  std::vector<std::string> attempt_ids;  // that failed with it on, the newest first, at most 20
};

struct Behaviour {
  std::vector<CaseComparison> cases;  // that ran on both sides, by id and minor
  double level = 0;                   // of each comparison: the policy's, divided by their number (Bonferroni)
};

// Whether those who do not use the feature see it: attempts that do not speak for it, in phases whose facts have all of
// its gates on at all of their components, or off at all.
Behaviour compare_behaviour(const JudgeInput& input, const Policy& policy, const RunFilter& filter,
                            const std::vector<InstanceTimeline>& timelines);

}  // namespace graduand::graduation
