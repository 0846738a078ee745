// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "framework/catalogue/cell.h"
#include "framework/results/run_directory.h"
#include "framework/runner/plan/invocation.h"
#include "framework/runner/plan/suite.h"

namespace graduand::runner {

struct PlannedAttempt {
  std::string
      id;  // "<run id>/<cell display name>/<case id>/<number>"; with transitions "...<case id>@<phase>/<number>"
  std::string cell;  // its display name
  std::string suite;
  std::string case_id;
  int number = 1;
  std::uint64_t seed = 0;
  std::string phase{};                  // in which it starts; empty in a cell without transitions
  bool throughout = false;              // a step that spans phases: it starts after the initial phase's other attempts
  std::vector<std::string> features{};  // it is to speak for; empty in plans of before version 3
  // How many failed tries of it an earlier execution recorded, before it was killed. Not part of the JSON; remaining()
  // sets it.
  int recorded_tries = 0;
  // "initial" for an empty one.
  std::string first_phase() const;
};

// What earlier executions of a plan left of a cell with transitions. Not part of the JSON; remaining() sets it.
struct ResumeState {
  // The recorded attempts.
  struct Done {
    std::string case_id;
    int number = 1;
    results::Outcome outcome = results::Outcome::kNotRun;
    std::string instance_id;
  };
  std::vector<Done> done;
  std::optional<results::ClusterInstance> newest;  // its number is the cell's next_instance - 1
  // Where that instance stood. Nothing when it never was ready, when its phase cannot be told, or when attempts of an
  // earlier phase are missing, which it can give no more.
  struct Standing {
    std::size_t phase = 0;
    int transitions = 0;         // recorded on it so far
    catalogue::CellFacts facts;  // of that phase
  };
  std::optional<Standing> standing;
  std::string failed_transition;  // why nothing of the cell is run any more; empty: no transition of its list failed
};

struct PlannedCell {
  catalogue::CellDescription cell;
  std::filesystem::path profile;         // where the cell came from, for the provider
  std::vector<PlannedAttempt> attempts;  // in the order of execution: see make_plan
  // The number of the next cluster instance: 1, or more when a resumed run has brought up some already. Not part of
  // the JSON; remaining() sets it.
  int next_instance = 1;
  ResumeState before{};
  // The attempts of a resumed run that have a record already. Likewise.
  std::vector<PlannedAttempt> recorded{};
};

// Everything that --resume needs to go on as if nothing had happened.
struct Plan {
  std::string run_id;
  std::vector<PlannedCell> cells;
  Invocation invocation{};
  json::object to_json() const;
  // kUsage naming the member when something is absent or of another type. Plans of before version 4 do not say how the
  // run was asked for: they have the defaults, and no history.
  static Result<Plan> from_json(const json::value& value);
  std::size_t attempts() const;
};

using results::kPhaseFacts;

// Cells × phases × cases × repeat: ordinary cases in every phase, steps of phased cases where they are bound. Serial
// cases come after the others, disruptive ones last. Within each of these, repeats of one case are spread (first
// attempts of all cases, then second ones), and in a round the longest expected comes first, then by id. The seed of
// each attempt derives from the run's.
Plan make_plan(const std::string& run_id,
               const std::vector<std::pair<std::filesystem::path, catalogue::CellDescription>>& cells,
               const std::vector<SelectedCase>& cases, int repeat, std::uint64_t seed);

// The attempts of `plan` that have no record yet; cells without any vanish.
Plan remaining(const Plan& plan, const results::RunContents& done);

}  // namespace graduand::runner
