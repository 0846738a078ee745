// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "framework/catalogue/cell.h"
#include "framework/results/run_directory.h"
#include "framework/runner/suite.h"

namespace graduand::runner {

struct PlannedAttempt {
  std::string id;  // "<run id>/<cell display name>/<case id>/<number>"
  std::string suite;
  std::string case_id;
  int number = 1;
  std::uint64_t seed = 0;
};

struct PlannedCell {
  catalogue::CellDescription cell;
  std::filesystem::path profile;        // where the cell came from, for the provider
  std::vector<PlannedAttempt> attempts; // as ordered for execution: see order_attempts
};

// Everything that --resume needs to go on as if nothing had happened.
struct Plan {
  std::string run_id;
  std::vector<PlannedCell> cells;
  json::object to_json() const;
  static Result<Plan> from_json(const json::value& value);
  std::size_t attempts() const;
};

// Cells × cases × repeat. Repeats of one case are spread: first attempts of all cases, then second ones. Within a round
// longest expected first, then by id; serial and disruptive cases last. The seed of each attempt derives from the run's.
Plan make_plan(const std::string& run_id, const std::vector<std::pair<std::filesystem::path, catalogue::CellDescription>>& cells,
               const std::vector<SelectedCase>& cases, int repeat, std::uint64_t seed);

// The attempts of `plan` that have no record yet.
Plan remaining(const Plan& plan, const results::RunContents& done);

}  // namespace graduand::runner
