// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "framework/base/clock.h"
#include "framework/base/error.h"
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

// What one stage asks for.
struct StagePolicy {
  Threshold window_days;         // how far back evidence counts, from --as-of
  Threshold min_scheduled_runs;  // per case and required cell
  Threshold min_days_covered;    // first to last scheduled run
  Threshold max_failures;        // failures that are not infrastructure
};

struct Waiver {
  std::string feature;
  std::string rule;  // a rule's id
  std::string reason;
  std::string author;
  std::optional<Timestamp> expires;
};

struct Policy {
  std::string name;  // "kubernetes"
  StagePolicy beta;
  StagePolicy stable;
  std::vector<results::Trigger> scheduled;   // which triggers count as a schedule
  std::vector<results::Trigger> admissible;  // which count as evidence at all
  std::vector<Waiver> waivers;
  const StagePolicy& of(Stage stage) const { return stage == Stage::kBeta ? beta : stable; }
};

// The policy that is built in; its text is policies/kubernetes.yaml of the source tree.
const Policy& builtin_policy();
Result<Policy> load_policy(const std::filesystem::path& path);
Result<Policy> parse_policy(std::string_view text, const std::string& source);

}  // namespace graduand::graduation
