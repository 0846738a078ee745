// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>
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
  std::filesystem::path profile;         // where the cell came from, for the provider
  std::vector<PlannedAttempt> attempts;  // in the order of execution: see make_plan
  // The number of the next cluster instance: 1, or more when a resumed run has brought up some already. Not part of
  // the JSON; remaining() sets it.
  int next_instance = 1;
};

// Everything that --resume needs to go on as if nothing had happened.
struct Plan {
  std::string run_id;
  std::vector<PlannedCell> cells;
  json::object to_json() const;
  // kUsage naming the member when something is absent or of another type.
  static Result<Plan> from_json(const json::value& value);
  std::size_t attempts() const;
};

// Cells × cases × repeat. Serial cases come after the others, disruptive ones last. Within each of these, repeats of
// one case are spread (first attempts of all cases, then second ones), and in a round the longest expected comes first,
// then by id. The seed of each attempt derives from the run's.
Plan make_plan(const std::string& run_id,
               const std::vector<std::pair<std::filesystem::path, catalogue::CellDescription>>& cells,
               const std::vector<SelectedCase>& cases, int repeat, std::uint64_t seed);

// The attempts of `plan` that have no record yet; cells without any vanish.
Plan remaining(const Plan& plan, const results::RunContents& done);

}  // namespace graduand::runner
