// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "framework/base/json.h"
#include "framework/results/run_directory.h"

namespace graduand::report {

// What a process of a Ginkgo suite costs before its spec begins, in seconds: medians over the attempts that had a
// process of their own.
struct FixedCosts {
  std::string suite;
  int attempts = 0;
  double process_start_s = 0;  // building the tree of specs, mostly
  double before_suite_s = 0;
};

// One for each suite with such attempts, by name; none for suites of other kinds and for shared processes. Pure.
std::vector<FixedCosts> fixed_costs(const results::RunContents& contents);

// A line each: "kubernetes-e2e: a process costs 1.45 s to start and 0.04 s in BeforeSuite (medians of 30 attempts)".
std::string fixed_costs_text(const std::vector<FixedCosts>& costs);
json::array fixed_costs_json(const std::vector<FixedCosts>& costs);

}  // namespace graduand::report
