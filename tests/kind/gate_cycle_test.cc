// SPDX-License-Identifier: Apache-2.0
// A gate's cycle on a real kind cluster: on → off → on again, by the shipped profile and suite.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/integration/program.h"
#include "tests/paths.h"

namespace graduand {
namespace {

using results::Outcome;
using testing::Contains;
using testing::ElementsAre;
using testing_support::measure;
using testing_support::Program;

constexpr const char* kGate = "PodLifecycleSleepAction";

// One run for all that is checked of it: it takes minutes.
TEST(GateCycle, IsCarriedThroughOnARealCluster) {
  auto dir = TempDir::create("gate-cycle").value();
  Program program(dir.path());
  const auto out = dir.path() / "out";
  const auto profile = testing_support::source_dir() + "/kind-configs/gate-cycle-v1.33.yaml";
  const auto run = program.run({"run", "--profile", profile, "--suite", "gate-cycle", "--output", out.string(),
                                "--trigger", "periodic", "--job", "ci-gate-cycle", "--build-id", "1"},
                               std::chrono::minutes(8));
  EXPECT_EQ(run.exit_code, 0) << run.stdout_text << run.stderr_text;
  const auto contents = results::read_run_directory(out).value();

  ASSERT_EQ(contents.transitions.size(), 2u) << run.stderr_text;
  for (const auto& transition : contents.transitions) {
    EXPECT_EQ(transition.outcome, Outcome::kPassed) << transition.message;
    EXPECT_EQ(transition.attempt_id, "");
  }
  EXPECT_EQ(contents.transitions[0].phase_after, "off");
  EXPECT_EQ(contents.transitions[1].phase_before, "off");
  EXPECT_EQ(contents.transitions[1].phase_after, "on-again");

  ASSERT_EQ(contents.facts.size(), 2u);
  for (const auto& fact : contents.facts) {
    const auto facts = catalogue::CellFacts::from_json(*value_at(fact.value, "facts"));
    ASSERT_TRUE(facts);
    for (const char* component : {"kube-apiserver", "kubelet"})
      EXPECT_EQ(facts->effective(component, kGate), string_at(fact.value, "phase") == "on-again");
  }

  std::map<std::string, const results::Attempt*> attempts;
  for (const auto& attempt : contents.attempts) {
    EXPECT_EQ(attempt.outcome, Outcome::kPassed) << attempt.id << ": " << attempt.reason;
    attempts[attempt.case_id.substr(attempt.case_id.find('/') + 1) + "@" + attempt.first_phase] = &attempt;
  }
  for (const char* one : {"effective-gates/at-first@initial", "effective-gates/after-transition@off",
                          "effective-gates/after-transition@on-again", "objects/create@initial", "objects/carry-on@off",
                          "objects/carry-on@on-again", "objects/run-on@initial", "stored-sleep/create@initial",
                          "stored-sleep/new-objects-lose-it@off", "stored-sleep/stored-objects-keep-it@off",
                          "stored-sleep/kubelet-does-not-wait@off", "stored-sleep/works-again@on-again",
                          "stored-zero/stays@off", "stored-zero/no-new-zero@off", "stored-zero/works-again@on-again"})
    ASSERT_TRUE(attempts.count(one)) << one;

  const auto& watched = *attempts["objects/run-on@initial"];
  EXPECT_EQ(watched.last_phase, "on-again");
  EXPECT_THAT(watched.features, testing::IsSupersetOf({"PodLifecycleSleepAction", "PodLifecycleSleepActionAllowZero"}));
  // One control plane: the API server is away while it restarts, once a flip, and that is seen.
  EXPECT_GE(measure(watched.measures, "api_gaps"), 2);
  EXPECT_GT(measure(watched.measures, "api_gap_longest"), 0);
  EXPECT_GT(measure(attempts["stored-sleep/works-again@on-again"]->measures, "hooked_ended_after"),
            measure(attempts["stored-sleep/kubelet-does-not-wait@off"]->measures, "hooked_ended_after") + 5);

  // What was measured in each phase reaches the verdict.
  const auto judged = program.run({"judge", "--feature", kGate, "--stage", "stable", "--json"});
  EXPECT_EQ(judged.exit_code, 4) << judged.stderr_text;
  const auto rules = testing_support::rules_of(judged.stdout_text);
  EXPECT_EQ(rules.at("toggled-while-running"), "pass") << judged.stdout_text;
  EXPECT_EQ(rules.at("gate-on-and-off"), "pass") << judged.stdout_text;
  EXPECT_EQ(rules.at("no-product-failures"), "pass") << judged.stdout_text;
  EXPECT_EQ(rules.at("upgrade-downgrade-upgrade"), "no-evidence");
}

}  // namespace
}  // namespace graduand
