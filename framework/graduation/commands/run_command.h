// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "framework/graduation/commands/planned_way.h"
#include "framework/graduation/judge.h"

// Commands that make missing evidence, ready to be pasted into a shell.
namespace graduand::graduation {

// A cell that evidence is missing from.
struct WantedCell {
  std::function<bool(const PlannedWay&)> fits;
  std::string words;                  // of a profile that is still to be written: "with a cell that is v1.35, on"
  std::vector<std::string> suites{};  // that have to run in it; empty: any that speaks for the feature
};
WantedCell wanted_cell(const catalogue::FeatureInfo& feature, const catalogue::ResolvedCell& required);

struct Commands {
  std::vector<std::string> lines;  // each a command
  std::string profile;             // what the profile FILE of the last one has to be; empty: FILE is in none
};

// `graduand run` with those of the input's profiles and cells that are the wanted ones, the fewest profiles first, and
// among them those that take the fewest transitions; for cells that no profile has, one with FILE. `scheduled` adds
// what a run on a schedule names. Nothing wanted: no command.
Commands run_commands(const JudgeInput& input, const std::vector<WantedCell>& wanted, const std::string& label_filter,
                      bool scheduled);

// Repeats a case in a cell ("profile/name") until it fails, and leaves the cluster standing then.
Commands repeat_until_failure(const JudgeInput& input, const std::string& cell, const std::string& case_id);

// The label of all cases that speak for the feature.
std::string label_of(const JudgeInput& input);
// Whether the policy lets a run by hand count; else evidence is made by a schedule alone.
bool counts_by_hand(const Policy& policy);

}  // namespace graduand::graduation
