// SPDX-License-Identifier: Apache-2.0
// v1.33 → v1.34 → v1.33 → v1.34 on a real kind cluster, by the shipped profile and suite, and what a KEP's author
// pastes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "tests/integration/program.h"
#include "tests/paths.h"

namespace graduand {
namespace {

using results::Outcome;
using testing::HasSubstr;

TEST(UpgradeDowngrade, ObjectsAndWorkloadsLiveThroughTheWholeWay) {
  if (std::getenv("GRADUAND_FULL") == nullptr)
    GTEST_SKIP() << "upgrades take minutes: set GRADUAND_FULL, as scripts/test --full does";
  auto dir = TempDir::create("upgrade-downgrade").value();
  const testing_support::Program program(dir.path());
  const auto out = dir.path() / "out";
  const auto profile = testing_support::source_dir() + "/kind-configs/upgrade-downgrade-v1.33-v1.34.yaml";
  const auto run = program.run({"run", "--profile", profile, "--suite", "upgrade-downgrade", "--output", out.string()},
                               std::chrono::minutes(30));
  EXPECT_EQ(run.exit_code, 0) << run.stdout_text << run.stderr_text;
  const auto contents = results::read_run_directory(out).value();

  ASSERT_EQ(contents.transitions.size(), 3u) << run.stderr_text;
  for (const auto& transition : contents.transitions) {
    EXPECT_EQ(transition.outcome, Outcome::kPassed) << transition.message;
    const double took = static_cast<double>(transition.took.count()) / 1000;
    const double own = testing_support::measure(transition.measures, "own");
    std::printf("%-9s %6.1f s, our own share %.1f %%\n", transition.kind.c_str(), took, 100 * own / took);
    EXPECT_LT(own, 0.05 * took) << transition.kind;
  }
  EXPECT_THAT(contents.transitions[1].message, HasSubstr("which Kubernetes does not support"));

  std::map<std::string, const results::Attempt*> attempts;
  for (const auto& attempt : contents.attempts) {
    EXPECT_EQ(attempt.outcome, Outcome::kPassed) << attempt.id << ": " << attempt.reason;
    attempts[attempt.case_id.substr(attempt.case_id.find('/') + 1) + "@" + attempt.first_phase] = &attempt;
  }
  for (const char* one : {"objects/create@initial", "objects/carry-on@upgraded", "objects/carry-on@downgraded",
                          "objects/carry-on@upgraded-again", "objects/run-on@initial"})
    ASSERT_TRUE(attempts.count(one)) << one;
  EXPECT_EQ(attempts["objects/run-on@initial"]->last_phase, "upgraded-again");
  EXPECT_EQ(testing_support::measure(attempts["objects/run-on@initial"]->measures, "workload_changes"), 0);

  const auto prr = program.run({"report", "--format", "prr", "--feature", "PodLifecycleSleepAction"});
  EXPECT_EQ(prr.exit_code, 0) << prr.stderr_text;
  EXPECT_THAT(prr.stdout_text, HasSubstr("1 cluster instance went the whole way upgrade → downgrade → upgrade"));
}

}  // namespace
}  // namespace graduand
