// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "framework/graduation/judge.h"
#include "framework/history/rates.h"

namespace graduand::graduation {

// What a case has to show in one required cell.
struct CaseInCell {
  const catalogue::CaseInfo* info = nullptr;
  bool applicable = true;  // false: its needs are not met in any instance of the cell
  std::string why_not;     // the unmet need
  long ran = 0;            // attempts
  long skipped = 0;        // although its needs were met, or the case is of a suite without needs
  long infra = 0;
  std::string skip_reason;       // the newest
  std::string newest_scheduled;  // that ran
  std::set<std::string> scheduled_runs;
  Timestamp first_scheduled{};  // start of the first and last of them
  Timestamp last_scheduled{};
};

// A required cell, the cluster instances that are such a cell, and each case in it.
struct CellEvidence {
  catalogue::ResolvedCell cell;
  std::vector<const results::ClusterInstance*> instances;
  std::vector<CaseInCell> cases;  // by case id
};

// The part of the input that counts, looked at from every side that a rule needs. Points into the input, which must
// outlive it.
struct Evidence {
  const JudgeInput* input = nullptr;
  const Policy* policy = nullptr;
  const StagePolicy* thresholds = nullptr;
  Timestamp window_start{};
  std::map<std::string, const results::Run*> runs;                   // that count
  std::vector<std::pair<std::string, std::string>> runs_left_out;    // in order of the selection
  history::Selection counted;                                        // attempts, transitions and instances that count
  std::map<std::string, const results::ClusterInstance*> instances;  // of those runs, by id
  std::vector<history::CaseCell> rates;                              // of `counted`
  std::vector<CellEvidence> cells;
  std::string cells_missing;  // why there are no required cells; empty when there are

  bool scheduled(const results::Run& run) const;
  // Whether the instance's facts are what held for the attempt: not after a transition of its cell, whose phases the
  // PRR answers look at. Such attempts are in no required cell, and neither on nor off; their failures count.
  static bool as_created(const results::Attempt& attempt);
  // Whether the gate is on at API server and kubelet of an instance, or off at both; nullopt when they differ, or when
  // one that may have it was not read.
  static std::optional<bool> gate_state(const std::string& gate, const results::ClusterInstance& instance);
};

Evidence gather(const JudgeInput& input, const Policy& policy);

}  // namespace graduand::graduation
