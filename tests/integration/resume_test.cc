// SPDX-License-Identifier: Apache-2.0
// What a run keeps for the one that goes on with it, and what is refused before anything runs.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include "framework/base/processes/child_pool.h"
#include "tests/integration/program.h"

namespace graduand {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;
using testing_support::Program;
using testing_support::program_with_faults;

class ResumeVerb : public testing::Test {
 protected:
  TempDir dir_ = TempDir::create("resume").value();
  Program program_ = program_with_faults(dir_.path());
  fs::path profile_ = program_.no_cluster_profile();
  fs::path out_ = dir_.path() / "out";
  fs::path history_ = dir_.path() / "kept.db";

  std::vector<std::string> arguments(const std::string& test_case, std::vector<std::string> more = {}) {
    std::vector<std::string> all = {"run",         "--profile", profile_.string(), "--output",
                                    out_.string(), "--case",    test_case};
    all.insert(all.end(), more.begin(), more.end());
    return all;
  }
  results::RunContents contents() { return results::read_run_directory(out_).value(); }

  // Runs until some attempts have passed, and then signals the program alone.
  ProcessResult run_and_signal(std::vector<std::string> what, const std::string& signal,
                               const std::string& before = {}) {
    ProcessSpec call = program_.spec(std::move(what));
    if (!before.empty()) call.argv.insert(call.argv.begin(), before);
    ProcessPool pool;
    std::size_t passed = 0;
    call.on_stderr_line = [&](std::string_view line) { passed += line.find("] passed") != std::string_view::npos; };
    EXPECT_TRUE(pool.start(call));
    while (passed < 3 && pool.running() > 0) pool.wait_next(milliseconds(20));
    EXPECT_TRUE(system_process_runner().run({.argv = {"pkill", signal, "-f", "^[^ ]*graduand run.*" + out_.string()}}));
    const auto end = pool.wait_next(seconds(40));
    EXPECT_TRUE(end);
    return end ? end->result : ProcessResult{};
  }
};

TEST_F(ResumeVerb, GoesOnAsTheRunWasAskedFor) {
  const auto cut =
      run_and_signal(arguments("slow-pass", {"--repeat", "40", "--procs", "2", "--history", history_.string(),
                                             "--keep-cluster", "always", "--clusters", "3"}),
                     "-INT");
  EXPECT_EQ(cut.exit_code, 130) << cut.stderr_text;
  const auto plan = parse_json(read_file(out_ / "plan.json").value());
  ASSERT_TRUE(plan);
  const auto& invocation = plan->at("invocation").as_object();
  EXPECT_EQ(invocation.at("procs"), 2);
  EXPECT_EQ(invocation.at("clusters"), 3);
  EXPECT_EQ(invocation.at("keep_cluster"), "always");
  // From another folder, without the history being named again.
  program_.set_environment("XDG_DATA_HOME", (dir_.path() / "elsewhere").string());
  const auto resumed = program_.run({"run", "--resume", out_.string()});
  EXPECT_EQ(resumed.exit_code, 0) << resumed.stderr_text;
  const auto flakes = program_.run({"flakes", "--json", "--history", history_.string()});
  EXPECT_THAT(flakes.stdout_text, HasSubstr("slow-pass"));
  EXPECT_FALSE(fs::exists(dir_.path() / "elsewhere")) << "the default history was made";
}

TEST_F(ResumeVerb, RefusesWhatWouldMakeItAnotherRun) {
  ASSERT_EQ(program_.run(arguments("fails", {"--no-history"})).exit_code, 1);
  for (const std::vector<std::string>& more : std::vector<std::vector<std::string>>{
           {"--repeat", "3"}, {"--case", "passes"}, {"--conformance"}, {"--seed", "1"}, {"--share-processes"}}) {
    std::vector<std::string> what = {"run", "--resume", out_.string()};
    what.insert(what.end(), more.begin(), more.end());
    const auto refused = program_.run(what);
    EXPECT_EQ(refused.exit_code, 2) << more.front();
    EXPECT_THAT(refused.stderr_text, HasSubstr(more.front() + " has no meaning with --resume"));
  }
}

TEST_F(ResumeVerb, AConformanceRunIsNotGoneOnWithWhateverTheCommandLineSays) {
  ASSERT_EQ(program_.run(arguments("fails", {"--no-history"})).exit_code, 1);
  auto plan = parse_json(read_file(out_ / "plan.json").value()).value();
  plan.at("invocation").as_object()["conformance"] = true;
  ASSERT_TRUE(write_file_atomically(out_ / "plan.json", pretty_json(plan)));
  const auto refused = program_.run({"run", "--resume", out_.string()});
  EXPECT_EQ(refused.exit_code, 2);
  EXPECT_THAT(refused.stderr_text, HasSubstr("a conformance run is one invocation"));
}

TEST_F(ResumeVerb, ACompleteRunKeepsItsEnd) {
  ASSERT_EQ(program_.run(arguments("fails", {"--no-history"})).exit_code, 1);
  const auto finished = contents().run.finished;
  ASSERT_TRUE(finished);
  const auto again = program_.run({"run", "--resume", out_.string(), "--history", history_.string()});
  EXPECT_EQ(again.exit_code, 1) << "as that of the whole run: " << again.stderr_text;
  EXPECT_THAT(again.stderr_text, AllOf(HasSubstr("is complete"), HasSubstr("history: 1 attempts added")));
  EXPECT_EQ(contents().run.finished, finished);
}

TEST_F(ResumeVerb, AClosedTerminalInterruptsAndUnderNohupItDoesNot) {
  const auto hung_up = run_and_signal(arguments("slow-pass", {"--repeat", "60", "--procs", "2"}), "-HUP");
  EXPECT_EQ(hung_up.signal, 0);
  EXPECT_EQ(hung_up.exit_code, 130);
  EXPECT_THAT(hung_up.stderr_text, HasSubstr("graduand run --resume"));
  out_ = dir_.path() / "nohup";
  const auto ignored = run_and_signal(arguments("slow-pass", {"--repeat", "20", "--procs", "4"}), "-HUP", "nohup");
  EXPECT_EQ(ignored.exit_code, 0) << ignored.stderr_text;
  EXPECT_THAT(contents().attempts, SizeIs(20));
}

TEST_F(ResumeVerb, TwoCellsOfOneNameAreRefusedBeforeAnythingRuns) {
  auto twice = arguments("passes");
  twice.insert(twice.end(), {"--profile", profile_.string()});
  const auto same = program_.run(twice);
  EXPECT_EQ(same.exit_code, 2);
  EXPECT_THAT(same.stderr_text, AllOf(HasSubstr("given twice"), HasSubstr(profile_.string())));
  const auto other = program_.write("other.yaml", "name: no-cluster\nprovider: none\nkubernetes: v1.34.3\n");
  twice.back() = other.string();
  const auto namesakes = program_.run(twice);
  EXPECT_EQ(namesakes.exit_code, 2);
  EXPECT_THAT(namesakes.stderr_text, AllOf(HasSubstr(profile_.string()), HasSubstr(other.string())));
  EXPECT_FALSE(fs::exists(out_));
}

TEST_F(ResumeVerb, AHistoryThatCannotBeWrittenDoesNotHideAFailedTest) {
  const auto no_history = program_.write("not-a-folder", "");
  const auto failed = program_.run(arguments("fails", {"--history", (no_history / "history.db").string()}));
  EXPECT_EQ(failed.exit_code, 1) << failed.stderr_text;
  EXPECT_THAT(failed.stderr_text, AllOf(HasSubstr("not-a-folder"), HasSubstr("graduand ingest " + out_.string())));
  EXPECT_THAT(failed.stdout_text, HasSubstr("fails")) << "the table is printed";
  out_ = dir_.path() / "passed";
  EXPECT_EQ(program_.run(arguments("passes", {"--history", (no_history / "history.db").string()})).exit_code, 5);
}

TEST_F(ResumeVerb, TwoClustersAtOnceMakeTheSameRun) {
  const auto other = program_.no_cluster_profile("second");
  auto both = arguments("slow-pass", {"--repeat", "3", "--clusters", "2", "--profile", other.string()});
  const auto result = program_.run(both);
  EXPECT_EQ(result.exit_code, 0) << result.stderr_text;
  EXPECT_THAT(contents().attempts, SizeIs(6));
  EXPECT_THAT(result.stderr_text, HasSubstr(", in second/default"));
  EXPECT_THAT(program_.run({"run", "--profile", other.string(), "--clusters", "many"}).stderr_text,
              HasSubstr("--clusters"));
}

}  // namespace
}  // namespace graduand
