// SPDX-License-Identifier: Apache-2.0
// Kubernetes' own specs on a real kind cluster, by the shipped profile and suite. Skipped where e2e.test was not built.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/integration/program.h"
#include "tests/paths.h"

namespace graduand {
namespace {

using results::Outcome;
using testing::HasSubstr;

TEST(UpstreamSpecs, OfTheShippedSuitePassWhereTheirGatesAreOn) {
  const fs::path cache = user_cache_dir();
  if (!fs::exists(cache / "e2e/v1.34.3/e2e.test"))
    GTEST_SKIP() << "not here: scripts/node-image v1.34.3 --with-e2e builds it";
  auto dir = TempDir::create("upstream").value();
  testing_support::Program program(dir.path());
  program.set_environment("GRADUAND_CACHE", cache.string());
  const auto out = dir.path() / "out";
  const auto profile = testing_support::source_dir() + "/kind-configs/kubernetes-e2e-v1.34.yaml";
  const auto run =
      program.run({"run", "--profile", profile, "--cell", "default", "--suite", "kubernetes-e2e", "--output",
                   out.string(), "--trigger", "periodic", "--job", "ci-upstream", "--build-id", "1"},
                  std::chrono::minutes(12));
  EXPECT_EQ(run.exit_code, 0) << run.stdout_text << run.stderr_text;
  const auto contents = results::read_run_directory(out).value();
  std::map<std::string, std::map<Outcome, int>> by_feature;
  for (const auto& attempt : contents.attempts) {
    for (const auto& feature : attempt.features) ++by_feature[feature][attempt.outcome];
    EXPECT_TRUE(attempt.outcome == Outcome::kPassed || attempt.outcome == Outcome::kSkipped)
        << attempt.id << ": " << attempt.reason;
  }
  EXPECT_EQ(by_feature["PodLifecycleSleepAction"][Outcome::kPassed], 3);
  EXPECT_EQ(by_feature["PodLifecycleSleepActionAllowZero"][Outcome::kPassed], 1);
  EXPECT_EQ(by_feature["ContainerLifecycleHook"][Outcome::kPassed], 6);
  EXPECT_EQ(by_feature["KubeletFineGrainedAuthz"][Outcome::kPassed], 3);
  EXPECT_GT(by_feature["HostnameOverride"][Outcome::kSkipped], 0) << "an alpha gate is off";
  EXPECT_EQ(by_feature["HostnameOverride"][Outcome::kPassed], 0);

  // One evidence of both kinds, and which is which.
  const auto judged = program.run({"judge", "--feature", "PodLifecycleSleepAction", "--stage", "stable"});
  EXPECT_EQ(judged.exit_code, 4) << judged.stderr_text;
  EXPECT_THAT(judged.stdout_text, HasSubstr("kubernetes-e2e (ginkgo v1.34.3-"));
}

}  // namespace
}  // namespace graduand
