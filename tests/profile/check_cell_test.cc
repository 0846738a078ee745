// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "framework/profile/profile.h"

namespace graduand::profile {
namespace {

using testing::HasSubstr;

std::string checked(const std::string& yaml) {
  const auto profile = parse_profile("name: c\n" + yaml, "p.yaml");
  EXPECT_TRUE(profile) << to_string(profile.error());
  const Status status = check_cell(profile->cells.front());
  if (status) return "ok";
  EXPECT_EQ(status.error().kind, ErrorKind::kUsage);
  return to_string(status.error());
}

std::string worker(const std::string& server, const std::string& worker) {
  return "kubernetes: " + server + "\nnodes: [{role: control-plane}, {role: worker, kubernetes: " + worker + "}]\n";
}

TEST(CheckCell, TakesWhatTheVersionKnows) {
  EXPECT_EQ(checked("kubernetes: v1.33.13\ngates: {PodLifecycleSleepAction: false}\n"), "ok");
  EXPECT_EQ(checked("kubernetes: v1.34.3\ngates: {PodLifecycleSleepAction: true}\n"), "ok") << "locked to true";
  EXPECT_EQ(checked("kubernetes: v1.34.3\ngates: {AllAlpha: true}\n"), "ok");
}

TEST(CheckCell, NamesALockedGateItsComponentAndVersion) {
  const std::string message = checked("kubernetes: v1.34.3\ngates: {PodLifecycleSleepAction: false}\n");
  EXPECT_THAT(message, HasSubstr("PodLifecycleSleepAction"));
  EXPECT_THAT(message, HasSubstr("kube-apiserver v1.34.3"));
  EXPECT_THAT(message, HasSubstr("locked"));
}

TEST(CheckCell, AsksForTheGateThatWasMeant) {
  EXPECT_THAT(checked("kubernetes: v1.34.3\ngates: {PodLifecycleSleepActoin: true}\n"),
              HasSubstr("did you mean 'PodLifecycleSleepAction'?"));
}

TEST(CheckCell, EmulationMakesALockedGateFreeAgain) {
  EXPECT_EQ(checked("kubernetes: v1.34.3\nemulated-version: v1.33\n"
                    "component-gates: {kube-apiserver: {PodLifecycleSleepAction: false}}\n"),
            "ok");
  // The kubelet emulates nothing.
  EXPECT_THAT(checked("kubernetes: v1.34.3\nemulated-version: v1.33\ngates: {PodLifecycleSleepAction: false}\n"),
              HasSubstr("kube"));
}

TEST(CheckCell, EmulatesThreeMinorsBackAndNotBefore131) {
  EXPECT_EQ(checked("kubernetes: v1.34.3\nemulated-version: v1.31\n"), "ok");
  EXPECT_THAT(checked("kubernetes: v1.36.3\nemulated-version: v1.32\n"), HasSubstr("cannot emulate v1.32"));
  EXPECT_THAT(checked("kubernetes: v1.33.13\nemulated-version: v1.30\n"), HasSubstr("takes v1.31 to v1.33"));
  EXPECT_THAT(checked("kubernetes: v1.33.13\nemulated-version: v1.34\n"), HasSubstr("cannot emulate"));
}

TEST(CheckCell, KeepsToTheVersionSkewPolicy) {
  EXPECT_EQ(checked(worker("v1.36.3", "v1.33.13")), "ok");
  EXPECT_EQ(checked(worker("v1.34.3", "v1.34.9")), "ok") << "patches do not matter";
  EXPECT_THAT(checked(worker("v1.37.0", "v1.33.13")), HasSubstr("more than 3 minors older"));
  EXPECT_THAT(checked(worker("v1.33.13", "v1.34.3")), HasSubstr("newer than its control plane"));
  EXPECT_THAT(checked("kubernetes: v1.34.3\nnodes: [{role: control-plane, kubernetes: v1.33.13}]\n"),
              HasSubstr("control-plane node asks for v1.33.13"));
}

TEST(CheckCell, ChecksTheKubeletsGatesAtEachNodesVersion) {
  const std::string message =
      checked(worker("v1.34.3", "v1.31.0") + "gates: {PodLifecycleSleepActionAllowZero: true}\n");
  EXPECT_THAT(message, HasSubstr("kubelet v1.31.0"));
}

}  // namespace
}  // namespace graduand::profile
