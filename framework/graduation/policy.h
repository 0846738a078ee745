// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "framework/base/clock.h"
#include "framework/base/error.h"
#include "framework/catalogue/kube_version.h"
#include "framework/results/records.h"

namespace graduand::graduation {

enum class Stage { kBeta, kStable };
const char* to_string(Stage stage);                // "beta", "stable"
Result<Stage> parse_stage(std::string_view text);  // "GA" and "ga" are understood as stable

// A threshold and who says so.
struct Threshold {
  double value = 0;
  std::string source;  // a document and its section
};

// What one stage asks for. Days are calendar days in UTC.
struct StagePolicy {
  Threshold window_days;                      // how far back evidence counts, from --as-of
  Threshold min_scheduled_runs;               // per case and required cell
  Threshold min_days_with_runs;               // the same: days with a scheduled run in which it ran
  Threshold max_gap_days;                     // the same: days without one between two days that have one
  Threshold max_age_days;                     // the same: since the newest
  Threshold min_ran_when_due;                 // the same: the part of the scheduled runs in which it was due, 0 to 1
  Threshold max_failures;                     // failures that are not infrastructure
  std::optional<Threshold> max_failure_rate;  // per scheduled cluster instance of a case and required cell, 0 to 1
  double failure_rate_confidence = 0.95;      // with which it is to be below
  Threshold infrastructure_level;             // of Fisher's test, gate on against off
  Threshold behaviour_level;                  // of Fisher's test on cases of other features, gate on against off
  Threshold max_presubmit_changes;            // unrelated changes on which presubmits of one case may fail
  Threshold min_toggle_cycles;                // cluster instances that went on → off → on; 0: not asked
  Threshold min_upgrade_cycles;               // cluster instances that went up → down → up; 0: not asked
  Threshold min_kubelet_skew;                 // minors that a kubelet is to be behind; 0: not asked
  Threshold min_deprecation_days;             // from announcement to effect
};

// Somebody's decision that a rule need not be met, or that a run does not count. One of `rule` and `run` is set.
struct Waiver {
  std::string feature;
  std::string rule;  // a rule's id
  std::string run;   // a run's id: it is left out
  Stage stage = Stage::kBeta;
  catalogue::KubeVersion release;  // a minor
  std::string reason;
  std::string author;
  Timestamp expires{};
  std::string where;  // "file:line:column"
};

struct Policy {
  std::string name;  // "kubernetes"
  StagePolicy beta;
  StagePolicy stable;
  std::vector<results::Trigger> scheduled;   // which triggers count as a schedule
  std::vector<results::Trigger> admissible;  // which count as evidence at all; never presubmit
  bool prereleases = false;                  // whether clusters of pre-releases count
  std::vector<Waiver> waivers;
  std::string digest;  // "sha256:" and the first 16 hex digits of SHA-256 over the thresholds' canonical JSON; sources
                       // and waivers are not part of it
  bool shipped = false;  // whether that is the digest of the policy that is built in
  const StagePolicy& of(Stage stage) const { return stage == Stage::kBeta ? beta : stable; }
};

// The policy that is built in; its text is policies/kubernetes.yaml of the source tree.
const Policy& builtin_policy();
// kUsage with file:line:column for what the schema does not know, with a "did you mean".
Result<Policy> load_policy(const std::filesystem::path& path);
Result<Policy> parse_policy(std::string_view text, const std::string& source);
// A file with nothing but `waivers`, added to a policy's own.
Status add_waivers(const std::filesystem::path& path, Policy& policy);
// kUsage naming the place of a waiver that had expired at `as_of`.
Status check_waivers(const Policy& policy, Timestamp as_of);

}  // namespace graduand::graduation
