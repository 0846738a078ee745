// SPDX-License-Identifier: Apache-2.0
// The main job on real kind clusters: gates on and off at v1.33.13, GA at v1.34.3, every case, and the verdict.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "framework/base/json.h"
#include "framework/base/text.h"
#include "tests/integration/program.h"
#include "tests/paths.h"

namespace graduand {
namespace {

using results::Outcome;
using testing::HasSubstr;
using testing_support::Program;

constexpr const char* kSuite = "pod-lifecycle-sleep-action";
constexpr const char* kGate = "PodLifecycleSleepAction";

std::string profile(const std::string& name) {
  return graduand::testing_support::source_dir() + "/kind-configs/" + name;
}

// One run for all that is checked of it: it takes minutes.
TEST(MainJob, RunsTheSuiteInEveryCellAndJudges) {
  auto dir = TempDir::create("main-job").value();
  Program program(dir.path());
  const auto out = dir.path() / "out";
  const auto run = program.run({"run", "--suite", kSuite, "--profile", profile("sleep-action-v1.33.yaml"), "--profile",
                                profile("default-v1.34.yaml"), "--procs", "12", "--output", out.string(), "--trigger",
                                "periodic", "--job", "ci-sleep-action", "--build-id", "1"},
                               std::chrono::minutes(20));
  EXPECT_EQ(run.exit_code, 0) << run.stdout_text << run.stderr_text;
  const auto contents = results::read_run_directory(out).value();

  // Every instance is real, verified, and what it was asked to be.
  std::map<std::string, const results::ClusterInstance*> instances;
  for (const auto& instance : contents.instances) {
    instances[instance.cell.name] = &instance;
    EXPECT_EQ(instance.outcome, Outcome::kPassed) << instance.message;
    EXPECT_TRUE(instance.facts.unverified_components.empty()) << join(instance.facts.unverified_components, ", ");
    for (const auto& node : instance.nodes) EXPECT_THAT(node.image_digest, HasSubstr("sha256:"));
  }
  ASSERT_TRUE(instances.count("on") && instances.count("off") && instances.count("default"));
  EXPECT_EQ(instances["on"]->facts.effective("kube-apiserver", kGate), true);
  EXPECT_EQ(instances["off"]->facts.effective("kube-apiserver", kGate), false);
  EXPECT_EQ(instances["off"]->facts.effective("kubelet", kGate), false);
  EXPECT_EQ(instances["default"]->facts.api_server_version.str(), "v1.34.3");

  // Every case ran somewhere, and each attempt has its record and its measured values.
  const auto listed = parse_json(program.run({"suites", "list", "--json"}).stdout_text).value();
  std::set<std::string> ran;
  for (const auto& attempt : contents.attempts) {
    EXPECT_TRUE(attempt.outcome == Outcome::kPassed || attempt.outcome == Outcome::kSkipped)
        << attempt.id << ": " << attempt.reason;
    if (attempt.outcome == Outcome::kPassed)
      ran.insert(attempt.case_id);
    else
      EXPECT_FALSE(attempt.reason.empty()) << attempt.id;
  }
  for (const auto& info : array_at(listed, "cases"))
    if (string_at(info, "suite") == kSuite) {
      EXPECT_TRUE(ran.count(string_at(info, "id"))) << string_at(info, "id");
    }

  // One evening's run: an honest no-evidence for what needs weeks, with its reason, and no failure.
  for (const auto& [stage, release] : {std::pair("beta", "v1.33"), std::pair("stable", "v1.34")}) {
    const auto judged = program.run({"judge", "--feature", kGate, "--stage", stage, "--release", release, "--json"});
    EXPECT_EQ(judged.exit_code, 4) << judged.stdout_text << judged.stderr_text;
    auto rules = testing_support::rules_of(judged.stdout_text);
    for (const char* id : {"ran-in-every-required-cell", "ran-when-due", "largest-gap", "newest-run",
                           "no-product-failures", "infrastructure-even", "gate-on-and-off", "effective-gates-verified"})
      EXPECT_EQ(rules[id], "pass") << id << judged.stdout_text;
    for (const char* id : {"enough-scheduled-runs", "days-with-runs", "toggled-while-running",
                           "upgrade-downgrade-upgrade", "version-skew"})
      EXPECT_EQ(rules[id], "no-evidence") << id;
  }
  const auto xml = system_process_runner().run(
      {.argv = {"xmllint", "--noout", "--schema", graduand::testing_support::source_dir() + "/tests/results/junit.xsd",
                (out / "junit.xml").string()}});
  EXPECT_TRUE(xml && xml->ok()) << (xml ? xml->stderr_text : to_string(xml.error()));
}

}  // namespace
}  // namespace graduand
