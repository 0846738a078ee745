// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "framework/catalogue/case.h"
#include "framework/catalogue/features/feature.h"
#include "framework/graduation/commands/known_profile.h"
#include "framework/graduation/policy.h"
#include "framework/history/store.h"

namespace graduand::graduation {

// kWaived counts as passing and is listed. kNotApplicable does not count. kPassWithWaivers is of a whole verdict only.
enum class Verdict { kPass, kFail, kNoEvidence, kWaived, kNotApplicable, kPassWithWaivers };
// "pass", "fail", "no-evidence", "waived", "not-applicable", "pass-with-waivers"
const char* to_string(Verdict verdict);

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
  std::string reason;                 // one sentence with the denominators
  std::string next;                   // what to do about it; empty when there is nothing to do
  std::vector<std::string> commands;  // that do it, each ready to be pasted into a shell
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
  catalogue::KubeVersion release;  // the one that the feature is to reach the stage in
  Timestamp as_of{};
  catalogue::FeatureInfo info;
  std::vector<catalogue::CaseInfo> cases;  // that have to run in the required cells; of every suite that speaks for it
  std::map<std::string, std::string> renames;  // former id → id of a case, of every suite
  history::Selection evidence;                 // at least the feature's; what does not count is left out by the judge
  std::string evidence_source;                 // "history ~/.../history.db", "run directory ..."
  std::vector<KnownProfile> profiles;          // that commands may name; they have no part in the verdict
};

struct Judgement {
  std::string feature;
  Stage stage;
  catalogue::KubeVersion release;
  Timestamp as_of{};
  Timestamp window_start{};
  Verdict overall = Verdict::kNoEvidence;  // any fail → fail; else any no-evidence → no-evidence; else pass, with its
                                           // own word when a waiver was used
  std::vector<RuleResult> rules;
  std::vector<std::string> warnings;                               // what no rule forbids and a reader should know
  std::vector<SuiteShare> suites;                                  // by name
  std::vector<std::string> cases;                                  // ids of all that it is about, sorted
  std::vector<std::string> runs_read;                              // every run whose attempts were considered
  std::vector<std::pair<std::string, std::string>> runs_left_out;  // run id, why: simulated, outside the window, ...
  std::vector<Waiver> exclusions;                                  // waivers that left a run out
  std::vector<results::Mark> marks;                                // that had a part in it
  std::string policy;
  std::string policy_digest;
  bool policy_shipped = false;
  std::string evidence_source;
  std::optional<history::Watermark> watermark;
  // 0 pass (with waivers, too), 1 fail, 4 no-evidence.
  int exit_code() const;
};

// The one function that makes a verdict. Pure: the same input gives the same judgement; ids, the order of records and
// names of cells change nothing but what is printed.
//
// What counts: see RunFilter. Evidence of an attempt is what was measured in its phase (see timeline.h): its passes
// count where every component that has one of the feature's gates was read back and the facts are a required cell's;
// where something was not read, its passes count for nothing and its failures are shown beside the verdict. The rules,
// in order, are those of rule_ids(); each says in rules.h what it asks.
// kUsage when the release is outside the feature's gates' life, see catalogue::resolve.
Result<Judgement> judge(const JudgeInput& input, const Policy& policy);

}  // namespace graduand::graduation
