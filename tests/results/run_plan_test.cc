// SPDX-License-Identifier: Apache-2.0
#include "framework/results/run_plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/results/sample_records.h"

namespace graduand::results {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(RunPlanTest, CountsTheAttemptsOfThePlanFileByCaseAndPhase) {
  const auto plan = RunPlan::from_plan_file(sample_plan_file());
  ASSERT_TRUE(plan) << to_string(plan.error());
  EXPECT_EQ(plan->run_id, sample_run().id);
  ASSERT_EQ(plan->cells.size(), 1u);
  EXPECT_EQ(plan->cells[0].cell.fingerprint(), sample_instance().cell.fingerprint());
  const auto& cases = plan->cells[0].cases;
  ASSERT_EQ(cases.size(), 2u);
  EXPECT_EQ(cases[0].suite, "sleep");
  EXPECT_EQ(cases[0].case_id, "sleep/a");
  EXPECT_EQ(cases[0].phase, "initial");
  EXPECT_EQ(cases[0].attempts, 2);
  EXPECT_THAT(cases[0].features, ElementsAre("PodLifecycleSleepAction"));
  EXPECT_EQ(cases[1].case_id, "sleep/x/off");
  EXPECT_EQ(cases[1].phase, "off");
  EXPECT_EQ(cases[1].attempts, 1);
}

TEST(RunPlanTest, EarlierVersionsOfThePlanFileAreReadAndNewerOnesRefused) {
  json::object file = sample_plan_file();
  file["plan_version"] = 1;
  json::array& attempts = file["cells"].at(0).at("attempts").as_array();
  for (json::value& attempt : attempts) {
    attempt.as_object().erase("features");
    attempt.as_object().erase("phase");
  }
  const auto old = RunPlan::from_plan_file(file);
  ASSERT_TRUE(old) << to_string(old.error());
  EXPECT_THAT(old->cells[0].cases[0].features, IsEmpty());
  EXPECT_EQ(old->cells[0].cases[1].phase, "initial");
  for (const int version : {0, 5}) {
    file["plan_version"] = version;
    const auto refused = RunPlan::from_plan_file(file);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::kUsage);
    EXPECT_THAT(refused.error().message, HasSubstr("1 to 4"));
  }
}

TEST(RunPlanTest, SurvivesJson) {
  const RunPlan plan = RunPlan::from_plan_file(sample_plan_file()).value();
  const auto read = parse_json(pretty_json(plan.to_json())).and_then(RunPlan::from_json);
  ASSERT_TRUE(read) << to_string(read.error());
  EXPECT_EQ(read->to_json(), plan.to_json());
  EXPECT_EQ(read->cells[0].cases[0].attempts, 2);
  EXPECT_THAT(read->cells[0].cases[1].features, ElementsAre("PodLifecycleSleepAction"));
}

TEST(RunPlanTest, AMissingMemberIsNamed) {
  for (const char* member : {"run_id", "cells"}) {
    json::object file = sample_plan_file(), record = RunPlan::from_plan_file(file)->to_json();
    file.erase(member);
    record.erase(member);
    EXPECT_THAT(RunPlan::from_plan_file(file).error().message, HasSubstr(member));
    EXPECT_THAT(RunPlan::from_json(record).error().message, HasSubstr(member));
  }
  json::object file = sample_plan_file();
  file["cells"].at(0).at("attempts").at(1).as_object().erase("case");
  EXPECT_THAT(RunPlan::from_plan_file(file).error().message, HasSubstr("'case'"));
}

}  // namespace
}  // namespace graduand::results
