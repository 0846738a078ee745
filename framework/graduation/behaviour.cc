// SPDX-License-Identifier: Apache-2.0
#include "framework/graduation/behaviour.h"

#include <algorithm>

#include "framework/graduation/rule_text.h"
#include "framework/stats/fisher.h"

namespace graduand::graduation {

Behaviour compare_behaviour(const JudgeInput& input, const Policy& policy, const RunFilter& filter,
                            const std::vector<InstanceTimeline>& timelines) {
  std::map<std::pair<std::string, std::string>, CaseComparison> seen;
  std::map<std::pair<std::string, std::string>, std::vector<std::pair<Timestamp, std::string>>> failed;
  for (const InstanceTimeline& timeline : timelines)
    for (const results::Attempt* attempt : timeline.attempts) {
      if (filter.speaks(*attempt) || !filter.counts(*attempt)) continue;
      const auto outcome = filter.outcome(*attempt);
      const catalogue::CellFacts* facts = timeline.facts_at(*attempt);
      if (facts == nullptr || !results::ran(outcome)) continue;
      const GateState state = gate_state(input.info, facts);
      if (state != GateState::kOn && state != GateState::kOff) continue;
      const bool on = state == GateState::kOn;
      const std::pair key(filter.case_id(attempt->case_id), "v" + facts->api_server_version.minor_str());
      CaseComparison& one = seen[key];
      ++(on ? one.ran_on : one.ran_off);
      if (!results::is_failure(outcome)) continue;
      ++(on ? one.failed_on : one.failed_off);
      if (on) failed[key].emplace_back(attempt->started, attempt->id);
    }
  Behaviour behaviour;
  for (auto& [key, one] : seen) {
    if (one.ran_on == 0 || one.ran_off == 0) continue;
    one.case_id = key.first;
    one.minor = key.second;
    one.p = stats::fisher_greater(one.failed_on, one.ran_on, one.failed_off, one.ran_off);
    auto& ids = failed[key];
    std::sort(ids.rbegin(), ids.rend());
    for (std::size_t i = 0; i < std::min(ids.size(), kIdsOfAFinding); ++i) one.attempt_ids.push_back(ids[i].second);
    behaviour.cases.push_back(std::move(one));
  }
  behaviour.level = policy.of(input.stage).behaviour_level.value /
                    static_cast<double>(std::max<std::size_t>(1, behaviour.cases.size()));
  for (CaseComparison& one : behaviour.cases) one.differs = one.p < behaviour.level;
  return behaviour;
}

}  // namespace graduand::graduation
