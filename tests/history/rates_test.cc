// SPDX-License-Identifier: Apache-2.0
#include "framework/history/rates.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/history/sample.h"

namespace graduand::history {
namespace {

using results::Outcome;
using results::RunContents;
using test::add_attempt;
using test::sample_run;

std::vector<CaseCell> rates_of(const std::vector<RunContents>& runs) {
  return case_cells(select_from(runs, {}).value());
}

TEST(CaseCells, CountsEachOutcomeInItsPlace) {
  auto run = sample_run("r1", "2026-11-01T00:00:00Z");
  for (const Outcome outcome : {Outcome::kPassed, Outcome::kFailed, Outcome::kTimedOut, Outcome::kCrashed,
                                Outcome::kSkipped, Outcome::kInfraError, Outcome::kNotRun})
    add_attempt(run, "a", outcome).reason = "reason";
  const auto rows = rates_of({run});
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows[0].attempts, 6);
  EXPECT_EQ(rows[0].passed, 1);
  EXPECT_EQ(rows[0].failed, 3);
  EXPECT_EQ(rows[0].skipped, 1);
  EXPECT_EQ(rows[0].infra_error, 1);
  EXPECT_EQ(rows[0].not_run, 1);
  EXPECT_EQ(rows[0].runs, 1);
  EXPECT_EQ(rows[0].failed_runs, 1);
  EXPECT_EQ(rows[0].instances, 1);
  EXPECT_TRUE(rows[0].repeats_correlated());
  EXPECT_EQ(rows[0].skip_reason, "reason");
  EXPECT_EQ(rows[0].first, run.attempts[0].started);
  EXPECT_EQ(rows[0].last, run.attempts[5].started);
}

TEST(CaseCells, SimulatedAttemptsAndOtherProvidersStandApart) {
  auto kind = sample_run("r1", "2026-11-01T00:00:00Z");
  kind.instances[0].provider = "kind";
  add_attempt(kind, "a", Outcome::kPassed);
  auto existing = sample_run("r2", "2026-11-02T00:00:00Z");
  existing.instances[0].provider = "existing";
  add_attempt(existing, "a", Outcome::kFailed);
  auto none = sample_run("r3", "2026-11-03T00:00:00Z");
  none.instances[0].provider = "none";  // whatever its attempt says of itself
  add_attempt(none, "a", Outcome::kFailed);
  auto simulated = sample_run("r4", "2026-11-04T00:00:00Z");
  simulated.instances[0].provider = "kind";
  add_attempt(simulated, "a", Outcome::kFailed).simulated = true;
  const auto rows = rates_of({kind, existing, none, simulated});
  ASSERT_EQ(rows.size(), 4u);
  EXPECT_EQ(rows[0].provider, "existing");
  EXPECT_FALSE(rows[0].simulated);
  EXPECT_EQ(rows[1].provider, "kind");
  EXPECT_FALSE(rows[1].simulated);
  EXPECT_EQ(rows[1].passed, 1);
  EXPECT_EQ(rows[2].provider, "kind");
  EXPECT_TRUE(rows[2].simulated);
  EXPECT_EQ(rows[3].provider, "none");
  EXPECT_TRUE(rows[3].simulated);
  for (const auto& row : rows) EXPECT_FALSE(row.flake) << row.provider;
}

TEST(CaseCells, RunsWithoutAnAttemptThatRanDoNotCount) {
  auto one = sample_run("r1", "2026-11-01T00:00:00Z");
  add_attempt(one, "a", Outcome::kPassed);
  auto two = sample_run("r2", "2026-11-02T00:00:00Z");
  add_attempt(two, "a", Outcome::kInfraError);
  const auto rows = rates_of({one, two});
  EXPECT_EQ(rows[0].runs, 1);
  EXPECT_EQ(rows[0].instances, 1);
  EXPECT_FALSE(rows[0].repeats_correlated());
}

// A failure and a pass are a flake only when nothing that was put in differs.
class SameInputs : public testing::TestWithParam<void (*)(results::Attempt&)> {};

TEST(CaseCells, PassAndFailureWithTheSameInputsIsAFlake) {
  auto one = sample_run("r1", "2026-11-01T00:00:00Z");
  add_attempt(one, "a", Outcome::kPassed);
  auto two = sample_run("r2", "2026-11-02T00:00:00Z");
  add_attempt(two, "a", Outcome::kCrashed);
  EXPECT_TRUE(rates_of({one, two})[0].flake);
  EXPECT_FALSE(rates_of({two})[0].flake);
}

TEST_P(SameInputs, ADifferenceMakesItNoFlake) {
  auto run = sample_run("r1", "2026-11-01T00:00:00Z");
  add_attempt(run, "a", Outcome::kPassed);
  GetParam()(add_attempt(run, "a", Outcome::kFailed));
  for (const auto& row : rates_of({run})) EXPECT_FALSE(row.flake);
}

INSTANTIATE_TEST_SUITE_P(Inputs, SameInputs,
                         testing::Values([](results::Attempt& a) { a.fingerprint = "another"; },
                                         [](results::Attempt& a) { a.case_id = "b"; },
                                         [](results::Attempt& a) { a.first_phase = "flipped"; },
                                         [](results::Attempt& a) { a.last_phase = "flipped"; },
                                         [](results::Attempt& a) { a.kubernetes_version = "v1.33.14"; },
                                         [](results::Attempt& a) { a.suite_revision = "abc"; }));

TEST(CaseCells, IdentityIsTheFingerprintAndTheNameTheNewest) {
  auto one = sample_run("r1", "2026-11-01T00:00:00Z");
  add_attempt(one, "a", Outcome::kPassed);
  auto two = sample_run("r2", "2026-11-02T00:00:00Z");
  add_attempt(two, "a", Outcome::kPassed).cell = "renamed/on";
  add_attempt(two, "a", Outcome::kPassed).fingerprint = "another";
  const auto rows = rates_of({two, one});
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[0].cell, "renamed/on");
  EXPECT_EQ(rows[0].passed, 2);
  EXPECT_EQ(rows[1].fingerprint, "another");
}

RC_GTEST_PROP(CaseCellsProperty, CountsAddUp, ()) {
  const auto outcomes = *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 7));
  auto run = sample_run("r1", "2026-11-01T00:00:00Z");
  for (const int outcome : outcomes) add_attempt(run, outcome % 2 == 0 ? "a" : "b", static_cast<Outcome>(outcome));
  long total = 0;
  for (const auto& row : rates_of({run})) {
    RC_ASSERT(row.attempts == row.passed + row.failed + row.skipped + row.infra_error);
    RC_ASSERT(row.failed_runs <= row.runs && row.runs <= 1 && row.instances == row.runs);
    total += row.attempts + row.not_run;
  }
  RC_ASSERT(total == static_cast<long>(outcomes.size()));
}

}  // namespace
}  // namespace graduand::history
