// SPDX-License-Identifier: Apache-2.0
// Suites of kind exec: shell scripts, and packages of Go tests compiled with `go test -c`; real processes, no cluster.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "framework/base/text.h"
#include "tests/integration/program.h"
#include "tests/paths.h"

namespace graduand {
namespace {

using results::Outcome;
using testing::HasSubstr;
using testing::UnorderedElementsAreArray;
using testing_support::attempts_by_case;
using testing_support::Program;

class ExecRun : public testing::Test {
 protected:
  TempDir dir_ = TempDir::create("exec").value();
  Program program_{dir_.path()};
  fs::path out_ = dir_.path() / "out";

  void SetUp() override { program_.set_environment("GRADUAND_SUITES", (dir_.path() / "suites").string()); }
  void suite(const std::string& settings) {
    program_.write("suites/s/suite.yaml", "name: s\nkind: exec\nsig: sig-testing\n" + settings);
  }
  void script(const std::string& text) {
    fs::permissions(program_.write("suites/s/run.sh", "#!/bin/sh\n" + text), fs::perms::owner_all);
  }
  ProcessResult run(std::vector<std::string> more = {}) {
    std::vector<std::string> arguments = {"run",      "--profile",   program_.no_cluster_profile().string(),
                                          "--output", out_.string(), "--no-history"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return program_.run(arguments);
  }
  std::map<std::string, Outcome> outcomes() {
    std::map<std::string, Outcome> all;
    for (const auto& [name, attempt] : attempts_by_case(out_)) all[name] = attempt.outcome;
    return all;
  }
};

TEST_F(ExecRun, ByExitCodeEachEndHasItsOutcome) {
  suite(
      "run: [./run.sh, '{case}']\nlist: [./run.sh]\nresults: exit-code\nskipped-exit-code: 77\ntime-limit: 20s\n"
      "features: [{name: F}]\n"
      "cases:\n  - {name: hangs, time-limit: 1s}\n  - {pattern: 'pass', features: [F], labels: [L]}\n"
      "  - {name: needs, needs: [nodes >= 2]}\n");
  script(
      "case \"$1\" in\n"
      "'') printf 'passes\\nfails\\nskips\\nsignal\\nhangs\\nneeds\\n' ;;\n"
      "fails) echo 'no pod came' >&2; exit 3 ;;\n"
      "skips) echo 'no swap here'; exit 77 ;;\n"
      "signal) kill -SEGV $$ ;;\n"
      "hangs) exec sleep 60 ;;\n"
      "esac\n");
  const ProcessResult result = run();
  EXPECT_EQ(result.exit_code, 1) << result.stderr_text;
  const std::map<std::string, Outcome> expected = {{"passes", Outcome::kPassed},  {"fails", Outcome::kFailed},
                                                   {"skips", Outcome::kSkipped},  {"signal", Outcome::kCrashed},
                                                   {"hangs", Outcome::kTimedOut}, {"needs", Outcome::kSkipped}};
  EXPECT_THAT(outcomes(), UnorderedElementsAreArray(expected));
  const auto attempts = attempts_by_case(out_);
  EXPECT_EQ(attempts.at("fails").reason, "exit code 3: no pod came");
  EXPECT_EQ(attempts.at("skips").reason, "exit code 77: no swap here");
  EXPECT_THAT(attempts.at("needs").reason, HasSubstr("nodes >= 2"));
  EXPECT_THAT(attempts.at("passes").features, testing::ElementsAre("F"));
  EXPECT_THAT(attempts.at("passes").labels, testing::Contains("L"));
  EXPECT_THAT(attempts.at("passes").suite_revision, HasSubstr("exec "));
}

TEST_F(ExecRun, ItsKindIsNamedInTheListAndWhereAnotherIsNeeded) {
  suite("run: [./run.sh, '{case}']\nresults: exit-code\ncases: [{name: a}, {name: b, labels: [Conformance]}]\n");
  script("");
  const ProcessResult list = program_.run({"suites", "list"});
  EXPECT_EQ(list.exit_code, 0) << list.stderr_text;
  EXPECT_THAT(list.stdout_text, HasSubstr("s (exec, sig-testing)"));
  EXPECT_THAT(list.stdout_text, HasSubstr("s/b"));
  const ProcessResult conformance = run({"--suite", "s", "--conformance"});
  EXPECT_EQ(conformance.exit_code, 2);
  EXPECT_THAT(conformance.stderr_text, HasSubstr("--conformance needs a suite of kind ginkgo; s is of kind exec"));
}

TEST_F(ExecRun, AProgramThatIsNotThereIsToldWhenItsSuiteIsNamed) {
  suite("run: [./run.sh, '{case}']\nlist: [./run.sh]\nresults: exit-code\n");
  const ProcessResult named = run({"--suite", "s"});
  EXPECT_EQ(named.exit_code, 2);
  EXPECT_THAT(named.stderr_text, HasSubstr("the suite s is not available"));
  EXPECT_THAT(named.stderr_text, HasSubstr("run.sh"));
}

TEST_F(ExecRun, ByJunitWhatTheFileSaysCounts) {
  suite(
      "run: [./run.sh, '{case}', '{artifacts}/junit.xml']\nresults: junit\nresults-file: '{artifacts}/junit.xml'\n"
      "cases: [{name: passed}, {name: failure}, {name: skipped}, {name: none}, {name: torn}]\n");
  script(
      "case \"$1\" in\n"
      "passed) echo '<testsuite><testcase name=\"x\"/></testsuite>' >\"$2\" ;;\n"
      "torn) echo '<testsuite><testcase name=\"x\"/>' >\"$2\" ;;\n"
      "none) ;;\n"
      "*) echo \"<testsuite><testcase name='x'><$1 message='because'/></testcase></testsuite>\" >\"$2\" ;;\n"
      "esac\n");
  EXPECT_EQ(run().exit_code, 1);
  const std::map<std::string, Outcome> expected = {{"passed", Outcome::kPassed},
                                                   {"failure", Outcome::kFailed},
                                                   {"skipped", Outcome::kSkipped},
                                                   {"none", Outcome::kCrashed},
                                                   {"torn", Outcome::kCrashed}};
  EXPECT_THAT(outcomes(), UnorderedElementsAreArray(expected));
  EXPECT_EQ(attempts_by_case(out_).at("failure").reason, "x: because");
}

// Go tests: their program, or why there is none here.
class ExecGoRun : public ExecRun {
 protected:
  ProcessResult go(const std::vector<std::string>& arguments, const fs::path& folder) {
    ProcessSpec spec;
    spec.argv = {"go"};
    spec.argv.insert(spec.argv.end(), arguments.begin(), arguments.end());
    // Whatever is needed is there already, or the test is skipped.
    spec.environment = {
        {"GOPROXY", "off"}, {"GOTOOLCHAIN", "local"}, {"GOFLAGS", "-buildvcs=false"}, {"CGO_ENABLED", "0"}};
    spec.working_directory = folder;
    spec.time_limit = std::chrono::minutes(2);
    auto result = system_process_runner().run(spec);
    if (result) return *std::move(result);
    ProcessResult none;
    none.stderr_text = to_string(result.error());
    return none;
  }
  // Builds suites/s/s.test out of the package.
  void build(const std::string& package, const fs::path& folder) {
    const ProcessResult known = go({"list", "-test", "-deps", package}, folder);
    if (!known.ok()) GTEST_SKIP() << "no Go, or not the module of " << package << ": " << known.stderr_text;
    const fs::path out = dir_.path() / "suites" / "s" / "s.test";
    fs::create_directories(out.parent_path());
    const ProcessResult built =
        go({"test", "-c", "-trimpath", "-ldflags", "-s -w", "-o", out.string(), package}, folder);
    ASSERT_TRUE(built.ok()) << built.stderr_text;
    program_.write("suites/s/suite.yaml",
                   "name: s\nkind: exec\nsig: sig-testing\nlist: [./s.test, -test.list=.]\n"
                   "run: [./s.test, -test.v=test2json, '-test.run=^{case-regex}$']\nresults: go-test\n"
                   "time-limit: 20s\n" +
                       more_);
  }
  std::string more_;
};

TEST_F(ExecGoRun, EachEndOfAGoTestHasItsOutcome) {
  more_ = "cases: [{name: TestHangs, time-limit: 1s}]\n";
  build(".", fs::path(testing_support::source_dir()) / "tests" / "exec");
  if (IsSkipped() || HasFatalFailure()) return;
  EXPECT_EQ(run().exit_code, 1);
  const std::map<std::string, Outcome> expected = {
      {"TestPasses", Outcome::kPassed},           {"TestFails", Outcome::kFailed},
      {"TestFailsInASubtest", Outcome::kFailed},  {"TestSkips", Outcome::kSkipped},
      {"TestPanics", Outcome::kFailed},           {"TestExitsWithZero", Outcome::kCrashed},
      {"TestKillsItself", Outcome::kCrashed},     {"TestHangs", Outcome::kTimedOut},
      {"TestPrintsItsOwnPass", Outcome::kFailed}, {"TestSaysWhereItIs", Outcome::kPassed}};
  EXPECT_THAT(outcomes(), UnorderedElementsAreArray(expected));
  const auto attempts = attempts_by_case(out_);
  EXPECT_EQ(attempts.at("TestFails").reason, "got 3, want 4");
  ASSERT_EQ(attempts.at("TestFails").failures.size(), 1u);
  EXPECT_EQ(attempts.at("TestFails").failures[0].file, "faults_test.go");
  EXPECT_GT(attempts.at("TestFails").failures[0].line, 0);
  EXPECT_EQ(attempts.at("TestFailsInASubtest").reason, "TestFailsInASubtest/bad_one: the second of two");
  EXPECT_THAT(attempts.at("TestPanics").reason, HasSubstr("panic: at the disco"));
  EXPECT_EQ(attempts.at("TestSkips").reason, "no swap on this machine");
}

// Kubernetes' own tests of its feature gates, out of the modules that e2e.test is built from.
TEST_F(ExecGoRun, APackageOfKubernetesRunsTestByTest) {
  build("k8s.io/component-base/featuregate",
        fs::path(testing_support::source_dir()) / "scripts" / "node-image.d" / "e2e-1.33");
  if (IsSkipped() || HasFatalFailure()) return;
  const ProcessResult result = run({"--suite", "s"});
  EXPECT_EQ(result.exit_code, 0) << result.stderr_text;
  ProcessSpec list;
  list.argv = {(dir_.path() / "suites" / "s" / "s.test").string(), "-test.list=."};
  const auto names = system_process_runner().run(list);
  ASSERT_TRUE(names);
  std::map<std::string, Outcome> expected;
  for (const std::string& name : split(trim(names->stdout_text), '\n')) expected[name] = Outcome::kPassed;
  EXPECT_GE(expected.size(), 10u);
  EXPECT_THAT(outcomes(), UnorderedElementsAreArray(expected));
}

}  // namespace
}  // namespace graduand
