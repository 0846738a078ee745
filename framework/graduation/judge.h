// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "framework/catalogue/case.h"
#include "framework/catalogue/suite_file.h"
#include "framework/graduation/policy.h"
#include "framework/history/store.h"

namespace graduand::graduation {

// kWaived counts as passing and is listed. kNotApplicable does not count.
enum class Verdict { kPass, kFail, kNoEvidence, kWaived, kNotApplicable };
const char* to_string(Verdict verdict);  // "pass", "fail", "no-evidence", "waived", "not-applicable"

// A number with its denominator: every number in a verdict carries n, k, interval and window.
struct Count {
  std::string what;  // "failures per attempt"
  long k = 0;
  long n = 0;
  double low = 0;  // 95 % Clopper–Pearson
  double high = 1;
};

// One line of support or objection.
struct Finding {
  Verdict verdict = Verdict::kNoEvidence;
  std::string text;                      // "prestop-sleep-delays-termination in v1.33, gate on: 3 of 14 scheduled runs"
  std::vector<std::string> attempt_ids;  // what it rests on, the newest first, at most 20
};

struct RuleResult {
  std::string id;  // "ran-in-every-required-cell"
  std::string title;
  std::string source;     // where the rule comes from
  std::string threshold;  // "at least 14 scheduled runs within 14 days"
  Verdict verdict = Verdict::kNoEvidence;
  std::string reason;  // one sentence with the denominators
  std::string next;    // what to do about it; empty when there is nothing to do
  std::vector<Count> counts;
  std::vector<Finding> findings;  // what is not a pass first
  std::optional<Waiver> waiver;
};

// What one suite contributed: its attempts that count.
struct SuiteShare {
  std::string suite;
  std::vector<std::string> revisions;  // sorted; of a suite of kind ginkgo they begin with "ginkgo"
  long passed = 0;
  long ran = 0;
};

struct JudgeInput {
  std::string feature;
  Stage stage = Stage::kBeta;
  catalogue::KubeVersion release;  // the one that the feature is to reach the stage in: named in the judgement
  Timestamp as_of{};
  catalogue::FeatureInfo info;             // merged from the suites that speak for it
  std::vector<catalogue::CaseInfo> cases;  // that have to have run in the required cells
  history::Selection evidence;             // at least the feature's; others are left out by the judge
  std::vector<std::string> excluded_runs;  // that it was told to leave out
  std::string evidence_source;             // "history ~/.../history.db", "run directory ..."
};

struct Judgement {
  std::string feature;
  Stage stage;
  catalogue::KubeVersion release;
  Timestamp as_of{};
  Timestamp window_start{};
  Verdict overall = Verdict::kNoEvidence;  // any fail → fail; else any no-evidence → no-evidence; else pass
  std::vector<RuleResult> rules;
  std::vector<SuiteShare> suites;                                  // by name
  std::vector<std::string> runs_read;                              // every run whose attempts were considered
  std::vector<std::pair<std::string, std::string>> runs_left_out;  // run id, why: simulated, outside the window, ...
  std::string policy;
  std::string evidence_source;
  // 0 pass (waivers included), 1 fail, 4 no-evidence.
  int exit_code() const;
};

// Pure: the same input gives the same judgement.
//
// What counts: runs that started in the policy's window before as_of, with an admissible trigger, not simulated and not
// excluded, that have an attempt which speaks for the feature (or a cluster that did not come up with one of its gates
// set). Every other run is named with the reason. A cluster instance is a required cell when its measured facts match.
// Attempts that ended as infra-error, and instances that did, are counted and shown, but are in no denominator.
//
// Rules, in order:
//   ran-in-every-required-cell   every case ran in each required cell in which its needs are met, and in at least one
//   enough-scheduled-runs        per case and required cell, with a trigger that is a schedule
//   time-covered                 first to last scheduled run, per case and required cell
//   no-product-failures          no failed, timed-out or crashed attempt (in any cell, required or not), no failed
//                                transition and no failed cluster instance
//   gate-on-and-off              passed attempts with the gate effectively on and, where it can be switched off, off
//   effective-gates-verified     every component's gates were read back in each instance that counts
// A required cell that Kubernetes cannot have (a gate locked to the other value at its version) is not applicable.
// A waiver turns a fail or no-evidence into waived until it expires (its expiry must lie after as_of).
Judgement judge(const JudgeInput& input, const Policy& policy);

}  // namespace graduand::graduation
