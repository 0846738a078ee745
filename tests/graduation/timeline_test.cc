// SPDX-License-Identifier: Apache-2.0
#include "framework/graduation/timeline.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/graduation/world.h"

namespace graduand::graduation {
namespace {

using catalogue::CellFacts;
using catalogue::kApiServer;
using catalogue::kKubelet;
using catalogue::kKubeProxy;
using catalogue::kScheduler;
using results::Outcome;
using test::at;
using test::kGate;
using test::World;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

const std::vector<std::string> kBoth = {kApiServer, kKubelet};

// One cluster that is carried on → off → on.
World cycle() {
  World world;
  world.add_gate_cycle("cycle", at("2026-11-29T00:00:00Z"));
  return world;
}

std::vector<std::string> names(const InstanceTimeline& timeline) {
  std::vector<std::string> all;
  for (const TimelinePhase& phase : timeline.phases) all.push_back(phase.name);
  return all;
}

TEST(Timeline, HasAPhaseForEachTransitionThatPassed) {
  const World world = cycle();
  const auto timelines = timelines_of(world.input.evidence);
  ASSERT_THAT(timelines, SizeIs(1));
  EXPECT_THAT(names(timelines[0]), ElementsAre("initial", "off", "on-again"));
  EXPECT_EQ(timelines[0].phases[0].by, nullptr);
  ASSERT_NE(timelines[0].phases[1].by, nullptr);
  EXPECT_EQ(timelines[0].phases[1].by->phase_after, "off");
  EXPECT_EQ(gate_state(kGate, kBoth, &*timelines[0].phases[0].facts), GateState::kOn);
  EXPECT_EQ(gate_state(kGate, kBoth, &*timelines[0].phases[1].facts), GateState::kOff);
  EXPECT_EQ(gate_state(kGate, kBoth, &*timelines[0].phases[2].facts), GateState::kOn);
}

TEST(Timeline, ATransitionThatFailedLeadsToNoPhase) {
  World world = cycle();
  world.input.evidence.transitions[1].outcome = Outcome::kFailed;
  const auto timelines = timelines_of(world.input.evidence);
  EXPECT_THAT(names(timelines[0]), ElementsAre("initial", "off"));
  EXPECT_THAT(timelines[0].transitions, SizeIs(2));
}

TEST(Timeline, APhaseWhoseFactsWereNotReadHasNone) {
  World world = cycle();
  world.input.evidence.facts.clear();
  const auto timelines = timelines_of(world.input.evidence);
  ASSERT_THAT(timelines[0].phases, SizeIs(3));
  EXPECT_TRUE(timelines[0].phases[0].facts);
  EXPECT_FALSE(timelines[0].phases[1].facts);
  EXPECT_EQ(timelines[0].facts_at(world.input.evidence.attempts[1]), nullptr);
}

TEST(Timeline, TheNewestFactsOfAPhaseHold) {
  World world = cycle();
  auto newer = world.input.evidence.facts[0];
  newer.measured += seconds(60);
  newer.value = json::object{{"phase", "off"}, {"facts", World::facts({1, 33, 13}, true).to_json()}};
  world.input.evidence.facts.insert(world.input.evidence.facts.begin(), newer);
  const auto timelines = timelines_of(world.input.evidence);
  EXPECT_EQ(gate_state(kGate, kBoth, &*timelines[0].phases[1].facts), GateState::kOn);
}

TEST(Timeline, TheFactsOfAnAttemptAreThoseOfItsPhase) {
  World world = cycle();
  const auto timelines = timelines_of(world.input.evidence);
  auto attempt = world.input.evidence.attempts[1];
  EXPECT_EQ(timelines[0].facts_at(attempt), &*timelines[0].phases[1].facts);
  EXPECT_EQ(relation_of(attempt, timelines[0]), AttemptRelation::kInPhase);
  attempt.last_phase = "on-again";
  EXPECT_EQ(timelines[0].facts_at(attempt), nullptr);
  EXPECT_EQ(relation_of(attempt, timelines[0]), AttemptRelation::kSpanning);
  attempt.first_phase = attempt.last_phase = "nowhere";
  EXPECT_EQ(timelines[0].facts_at(attempt), nullptr);
}

TEST(Timeline, WhatACaseChangesMakesNoPhase) {
  World world = cycle();
  const std::string id = world.input.evidence.attempts[0].id;
  world.input.evidence.transitions[0].attempt_id = id;
  const auto timelines = timelines_of(world.input.evidence);
  EXPECT_THAT(timelines[0].transitions, SizeIs(1));
  EXPECT_EQ(relation_of(world.input.evidence.attempts[0], timelines[0]), AttemptRelation::kChanging);
}

TEST(GateStates, AreOfEveryComponentThatHasTheGate) {
  CellFacts facts = World::facts({1, 33, 13}, true);
  EXPECT_EQ(gate_state(kGate, kBoth, &facts), GateState::kOn);
  facts.effective_gates[kKubelet][kGate] = false;
  EXPECT_EQ(gate_state(kGate, kBoth, &facts), GateState::kMixed);
  EXPECT_EQ(gate_state(kGate, {kApiServer}, &facts), GateState::kOn);
  EXPECT_EQ(gate_state(kGate, {kKubelet}, &facts), GateState::kOff);
  facts.effective_gates.erase(kKubelet);
  facts.unverified_components = {kKubelet};
  EXPECT_EQ(gate_state(kGate, kBoth, &facts), GateState::kUnverified);
  EXPECT_EQ(gate_state(kGate, kBoth, nullptr), GateState::kUnverified);
}

TEST(GateStates, AComponentThatIsAbsentByDesignDoesNotCountUnlessAllAre) {
  CellFacts facts = World::facts({1, 33, 13}, true);
  facts.effective_gates.erase(kKubeProxy);
  facts.absent_components = {kKubeProxy};
  EXPECT_EQ(gate_state(kGate, {kApiServer, kKubeProxy}, &facts), GateState::kOn);
  EXPECT_EQ(gate_state(kGate, {kKubeProxy}, &facts), GateState::kUnverified);
}

TEST(GateStates, AGateThatIsNotListedIsWhatIsSettledInTheTable) {
  CellFacts facts = World::facts({1, 34, 3}, true);  // locked on
  facts.effective_gates[kApiServer].erase(kGate);
  EXPECT_EQ(gate_state(kGate, {kApiServer}, &facts), GateState::kOn);
  facts = World::facts({1, 33, 13}, true);  // it can be switched: nobody knows
  facts.effective_gates[kApiServer].erase(kGate);
  EXPECT_EQ(gate_state(kGate, {kApiServer}, &facts), GateState::kUnverified);
  facts = World::facts({1, 34, 3}, true, catalogue::KubeVersion{1, 28, 15});  // before the gate was there
  facts.effective_gates[kKubelet].erase(kGate);
  facts.kubelet_versions = {{1, 28, 15}};
  EXPECT_EQ(gate_state(kGate, {kKubelet}, &facts), GateState::kOff);
  EXPECT_EQ(gate_state("NobodyKnowsIt", {kApiServer}, &facts), GateState::kUnverified);
}

TEST(GateStates, OfAFeatureAreOfAllItsGates) {
  const World world;
  auto info = world.input.info;
  CellFacts facts = World::facts({1, 33, 13}, true);
  info.gates = {kGate, "Other"};
  EXPECT_EQ(gate_state(info, &facts), GateState::kOn);
  for (const char* component : {kApiServer, kKubelet}) facts.effective_gates[component]["Other"] = false;
  EXPECT_EQ(gate_state(info, &facts), GateState::kMixed);
  info.gates = {};
  EXPECT_EQ(gate_state(info, &facts), GateState::kUnverified);
}

TEST(Unverified, NamesComponentsThatHaveAGateAndThoseInNoList) {
  const World world;
  const auto& info = world.input.info;
  CellFacts facts = World::facts({1, 33, 13}, true);
  EXPECT_THAT(unverified(info, &facts), IsEmpty());
  EXPECT_THAT(unverified(info, nullptr), ElementsAre("all components"));
  // Said to be unread, and it has none of the feature's gates: no matter.
  facts.effective_gates.erase(kScheduler);
  facts.unverified_components = {kScheduler};
  EXPECT_THAT(unverified(info, &facts), IsEmpty());
  // In no list: the facts are not whole.
  facts.unverified_components.clear();
  EXPECT_THAT(unverified(info, &facts), ElementsAre(kScheduler));
  facts = World::facts({1, 33, 13}, true);
  facts.effective_gates.erase(kKubelet);
  facts.unverified_components = {kKubelet};
  EXPECT_THAT(unverified(info, &facts), ElementsAre(kKubelet));
  facts = World::facts({1, 33, 13}, true);
  facts.kubelet_versions.clear();
  EXPECT_THAT(unverified(info, &facts), ElementsAre("the kubelets' versions"));
}

class Requested : public testing::Test {
 protected:
  Requested() {
    cell.kubernetes_version = {1, 33, 13};
    cell.nodes = {{"control-plane", {1, 33, 13}}};
  }
  std::optional<bool> on(const std::vector<const results::Transition*>& before = {}) const {
    return requested_on(world.input.info, cell, before);
  }
  World world;
  catalogue::CellDescription cell;
};

TEST_F(Requested, IsTheDefaultOfTheVersionWhereNobodyAsks) {
  EXPECT_EQ(on(), true);
  cell.kubernetes_version = {1, 29, 14};
  EXPECT_EQ(on(), false);
  cell.kubernetes_version = {1, 28, 15};  // before the gate
  EXPECT_EQ(on(), std::nullopt);
  cell.kubernetes_version = {1, 33, 13};
  cell.emulated_version = catalogue::KubeVersion{1, 29};
  EXPECT_EQ(on(), false);
}

TEST_F(Requested, IsOffWhereOneComponentIsAskedToHaveItOff) {
  cell.gates = {{kGate, false}};
  EXPECT_EQ(on(), false);
  cell.gates = {{kGate, true}};
  EXPECT_EQ(on(), true);
  cell.component_gates[kKubelet] = {{kGate, false}};
  EXPECT_EQ(on(), false);
  cell.component_gates = {{kScheduler, {{kGate, false}}}};  // it has no such gate
  EXPECT_EQ(on(), true);
}

TEST_F(Requested, FollowsTheTransitionsBefore) {
  results::Transition off;
  off.request.gates = {{kGate, false}};
  EXPECT_EQ(on({&off}), false);
  results::Transition again = off;
  again.request.gates = {{kGate, true}};
  EXPECT_EQ(on({&off, &again}), true);
  off.request.component = kKubelet;
  EXPECT_EQ(on({&off}), false);
  results::Transition up;
  up.request.kind = catalogue::TransitionKind::kUpgrade;
  up.request.version = catalogue::KubeVersion{1, 30, 14};
  cell.kubernetes_version = {1, 29, 14};
  EXPECT_EQ(on(), false);
  EXPECT_EQ(on({&up}), true);
}

}  // namespace
}  // namespace graduand::graduation
