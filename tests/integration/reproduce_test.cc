// SPDX-License-Identifier: Apache-2.0
// What a failure prints has it again when it is pasted.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "framework/base/text.h"
#include "tests/integration/program.h"
#include "tests/paths.h"

namespace graduand {
namespace {

using results::Outcome;
using testing::HasSubstr;
using testing::Not;
using testing_support::Program;
using testing_support::program_with_faults;

class Reproduce : public testing::Test {
 protected:
  ProcessResult run(std::vector<std::string> more, const std::string& out) {
    std::vector<std::string> call = {"run", "--profile", profile_.string(), "--output", (dir_.path() / out).string()};
    call.insert(call.end(), more.begin(), more.end());
    return program_.run(call);
  }
  std::vector<results::Attempt> attempts(const std::string& out) const {
    return results::read_run_directory(dir_.path() / out).value().attempts;
  }
  // The lines of the output that are commands.
  static std::vector<std::string> commands(const std::string& text) {
    std::vector<std::string> found;
    for (const auto& line : split(text, '\n'))
      if (line.starts_with("  graduand run ")) found.emplace_back(trim(line));
    return found;
  }
  ProcessResult pasted(const std::string& command, const std::string& out) const {
    ProcessSpec spec = program_.spec({});
    spec.argv = {"sh", "-c",
                 "PATH=" + testing_support::binary_dir() + "/bin:$PATH; " + command + " --output " +
                     (dir_.path() / out).string()};
    return system_process_runner().run(spec).value();
  }

  TempDir dir_ = TempDir::create("reproduce").value();
  Program program_ = program_with_faults(dir_.path());
  fs::path profile_ = program_.no_cluster_profile("with a space's name");
};

TEST_F(Reproduce, TheCommandOfAFailureHasItAgain) {
  profile_ = program_.write("with 'quotes'.yaml", "name: p\nprovider: none\nkubernetes: v1.33.13\n");
  const auto first = run({"--case", "flaky", "--seed", "7", "--repeat", "12"}, "first");
  ASSERT_EQ(first.exit_code, 1) << first.stderr_text;
  const results::Attempt* failed = nullptr;
  std::uint64_t passing_seed = 1;
  const auto all = attempts("first");
  for (const auto& attempt : all) {
    if (attempt.outcome == Outcome::kPassed) passing_seed = attempt.seed;
    if (attempt.outcome == Outcome::kFailed && failed == nullptr) failed = &attempt;
  }
  ASSERT_NE(failed, nullptr);
  ASSERT_EQ(passing_seed % 2, 0u);
  const auto printed = commands(first.stdout_text);
  ASSERT_EQ(printed.size(), 1u) << first.stdout_text;
  EXPECT_THAT(printed[0], testing::EndsWith("--case faults/flaky --attempt-seed " + std::to_string(failed->seed)));

  // The case fails when its seed is odd: with this seed always.
  const auto again = pasted(printed[0] + " --repeat 3", "again");
  EXPECT_EQ(again.exit_code, 1) << again.stderr_text;
  ASSERT_EQ(attempts("again").size(), 3u);
  for (const auto& attempt : attempts("again")) {
    EXPECT_EQ(attempt.seed, failed->seed);
    EXPECT_EQ(attempt.outcome, Outcome::kFailed);
  }
  // What the suite's own log and the report say is the same number.
  EXPECT_THAT(read_file(dir_.path() / "first" / failed->stdout_path).value(),
              HasSubstr("seed " + std::to_string(failed->seed)));
  EXPECT_THAT(program_.run({"report", "--run", (dir_.path() / "first").string()}).stdout_text,
              HasSubstr("seed " + std::to_string(failed->seed)));
  const auto passes = run({"--case", "flaky", "--attempt-seed", std::to_string(passing_seed)}, "passes");
  EXPECT_EQ(passes.exit_code, 0) << passes.stderr_text;
  EXPECT_THAT(passes.stdout_text, Not(HasSubstr("Again, ")));
}

TEST_F(Reproduce, EachCaseIsNamedOnceAndStepsByTheirCase) {
  profile_ = program_.write("cycle.yaml",
                            "name: cycle\nprovider: none\nkubernetes: v1.33.13\n"
                            "gates: {PodLifecycleSleepAction: true}\ntransitions:\n"
                            "  - {setGates: {PodLifecycleSleepAction: false}, phase: \"off\"}\n"
                            "  - {setGates: {PodLifecycleSleepAction: true}, phase: on-again}\n");
  const auto result = run({"--case", "dropped", "--case", "fails", "--repeat", "2"}, "out");
  ASSERT_EQ(result.exit_code, 1) << result.stderr_text;
  const auto printed = commands(result.stdout_text);
  EXPECT_THAT(printed, testing::UnorderedElementsAre(HasSubstr("--case faults/dropped --attempt-seed "),
                                                     HasSubstr("--case faults/fails --attempt-seed ")));
}

TEST_F(Reproduce, AJobCannotBeGivenAnAttemptsSeed) {
  profile_ = program_.no_cluster_profile();
  EXPECT_EQ(run({"--attempt-seed", "7", "--trigger", "periodic", "--job", "j", "--build-id", "1"}, "out").exit_code, 2);
  EXPECT_EQ(run({"--attempt-seed", "7", "--seed", "7"}, "out").exit_code, 2);
  EXPECT_FALSE(fs::exists(dir_.path() / "out"));
}

}  // namespace
}  // namespace graduand
