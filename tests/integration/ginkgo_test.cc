// SPDX-License-Identifier: Apache-2.0
// Suites of kind ginkgo with a real Ginkgo binary (tests/ginkgo), real processes, and no cluster.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include "framework/base/json.h"
#include "framework/base/text.h"
#include "tests/integration/ginkgo_selection.h"
#include "tests/integration/program.h"
#include "tests/paths.h"

namespace graduand {
namespace {

using results::Outcome;
using testing::HasSubstr;
using testing::UnorderedElementsAreArray;
using testing_support::Program;

const fs::path& binary() {
  static const fs::path file =
      fs::path(testing_support::binary_dir()) / "bin" / "test-suites" / "ginkgo" / "ginkgo_faults.test";
  return file;
}

class GinkgoRun : public testing::Test {
 protected:
  TempDir dir_ = TempDir::create("ginkgo").value();
  Program program_{dir_.path()};
  fs::path out_ = dir_.path() / "out";

  void SetUp() override {
    // One folder for all tests: the binary is the same.
    program_.set_environment("GRADUAND_CACHE", (fs::path(testing_support::binary_dir()) / "ginkgo-cache").string());
    program_.set_environment("FAULTS_STATE", (dir_.path() / "state").string());
    use(binary().string());
  }
  void use(const std::string& file, const std::string& more = {}) {
    program_.write("suites/e2e/suite.yaml",
                   "name: e2e\nkind: ginkgo\nsig: sig-testing\ntime-limit: 20s\nbinaries:\n  v1.34: {path: " + file +
                       "}\nflags: [--provider=skeleton]\n" + more +
                       "features:\n  - name: Beta\n    gates: [PodLifecycleSleepAction]\n"
                       "    specs: {labels: ['FeatureGate:FaultsBeta']}\n");
    program_.set_environment("GRADUAND_SUITES", (dir_.path() / "suites").string());
    profile_ = program_.write("none.yaml", "name: none\nprovider: none\nkubernetes: v1.34.3\n");
  }
  ProcessResult run(std::vector<std::string> more) {
    std::vector<std::string> arguments = {"run",      "--profile",   profile_.string(),
                                          "--output", out_.string(), "--no-history"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return program_.run(arguments);
  }
  // By the case's text after "[sig-testing] ".
  std::map<std::string, results::Attempt> attempts() {
    std::map<std::string, results::Attempt> found;
    auto contents = results::read_run_directory(out_);
    if (!contents) return found;
    for (auto& attempt : contents->attempts)
      if (attempt.id.find("/try-") == std::string::npos)
        found[attempt.case_id.substr(attempt.case_id.find(' ') + 1)] = attempt;
    return found;
  }
  fs::path profile_;
};

const std::map<std::string, Outcome>& endings() {
  static const std::map<std::string, Outcome> expected = {
      {"Endings passes", Outcome::kPassed},
      {"Endings fails", Outcome::kFailed},
      {"Endings skips with a reason", Outcome::kSkipped},
      {"Endings is pending", Outcome::kSkipped},
      {"Endings panics", Outcome::kFailed},
      {"Endings crashes in a goroutine", Outcome::kCrashed},
      {"Endings exits 0", Outcome::kCrashed},
      {"Endings exits 3", Outcome::kCrashed},
      {"Endings kills itself", Outcome::kCrashed},
      {"Endings hangs until interrupted", Outcome::kTimedOut},
      {"Endings hangs and ignores interruption", Outcome::kTimedOut},
      {"Endings takes longer than it may", Outcome::kTimedOut},
      {"Endings aborts the suite", Outcome::kInfraError},
      {"Endings prints 100 MB", Outcome::kPassed},
      {"Endings reports 5 MB", Outcome::kPassed},
      {"Endings fails once, then passes", Outcome::kPassed},
      {"Endings passes once, then fails", Outcome::kFailed},
      {"Endings around a spec whose set-up fails never runs", Outcome::kFailed},
      {"Endings around a spec whose clean-up fails runs", Outcome::kFailed},
      {"Endings around a spec cleans up, and that fails", Outcome::kFailed},
      {"Endings around a spec in order comes first", Outcome::kPassed},
      {"Endings around a spec in order comes second", Outcome::kPassed},
      {"Names abc", Outcome::kPassed},
      {"Names a.c", Outcome::kPassed},
      {R"(Names with [ ] ( ) . * + ? | ^ $ \ { } in it)", Outcome::kPassed},
      {"Names with non-ASCII: žluťoučký kůň, 東京, Ελλάδα, ✓ and é", Outcome::kPassed},
      {"Names is a beginning", Outcome::kPassed},
      {"Names Faults suite", Outcome::kPassed},
      {"Names the same text on two lines names_test.go:25", Outcome::kPassed},
      {"Names the same text twice on one line names_test.go:29 #1", Outcome::kPassed},
      {"Names here the same text in two containers", Outcome::kPassed},
  };
  return expected;
}

void expect_endings(const std::map<std::string, results::Attempt>& attempts) {
  for (const auto& [name, outcome] : endings()) {
    ASSERT_TRUE(attempts.count(name)) << name;
    EXPECT_EQ(attempts.at(name).outcome, outcome) << name << ": " << attempts.at(name).reason;
  }
}

TEST_F(GinkgoRun, EachEndingOfASpecInAProcessOfItsOwn) {
  const auto result = run({"--all-specs", "--label-filter", "sig-testing", "--procs", "6"});
  EXPECT_EQ(result.exit_code, 1) << result.stderr_text;
  const auto found = attempts();
  expect_endings(found);
  EXPECT_THAT(found.at("Endings exits 3").reason, HasSubstr("exit code 3"));
  EXPECT_THAT(found.at("Endings kills itself").reason, HasSubstr("signal 9"));
  EXPECT_LT(fs::file_size(out_ / found.at("Endings prints 100 MB").stdout_path), 12u << 20);
  EXPECT_THAT(result.stderr_text, HasSubstr("bytes of its output were dropped"));
  const fs::path report = (out_ / found.at("Endings fails").stdout_path).parent_path() / "report.json";
  EXPECT_THAT(read_file(report).value(), HasSubstr("six by seven"));
  EXPECT_LT(fs::file_size(report), 100'000u) << "what was left out is dropped";
}

TEST_F(GinkgoRun, SharedProcessesChangeNoEnding) {
  const auto result = run({"--all-specs", "--label-filter", "sig-testing", "--procs", "3", "--share-processes"});
  EXPECT_EQ(result.exit_code, 1) << result.stderr_text;
  expect_endings(attempts());
}

TEST_F(GinkgoRun, GinkgosOwnRetriesAreAttempts) {
  run({"--case", "[sig-testing] Endings fails once, then passes"});
  const auto contents = results::read_run_directory(out_).value();
  ASSERT_EQ(contents.attempts.size(), 2u);
  EXPECT_THAT(contents.attempts[0].id, testing::EndsWith("/try-1"));
  EXPECT_EQ(contents.attempts[0].outcome, Outcome::kFailed);
  EXPECT_THAT(contents.attempts[0].reason, HasSubstr("the first try fails"));
  EXPECT_EQ(contents.attempts[1].outcome, Outcome::kPassed);
}

TEST_F(GinkgoRun, TheSuitesOwnTroubleIsInfrastructureAndStaysSo) {
  const std::map<std::string, std::string> faults = {{"FAULTS_BEFORE_SUITE", "fail"}, {"FAULTS_AFTER_SUITE", "fail"}};
  for (const auto& [variable, how] : faults) {
    program_.set_environment(variable, how);
    out_ = dir_.path() / variable;
    const auto result = run({"--case", "[sig-testing] Endings passes"});
    EXPECT_EQ(result.exit_code, 5) << variable << result.stderr_text;
    const auto found = attempts();
    EXPECT_EQ(found.at("Endings passes").outcome, Outcome::kInfraError);
    EXPECT_THAT(found.at("Endings passes").reason, HasSubstr(variable + " asks the suite to fail"));
    program_.set_environment(variable, "");
  }
}

TEST_F(GinkgoRun, SharedProcessesThatComeToNoSpecAreInfrastructure) {
  for (const char* how : {"fail", "exit"}) {
    program_.set_environment("FAULTS_BEFORE_SUITE", how);
    out_ = dir_.path() / how;
    const auto result = run({"--all-specs", "--label-filter", "Conformance", "--share-processes", "--procs", "2"});
    EXPECT_EQ(result.exit_code, 5) << how << result.stderr_text;
    for (const auto& [name, attempt] : attempts()) EXPECT_EQ(attempt.outcome, Outcome::kInfraError) << name;
    EXPECT_EQ(attempts().size(), 13u);
  }
}

TEST_F(GinkgoRun, ASpoiledReportIsACrashOrNoSpec) {
  const std::map<std::string, Outcome> faults = {{"absent", Outcome::kCrashed},    {"empty", Outcome::kCrashed},
                                                 {"truncated", Outcome::kCrashed}, {"garbage", Outcome::kCrashed},
                                                 {"none", Outcome::kCrashed},      {"zero", Outcome::kInfraError},
                                                 {"two", Outcome::kInfraError}};
  // Known before the report of the listing could be spoiled, too.
  ASSERT_EQ(program_.run({"suites", "list"}).exit_code, 0);
  for (const auto& [how, outcome] : faults) {
    program_.set_environment("FAULTS_REPORT", how);
    out_ = dir_.path() / how;
    run({"--case", "[sig-testing] Endings passes"});
    EXPECT_EQ(attempts().at("Endings passes").outcome, outcome) << how << attempts().at("Endings passes").reason;
  }
}

TEST_F(GinkgoRun, ABinaryThatCannotBeUsedIsNamedWithWhatToDo) {
  use("/nowhere/e2e.test");
  auto result = run({"--suite", "e2e"});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.stderr_text, HasSubstr("/nowhere/e2e.test"));
  // A program for another machine: an ELF header of s390x, and nothing behind it.
  std::string elf(
      "\x7f"
      "ELF\x02\x02\x01",
      7);
  elf.resize(64, '\0');
  elf[17] = 2, elf[19] = 22, elf[23] = 1;
  const fs::path foreign = program_.write("foreign.test", elf);
  fs::permissions(foreign, fs::perms::owner_all);
  use(foreign.string());
  result = run({"--suite", "e2e"});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.stderr_text, HasSubstr("cannot be run")) << result.stderr_text;
  const fs::path copy = dir_.path() / "other.test";
  // Other content, so that what is kept of the binary is not taken for this one's; a program runs with a tail.
  ASSERT_TRUE(write_file_atomically(copy, read_file(binary()).value() + "\n", 0755));
  program_.set_environment("FAULTS_VERSION", "v1.31.0");
  use(copy.string());
  result = run({"--suite", "e2e"});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.stderr_text, HasSubstr("it is Kubernetes v1.31.0's; expected one for 1.34"));
}

TEST_F(GinkgoRun, ASuiteWithoutABinaryForTheCellsVersionSaysWhichItHas) {
  use(binary().string());
  profile_ = program_.write("none.yaml", "name: none\nprovider: none\nkubernetes: v1.33.13\n");
  auto result = run({"--suite", "e2e"});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.stderr_text, HasSubstr("the suite e2e is not available"));
  EXPECT_THAT(result.stderr_text, HasSubstr("it has a test binary for Kubernetes 1.34, and none for 1.33"));
  profile_ = program_.write("none.yaml",
                            "name: none\nprovider: none\nkubernetes: v1.34.3\nmatrix:\n  - name: new\n"
                            "  - {name: old, kubernetes: v1.33.13}\n");
  result = run({"--suite", "e2e"});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.stderr_text, HasSubstr("none/old: the suite e2e is not available"));
}

TEST_F(GinkgoRun, OtherSuitesRunWithoutABinary) {
  use("/nowhere/e2e.test");
  const auto result = program_.run({"suites", "list"});
  EXPECT_EQ(result.exit_code, 3) << "nothing is left here";
}

// What Ginkgo itself selects for the same filter, by the names of the specs that its dry run does not skip.
class FiltersAgree : public GinkgoRun, public testing::WithParamInterface<const char*> {};

// Filters of Kubernetes' CI jobs (test-infra, sig-testing/kubernetes-kind-ci.yaml and others), and a few more.
constexpr const char* kFilters[] = {
    "Feature: isEmpty && !Slow && !Disruptive && !Flaky",
    "Feature: isSubsetOf OffByDefault && !Alpha && !Deprecated && !Slow && !Disruptive && !Flaky",
    "Feature: isEmpty && !Alpha && !Deprecated && !Slow && !Disruptive && !Flaky",
    "Conformance && !Deprecated && !Slow && !Disruptive && !Flaky",
    "Feature: isSubsetOf OffByDefault && !Deprecated && !Slow && !Disruptive && !Flaky",
    "(Conformance || sig-network) && !Feature: containsAny {Networking-IPv6, LoadBalancer} && !Disruptive && !Flaky",
    "FeatureGate:FaultsAlpha && Slow",
    "Feature: containsAny {Pillows, Beds} && Feature: isSubsetOf {Pillows, Beds, OffByDefault}",
    "Feature: containsAll {Pillows, Beds}",
    "Feature: consistsOf Pillows",
    "/^sig-(node|testing)$/ && !Serial",
    "sig-node, sig-api-machinery",
    "KubeletMinVersion:1.35",
};

TEST_P(FiltersAgree, WithGinkgosOwnSelection) {
  testing_support::expect_ginkgos_selection(program_, binary(), GetParam());
}

INSTANTIATE_TEST_SUITE_P(CiJobs, FiltersAgree, testing::ValuesIn(kFilters),
                         [](const auto& one) { return std::to_string(one.index); });

TEST_F(GinkgoRun, ConformanceIsOneInvocationWithItsLogs) {
  const auto result = run({"--suite", "e2e", "--conformance"});
  EXPECT_EQ(result.exit_code, 0) << result.stderr_text;
  EXPECT_EQ(attempts().size(), 13u);
  for (const auto& [name, attempt] : attempts()) EXPECT_EQ(attempt.outcome, Outcome::kPassed) << name;
  const fs::path folder = out_ / "conformance" / "none__default";
  EXPECT_THAT(read_file(folder / "e2e.log").value(), HasSubstr("Ran 13 of 72 Specs"));
  EXPECT_THAT(read_file(folder / "junit_01.xml").value(), HasSubstr("[sig-api-machinery] Quick spec 0 passes"));
  out_ = dir_.path() / "dry";
  EXPECT_THAT(run({"--suite", "e2e", "--conformance", "--dry-run"}).stdout_text, HasSubstr("13 attempts in 1 cells"));
  EXPECT_EQ(run({"--suite", "e2e", "--conformance", "--label-filter", "x"}).exit_code, 2);
  EXPECT_EQ(run({"--conformance"}).exit_code, 2);
}

// A set takes hours: what had passed when it was interrupted counts.
TEST_F(GinkgoRun, AConformanceRunThatIsInterruptedKeepsWhatHadPassed) {
  program_.set_environment("FAULTS_WAIT", "1");
  auto spec = program_.spec({"run", "--profile", profile_.string(), "--output", out_.string(), "--no-history",
                             "--suite", "e2e", "--conformance"});
  CancelSource stop;
  spec.on_stderr_line = [&](std::string_view line) {
    if (line.find("conformance: 5 of 13 specs have ended") != std::string_view::npos) stop.cancel(SIGINT);
  };
  const auto result = system_process_runner().run(spec, stop.token());
  ASSERT_TRUE(result);
  EXPECT_EQ(result->exit_code, 130) << result->stderr_text;
  const auto recorded = attempts();
  EXPECT_GE(recorded.size(), 5u);
  EXPECT_LT(recorded.size(), 7u) << "one was cut short, and the others did not begin";
  for (const auto& [name, attempt] : recorded) EXPECT_EQ(attempt.outcome, Outcome::kPassed) << name;
  EXPECT_TRUE(fs::exists(out_ / "conformance" / "none__default" / "e2e.log"));
}

TEST_F(GinkgoRun, WhatWasInterruptedIsResumed) {
  auto spec = program_.spec({"run", "--profile", profile_.string(), "--output", out_.string(), "--no-history",
                             "--procs", "1", "--case", "[sig-testing] Endings hangs until interrupted", "--case",
                             "[sig-testing] Endings passes", "--share-processes"});
  // Only once the hanging spec is under way.
  CancelSource stop;
  spec.on_stderr_line = [&](std::string_view line) {
    if (line.find("hangs until interrupted") != std::string_view::npos &&
        line.find("timed-out") == std::string_view::npos)
      stop.cancel(SIGINT);
  };
  use(binary().string(), "slow-time-limit: 10m\n");
  const auto result = system_process_runner().run(spec, stop.token());
  ASSERT_TRUE(result);
  const auto resumed = program_.run({"run", "--resume", out_.string(), "--no-history"});
  EXPECT_EQ(resumed.exit_code, 1) << resumed.stderr_text;
  EXPECT_EQ(attempts().size(), 2u);
  EXPECT_EQ(attempts().at("Endings hangs until interrupted").outcome, Outcome::kTimedOut);
}

}  // namespace
}  // namespace graduand
