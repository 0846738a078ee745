// SPDX-License-Identifier: Apache-2.0
#include "framework/graduation/prr/course.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "framework/graduation/prr/evidence.h"
#include "tests/graduation/prr/world.h"

namespace graduand::graduation::prr {
namespace {

using catalogue::TransitionKind;
using results::Outcome;
using test::kGate;
using test::set_gate;
using test::to_version;
using test::World;
using testing::Each;
using testing::ElementsAre;

struct Roles {
  std::vector<GateRole> gate;
  std::vector<VersionRole> version;
  std::vector<std::string> gates;
  std::vector<std::string> kubelets;
};

Roles roles(const World& world) {
  const AnswerEvidence evidence(world.input);
  Roles all;
  if (evidence.courses.empty()) return all;
  for (const CoursePhase& phase : evidence.courses.back().phases) {
    all.gate.push_back(phase.gate_role);
    all.version.push_back(phase.version_role);
    all.gates.push_back(gates_text(phase, world.input.judge.info));
    all.kubelets.push_back(kubelets_text(phase));
  }
  return all;
}

World with_cluster(bool on = true) {
  World world;
  world.run("r", "2026-11-20T10:00:00Z");
  world.cluster("p", "c", {1, 33, 13}, on);
  return world;
}

TEST(Course, AGateCycleIsToldFromWhatWasMeasuredAndNotFromNames) {
  World world = with_cluster();
  world.transition(set_gate("upgraded", false));
  world.transition(set_gate("off", true));
  EXPECT_THAT(roles(world).gate, ElementsAre(GateRole::kUntouched, GateRole::kDisabled, GateRole::kReenabled));
  EXPECT_THAT(roles(world).gates, ElementsAre("on", "off", "on"));
  EXPECT_THAT(roles(world).version, Each(VersionRole::kAsCreated));
}

TEST(Course, WhatWasAskedForAndNotMeasuredIsNoSwitch) {
  World world = with_cluster();
  world.transition(set_gate("off", false));
  auto& measured = world.evidence().facts.back().value;
  measured.as_object()["facts"] = world.last_cluster().facts.to_json();  // still on
  EXPECT_THAT(roles(world).gate, ElementsAre(GateRole::kUntouched, GateRole::kUntouched));
  world.evidence().facts.clear();
  EXPECT_THAT(roles(world).gate, ElementsAre(GateRole::kUntouched, GateRole::kUnknown));
  EXPECT_THAT(roles(world).gates, ElementsAre("on", "unverified"));
}

TEST(Course, AComponentThatWasNotReadIsUnverifiedAndNeverAsRequested) {
  World world = with_cluster();
  auto& facts = world.last_cluster().facts;
  facts.effective_gates.erase(catalogue::kKubelet);
  facts.unverified_components = {catalogue::kKubelet};
  EXPECT_THAT(roles(world).gates, ElementsAre("unverified"));
  EXPECT_THAT(roles(world).gate, ElementsAre(GateRole::kUnknown));
}

TEST(Course, OffThatWasNeverOnIsNoRollback) {
  World world = with_cluster(false);
  world.transition(set_gate("a", true));
  world.transition(set_gate("b", false));
  EXPECT_THAT(roles(world).gate, ElementsAre(GateRole::kUntouched, GateRole::kEnabled, GateRole::kDisabled));
}

TEST(Course, AnotherFeaturesGateIsNoCycle) {
  World world = with_cluster();
  world.transition({.phase = "off", .gates = {{"Other", false}}});
  world.transition({.phase = "on", .gates = {{"Other", true}}});
  EXPECT_THAT(roles(world).gate, Each(GateRole::kUntouched));
}

TEST(Course, OneComponentAloneIsASwitchInPart) {
  World world = with_cluster();
  world.transition(set_gate("a", false, catalogue::kApiServer));
  world.transition(set_gate("b", false));
  world.transition(set_gate("c", true));
  EXPECT_THAT(roles(world).gates, ElementsAre("on", "off at kube-apiserver, on elsewhere", "off", "on"));
  EXPECT_THAT(roles(world).gate,
              ElementsAre(GateRole::kUntouched, GateRole::kPartly, GateRole::kDisabled, GateRole::kReenabled));
}

TEST(Course, KubeletsThatDifferAreListedByNobody) {
  World world = with_cluster();
  world.next_facts().effective_gates[catalogue::kKubelet].erase(kGate);  // as agreed_gates leaves it
  world.next_facts().effective_gates[catalogue::kKubelet]["Other"] = true;
  world.transition({.phase = "a", .gates = {{"Other", true}}});
  EXPECT_THAT(roles(world).gates, ElementsAre("on", "unverified"));
}

TEST(Course, WhatFailedLeadsToNoPhase) {
  World world = with_cluster();
  world.transition(set_gate("off", false), Outcome::kFailed);
  world.transition(set_gate("off", false), Outcome::kInfraError);
  EXPECT_THAT(roles(world).gates, ElementsAre("on"));
}

TEST(Course, AnUpgradeCycleIsToldFromTheMinors) {
  World world = with_cluster();
  world.transition(to_version(TransitionKind::kUpgrade, "x", {1, 34, 3}));
  world.transition(to_version(TransitionKind::kDowngrade, "y", {1, 33, 13}));
  world.transition(set_gate("z", false));
  world.transition(to_version(TransitionKind::kUpgrade, "w", {1, 34, 3}));
  EXPECT_THAT(roles(world).version,
              ElementsAre(VersionRole::kAsCreated, VersionRole::kUpgraded, VersionRole::kDowngraded,
                          VersionRole::kDowngraded, VersionRole::kUpgradedAgain));
}

TEST(Course, AnotherPatchIsNoUpgrade) {
  World world = with_cluster();
  world.transition(to_version(TransitionKind::kUpgrade, "x", {1, 33, 14}));
  EXPECT_THAT(roles(world).version, Each(VersionRole::kAsCreated));
}

TEST(Course, AControlPlaneAloneIsAnUpgradeInPartAndItsKubeletsKeepTheirGates) {
  World world = with_cluster(false);
  auto request = to_version(TransitionKind::kUpgrade, "up", {1, 34, 3});
  request.control_plane_only = true;
  // v1.34 has it on; kubelets of v1.33 stay as they were.
  for (const char* component : {catalogue::kApiServer, catalogue::kControllerManager, catalogue::kScheduler})
    world.next_facts().effective_gates[component][kGate] = true;
  world.transition(request);
  auto swap = to_version(TransitionKind::kSwapKubelet, "swapped", {1, 32, 2});
  swap.node = "worker";
  world.transition(swap);
  EXPECT_THAT(roles(world).version, ElementsAre(VersionRole::kAsCreated, VersionRole::kPartly, VersionRole::kPartly));
  EXPECT_THAT(roles(world).gates, ElementsAre("off", "off at kubelet, on elsewhere", "off at kubelet, on elsewhere"));
  EXPECT_THAT(roles(world).kubelets, ElementsAre("v1.33.13", "v1.33.13", "v1.32.2 to v1.33.13"));
}

TEST(Course, TextsOfTransitions) {
  World world = with_cluster();
  auto down = to_version(TransitionKind::kDowngrade, "down", {1, 33, 13});
  down.restore_etcd = true;
  EXPECT_EQ(text_of(world.transition(down)), "downgrade to v1.33.13, etcd snapshot restored");
  EXPECT_EQ(text_of(world.transition(set_gate("a", false, catalogue::kKubelet))),
            "set-gates PodLifecycleSleepAction=false at kubelet");
  EXPECT_EQ(text_of(world.transition({.kind = TransitionKind::kRestart, .phase = "r", .component = "etcd"})),
            "restart etcd");
}

}  // namespace
}  // namespace graduand::graduation::prr
