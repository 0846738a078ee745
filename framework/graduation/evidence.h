// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "framework/graduation/run_filter.h"
#include "framework/graduation/timeline.h"

namespace graduand::graduation {

// An attempt that speaks for the feature and counts, with what is known of where it ran.
struct CountedAttempt {
  const results::Attempt* attempt = nullptr;
  const results::Run* run = nullptr;
  const InstanceTimeline* timeline = nullptr;   // null: its cluster instance has no record
  const catalogue::CellFacts* facts = nullptr;  // of its phase; null: it spans phases, or nothing was read back
  std::string case_id;                          // as it is called now
  results::Outcome outcome = results::Outcome::kNotRun;  // with later marks
  bool verified = false;   // what the feature needs was read back where it began; else it supports nothing
  bool scheduled = false;  // its run is one of a schedule
  bool in_window = false;  // false: older; only a bound that looks at all times sees it
  bool ran() const { return results::ran(outcome); }
  bool failed() const { return results::is_failure(outcome); }
};

// What became of a case in a required cell in the scheduled runs in which it was due.
struct DueCount {
  long due = 0;
  long ran = 0;
  std::map<std::string, long> missed;  // why → runs
};

// Whether the attempt was skipped for a need of its case that was not met. Facts decide, but for a gate that was to be
// unlocked: that is no measurement, and upstream's list is rewritten at reverts, so what the runner knew then stands.
bool is_rightly_skipped(const catalogue::CaseInfo& info, const CountedAttempt& one);

// What a case has to show in one required cell, by attempts that are verified there.
struct CaseInCell {
  const catalogue::CaseInfo* info = nullptr;
  bool applicable = true;  // false: its needs are not met in any cluster of the cell
  std::string why_not;     // the unmet need
  long ran = 0;            // attempts
  long skipped = 0;        // although its needs were met
  long infra = 0;
  long locked = 0;               // skipped for a gate that the runner knew as locked there, whatever the table says now
  std::string skip_reason;       // the newest
  std::string newest_scheduled;  // that ran: an attempt's id
  Timestamp newest_at{};         // its start
  std::set<std::string> scheduled_runs;  // in which it ran
  std::set<long> days;                   // with such a run: see day_of
  std::set<std::string> instances;       // of scheduled runs since its count began, in which it ran
  std::set<std::string> failed_instances;
  DueCount due;
};

// A required cell, the clusters that were such a cell in a phase, and each case in it.
struct CellEvidence {
  catalogue::ResolvedCell cell;
  std::set<std::string> instances;  // ids
  std::vector<CaseInCell> cases;    // by case id
};

// The part of the input that counts, looked at from every side that a rule needs. Points into the input and the policy,
// which must outlive it.
struct Evidence {
  Evidence(const JudgeInput& judge_input, const Policy& judge_policy, std::vector<catalogue::ResolvedCell> resolved);
  Evidence(const Evidence&) = delete;
  Evidence& operator=(const Evidence&) = delete;

  const JudgeInput& input;
  const Policy& policy;
  const StagePolicy& thresholds;
  RunFilter filter;
  std::vector<InstanceTimeline> timelines;
  std::map<std::string, const InstanceTimeline*> by_instance;
  std::vector<CountedAttempt> attempts;                    // in order of time
  std::vector<const results::ClusterInstance*> instances;  // that count and were there because of the feature
  std::set<std::string> attempt_ids;                       // of `attempts`
  std::set<std::string> instance_ids;                      // on which they ran, and of `instances`
  std::vector<CellEvidence> cells;
  std::string cells_missing;  // why there are no required cells; empty when there are
  bool anything_ran = false;  // an attempt that counts and is verified, in the window

  // Whether all of it is of a release (a pre-release, where the policy says so) and emulates none.
  bool is_settled(const catalogue::CellFacts& facts) const;
  // The minors that required cells ask for: where changes of running clusters have to be shown.
  bool is_required_version(const catalogue::KubeVersion& version) const;
  // Whether the gate is unlocked at a version that a required cell asks for. One that the gate table does not know is.
  bool is_unlocked_in_a_cell(const std::string& gate) const;
};

// Fills `due` of every case in every cell.
void count_due(Evidence& evidence);

}  // namespace graduand::graduation
