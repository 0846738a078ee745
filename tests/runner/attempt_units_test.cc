// SPDX-License-Identifier: Apache-2.0
#include "framework/runner/attempt_units.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace graduand::runner {
namespace {

using testing::ElementsAre;

// Cases a, b and c of one unit, in this order, and x of none; two repeats of each.
class AttemptUnitsTest : public testing::Test {
 protected:
  AttemptUnitsTest() {
    suite_.file.name = "s";
    suite_.cases.resize(4);
    const char* names[] = {"s/c", "s/x", "s/a", "s/b"};
    const int places[] = {3, 0, 1, 2};
    for (std::size_t i = 0; i < 4; ++i) {
      suite_.cases[i].id = names[i];
      suite_.cases[i].place_in_unit = places[i];
      suite_.cases[i].unit = places[i] == 0 ? 0 : 7;
      cases_[{"s", names[i]}] = {&suite_, &suite_.cases[i]};
      for (const int number : {1, 2}) {
        PlannedAttempt& one = cell_.attempts.emplace_back();
        one.suite = "s";
        one.case_id = names[i];
        one.number = number;
      }
    }
  }
  const PlannedAttempt& planned(const std::string& id, int number) const {
    for (const PlannedAttempt& one : cell_.attempts)
      if (one.case_id == id && one.number == number) return one;
    ADD_FAILURE() << id;
    return cell_.attempts.front();
  }
  static std::vector<std::string> take(AttemptUnits& units, const PlannedAttempt& planned, const CasesById& cases) {
    std::vector<std::string> texts;
    for (const auto& member : units.take(planned, cases.at({planned.suite, planned.case_id})))
      texts.push_back(member.planned->case_id + "#" + std::to_string(member.planned->number) +
                      (member.recorded ? " recorded" : ""));
    return texts;
  }
  LoadedSuite suite_;
  CasesById cases_;
  PlannedCell cell_;
};

TEST_F(AttemptUnitsTest, TheWholeUnitIsTakenWithItsFirstAttempt) {
  AttemptUnits units(cell_, cases_);
  EXPECT_THAT(take(units, planned("s/c", 2), cases_), ElementsAre("s/a#2", "s/b#2", "s/c#2"));
  EXPECT_TRUE(units.taken(planned("s/a", 2)));
  EXPECT_FALSE(units.taken(planned("s/a", 1))) << "another repeat is another unit";
  EXPECT_FALSE(units.taken(planned("s/x", 2)));
  EXPECT_THAT(take(units, planned("s/x", 1), cases_), ElementsAre("s/x#1"));
}

TEST_F(AttemptUnitsTest, WhatHasARecordRunsAgainForTheOthers) {
  const auto had = std::find_if(cell_.attempts.begin(), cell_.attempts.end(),
                                [](const PlannedAttempt& one) { return one.case_id == "s/a" && one.number == 1; });
  cell_.recorded.push_back(*had);
  cell_.attempts.erase(had);
  AttemptUnits units(cell_, cases_);
  EXPECT_THAT(take(units, planned("s/b", 1), cases_), ElementsAre("s/a#1 recorded", "s/b#1", "s/c#1"));
}

TEST_F(AttemptUnitsTest, PhasesAreApart) {
  for (PlannedAttempt& one : cell_.attempts) one.phase = one.case_id == "s/b" ? "off" : "initial";
  AttemptUnits units(cell_, cases_);
  EXPECT_THAT(take(units, planned("s/a", 1), cases_), ElementsAre("s/a#1", "s/c#1"));
}

}  // namespace
}  // namespace graduand::runner
