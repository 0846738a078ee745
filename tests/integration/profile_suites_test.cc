// SPDX-License-Identifier: Apache-2.0
// A profile names the suites that it is for, and the command line has the last word.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "framework/base/json.h"
#include "tests/integration/program.h"

namespace graduand {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing_support::Program;

class ProfileSuites : public testing::Test {
 protected:
  ProcessResult dry_run(const std::vector<std::string>& profiles, std::vector<std::string> more = {}) {
    std::vector<std::string> call = {"run", "--dry-run", "--json"};
    for (const auto& profile : profiles) call.insert(call.end(), {"--profile", profile});
    call.insert(call.end(), more.begin(), more.end());
    return program_.run(call);
  }
  // "profile: suite" of what is planned.
  static std::set<std::string> planned(const ProcessResult& result) {
    EXPECT_EQ(result.exit_code, 0) << result.stderr_text;
    std::set<std::string> all;
    const auto plan = parse_json(result.stdout_text);
    if (!plan) return all;
    for (const auto& cell : array_at(*plan, "cells"))
      for (const auto& attempt : array_at(cell, "attempts"))
        all.insert(string_at(cell, "cell.profile") + ": " + string_at(attempt, "suite"));
    return all;
  }
  std::string profile(const std::string& name, const std::string& suites) {
    return program_.write(name + ".yaml", "name: " + name + "\nprovider: none\nkubernetes: v1.33.13\n" + suites)
        .string();
  }

  TempDir dir_ = TempDir::create("profile-suites").value();
  Program program_{dir_.path()};
};

TEST_F(ProfileSuites, EachCellRunsThoseOfItsProfile) {
  const auto skew = profile("skewed", "suites: [skew]\n");
  const auto sleep = profile("sleeping", "suites: [pod-lifecycle-sleep-action]\n");
  EXPECT_THAT(planned(dry_run({skew, sleep})), ElementsAre("skewed: skew", "sleeping: pod-lifecycle-sleep-action"));
  EXPECT_THAT(planned(dry_run({profile("all", "")})),
              testing::IsSupersetOf({"all: pod-lifecycle-sleep-action", "all: skew"}));
}

TEST_F(ProfileSuites, SuitesAndCasesOfTheCommandLineWin) {
  const auto skew = profile("skewed", "suites: [skew]\n");
  EXPECT_THAT(planned(dry_run({skew}, {"--suite", "pod-lifecycle-sleep-action"})),
              ElementsAre("skewed: pod-lifecycle-sleep-action"));
  EXPECT_THAT(planned(dry_run({skew}, {"--case", "prestop-sleep-delays-termination"})),
              ElementsAre("skewed: pod-lifecycle-sleep-action"));
}

TEST_F(ProfileSuites, ASuiteThatIsNotThereIsRefusedWithItsPlace) {
  const auto result = dry_run({profile("p", "suites: [skw]\n")});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.stderr_text, HasSubstr("p.yaml:4:10: no suite 'skw'"));
  EXPECT_THAT(result.stderr_text, HasSubstr("did you mean 'skew'?"));
}

TEST_F(ProfileSuites, NothingLeftOfThemIsNothingSelected) {
  const auto result = dry_run({profile("p", "suites: [gate-cycle]\n")});  // only steps, and no transitions
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_THAT(result.stderr_text, HasSubstr("gate-cycle"));
}

}  // namespace
}  // namespace graduand
