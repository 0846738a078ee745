// SPDX-License-Identifier: Apache-2.0
#include "framework/graduation/prr/counted_timeline.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "framework/graduation/prr/counted_input.h"
#include "tests/graduation/prr/world.h"

namespace graduand::graduation::prr {
namespace {

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
  std::vector<bool> with_kubelets;
  std::vector<std::string> gates, kubelets;
};

Roles roles(const World& world) {
  const CountedInput counted(world.input);
  Roles all;
  for (const Phase& phase : counted.walks.back().phases) {
    all.gate.push_back(phase.gates.at(kGate));
    all.version.push_back(phase.version);
    all.with_kubelets.push_back(phase.with_kubelets);
    all.gates.push_back(gates_text(phase.facts(), world.input.judge.info));
    all.kubelets.push_back(kubelets_text(phase.facts()));
  }
  return all;
}

World with_cluster(bool on = true) {
  World world;
  world.run("r", "2026-11-20T10:00:00Z");
  world.cluster("p", "c", {1, 33, 13}, on);
  return world;
}

TEST(PrrWalk, AGateCycleIsToldFromWhatWasMeasuredAndNotFromNames) {
  World world = with_cluster();
  world.transition(set_gate("upgraded", false));
  world.transition(set_gate("off", true));
  EXPECT_THAT(roles(world).gate, ElementsAre(GateRole::kUntouched, GateRole::kDisabled, GateRole::kReenabled));
  EXPECT_THAT(roles(world).gates, ElementsAre("on", "off", "on"));
  EXPECT_THAT(roles(world).version, testing::Each(VersionRole::kAsCreated));
}

TEST(PrrWalk, ASwitchThatWasReportedToPassAndChangedNothingIsNone) {
  World world = with_cluster();
  const auto before = world.facts();
  world.transition(set_gate("off", false));
  world.read_back(before);
  world.transition(set_gate("on-again", true));
  EXPECT_THAT(roles(world).gate, testing::Each(GateRole::kUntouched));
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
              ElementsAre(GateRole::kUntouched, GateRole::kPartly, GateRole::kDisabled, GateRole::kReenabled));
}

TEST(PrrWalk, NodesThatDoNotAgreeAreUnverified) {
  World world = with_cluster();
  world.transition(set_gate("a", false, catalogue::kKubelet));
  auto facts = world.facts();
  facts.effective_gates[catalogue::kKubelet].erase(kGate);  // listed only when all nodes agree
  world.read_back(facts);
  EXPECT_THAT(roles(world).gates, ElementsAre("on", "on at kube-apiserver, unverified at kubelet"));
  EXPECT_THAT(roles(world).gate, ElementsAre(GateRole::kUntouched, GateRole::kUnverified));
}

TEST(PrrWalk, WithGatesRequestedOnAndNothingReadBackAllIsUnverified) {
  World world = with_cluster();
  world.transition(set_gate("off", false));
  world.unread();
  world.transition(set_gate("on-again", true));
  EXPECT_THAT(roles(world).gates, ElementsAre("on", "unverified", "on"));
  EXPECT_THAT(roles(world).gate, ElementsAre(GateRole::kUntouched, GateRole::kUnverified, GateRole::kUntouched));
  EXPECT_EQ(roles(world).kubelets[1], "unverified");
  auto& facts = world.last_cluster().facts;
  facts.effective_gates.erase(catalogue::kKubelet);
  facts.unverified_components = {catalogue::kKubelet};
  EXPECT_EQ(roles(world).gates[0], "on at kube-apiserver, unverified at kubelet");
}

TEST(PrrWalk, WhatFailedChangesNothing) {
  World world = with_cluster();
  world.transition(set_gate("off", false), Outcome::kFailed);
  world.transition(set_gate("off", false), Outcome::kInfraError);
  EXPECT_THAT(roles(world).gates, ElementsAre("on"));
}

TEST(PrrWalk, AnUpgradeCycleIsToldFromMinorsAndNotFromKinds) {
  World world = with_cluster();
  world.transition(to_version(TransitionKind::kUpgrade, "patch", {1, 33, 14}));
  world.transition(to_version(TransitionKind::kUpgrade, "x", {1, 34, 3}));
  world.transition(to_version(TransitionKind::kDowngrade, "y", {1, 33, 13}));
  world.transition(set_gate("z", false));
  world.transition(to_version(TransitionKind::kUpgrade, "w", {1, 34, 3}));
  EXPECT_THAT(roles(world).version,
              ElementsAre(VersionRole::kAsCreated, VersionRole::kAsCreated, VersionRole::kUpgraded,
                          VersionRole::kDowngraded, VersionRole::kDowngraded, VersionRole::kUpgradedAgain));
}

TEST(PrrWalk, KubeletsThatStayInAControlPlaneUpgradeKeepTheGateOff) {
  // v1.34 has the gate locked on; kubelets of v1.33 with it off have it off.
  World world = with_cluster(false);
  auto request = to_version(TransitionKind::kUpgrade, "up", {1, 34, 3});
  request.control_plane_only = true;
  world.transition(request);
  auto facts = world.facts();
  for (auto& [component, gates] : facts.effective_gates) gates[kGate] = component != catalogue::kKubelet;
  world.read_back(facts);
  EXPECT_THAT(roles(world).gates, ElementsAre("off", "off at kubelet, on elsewhere"));
  EXPECT_THAT(roles(world).gate, ElementsAre(GateRole::kUntouched, GateRole::kPartly));
  EXPECT_THAT(roles(world).version, ElementsAre(VersionRole::kAsCreated, VersionRole::kUpgraded));
  EXPECT_THAT(roles(world).with_kubelets, ElementsAre(true, false));
  EXPECT_EQ(roles(world).kubelets[1], "v1.33.13");
}

TEST(PrrWalk, ASwappedKubeletIsNoUpgrade) {
  World world = with_cluster();
  auto swap = to_version(TransitionKind::kSwapKubelet, "swapped", {1, 32, 2});
  swap.node = "worker";
  world.transition(swap);
  EXPECT_EQ(roles(world).kubelets[1], "v1.32.2 to v1.33.13");
  EXPECT_THAT(roles(world).version, testing::Each(VersionRole::kAsCreated));
  EXPECT_THAT(roles(world).with_kubelets, ElementsAre(true, false));
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
}  // namespace graduand::graduation::prr
