// SPDX-License-Identifier: Apache-2.0
#include "framework/catalogue/phase.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "framework/catalogue/case.h"
#include "framework/catalogue/json_codec.h"

namespace graduand::catalogue {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using When = StepBinding::When;

const std::vector<TransitionRequest> kUpDown = {
    {.kind = TransitionKind::kUpgrade, .phase = "upgraded"},
    {.kind = TransitionKind::kSetGates, .phase = "off", .gates = {{"B", false}, {"A", false}}},
    {.kind = TransitionKind::kDowngrade, .phase = "downgraded"},
    {.kind = TransitionKind::kUpgrade, .phase = "upgraded-again"}};

std::vector<std::size_t> phases(When when, const std::string& after,
                                const std::vector<TransitionRequest>& transitions = kUpDown) {
  return StepBinding{"s/x", when, after, {}}.phases(transitions);
}

TEST(Phases, AreInitialAndWhereTransitionsLead) {
  EXPECT_THAT(phase_names({}), ElementsAre("initial"));
  EXPECT_THAT(phase_names(kUpDown), ElementsAre("initial", "upgraded", "off", "downgraded", "upgraded-again"));
  EXPECT_THAT(flipped_gates(kUpDown), ElementsAre("A", "B"));
}

TEST(StepBinding, NamesAPhaseOrAKindOfTransition) {
  EXPECT_THAT(phases(When::kBefore, ""), ElementsAre(0));
  EXPECT_THAT(phases(When::kThroughout, ""), ElementsAre(0));
  EXPECT_THAT(phases(When::kAfter, ""), ElementsAre(1, 2, 3, 4));
  EXPECT_THAT(phases(When::kAfter, "off"), ElementsAre(2));
  EXPECT_THAT(phases(When::kAfter, "upgrade"), ElementsAre(1, 4));
  EXPECT_THAT(phases(When::kAfter, "restart"), IsEmpty());
  for (const When when : {When::kBefore, When::kThroughout, When::kAfter}) EXPECT_THAT(phases(when, "", {}), IsEmpty());
}

TEST(StepBinding, OfAnOrdinaryCaseIsEveryPhase) {
  EXPECT_THAT(StepBinding{}.phases({}), ElementsAre(0));
  EXPECT_THAT(StepBinding{}.phases(kUpDown), ElementsAre(0, 1, 2, 3, 4));
}

TEST(StepBinding, SurvivesJson) {
  CaseInfo info;
  info.suite = "s";
  info.id = "s/x/step";
  info.speaks_for_flipped_gates = true;
  info.step = {"s/x", When::kAfter, "off", {"s/x/first"}};
  const auto read = CaseInfo::from_json(info.to_json());
  ASSERT_TRUE(read) << to_string(read.error());
  EXPECT_EQ(read->step, info.step);
  EXPECT_TRUE(read->speaks_for_flipped_gates);
  json::object wrong = info.to_json();
  wrong["step"].as_object()["when"] = "later";
  EXPECT_FALSE(CaseInfo::from_json(wrong));
}

TEST(CaseInfoInACell, SpeaksForTheGatesThatAreFlippedThere) {
  CaseInfo info;
  info.features = {"A"};
  EXPECT_THAT(info.features_in(kUpDown), ElementsAre("A"));
  info.speaks_for_flipped_gates = true;
  EXPECT_THAT(info.features_in(kUpDown), ElementsAre("A", "B"));
  EXPECT_THAT(info.labels_in(kUpDown), ElementsAre("FeatureGate:A", "FeatureGate:B"));
  EXPECT_THAT(info.features_in({}), ElementsAre("A"));
}

}  // namespace
}  // namespace graduand::catalogue
