// SPDX-License-Identifier: Apache-2.0
#include "framework/e2e/watch_through.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace graduand::e2e {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

SteadyTime at(int ms) {
  return SteadyTime() + milliseconds(ms);
}

TEST(GapMeter, AGapLastsFromTheFirstUnansweredProbeToTheFirstAnsweredOne) {
  GapMeter meter;
  meter.note(true, at(0), at(10));
  meter.note(false, at(200), at(1200));
  meter.note(false, at(1400), at(1410));
  meter.note(true, at(1600), at(1700));
  meter.note(true, at(1900), at(1910));
  meter.note(false, at(2100), at(2600));
  EXPECT_FALSE(meter.answering());
  EXPECT_THAT(meter.gaps(), ElementsAre(1.5, 0.5));
  meter.note(true, at(2800), at(2850));
  EXPECT_TRUE(meter.answering());
  EXPECT_THAT(meter.gaps(), ElementsAre(1.5, 0.75));
  EXPECT_EQ(meter.longest_s(), 1.5);
  EXPECT_EQ(meter.total_s(), 2.25);
  EXPECT_EQ(meter.probes(), 7);
}

TEST(GapMeter, WithoutGapsThereIsNothing) {
  GapMeter meter;
  meter.note(true, at(0), at(10));
  EXPECT_THAT(meter.gaps(), IsEmpty());
  EXPECT_EQ(meter.longest_s(), 0);
}

json::value pod(const std::string& name, const std::string& uid, int restarts) {
  const json::object status{{"name", "c"}, {"restartCount", restarts}};
  return json::object{{"metadata", json::object{{"name", name}, {"uid", uid}}},
                      {"status", json::object{{"containerStatuses", json::array{status}}}}};
}

TEST(WorkloadChanges, AreWhatWasReplacedRestartedOrLost) {
  const std::vector<json::value> before = {pod("a", "1", 0), pod("b", "2", 1), pod("c", "3", 0), pod("d", "4", 0)};
  const std::vector<json::value> after = {pod("a", "1", 0), pod("b", "2", 3), pod("c", "9", 0), pod("new", "5", 7)};
  EXPECT_THAT(workload_changes(before, before), IsEmpty());
  EXPECT_THAT(workload_changes(before, after),
              ElementsAre("pod b, container c: restarted 2 times", "pod c: is another one", "pod d: gone"));
}

}  // namespace
}  // namespace graduand::e2e
