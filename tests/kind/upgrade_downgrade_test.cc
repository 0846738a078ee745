// SPDX-License-Identifier: Apache-2.0
// v1.33 → v1.34 → v1.33 → v1.34 on real kind clusters, by the shipped profiles and suite, and what a KEP's author
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

class UpgradeDowngrade : public testing::Test {
 protected:
  void SetUp() override {
    if (std::getenv("GRADUAND_FULL") == nullptr)
      GTEST_SKIP() << "upgrades take minutes: set GRADUAND_FULL, as scripts/test --full does";
  }

  // Runs the suite by a shipped profile; everything passes, and so little of the time is our own.
  void carry_through(const std::string& profile) {
    const auto file = testing_support::source_dir() + "/kind-configs/" + profile + ".yaml";
    const auto out = dir_.path() / "out";
    const auto run = program_.run({"run", "--profile", file, "--suite", "upgrade-downgrade", "--output", out.string(),
                                   "--trigger", "periodic", "--job", "ci-upgrade", "--build-id", "1"},
                                  std::chrono::minutes(30));
    EXPECT_EQ(run.exit_code, 0) << run.stdout_text << run.stderr_text;
    contents_ = results::read_run_directory(out).value();
    for (const auto& transition : contents_.transitions) {
      EXPECT_EQ(transition.outcome, Outcome::kPassed) << transition.message;
      const double took = static_cast<double>(transition.took.count()) / 1000;
      const double own = testing_support::measure(transition.measures, "own");
      std::printf("%-9s %6.1f s, our own share %.1f %%\n", to_string(transition.request.kind), took, 100 * own / took);
      EXPECT_LT(own, 0.05 * took) << to_string(transition.request.kind);
    }
    for (const auto& attempt : contents_.attempts) {
      EXPECT_EQ(attempt.outcome, Outcome::kPassed) << attempt.id << ": " << attempt.reason;
      attempts_[attempt.case_id.substr(attempt.case_id.find('/') + 1) + "@" + attempt.first_phase] = &attempt;
    }
  }

  std::string rule(const std::string& id) const {
    const auto judged = program_.run({"judge", "--feature", "PodLifecycleSleepAction", "--stage", "stable", "--json"});
    return testing_support::rules_of(judged.stdout_text)[id];
  }

  TempDir dir_ = TempDir::create("upgrade-downgrade").value();
  testing_support::Program program_{dir_.path()};
  results::RunContents contents_;
  std::map<std::string, const results::Attempt*> attempts_;  // "objects/create@initial"
};

TEST_F(UpgradeDowngrade, ObjectsAndWorkloadsLiveThroughTheWholeWay) {
  carry_through("upgrade-downgrade-v1.33-v1.34");
  ASSERT_EQ(contents_.transitions.size(), 3u);
  EXPECT_THAT(contents_.transitions[1].message, HasSubstr("which Kubernetes does not support"));
  for (const char* one : {"objects/create@initial", "objects/carry-on@upgraded", "objects/carry-on@downgraded",
                          "objects/carry-on@upgraded-again", "objects/run-on@initial"})
    ASSERT_TRUE(attempts_.count(one)) << one;
  EXPECT_EQ(attempts_["objects/run-on@initial"]->last_phase, "upgraded-again");
  EXPECT_EQ(testing_support::measure(attempts_["objects/run-on@initial"]->measures, "workload_changes"), 0);

  const auto prr = program_.run({"report", "--format", "prr", "--feature", "PodLifecycleSleepAction"});
  EXPECT_EQ(prr.exit_code, 0) << prr.stderr_text;
  EXPECT_THAT(prr.stdout_text, HasSubstr("1 cluster instance went the whole way upgrade → downgrade → upgrade"));
  EXPECT_EQ(rule("upgrade-downgrade-upgrade"), "pass");
}

// The case itself fails when a pod is changed on such a way (suites/upgrade-downgrade/cases.cc).
TEST_F(UpgradeDowngrade, PodsRunOnBelowAControlPlaneThatChangesAlone) {
  carry_through("upgrade-control-plane-v1.33-v1.34");
  ASSERT_EQ(contents_.transitions.size(), 2u);
  ASSERT_EQ(contents_.facts.size(), 2u);
  const auto upgraded = catalogue::CellFacts::from_json(*value_at(contents_.facts[0].value, "facts"));
  ASSERT_TRUE(upgraded);
  EXPECT_EQ(upgraded->api_server_version.str(), "v1.34.3");
  for (const auto& kubelet : upgraded->kubelet_versions) EXPECT_EQ(kubelet.str(), "v1.33.13");
  for (const char* one :
       {"objects/create@initial", "objects/carry-on@upgraded", "objects/carry-on@downgraded", "objects/run-on@initial"})
    ASSERT_TRUE(attempts_.count(one)) << one;
  EXPECT_EQ(attempts_["objects/run-on@initial"]->last_phase, "downgraded");
  EXPECT_EQ(rule("upgrade-downgrade-upgrade"), "no-evidence");
}

}  // namespace
}  // namespace graduand
