// SPDX-License-Identifier: Apache-2.0
#include "framework/profile/profile_transitions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "framework/profile/profile.h"

namespace graduand::profile {
namespace {

using catalogue::TransitionKind;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* kHead = "name: t\nkubernetes: v1.33.13\ntransitions:\n";

std::vector<catalogue::TransitionRequest> read(const std::string& list) {
  const auto profile = parse_profile(kHead + list, "p.yaml");
  EXPECT_TRUE(profile) << to_string(profile.error());
  return profile ? profile->cells.front().transitions : std::vector<catalogue::TransitionRequest>{};
}

std::string refused(const std::string& list) {
  const auto profile = parse_profile(kHead + list, "p.yaml");
  if (profile) return "accepted";
  EXPECT_EQ(profile.error().kind, ErrorKind::kUsage);
  return to_string(profile.error());
}

TEST(ProfileTransitions, EveryKindWithAllItsKeys) {
  const auto list = read(R"(
  - setGates: {PodLifecycleSleepAction: false}
    phase: "off"
    component: kubelet
    node: control-plane
  - upgrade: v1.34.3
    phase: upgraded
    controlPlaneOnly: true
  - downgrade: v1.33.13
    phase: downgraded
    restoreEtcd: true
  - swapKubelet: v1.33.13
    phase: skewed
    node: worker2
  - restart: etcd
    phase: restarted
)");
  ASSERT_EQ(list.size(), 5u);
  EXPECT_EQ(list[0].kind, TransitionKind::kSetGates);
  EXPECT_EQ(list[0].phase, "off");
  EXPECT_EQ(list[0].gates, (catalogue::GateMap{{"PodLifecycleSleepAction", false}}));
  EXPECT_EQ(list[0].component, "kubelet");
  EXPECT_EQ(list[0].node, "control-plane");
  EXPECT_EQ(list[1].kind, TransitionKind::kUpgrade);
  EXPECT_EQ(list[1].version->str(), "v1.34.3");
  EXPECT_TRUE(list[1].control_plane_only);
  EXPECT_EQ(list[2].kind, TransitionKind::kDowngrade);
  EXPECT_TRUE(list[2].restore_etcd);
  EXPECT_FALSE(list[2].control_plane_only);
  EXPECT_EQ(list[3].kind, TransitionKind::kSwapKubelet);
  EXPECT_EQ(list[3].node, "worker2");
  EXPECT_EQ(list[4].kind, TransitionKind::kRestart);
  EXPECT_EQ(list[4].component, "etcd");
}

TEST(ProfileTransitions, ACellReplacesTheListOfAllCells) {
  const auto profile = parse_profile(std::string(kHead) + R"(  - upgrade: v1.34.3
    phase: upgraded
matrix:
  - name: as-all
  - name: own
    transitions: [{restart: kubelet, phase: restarted}]
  - name: none
    transitions: []
)",
                                     "p.yaml");
  ASSERT_TRUE(profile) << to_string(profile.error());
  EXPECT_EQ(profile->cells[0].transitions.front().phase, "upgraded");
  ASSERT_EQ(profile->cells[1].transitions.size(), 1u);
  EXPECT_EQ(profile->cells[1].transitions.front().component, "kubelet");
  EXPECT_THAT(profile->cells[2].transitions, IsEmpty());
}

TEST(ProfileTransitions, MistakesAreNamedWithTheirPlace) {
  EXPECT_EQ(refused("  - upgrde: v1.34.3\n    phase: x\n"),
            "p.yaml:4:5: unknown key 'upgrde' in a transition\n  hint: did you mean 'upgrade'?");
  EXPECT_EQ(refused("  - phase: x\n"),
            "p.yaml:4:5: a transition needs one of the keys setGates, upgrade, downgrade, swapKubelet, restart");
  EXPECT_EQ(refused("  - upgrade: v1.34.3\n    phase: x\n    nodes: worker\n"),
            "p.yaml:6:5: unknown key 'nodes' in a transition\n  hint: did you mean 'node'?");
  EXPECT_EQ(refused("  - upgrade: v1.34.3\n    restart: kubelet\n    phase: x\n"),
            "p.yaml:5:14: a transition is one thing: upgrade or restart");
  EXPECT_EQ(refused("  - upgrade: v1.34\n    phase: x\n"),
            "p.yaml:4:14: 'upgrade' must be a full version such as v1.34.3, got 'v1.34'");
  EXPECT_THAT(refused("  - upgrade: soon\n    phase: x\n"), HasSubstr("p.yaml:4:14: 'upgrade': "));
  EXPECT_EQ(refused("  - upgrade: v1.34.3\n"), "p.yaml:4:5: a transition needs the key 'phase'");
  EXPECT_EQ(refused("  - upgrade: v1.34.3\n    phase: initial\n"),
            "p.yaml:5:12: the phase 'initial' is the one before any transition");
  EXPECT_EQ(refused("  - upgrade: v1.34.3\n    phase: x\n  - restart: etcd\n    phase: x\n"),
            "p.yaml:7:12: two transitions lead to the phase 'x'");
  EXPECT_THAT(refused("  - restart: etcd\n    phase: X/1\n"), HasSubstr("p.yaml:5:12: 'X/1' is no name of a phase"));
  EXPECT_EQ(refused("  - restart: kubelet\n    phase: x\n    restoreEtcd: true\n"),
            "p.yaml:6:18: 'restoreEtcd' is not for a transition restart");
  EXPECT_EQ(refused("  - upgrade: v1.34.3\n    phase: x\n    node: worker\n"),
            "p.yaml:6:11: 'node' is not for a transition upgrade");
  EXPECT_THAT(refused("  - restart: kube-schedular\n    phase: x\n"), HasSubstr("did you mean 'kube-scheduler'?"));
  EXPECT_THAT(refused("  - setGates: {A: yes}\n    phase: x\n"), HasSubstr("p.yaml:4:19: 'A' must be true or false"));
  EXPECT_THAT(refused("  - setGates: {}\n    phase: x\n"), HasSubstr("'setGates' names no gate"));
  EXPECT_THAT(refused("  - upgrade\n"), HasSubstr("p.yaml:4:5: a transition must be a mapping"));
}

TEST(ProfileTransitions, AreNotForClustersThatAreThereAlready) {
  const auto profile =
      parse_profile(std::string("provider: existing\n") + kHead + "  - restart: etcd\n    phase: x\n", "p.yaml");
  ASSERT_FALSE(profile);
  EXPECT_THAT(profile.error().message, HasSubstr("cannot be asked of an existing cluster"));
}

}  // namespace
}  // namespace graduand::profile
