// SPDX-License-Identifier: Apache-2.0
#include "framework/catalogue/need.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace graduand::catalogue {
namespace {

using ::testing::HasSubstr;

KubeVersion version(std::string_view text) {
  return KubeVersion::parse(text).value();
}

CellFacts facts() {
  CellFacts facts;
  facts.api_server_version = version("v1.33.13");
  facts.kubelet_versions = {version("v1.33.13"), version("v1.32.9")};
  facts.effective_gates = {{kApiServer, {{"Both", true}, {"OnlyApi", true}, {"Neither", false}}},
                           {kKubelet, {{"Both", true}, {"OnlyApi", false}, {"Neither", false}}}};
  facts.unverified_components = {kScheduler};
  facts.threads_per_core = 1;
  facts.nodes = 2;
  return facts;
}

// The reason, or "met".
std::string outcome(std::string_view text, const CellFacts& at = facts()) {
  const auto need = Need::parse(text);
  EXPECT_TRUE(need) << to_string(need.error());
  return need ? need->unmet(at).value_or("met") : "";
}

TEST(Need, AGateWithoutComponentIsMeantAtApiServerAndKubelet) {
  EXPECT_EQ(outcome("gate Both on"), "met");
  EXPECT_EQ(outcome("gate Neither off"), "met");
  EXPECT_EQ(outcome("gate Both off"), "needs gate Both off at kube-apiserver: it is on");
  EXPECT_EQ(outcome("gate OnlyApi on"), "needs gate OnlyApi on at kubelet: it is off");
  EXPECT_EQ(outcome("gate OnlyApi off"), "needs gate OnlyApi off at kube-apiserver: it is on");
}

TEST(Need, AGateAtOneComponent) {
  EXPECT_EQ(outcome("gate OnlyApi on at kube-apiserver"), "met");
  EXPECT_EQ(outcome("gate OnlyApi off at kubelet"), "met");
  EXPECT_EQ(outcome("gate OnlyApi on at kubelet"), "needs gate OnlyApi on at kubelet: it is off");
}

TEST(Need, AGateThatCannotBeSeenIsNotMet) {
  EXPECT_EQ(outcome("gate Absent on at kube-apiserver"),
            "needs gate Absent on at kube-apiserver: it is not listed there");
  EXPECT_EQ(outcome("gate Absent off at kubelet"),
            "needs gate Absent off at kubelet: it is not listed there, or not alike on all nodes");
  EXPECT_EQ(outcome("gate Both on at kube-scheduler"),
            "needs gate Both on at kube-scheduler: its gates could not be read");
}

TEST(Need, UnlockedGoesByTheTableOfReleases) {
  EXPECT_EQ(outcome("gate PodLifecycleSleepAction unlocked"), "met");
  CellFacts later = facts();
  later.api_server_version = version("v1.34.3");
  EXPECT_EQ(outcome("gate PodLifecycleSleepAction unlocked", later),
            "needs gate PodLifecycleSleepAction unlocked: it is locked on at v1.34.3");
  EXPECT_EQ(outcome("gate Unheard unlocked"), "needs gate Unheard unlocked: there is no such gate at v1.33.13");
}

TEST(Need, VersionsHoldForEveryKubelet) {
  EXPECT_EQ(outcome("kubelet >= 1.32"), "met");
  EXPECT_EQ(outcome("kubelet >= v1.33"), "needs kubelet >= v1.33: a kubelet is v1.32.9");
  EXPECT_EQ(outcome("kubelet < 1.34"), "met");
  EXPECT_EQ(outcome("kubelet < 1.33"), "needs kubelet < 1.33: a kubelet is v1.33.13");
  EXPECT_EQ(outcome("api-server >= 1.33"), "met");
  EXPECT_EQ(outcome("api-server >= 1.33.14"), "needs api-server >= 1.33.14: it is v1.33.13");
  EXPECT_EQ(outcome("api-server < 1.34"), "met");
  CellFacts prerelease = facts();
  prerelease.api_server_version = version("v1.34.0-alpha.1");
  EXPECT_EQ(outcome("api-server >= 1.34", prerelease), "met");  // its code is that minor's
  EXPECT_EQ(outcome("api-server < 1.34", prerelease), "needs api-server < 1.34: it is v1.34.0-alpha.1");
}

TEST(Need, WithoutAClusterNoVersionIsKnown) {
  EXPECT_EQ(outcome("api-server < 1.34", {}), "needs api-server < 1.34: the version is not known");
  EXPECT_EQ(outcome("kubelet < 1.34", {}), "needs kubelet < 1.34: no kubelet's version is known");
}

TEST(Need, Machines) {
  EXPECT_EQ(outcome("nodes >= 2"), "met");
  EXPECT_EQ(outcome("nodes >= 3"), "needs nodes >= 3: the cluster has 2");
  EXPECT_EQ(outcome("threads per core >= 2"), "needs threads per core >= 2: a node has 1");
  EXPECT_EQ(outcome("threads per core < 2"), "met");
  EXPECT_EQ(outcome("node access"), "needs node access: commands cannot be run on this cluster's nodes");
  CellFacts with = facts();
  with.node_access = true;
  EXPECT_EQ(outcome("node access", with), "met");
}

TEST(Need, TextIsKeptWithoutSpareSpaces) {
  EXPECT_EQ(Need::parse("  gate  X   on ")->text(), "gate X on");
  EXPECT_TRUE(Need::parse("gate X off")->about_gates());
  EXPECT_FALSE(Need::parse("gate X unlocked")->about_gates());
  EXPECT_FALSE(Need::parse("node access")->about_gates());
}

TEST(Need, RefusesWhatItDoesNotUnderstand) {
  const auto error = [](std::string_view text) {
    const auto need = Need::parse(text);
    return need ? std::string("parsed") : to_string(need.error());
  };
  for (const char* text : {"", "gate", "gate X", "x", "kubelet 1.33", "kubelet > 1.33", "nodes", "node  accesss"}) {
    EXPECT_THAT(error(text), HasSubstr("not understood")) << text;
  }
  EXPECT_THAT(error("gate X yes"), HasSubstr("expected 'on', 'off' or 'unlocked'"));
  EXPECT_THAT(error("gate X on in kubelet"), HasSubstr("'at COMPONENT'"));
  EXPECT_THAT(error("gate X on at kubelett"), HasSubstr("did you mean 'kubelet'?"));
  EXPECT_THAT(error("gate X-Y on"), HasSubstr("not a gate's name"));
  EXPECT_THAT(error("kubelet >= new"), HasSubstr("'new' is not a Kubernetes version"));
  EXPECT_THAT(error("nodes >= two"), HasSubstr("'two' is not a number"));
  EXPECT_THAT(error("nodes >= -1"), HasSubstr("'-1' is not a number"));
}

TEST(FirstUnmet, IsTheFirst) {
  EXPECT_EQ(first_unmet({"gate Both on", "nodes >= 2"}, facts()), std::nullopt);
  EXPECT_EQ(first_unmet({"gate Both on", "nodes >= 3", "node access"}, facts()), "needs nodes >= 3: the cluster has 2");
  EXPECT_THAT(first_unmet({"moonlight"}, facts()).value_or(""), HasSubstr("not understood"));
  EXPECT_EQ(first_unmet({}, facts()), std::nullopt);
}

RC_GTEST_PROP(NeedProperty, AnyTextIsReadOrRefused, ()) {
  const auto words = *rc::gen::container<std::vector<std::string>>(
      rc::gen::element<std::string>("gate", "X", "on", "off", "at", "kubelet", ">=", "<", "1.33", "nodes", "2",
                                    "unlocked", "threads", "per", "core", "node", "access", "api-server", "\xff"));
  std::string text;
  for (const auto& word : words) text += word + " ";
  if (const auto need = Need::parse(text)) {
    RC_ASSERT(Need::parse(need->text()).has_value());
    need->unmet(facts());
  } else {
    RC_ASSERT(need.error().kind == ErrorKind::kUsage);
  }
}

}  // namespace
}  // namespace graduand::catalogue
