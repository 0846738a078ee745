// SPDX-License-Identifier: Apache-2.0
// Who runs when in one cell, on scripted children and a clock that jumps.
#include <gmock/gmock.h>

#include "framework/base/text.h"
#include "tests/runner/virtual_cell.h"

namespace graduand::runner {
namespace {

using results::Outcome;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

using CellSchedule = VirtualCell;

TEST_F(CellSchedule, ProcsAtOnceTheLongestExpectedFirst) {
  options.procs = 2;
  for (const char* name : {"a", "b", "c"}) add_case(name).expected_duration = seconds(1);
  add_case("long").expected_duration = seconds(5);
  scripts["long"].takes = seconds(5);
  const SteadyTime begin = clock.steady_now();
  ASSERT_TRUE(run());
  EXPECT_THAT(log(), ElementsAre("start long", "start a", "end a", "start b", "end b", "start c", "end c", "end long"));
  EXPECT_EQ(pool->most_running, 2u);
  EXPECT_EQ(clock.steady_now() - begin, seconds(5)) << "three short ones beside the long one";
}

TEST_F(CellSchedule, ASerialOneWaitsForAllOthersAndRunsAlone) {
  options.procs = 4;
  add_case("a");
  add_case("serial").serial = true;
  add_case("z");
  scripts["z"].takes = seconds(9);
  ASSERT_TRUE(run(2));
  EXPECT_THAT(std::vector<std::string>(pool->log.begin() + 8, pool->log.end()), SizeIs(4));
  EXPECT_EQ(log().at(8), "start serial");
  EXPECT_EQ(log().at(9), "end serial");
}

TEST_F(CellSchedule, ALostClusterEndsWhatIsUnderWay) {
  options.procs = 3;
  for (const char* name : {"a", "b", "c", "d"}) add_case(name);
  scripts["a"].says = {results::Terminal{Outcome::kFailed, "no answer"}};
  scripts["b"].takes = scripts["c"].takes = seconds(100);
  provider.cells["profile/on"].health = {lost("node gone")};
  ASSERT_TRUE(run());
  std::map<std::string, Outcome> outcomes;
  for (const auto& attempt : sink.attempts()) outcomes[attempt.case_id] = attempt.outcome;
  EXPECT_EQ(outcomes["suite/a"], Outcome::kInfraError);
  EXPECT_EQ(outcomes["suite/b"], Outcome::kInfraError) << "it was ended";
  EXPECT_EQ(outcomes["suite/c"], Outcome::kInfraError);
  EXPECT_EQ(outcomes["suite/d"], Outcome::kNotRun);
  EXPECT_EQ(pool->running(), 0u);
}

TEST_F(CellSchedule, AFullDiskEndsWhatIsUnderWayAndStartsNothing) {
  options.procs = 1;
  for (const char* name : {"a", "b", "c"}) add_case(name);
  sink.full_after = 2;  // the instance, and the first attempt
  const auto end = run();
  ASSERT_FALSE(end);
  EXPECT_THAT(to_string(end.error()), HasSubstr("disk full"));
  EXPECT_THAT(log(), ElementsAre("start a", "end a", "start b", "end b"));
  EXPECT_EQ(provider.cells["profile/on"].log.back(), "remove") << "the cluster is deleted all the same";
}

// A step that waits for one that runs alone is looked at again when that has ended, not at every start.
TEST_F(CellSchedule, AWaitingStepStartsWhenWhatItNeedsHasPassed) {
  options.procs = 2;
  description.transitions = {{.phase = "off", .gates = {{"G", false}}}};
  auto& before = add_case("phased/create");
  before.serial = true;
  before.step.phased_case = "suite/phased";
  before.step.when = catalogue::StepBinding::When::kBefore;
  add_case("a");
  auto& step = add_case("phased/use");
  step.step.phased_case = "suite/phased";
  step.step.when = catalogue::StepBinding::When::kAfter;
  step.step.after = "initial";
  step.step.uses = {"suite/phased/create"};
  ASSERT_TRUE(run(2));
  const auto lines = log();
  const auto at = [&](const std::string& line) { return std::find(lines.begin(), lines.end(), line) - lines.begin(); };
  EXPECT_LT(at("end create@initial"), at("start use@initial")) << join(lines, "\n");
  EXPECT_LT(at("end create@initial.2"), at("start use@initial.2"));
}

}  // namespace
}  // namespace graduand::runner
