// SPDX-License-Identifier: Apache-2.0
// The commands that a verdict names, from profiles that are made up here.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "framework/graduation/commands/run_command.h"
#include "framework/graduation/commands/shell.h"
#include "tests/graduation/world.h"

namespace graduand::graduation {
namespace {

using test::kGate;
using test::World;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* kLabel = " --label-filter FeatureGate:PodLifecycleSleepAction";

TEST(ShellQuoted, LeavesWordsAndQuotesTheRest) {
  EXPECT_EQ(shell_quoted("kind-configs/a_b-1.33.yaml"), "kind-configs/a_b-1.33.yaml");
  EXPECT_EQ(shell_quoted("FeatureGate:X"), "FeatureGate:X");
  EXPECT_EQ(shell_quoted(""), "''");
  EXPECT_EQ(shell_quoted("!FeatureGate:X"), "'!FeatureGate:X'");
  EXPECT_EQ(shell_quoted("a b"), "'a b'");
  EXPECT_EQ(shell_quoted("it's $HOME"), "'it'\\''s $HOME'");
}

class RunCommands : public testing::Test {
 protected:
  KnownProfile& profile(const std::string& name) {
    world_.input.profiles.push_back({name + ".yaml", {}});
    return world_.input.profiles.back();
  }
  catalogue::CellDescription& cell(const std::string& name, const catalogue::KubeVersion& version,
                                   std::optional<bool> on) {
    KnownProfile& last = world_.input.profiles.back();
    catalogue::CellDescription cell;
    cell.profile = last.file.substr(0, last.file.find('.'));
    cell.name = name;
    cell.provider = "kind";
    cell.kubernetes_version = version;
    cell.nodes = {{"control-plane", version}};
    if (on) cell.gates = {{kGate, *on}};
    last.cells.push_back(cell);
    return last.cells.back();
  }
  // What is named for the required cells of the world: v1.33 on and off, and v1.34 on.
  Commands named(bool scheduled = false) const {
    const auto cells = catalogue::resolve(world_.input.info, "stable", world_.input.release).value();
    std::vector<WantedCell> wanted;
    for (const auto& one : cells) wanted.push_back(wanted_cell(world_.input.info, one));
    return run_commands(world_.input, wanted, label_of(world_.input), scheduled);
  }

  World world_;
};

TEST_F(RunCommands, WithoutAProfileFileStandsForOneAndItSaysWhatItMustHold) {
  const Commands none = named(true);
  EXPECT_THAT(none.lines, ElementsAre("graduand run --profile FILE" + std::string(kLabel) +
                                      " --trigger periodic --job \"$JOB_NAME\" --build-id \"$BUILD_ID\""));
  EXPECT_EQ(none.profile,
            "with a cell that is v1.33, on, and with a cell that is v1.33, off, and with a cell that is "
            "v1.34, on");
}

TEST_F(RunCommands, OneProfileThatHasAllIsNamedWithoutItsCells) {
  profile("sleep");
  cell("on", {1, 33, 13}, true);
  cell("off", {1, 33, 13}, false);
  cell("new", {1, 34, 3}, {});  // the gate is locked on there
  EXPECT_THAT(named().lines, ElementsAre("graduand run --profile sleep.yaml" + std::string(kLabel)));
  EXPECT_EQ(named().profile, "");
}

TEST_F(RunCommands, CellsThatAreNotWantedAreLeftOut) {
  profile("sleep");
  cell("on", {1, 33, 13}, true);
  cell("off", {1, 33, 13}, false);
  cell("half", {1, 33, 13}, true).component_gates = {{catalogue::kKubelet, {{kGate, false}}}};
  profile("new");
  cell("default", {1, 34, 3}, {});
  EXPECT_THAT(named().lines, ElementsAre("graduand run --profile sleep.yaml --profile new.yaml --cell sleep/on "
                                         "--cell sleep/off --cell new/default" +
                                         std::string(kLabel)));
}

TEST_F(RunCommands, TheProfileWithMostOfItComesFirstAndTransitionsAreAvoided) {
  profile("a-on");
  cell("default", {1, 33, 13}, true);
  profile("b-cycle");
  cell("default", {1, 33, 13}, true).transitions = {{.phase = "off", .gates = {{kGate, false}}}};
  profile("c-both");
  cell("off", {1, 33, 13}, false);
  cell("on", {1, 33, 13}, true);
  profile("d-existing");
  cell("default", {1, 34, 3}, {}).provider = "existing";
  const Commands commands = named();
  EXPECT_THAT(commands.lines, ElementsAre("graduand run --profile c-both.yaml" + std::string(kLabel),
                                          "graduand run --profile FILE" + std::string(kLabel)));
  EXPECT_EQ(commands.profile, "with a cell that is v1.34, on");
}

TEST_F(RunCommands, AProfileThatIsForOtherSuitesIsPassedOver) {
  profile("a-others").suites = {"e2e"};
  cell("on", {1, 33, 13}, true);
  cell("off", {1, 33, 13}, false);
  cell("new", {1, 34, 3}, {});
  EXPECT_THAT(named().lines, ElementsAre(HasSubstr("--profile FILE ")));
  world_.add_case("e2e/spec", {});  // it speaks for the feature, and is not what the cells require
  EXPECT_THAT(named().lines, ElementsAre(HasSubstr("--profile FILE ")));
  world_.input.profiles.back().suites = {"e2e", "sleep"};
  EXPECT_THAT(named().lines, ElementsAre(HasSubstr("--profile a-others.yaml ")));
}

TEST_F(RunCommands, NothingWantedIsNoCommand) {
  EXPECT_THAT(run_commands(world_.input, {}, "x", true).lines, IsEmpty());
}

TEST_F(RunCommands, AFailureIsRepeatedInItsCellUntilItFails) {
  profile("sleep");
  cell("on", {1, 33, 13}, true);
  cell("off", {1, 33, 13}, false);
  EXPECT_THAT(repeat_until_failure(world_.input, "sleep/on", "sleep/delays").lines,
              ElementsAre("graduand run --profile sleep.yaml --cell on --case sleep/delays --repeat 30 --fail-fast "
                          "--keep-cluster on-failure --trigger reproduce"));
  const Commands unknown = repeat_until_failure(world_.input, "other/on", "e2e/[it] it's");
  EXPECT_THAT(unknown.lines[0], HasSubstr("--profile FILE --cell other/on --case 'e2e/[it] it'\\''s'"));
  EXPECT_EQ(unknown.profile, "that has the cell other/on");
}

// A cell is named by a rule exactly when going through it as asked is what the rule asks for.
TEST_F(RunCommands, OfAPerfectHistorysProfilesEachRuleNamesItsOwn) {
  world_.add_profiles();
  const Judgement judgement = world_.judged();
  std::map<std::string, std::string> files;
  for (const RuleResult& rule : judgement.rules)
    for (const std::string& command : rule.commands) {
      EXPECT_THAT(command, testing::Not(HasSubstr("FILE"))) << rule.id;
      const auto from = command.find("kind-configs/") + 13;
      files[rule.id] += command.substr(from, command.find(".yaml") - from);
    }
  EXPECT_EQ(files["ran-in-every-required-cell"], "sleep");
  EXPECT_EQ(files["enough-scheduled-runs"], "sleep");
  EXPECT_EQ(files["toggled-while-running"], "gate-cycle");
  EXPECT_EQ(files["upgrade-downgrade-upgrade"], "upgrade");
  EXPECT_EQ(files["version-skew"], "skew");
}

}  // namespace
}  // namespace graduand::graduation
