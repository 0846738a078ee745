// SPDX-License-Identifier: Apache-2.0
// Workers that are older than their control plane, by the shipped profiles and suite.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "tests/integration/program.h"
#include "tests/paths.h"

namespace graduand {
namespace {

using results::Outcome;

class Skew : public testing::Test {
 protected:
  results::RunContents run(const std::string& profile) {
    const auto out = dir_.path() / "out";
    const testing_support::Program program(dir_.path());
    const auto run = program.run({"run", "--profile", testing_support::source_dir() + "/kind-configs/" + profile,
                                  "--suite", "skew", "--procs", "6", "--output", out.string()},
                                 std::chrono::minutes(12));
    EXPECT_EQ(run.exit_code, 0) << run.stdout_text << run.stderr_text;
    return results::read_run_directory(out).value();
  }
  // All passed, with this many minors between API server and kubelet.
  static void expect_skew(const results::Attempt& attempt, double minors) {
    EXPECT_EQ(attempt.outcome, Outcome::kPassed) << attempt.id << ": " << attempt.reason;
    ASSERT_FALSE(attempt.measures.empty()) << attempt.id;
    EXPECT_EQ(attempt.measures.front().name, "skew");
    EXPECT_EQ(attempt.measures.front().value, minors) << attempt.id;
  }

  TempDir dir_ = TempDir::create("skew").value();
};

TEST_F(Skew, AnOlderKubeletDoesItsWork) {
  const auto contents = run("skew-v1.34-v1.33.yaml");
  EXPECT_EQ(contents.attempts.size(), 5u);
  for (const auto& attempt : contents.attempts) expect_skew(attempt, 1);
}

TEST_F(Skew, KubeletsTwoAndThreeMinorsOlderDoTheirs) {
  if (std::getenv("GRADUAND_FULL") == nullptr)
    GTEST_SKIP() << "needs a third node image and minutes: set GRADUAND_FULL, as scripts/test --full does";
  const auto contents = run("skew-v1.36.yaml");
  EXPECT_EQ(contents.attempts.size(), 10u);
  for (const auto& attempt : contents.attempts) expect_skew(attempt, attempt.first_phase == "initial" ? 2 : 3);
}

}  // namespace
}  // namespace graduand
