// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "framework/catalogue/feature.h"

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

}  // namespace
}  // namespace graduand::catalogue
