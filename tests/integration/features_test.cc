// SPDX-License-Identifier: Apache-2.0
// Where the program finds what is known of a feature, and what it does when that contradicts itself.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "framework/base/json.h"
#include "tests/integration/program.h"
#include "tests/paths.h"

namespace graduand {
namespace {

using testing::HasSubstr;
using testing_support::Program;

class Features : public testing::Test {
 protected:
  // A suite of the faulty cases' program that speaks for Faults and says `facts` of it.
  void suite(const std::string& folder, const std::string& facts) {
    program_.write(folder + "/faults/suite.yaml", "name: faults\nbinary: " + testing_support::binary_dir() +
                                                      "/bin/test-suites/faults/faults\nfeatures:\n  - name: Faults\n" +
                                                      facts);
  }
  ProcessResult judge(const std::string& feature, std::vector<std::string> more = {}) {
    std::vector<std::string> call = {"judge", "--feature", feature, "--stage", "beta", "--release", "v1.33"};
    call.insert(call.end(), more.begin(), more.end());
    return program_.run(call);
  }
  TempDir dir_ = TempDir::create("features").value();
  Program program_{dir_.path()};
};

TEST_F(Features, OfTheShippedSuitesAreBesideThem) {
  const auto list = program_.run({"suites", "list", "--suite", "gate-cycle"});
  EXPECT_EQ(list.exit_code, 0) << list.stderr_text;
  EXPECT_THAT(list.stdout_text, HasSubstr("feature PodLifecycleSleepAction: gates PodLifecycleSleepAction"));
}

TEST_F(Features, AreFoundBesideAFolderOfSuitesAndInIt) {
  suite("mine/suites", "");
  for (const char* folder : {"mine/features", "mine/suites/features"}) {
    const auto file =
        program_.write(std::string(folder) + "/Faults.yaml", "name: Faults\ngates: [PodLifecycleSleepAction]\n");
    const auto list = program_.run({"--suites", "mine/suites", "suites", "list"});
    EXPECT_THAT(list.stdout_text, HasSubstr("feature Faults: gates PodLifecycleSleepAction")) << folder;
    fs::remove(file);
  }
  EXPECT_THAT(program_.run({"--suites", "mine/suites", "suites", "list"}).stdout_text,
              HasSubstr("feature Faults: no gate"));
}

TEST_F(Features, OfAnotherFolderReplaceTheDefaults) {
  suite("suites", "");
  program_.write("features/Faults.yaml", "name: Faults\ngates: [PodLifecycleSleepAction]\n");
  program_.write("other/Faults.yaml", "name: Faults\ngates: [PodLifecycleSleepActionAllowZero]\n");
  const std::vector<std::string> call = {"--suites", "suites", "suites", "list"};
  auto with_option = call;
  with_option.insert(with_option.begin(), {"--features", "other"});
  EXPECT_THAT(program_.run(with_option).stdout_text, HasSubstr("gates PodLifecycleSleepActionAllowZero"));
  program_.set_environment("GRADUAND_FEATURES", (dir_.path() / "other").string());
  EXPECT_THAT(program_.run(call).stdout_text, HasSubstr("gates PodLifecycleSleepActionAllowZero"));
  program_.set_environment("GRADUAND_FEATURES", (dir_.path() / "absent").string());
  EXPECT_EQ(program_.run(call).exit_code, 2);
}

TEST_F(Features, ASuiteThatContradictsAFileIsRefusedByEveryVerb) {
  suite("suites", "    keps: [1]\n");
  program_.write("features/Faults.yaml", "name: Faults\nkeps: [2]\n");
  program_.set_environment("GRADUAND_SUITES", (dir_.path() / "suites").string());
  const auto profile = program_.no_cluster_profile();
  for (const auto& result :
       {program_.run({"suites", "list"}), program_.run({"run", "--profile", profile.string()}), judge("Faults")}) {
    EXPECT_EQ(result.exit_code, 2) << result.stdout_text;
    EXPECT_THAT(result.stderr_text, HasSubstr("suites/faults/suite.yaml:5:5"));
    EXPECT_THAT(result.stderr_text, HasSubstr("features/Faults.yaml:2:1"));
  }
}

TEST_F(Features, OneThatNoSuiteNamesCanBeJudgedByItsFile) {
  program_.write("own/Lonely.yaml", "name: Lonely\ngates: {PodLifecycleSleepAction: [kubelet]}\n");
  const auto known = judge("Lonely", {"--features", "own"});
  EXPECT_EQ(known.exit_code, 4) << known.stderr_text;
  EXPECT_THAT(known.stdout_text, HasSubstr("no-evidence"));
  const auto mistyped = judge("Lonly", {"--features", "own"});
  EXPECT_EQ(mistyped.exit_code, 2);
  EXPECT_THAT(mistyped.stderr_text, HasSubstr("did you mean 'Lonely'?"));
}

TEST_F(Features, AMistakeInAFileIsNamedWithItsPlace) {
  program_.write("own/Lonely.yaml", "name: Lonely\ngate: {PodLifecycleSleepAction: [kubelet]}\n");
  const auto result = judge("Lonely", {"--features", "own"});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.stderr_text, HasSubstr("own/Lonely.yaml:2:1"));
  EXPECT_THAT(result.stderr_text, HasSubstr("did you mean 'gates'?"));
}

}  // namespace
}  // namespace graduand
