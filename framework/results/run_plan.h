// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "framework/catalogue/cell.h"

namespace graduand::results {

// Of plan.json. 2: attempts may have a phase; 3: and the features that they are to speak for; 4: how the run was asked
// for.
inline constexpr int kPlanVersion = 4;

// A case (or a step of one) that was planned in one phase of a cell.
struct PlannedCase {
  std::string suite;
  std::string case_id;
  std::vector<std::string> features{};  // its attempts were to speak for; empty in plans of before version 3
  std::string phase = "initial";        // in which its attempts start
  int attempts = 1;                     // --repeat
};

struct CellPlan {
  catalogue::CellDescription cell;
  std::vector<PlannedCase> cases;  // in the order of the plan
};

// What a run set out to do, without each attempt's seed and order: the denominator of "did it run when it was due".
// A record like the others: written before the first cluster comes up, kept by the history, never changed.
struct RunPlan {
  std::string run_id;
  std::vector<CellPlan> cells;

  // {"run_id", "cells": [{"cell", "cases": [{"suite", "case", "features", "phase", "attempts"}]}]}
  json::object to_json() const;
  // kUsage naming the member.
  static Result<RunPlan> from_json(const json::value& value);
  // The same from plan.json, which lists each attempt (the runner's Plan, versions 1 to 4). kUsage naming the member.
  static Result<RunPlan> from_plan_file(const json::value& value);
};

}  // namespace graduand::results
