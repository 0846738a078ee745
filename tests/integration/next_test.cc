// SPDX-License-Identifier: Apache-2.0
// What a verdict and the PRR answers say to do next can be pasted: each command is a shell's, and plans what is
// missing.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "framework/base/json.h"
#include "tests/integration/program.h"
#include "tests/paths.h"

namespace graduand {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::UnorderedElementsAre;
using testing_support::Program;

constexpr const char* kFeature = "PodLifecycleSleepAction";

class NextCommands : public testing::Test {
 protected:
  // Pasted into a shell, without running anything.
  ProcessResult pasted(const std::string& command) const {
    ProcessSpec spec = program_.spec({});
    spec.argv = {"sh", "-c", "PATH=" + testing_support::binary_dir() + "/bin:$PATH; " + command + " --dry-run --json"};
    spec.environment["JOB_NAME"] = "ci-sleep-action";
    spec.environment["BUILD_ID"] = "1234";
    spec.time_limit = seconds(60);
    return system_process_runner().run(spec).value();
  }
  // The cells that a command plans for the feature, each with what it runs there.
  std::map<std::string, std::set<std::string>> planned(const std::string& command) const {
    const auto result = pasted(command);
    EXPECT_EQ(result.exit_code, 0) << command << "\n" << result.stderr_text;
    std::map<std::string, std::set<std::string>> cells;
    const auto plan = parse_json(result.stdout_text);
    if (!plan) return cells;
    for (const auto& cell : array_at(*plan, "cells")) {
      auto& cases = cells[string_at(cell, "cell.profile") + "/" + string_at(cell, "cell.name")];
      for (const auto& attempt : array_at(cell, "attempts")) {
        const auto features = strings_of(json::value(array_at(attempt, "features")));
        if (std::find(features.begin(), features.end(), kFeature) != features.end())
          cases.insert(string_at(attempt, "case") + "@" + string_at(attempt, "phase"));
      }
    }
    return cells;
  }
  static std::vector<std::string> names(const std::map<std::string, std::set<std::string>>& cells) {
    std::vector<std::string> all;
    for (const auto& [name, cases] : cells) {
      EXPECT_FALSE(cases.empty()) << "nothing of the feature is planned in " << name;
      all.push_back(name);
    }
    return all;
  }
  // Of `judge` for GA on no history: rule → commands.
  std::map<std::string, std::vector<std::string>> of_judge() const {
    const auto result = program_.run({"judge", "--feature", kFeature, "--stage", "stable", "--release", "v1.34",
                                      "--json", "--kind-configs", testing_support::source_dir() + "/kind-configs"});
    EXPECT_EQ(result.exit_code, 4) << result.stderr_text;
    std::map<std::string, std::vector<std::string>> commands;
    const auto judgement = parse_json(result.stdout_text).value();
    for (const auto& rule : array_at(judgement, "rules")) {
      commands[string_at(rule, "id")] = strings_of(json::value(array_at(rule, "commands")));
      if (!commands[string_at(rule, "id")].empty()) {
        EXPECT_NE(string_at(rule, "next"), "");
      }
    }
    return commands;
  }

  TempDir dir_ = TempDir::create("next").value();
  Program program_{dir_.path()};
};

TEST_F(NextCommands, OfAVerdictPlanWhatEachRuleMisses) {
  const auto commands = of_judge();
  for (const char* id : {"ran-in-every-required-cell", "enough-scheduled-runs", "days-with-runs", "newest-run"}) {
    ASSERT_EQ(commands.at(id).size(), 1u) << id;
    EXPECT_THAT(commands.at(id)[0], HasSubstr("--trigger periodic --job \"$JOB_NAME\" --build-id \"$BUILD_ID\""));
    EXPECT_THAT(
        names(planned(commands.at(id)[0])),
        UnorderedElementsAre("sleep-action-v1.33/on", "sleep-action-v1.33/off", "sleep-action-v1.33/api-server-off",
                             "sleep-action-v1.33/kubelet-off", "default-v1.34/default"))
        << id;
  }
  ASSERT_EQ(commands.at("toggled-while-running").size(), 1u);
  const auto toggled = planned(commands.at("toggled-while-running")[0]);
  EXPECT_THAT(names(toggled), UnorderedElementsAre("gate-cycle-v1.33/default"));
  for (const char* phase : {"@initial", "@off", "@on-again"})
    EXPECT_THAT(toggled.begin()->second, Contains(testing::EndsWith(phase)));
  ASSERT_EQ(commands.at("upgrade-downgrade-upgrade").size(), 1u);
  EXPECT_THAT(names(planned(commands.at("upgrade-downgrade-upgrade")[0])),
              UnorderedElementsAre("upgrade-downgrade-v1.33-v1.34/default"));
  // No shipped profile has kubelets three minors behind v1.34.
  EXPECT_THAT(commands.at("version-skew"), testing::ElementsAre(HasSubstr("graduand run --profile FILE ")));
}

TEST_F(NextCommands, OfTheAnswersPlanSomethingOfTheFeature) {
  const auto result = program_.run({"report", "--format", "prr", "--feature", kFeature, "--release", "v1.34", "--json",
                                    "--kind-configs", testing_support::source_dir() + "/kind-configs"});
  ASSERT_EQ(result.exit_code, 0) << result.stderr_text;
  int tried = 0;
  const auto document = parse_json(result.stdout_text).value();
  for (const auto& answer : array_at(document, "answers"))
    for (const auto& command : strings_of(json::value(array_at(answer, "commands")))) {
      const bool with_file = command.find("--profile FILE ") != std::string::npos;
      EXPECT_EQ(string_at(answer, "profile").empty(), !with_file) << command;
      if (with_file) continue;
      ++tried;
      const auto cells = planned(command);
      EXPECT_FALSE(cells.empty()) << command;
      if (string_at(answer, "id") != "default-behavior") names(cells);
    }
  EXPECT_GE(tried, 6);
}

TEST_F(NextCommands, FromTheCheckoutProfilesAreNamedAsTheyLieThere) {
  ProcessSpec spec =
      program_.spec({"judge", "--feature", kFeature, "--stage", "stable", "--release", "v1.34", "--json"});
  spec.working_directory = testing_support::source_dir();
  const auto result = system_process_runner().run(spec).value();
  EXPECT_THAT(result.stdout_text,
              HasSubstr("graduand run --profile kind-configs/gate-cycle-v1.33.yaml --label-filter"));
}

TEST_F(NextCommands, AProfileThatKubernetesWouldRefuseIsNotNamed) {
  program_.write("profiles/wrong.yaml", "name: wrong\nkubernetes: v1.33.13\ngates: {NoSuchGate: true}\n");
  program_.write("profiles/broken.yaml", "name: [\n");
  const auto result = program_.run({"judge", "--feature", kFeature, "--stage", "stable", "--release", "v1.34",
                                    "--kind-configs", (dir_.path() / "profiles").string()});
  EXPECT_EQ(result.exit_code, 4) << result.stderr_text;
  EXPECT_THAT(result.stdout_text,
              testing::AllOf(HasSubstr("graduand run --profile FILE"), testing::Not(HasSubstr("wrong.yaml"))));
}

}  // namespace
}  // namespace graduand
