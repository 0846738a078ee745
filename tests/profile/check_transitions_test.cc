// SPDX-License-Identifier: Apache-2.0
#include "framework/profile/check_transitions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "framework/profile/profile.h"

namespace graduand::profile {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr const char* kNodes = "nodes: [{role: control-plane}, {role: worker}, {role: worker, kubernetes: v1.33.13}]\n";

std::string checked(const std::string& version, const std::string& list) {
  const auto profile = parse_profile("name: c\nkubernetes: " + version + "\n" + kNodes + "transitions:\n" + list, "p");
  EXPECT_TRUE(profile) << to_string(profile.error());
  const Status status = check_cell(profile->cells.front());
  if (status) return "ok";
  EXPECT_EQ(status.error().kind, ErrorKind::kUsage);
  return to_string(status.error());
}

TEST(CheckTransitions, NodesAreCalledAsKindNamesThem) {
  const auto profile = parse_profile(
      "name: c\nkubernetes: v1.34.3\nnodes: [{role: worker, count: 2}, "
      "{role: control-plane, count: 2}]\n",
      "p");
  EXPECT_THAT(node_names(profile->cells.front()), ElementsAre("control-plane", "control-plane2", "worker", "worker2"));
}

TEST(CheckTransitions, UpAndDownAndUpAgain) {
  EXPECT_EQ(checked("v1.33.13",
                    "  - {upgrade: v1.34.3, phase: up}\n  - {downgrade: v1.33.13, phase: down}\n"
                    "  - {upgrade: v1.34.3, phase: up2, controlPlaneOnly: true}\n"
                    "  - {swapKubelet: v1.34.3, phase: all, node: worker2}\n"),
            "ok");
  EXPECT_EQ(checked("v1.33.13", "  - {upgrade: v1.33.14, phase: patched}\n"), "ok");
}

TEST(CheckTransitions, OneMinorAtATime) {
  EXPECT_EQ(checked("v1.33.13", "  - {upgrade: v1.35.1, phase: up}\n"),
            "transition 1, upgrade to the phase 'up': an upgrade from v1.33.13 leads to v1.34 or a newer patch, not to "
            "v1.35.1");
  EXPECT_THAT(checked("v1.34.3", "  - {downgrade: v1.32.2, phase: down}\n"),
              HasSubstr("a downgrade from v1.34.3 leads to v1.33 or an older patch, not to v1.32.2"));
  EXPECT_THAT(checked("v1.34.3", "  - {upgrade: v1.34.3, phase: same}\n"), HasSubstr("not to v1.34.3"));
}

TEST(CheckTransitions, TheSkewWindowHoldsAtEveryStep) {
  EXPECT_EQ(checked("v1.34.3", "  - {swapKubelet: v1.31.1, phase: old}\n"), "ok");
  EXPECT_THAT(checked("v1.34.3", "  - {swapKubelet: v1.30.1, phase: old, node: worker}\n"),
              HasSubstr("worker: a kubelet of v1.30.1 is more than 3 minors older than its control plane of v1.34.3"));
  EXPECT_THAT(checked("v1.33.13", "  - {swapKubelet: v1.34.3, phase: new}\n"),
              HasSubstr("control-plane: a kubelet of v1.34.3 is newer than its control plane of v1.33.13"));
  EXPECT_THAT(checked("v1.34.3", "  - {downgrade: v1.33.13, phase: down, controlPlaneOnly: true}\n"),
              HasSubstr("control-plane: a kubelet of v1.34.3 is newer"));
}

TEST(CheckTransitions, GatesAreHeldAgainstTheVersionOfTheirTime) {
  const std::string off = "  - {setGates: {PodLifecycleSleepAction: false, PodLifecycleSleepActionAllowZero: false}, ";
  const std::string on = "  - {setGates: {PodLifecycleSleepAction: true, PodLifecycleSleepActionAllowZero: true}, ";
  EXPECT_EQ(checked("v1.33.13", off + "phase: 'off'}\n" + on + "phase: 'on'}\n  - {upgrade: v1.34.3, phase: up}\n"),
            "ok");
  // Locked on at v1.34.
  const auto locked = checked("v1.33.13", off + "phase: 'off'}\n  - {upgrade: v1.34.3, phase: up}\n");
  EXPECT_THAT(locked, HasSubstr("transition 2, upgrade to the phase 'up': kube-apiserver v1.34.3"));
  EXPECT_THAT(locked, HasSubstr("locked"));
  EXPECT_EQ(checked("v1.34.3", off + "phase: 'off', component: kubelet, node: worker2}\n"), "ok") << "of v1.33.13";
  EXPECT_THAT(checked("v1.34.3", off + "phase: 'off', component: kubelet, node: worker}\n"), HasSubstr("locked"));
  EXPECT_THAT(checked("v1.33.13", "  - {setGates: {PodLifecycleSleepActoin: true}, phase: x}\n"),
              HasSubstr("did you mean 'PodLifecycleSleepAction'?"));
}

TEST(CheckTransitions, PlacesMustBeThere) {
  EXPECT_THAT(checked("v1.33.13", "  - {restart: kubelet, node: worker3, phase: x}\n"),
              HasSubstr("the cell has no node 'worker3'\n  hint: its nodes: control-plane, worker, worker2"));
  EXPECT_THAT(checked("v1.33.13", "  - {restart: etcd, node: worker, phase: x}\n"),
              HasSubstr("there is no etcd on the node worker"));
}

TEST(CheckTransitions, AnEmulatedVersionMustStayInReach) {
  const auto profile = parse_profile(
      "name: c\nkubernetes: v1.34.3\nemulated-version: v1.34\ntransitions: [{downgrade: v1.33.13, phase: down}]\n",
      "p");
  ASSERT_TRUE(profile);
  const Status status = check_cell(profile->cells.front());
  ASSERT_FALSE(status);
  EXPECT_THAT(to_string(status.error()), HasSubstr("v1.33.13 cannot emulate v1.34"));
}

}  // namespace
}  // namespace graduand::profile
