// SPDX-License-Identifier: Apache-2.0
#include "framework/report/fixed_costs.h"

#include <gtest/gtest.h>

namespace graduand::report {
namespace {

results::Attempt attempt(const std::string& id, std::vector<results::Measure> measures) {
  results::Attempt one;
  one.case_id = id;
  one.measures = std::move(measures);
  return one;
}

TEST(FixedCosts, AreMediansOfAttemptsWithAProcessOfTheirOwn) {
  results::RunContents contents;
  for (const double start : {3.0, 1.0, 2.0, 1.5})
    contents.attempts.push_back(
        attempt("e2e/[sig-node] a/b", {{"process_start", start, "s"}, {"before_suite", 0.5, "s"}, {"spec", 9, "s"}}));
  contents.attempts.push_back(attempt("e2e/shared", {{"spec", 9, "s"}}));
  contents.attempts.push_back(attempt("other/one", {{"process_start", 7, "s"}, {"before_suite", 0, "s"}}));
  contents.attempts.push_back(attempt("gtest/case", {}));

  const auto costs = fixed_costs(contents);
  ASSERT_EQ(costs.size(), 2u);
  EXPECT_EQ(costs[0].suite, "e2e");
  EXPECT_EQ(costs[0].attempts, 4);
  EXPECT_DOUBLE_EQ(costs[0].process_start_s, 1.75);
  EXPECT_EQ(fixed_costs_text(costs),
            "e2e: a process costs 1.75 s to start and 0.50 s in BeforeSuite (medians of 4 attempts)\n"
            "other: a process costs 7.00 s to start and 0.00 s in BeforeSuite (medians of 1 attempts)\n");
  EXPECT_EQ(fixed_costs_json(costs).size(), 2u);
}

TEST(FixedCosts, AreNotSaidWhereThereAreNone) {
  EXPECT_EQ(fixed_costs_text(fixed_costs({})), "");
}

}  // namespace
}  // namespace graduand::report
