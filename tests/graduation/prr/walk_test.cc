// SPDX-License-Identifier: Apache-2.0
#include "framework/report/prr_walk.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "framework/report/prr_counted.h"
#include "tests/report/prr_world.h"

namespace graduand::report::prr {
namespace {

using catalogue::KubeVersion;
using catalogue::TransitionKind;
using results::Outcome;
using test::kGate;
using test::set_gate;
using test::to_version;
using test::World;
using testing::ElementsAre;

struct Roles {
  std::vector<GateRole> gate;
  std::vector<VersionRole> version;
  std::vector<std::string> gates;
};

Roles roles(const World& world) {
  const Counted counted = count(world.input);
  Roles all;
  for (const Phase& phase : counted.walks.back().phases) {
    all.gate.push_back(phase.gate_role);
    all.version.push_back(phase.version_role);
    all.gates.push_back(gates_text(phase, world.input.info.gates));
  }
  return all;
}

World with_cluster(bool on = true) {
  World world;
  world.run("r", "2026-11-20T10:00:00Z");
  world.cluster("p", "c", {1, 33, 13}, on);
  return world;
}

TEST(PrrWalk, AGateCycleIsToldFromTheGatesAndNotFromNames) {
  World world = with_cluster();
  world.transition(set_gate("upgraded", false));
  world.transition(set_gate("off", true));
  EXPECT_THAT(roles(world).gate, ElementsAre(GateRole::kUntouched, GateRole::kDisabled, GateRole::kReenabled));
  EXPECT_THAT(roles(world).gates, ElementsAre("on", "off", "on"));
  EXPECT_THAT(roles(world).version, testing::Each(VersionRole::kAsCreated));
}

TEST(PrrWalk, OffThatWasNeverOnIsNoRollback) {
  World world = with_cluster(false);
  world.transition(set_gate("a", true));
  world.transition(set_gate("b", false));
  EXPECT_THAT(roles(world).gate, ElementsAre(GateRole::kUntouched, GateRole::kEnabled, GateRole::kDisabled));
}

TEST(PrrWalk, AnotherFeaturesGateIsNoCycle) {
  World world = with_cluster();
  world.transition({.phase = "off", .gates = {{"Other", false}}});
  world.transition({.phase = "on", .gates = {{"Other", true}}});
  EXPECT_THAT(roles(world).gate, testing::Each(GateRole::kUntouched));
}

TEST(PrrWalk, OneComponentAfterTheOther) {
  World world = with_cluster();
  world.transition(set_gate("a", false, catalogue::kApiServer));
  world.transition(set_gate("b", false));
  world.transition(set_gate("c", true));
  EXPECT_THAT(roles(world).gates, ElementsAre("on", "off at kube-apiserver, on elsewhere", "off", "on"));
  EXPECT_THAT(roles(world).gate,
              ElementsAre(GateRole::kUntouched, GateRole::kDisabled, GateRole::kDisabled, GateRole::kReenabled));
}

TEST(PrrWalk, OneNodesKubeletLeavesTheOthers) {
  World world = with_cluster();
  auto request = set_gate("a", false, catalogue::kKubelet);
  request.node = "worker";
  world.transition(request);
  EXPECT_THAT(roles(world).gates, ElementsAre("on", "on, by node at kubelet"));
  const Counted counted = count(world.input);
  EXPECT_EQ(gates_state(counted.walks.back().phases.back(), {kGate}), std::nullopt);
  world.transition(set_gate("b", true));
  EXPECT_EQ(roles(world).gates.back(), "on");
}

TEST(PrrWalk, WhatFailedChangesNothing) {
  World world = with_cluster();
  world.transition(set_gate("off", false), Outcome::kFailed);
  world.transition(set_gate("off", false), Outcome::kInfraError);
  EXPECT_THAT(roles(world).gates, ElementsAre("on"));
}

TEST(PrrWalk, AnUpgradeCycleIsToldFromTheKinds) {
  World world = with_cluster();
  world.transition(to_version(TransitionKind::kUpgrade, "x", {1, 34, 3}));
  world.transition(to_version(TransitionKind::kDowngrade, "y", {1, 33, 13}));
  world.transition(set_gate("z", false));
  world.transition(to_version(TransitionKind::kUpgrade, "w", {1, 34, 3}));
  EXPECT_THAT(roles(world).version,
              ElementsAre(VersionRole::kAsCreated, VersionRole::kUpgraded, VersionRole::kDowngraded,
                          VersionRole::kDowngraded, VersionRole::kUpgradedAgain));
}

TEST(PrrWalk, AnotherVersionHasOtherDefaults) {
  // Alpha and off until v1.29, beta and on from v1.30 on.
  World world = with_cluster();
  auto& instance = world.last_cluster();
  instance.cell.gates.clear();
  instance.facts.api_server_version = {1, 29, 0};
  for (auto& [component, gates] : instance.facts.effective_gates) gates[kGate] = false;
  world.transition(to_version(TransitionKind::kUpgrade, "up", {1, 30, 0}));
  EXPECT_THAT(roles(world).gates, ElementsAre("off", "on"));
  EXPECT_THAT(roles(world).gate, testing::Each(GateRole::kUntouched));  // nobody set it
  instance.cell.gates = {{kGate, false}};
  EXPECT_THAT(roles(world).gates, ElementsAre("off", "off"));
}

TEST(PrrWalk, KubeletsStayInAControlPlaneUpgradeAndAreSwappedByNode) {
  World world = with_cluster();
  auto request = to_version(TransitionKind::kUpgrade, "up", {1, 34, 3});
  request.control_plane_only = true;
  world.transition(request);
  auto swap = to_version(TransitionKind::kSwapKubelet, "swapped", {1, 32, 2});
  swap.node = "worker";
  world.transition(swap);
  const Counted counted = count(world.input);
  const auto& phases = counted.walks.back().phases;
  ASSERT_EQ(phases.size(), 3u);
  EXPECT_EQ(phases[1].api_server, (KubeVersion{1, 34, 3}));
  EXPECT_EQ(kubelets_text(phases[1]), "v1.33.13");
  EXPECT_EQ(kubelets_text(phases[2]), "v1.32.2 to v1.33.13");
}

TEST(PrrWalk, TextsOfTransitions) {
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
}  // namespace graduand::report::prr
