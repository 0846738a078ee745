// SPDX-License-Identifier: Apache-2.0
// `graduand run` on a cell with transitions, with real processes and without a cluster.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/integration/program.h"

namespace graduand {
namespace {

using results::Outcome;
using testing::HasSubstr;

class Phases : public testing::Test {
 protected:
  ProcessResult run(const std::string& name, std::vector<std::string> more = {}) {
    std::vector<std::string> arguments = {"run", "--profile", profile_.string(), "--case", name, "--no-history"};
    if (more.empty()) more = {"--output", out_.string()};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return program_.run(std::move(arguments));
  }
  std::map<std::string, results::Attempt> attempts() const {
    std::map<std::string, results::Attempt> found;
    auto contents = results::read_run_directory(out_).value();
    for (auto& attempt : contents.attempts)
      found[attempt.case_id.substr(attempt.case_id.find('/') + 1) + "@" + attempt.first_phase] = attempt;
    return found;
  }

  TempDir dir_ = TempDir::create("phases").value();
  testing_support::Program program_ = testing_support::program_with_faults(dir_.path());
  fs::path out_ = dir_.path() / "out";
  fs::path profile_ = program_.write("cycle.yaml",
                                     "name: cycle\nprovider: none\nkubernetes: v1.33.13\n"
                                     "gates: {PodLifecycleSleepAction: true}\ntransitions:\n"
                                     "  - {setGates: {PodLifecycleSleepAction: false}, phase: \"off\"}\n"
                                     "  - {setGates: {PodLifecycleSleepAction: true}, phase: on-again}\n");
};

TEST_F(Phases, APhasedCaseIsCarriedThrough) {
  const auto result = run("carried");
  EXPECT_EQ(result.exit_code, 0) << result.stdout_text << result.stderr_text;
  EXPECT_THAT(result.stderr_text, HasSubstr("transition set-gates, initial → off: passed"));
  EXPECT_THAT(result.stderr_text, HasSubstr("faults/carried/go-on@on-again #1"));
  auto all = attempts();
  ASSERT_EQ(all.size(), 5u);
  for (const auto& [name, attempt] : all) EXPECT_EQ(attempt.outcome, Outcome::kPassed) << name << attempt.reason;
  EXPECT_EQ(all["carried/watch@initial"].last_phase, "on-again");
  EXPECT_EQ(all["carried/go-on@on-again"].measures.at(0).value, 3);
  EXPECT_THAT(all["carried/begin@initial"].features, testing::Contains("PodLifecycleSleepAction"));
  EXPECT_THAT(all["carried/begin@initial"].case_name, "is carried through: begins");
}

TEST_F(Phases, StateThatIsMissingAndLeavingEarlyAreSeen) {
  EXPECT_EQ(run("dropped").exit_code, 1);
  auto all = attempts();
  EXPECT_EQ(all["dropped/ask@off"].outcome, Outcome::kFailed);
  EXPECT_EQ(all["dropped/ask@off"].failures.at(0).file, "tests/suites/faults/faults.cc");
  EXPECT_THAT(all["dropped/ask@off"].reason, HasSubstr("no earlier step kept 'nothing'"));
  EXPECT_EQ(all["dropped/conclude@on-again"].outcome, Outcome::kNotRun);
  EXPECT_THAT(all["dropped/conclude@on-again"].reason, HasSubstr("faults/dropped/ask, which was failed"));
  EXPECT_EQ(all["dropped/leave@initial"].outcome, Outcome::kFailed);
  EXPECT_THAT(all["dropped/leave@initial"].reason, HasSubstr("before it was told to finish"));
}

TEST_F(Phases, DryRunShowsThePhases) {
  const auto result = run("carried", {"--dry-run"});
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_THAT(result.stdout_text, HasSubstr("  phase initial\n    faults/carried/"));
  EXPECT_THAT(result.stdout_text, HasSubstr("faults/carried/watch #1, from here throughout\n  transition set-gates: "));
  EXPECT_THAT(result.stdout_text, HasSubstr("  phase on-again\n    faults/carried/go-on #1\n"));
}

TEST_F(Phases, ACellWithoutTransitionsHasNothingForAPhasedCase) {
  const auto result = program_.run(
      {"run", "--profile", program_.no_cluster_profile().string(), "--case", "carried", "--output", out_.string()});
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_THAT(result.stderr_text, HasSubstr("transitions"));
}

}  // namespace
}  // namespace graduand
