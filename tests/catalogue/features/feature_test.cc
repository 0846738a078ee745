// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "framework/catalogue/features/feature.h"

namespace graduand::catalogue {
namespace {

constexpr const char* kGate = "PodLifecycleSleepAction";  // beta at 1.33, locked on at 1.34

KubeVersion version(std::string_view text) {
  return KubeVersion::parse(text).value();
}

CellFacts facts(std::string_view at, bool api_server, bool kubelet) {
  CellFacts facts;
  facts.api_server_version = version(at);
  facts.kubelet_versions = {version(at)};
  facts.effective_gates = {{kApiServer, {{kGate, api_server}}}, {kKubelet, {{kGate, kubelet}}}};
  return facts;
}

ResolvedCell resolved(RequiredCell required) {
  FeatureInfo feature;
  feature.required_cells["beta"] = {std::move(required)};
  return resolve(feature, "beta", version("1.34")).value().at(0);
}

RequiredCell required(std::string_view at, GateMap gates) {
  RequiredCell cell;
  cell.kubernetes = version(at);
  cell.gates = std::move(gates);
  return cell;
}

ResolvedCell cell(std::string_view at, GateMap gates) {
  return resolved(required(at, std::move(gates)));
}

TEST(RequiredCell, GatesHoldAtApiServerAndKubelet) {
  const ResolvedCell on = cell("1.33", {{kGate, true}});
  EXPECT_TRUE(on.matches(facts("v1.33.13", true, true)));
  EXPECT_FALSE(on.matches(facts("v1.33.13", false, true)));
  EXPECT_FALSE(on.matches(facts("v1.33.13", true, false)));
  EXPECT_TRUE(cell("1.33", {{kGate, false}}).matches(facts("v1.33.13", false, false)));
}

TEST(RequiredCell, TheMinorMustBeTheApiServers) {
  EXPECT_TRUE(cell("1.33", {}).matches(facts("v1.33.0", true, true)));
  EXPECT_FALSE(cell("1.33", {}).matches(facts("v1.34.3", true, true)));
}

TEST(RequiredCell, AComponentsOwnGatesGoFirst) {
  RequiredCell asked = required("1.33", {{kGate, true}});
  asked.component_gates = {{kApiServer, {{kGate, false}}}};
  const ResolvedCell skewed = resolved(asked);
  EXPECT_TRUE(skewed.matches(facts("v1.33.13", false, true)));
  EXPECT_FALSE(skewed.matches(facts("v1.33.13", true, true)));
}

TEST(RequiredCell, AnUnverifiedComponentNeverMatchesAGate) {
  CellFacts unverified = facts("v1.33.13", true, true);
  unverified.unverified_components = {kKubelet};
  EXPECT_FALSE(cell("1.33", {{kGate, true}}).matches(unverified));
  unverified.effective_gates.erase(kKubelet);
  unverified.unverified_components.clear();
  EXPECT_FALSE(cell("1.33", {{kGate, true}}).matches(unverified));
  EXPECT_TRUE(cell("1.33", {}).matches(unverified));  // it asks for no gate
}

TEST(RequiredCell, AGateThatIsNoLongerListedCountsWhereItIsSettled) {
  CellFacts settled = facts("v1.34.3", true, true);
  settled.effective_gates = {{kApiServer, {{"Other", true}}}, {kKubelet, {{"Other", true}}}};
  EXPECT_TRUE(cell("1.34", {{kGate, true}}).matches(settled));
  settled.kubelet_versions = {version("v1.33.13")};  // there it could be off
  EXPECT_FALSE(cell("1.34", {{kGate, true}}).matches(settled));
  settled.kubelet_versions.clear();
  EXPECT_FALSE(cell("1.34", {{kGate, true}}).matches(settled));

  CellFacts open = facts("v1.33.13", true, true);
  open.effective_gates = {{kApiServer, {{"Other", true}}}, {kKubelet, {{"Other", true}}}};
  EXPECT_FALSE(cell("1.33", {{kGate, true}}).matches(open));
}

TEST(RequiredCell, EnoughNodes) {
  ResolvedCell two = cell("1.33", {});
  two.min_nodes = 2;
  CellFacts cluster = facts("v1.33.13", true, true);
  EXPECT_FALSE(two.matches(cluster));
  cluster.nodes = 2;
  EXPECT_TRUE(two.matches(cluster));
}

TEST(RequiredCell, EveryKubeletsMinorCounts) {
  const ResolvedCell same = cell("1.33", {});
  CellFacts cluster = facts("v1.33.13", true, true);
  cluster.kubelet_versions = {version("v1.33.1"), version("v1.33.13")};
  EXPECT_TRUE(same.matches(cluster));
  cluster.kubelet_versions.push_back(version("v1.32.9"));
  EXPECT_FALSE(same.matches(cluster)) << "one older kubelet makes it another cell";
  cluster.kubelet_versions.clear();
  EXPECT_FALSE(same.matches(cluster)) << "nobody knows what they are";
}

TEST(RequiredCell, KubeletsOfAnotherMinorWhereItAsksForThem) {
  RequiredCell asked = required("1.34", {});
  asked.kubelets = VersionRef(1, 32);
  const ResolvedCell skewed = resolved(asked);
  CellFacts cluster = facts("v1.34.3", true, true);
  EXPECT_FALSE(skewed.matches(cluster));
  cluster.kubelet_versions = {version("v1.32.9")};
  EXPECT_TRUE(skewed.matches(cluster));
  cluster.kubelet_versions.push_back(version("v1.34.3"));
  EXPECT_FALSE(skewed.matches(cluster));
}

TEST(RequiredCell, AnEmulatedMinorIsThatMinorOnlyWhereItAsksForEmulation) {
  CellFacts emulating = facts("v1.34.3", true, true);
  emulating.emulated_version = version("1.33");
  emulating.kubelet_versions = {version("v1.33.13")};
  EXPECT_FALSE(cell("1.33", {}).matches(emulating));
  EXPECT_FALSE(cell("1.34", {}).matches(emulating));
  RequiredCell asked = required("1.33", {});
  asked.emulated = true;
  EXPECT_TRUE(resolved(asked).matches(emulating));
  emulating.emulated_version = version("1.34");  // the server's own minor is no emulation
  emulating.kubelet_versions = {version("v1.34.3")};
  EXPECT_TRUE(cell("1.34", {}).matches(emulating));
  EXPECT_FALSE(resolved(asked).matches(facts("v1.33.13", true, true)));
}

TEST(RequiredCell, APrereleaseCountsOnlyWhereItIsAdmitted) {
  for (const bool at_the_kubelet : {false, true}) {
    CellFacts cluster = facts("v1.33.13", true, true);
    (at_the_kubelet ? cluster.kubelet_versions.front() : cluster.api_server_version) = version("v1.33.0-rc.1");
    EXPECT_FALSE(cell("1.33", {}).matches(cluster));
    EXPECT_TRUE(cell("1.33", {}).matches(cluster, true));
  }
}

TEST(RequiredCell, AComponentThatIsAbsentHasNoGate) {
  CellFacts cluster = facts("v1.33.13", true, true);
  cluster.effective_gates.erase(kKubelet);
  cluster.kubelet_versions.clear();
  EXPECT_FALSE(cell("1.33", {}).matches(cluster)) << "not read is not absent";
  cluster.absent_components = {kKubelet};
  EXPECT_TRUE(cell("1.33", {}).matches(cluster)) << "a control plane without nodes has no kubelet of another minor";
  EXPECT_FALSE(cell("1.33", {{kGate, true}}).matches(cluster));
  EXPECT_FALSE(cell("1.33", {{kGate, false}}).matches(cluster));
}

TEST(RequiredCell, AnEmptyListOfGatesIsUnverified) {
  CellFacts cluster = facts("v1.34.3", true, true);
  cluster.effective_gates[kKubelet].clear();
  EXPECT_FALSE(cell("1.34", {{kGate, true}}).matches(cluster)) << "although it is locked on there";
}

TEST(RequiredCell, OneThatIsImpossibleMatchesNothing) {
  ResolvedCell off = cell("1.34", {{kGate, false}});
  EXPECT_EQ(off.impossible, "PodLifecycleSleepAction is locked on at v1.34");
  EXPECT_FALSE(off.matches(facts("v1.34.3", false, false)));
}

FeatureInfo relative() {
  FeatureInfo feature;
  feature.name = "Sleep";
  feature.gates = {kGate};
  for (const int minors : {1, 0}) {
    RequiredCell on;
    on.name = "on";
    on.kubernetes = VersionRef::before_release(minors);
    on.gates = {{kGate, true}};
    feature.required_cells["stable"].push_back(on);
  }
  return feature;
}

TEST(Resolve, CellsAreToldFromTheRelease) {
  const auto cells = resolve(relative(), "stable", version("v1.34.2")).value();
  ASSERT_EQ(cells.size(), 2u);
  EXPECT_EQ(cells[0].name, "v1.33, on");
  EXPECT_EQ(cells[0].kubernetes, version("1.33"));
  EXPECT_EQ(cells[0].kubelets, version("1.33"));
  EXPECT_EQ(cells[0].gates.at(kApiServer), (GateMap{{kGate, true}}));
  EXPECT_EQ(cells[0].gates.at(kKubelet), (GateMap{{kGate, true}}));
  EXPECT_EQ(cells[0].gates.size(), 2u);
  EXPECT_EQ(cells[1].name, "v1.34, on");
  EXPECT_TRUE(resolve(relative(), "beta", version("1.34")).value().empty());
}

TEST(Resolve, AGateIsAskedOfTheComponentsThatHaveIt) {
  FeatureInfo feature = relative();
  feature.components[kGate] = {kScheduler};
  const auto cells = resolve(feature, "stable", version("1.34")).value();
  ASSERT_EQ(cells[0].gates.size(), 1u);
  EXPECT_TRUE(cells[0].gates.count(kScheduler));
}

TEST(Resolve, AnOlderMinorWithoutTheGateIsImpossibleAndNoError) {
  const auto cells = resolve(relative(), "stable", version("1.29")).value();
  EXPECT_EQ(cells[0].impossible, "PodLifecycleSleepAction does not exist at v1.28");
  EXPECT_EQ(cells[1].impossible, "");
}

TEST(Resolve, AKubeletIsAskedForWhatItsOwnMinorHas) {
  FeatureInfo feature = relative();
  feature.required_cells["stable"][1].kubelets = VersionRef(1, 28);
  EXPECT_EQ(resolve(feature, "stable", version("1.30")).value()[1].impossible,
            "PodLifecycleSleepAction does not exist at v1.28");
}

TEST(Resolve, AReleaseOutsideIsRefusedWithTheReleasesThatAreInside) {
  const auto refused = [](const FeatureInfo& feature, const char* release) {
    const auto cells = resolve(feature, "stable", version(release));
    if (cells) return std::string("accepted");
    EXPECT_EQ(cells.error().kind, ErrorKind::kUsage);
    return to_string(cells.error());
  };
  const std::string newest = FeatureGates::builtin().newest().str();
  EXPECT_THAT(refused(relative(), "1.28"), testing::HasSubstr("its gate PodLifecycleSleepAction does not exist there"));
  EXPECT_THAT(refused(relative(), "1.28"), testing::HasSubstr("it can be judged from v1.29 to " + newest));
  EXPECT_THAT(refused(relative(), "1.99"), testing::HasSubstr("the gate table ends at " + newest));
  EXPECT_THAT(refused(relative(), "2.0"), testing::HasSubstr("it can be judged from v1.29 to " + newest));
  EXPECT_EQ(refused(relative(), "1.29"), "accepted");
  EXPECT_EQ(refused(relative(), newest.c_str()), "accepted");
  FeatureInfo removed;
  removed.name = "Job tracking";
  removed.gates = {"JobTrackingWithFinalizers"};
  EXPECT_THAT(refused(removed, "1.29"), testing::HasSubstr("it can be judged from v1.22 to v1.28"));
  EXPECT_EQ(refused(removed, "1.23"), "accepted");
  removed.gates.push_back("PLEGOnDemandRelist");
  EXPECT_THAT(refused(removed, "1.28"), testing::HasSubstr("no release has all of its gates"));
  FeatureInfo gateless;
  gateless.name = "Hooks";
  EXPECT_EQ(refused(gateless, "1.20"), "accepted");
  EXPECT_THAT(refused(gateless, "1.99"), testing::HasSubstr("it can be judged up to " + newest));
}

}  // namespace
}  // namespace graduand::catalogue
