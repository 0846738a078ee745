// SPDX-License-Identifier: Apache-2.0
#include "framework/catalogue/cell.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

namespace graduand::catalogue {
namespace {

using ::testing::HasSubstr;

KubeVersion version(std::string_view text) {
  return KubeVersion::parse(text).value();
}

CellDescription sample() {
  CellDescription cell;
  cell.profile = "sleep-action";
  cell.name = "v1.33-on";
  cell.provider = "kind";
  cell.kubernetes_version = version("v1.33.13");
  cell.nodes = {
      {"control-plane", version("v1.33.13")}, {"worker", version("v1.32.9")}, {"worker", version("v1.33.13")}};
  cell.gates = {{"A", true}, {"B", false}};
  cell.component_gates = {{kKubelet, {{"B", true}}}};
  cell.runtime_config = {{"api/beta", "true"}};
  cell.kubeadm_patches = {json::object{{"kind", "ClusterConfiguration"}, {"x", 1}}};
  return cell;
}

TEST(CellDescription, AComponentsOwnGatesGoBeforeThoseOfAll) {
  const CellDescription cell = sample();
  EXPECT_EQ(cell.requested_gates(kKubelet), (GateMap{{"A", true}, {"B", true}}));
  EXPECT_EQ(cell.requested_gates(kApiServer), (GateMap{{"A", true}, {"B", false}}));
  EXPECT_EQ(cell.display_name(), "sleep-action/v1.33-on");
}

TEST(Fingerprint, IsFixed) {
  // Evidence of years is keyed by it: this value may only change together with the schema version.
  EXPECT_EQ(sample().fingerprint(), "d4cb06066c2cbd2a");
  EXPECT_THAT(sample().fingerprint(), ::testing::MatchesRegex("[0-9a-f]{16}"));
}

TEST(Fingerprint, NamesAndTheOrderOfWorkersDoNotMatter) {
  CellDescription other = sample();
  other.profile = other.name = other.provider = "another";
  std::swap(other.nodes[1], other.nodes[2]);
  std::rotate(other.nodes.begin(), other.nodes.begin() + 1, other.nodes.end());  // the control plane last
  EXPECT_EQ(other.fingerprint(), sample().fingerprint());
}

TEST(Fingerprint, TwoWaysToAskForTheSameGatesAreOneCell) {
  CellDescription everywhere = sample(), one_by_one = sample();
  everywhere.component_gates.clear();
  one_by_one.component_gates.clear();
  one_by_one.gates.clear();
  for (const std::string& component : components()) one_by_one.component_gates[component] = everywhere.gates;
  EXPECT_EQ(everywhere.fingerprint(), one_by_one.fingerprint());
}

TEST(Fingerprint, EveryPartOfTheContentMatters) {
  std::vector<CellDescription> all(11, sample());
  all[1].kubernetes_version = version("v1.33.12");
  all[2].emulated_version = version("1.32");
  all[3].nodes[2].version = version("v1.33.12");
  all[4].nodes.pop_back();
  all[5].gates["A"] = false;
  all[6].component_gates.clear();
  all[7].runtime_config["api/beta"] = "false";
  all[8].kubeadm_patches[0].as_object()["x"] = 2;
  all[9].nodes[1].labels["zone"] = "a";
  all[10].nodes[1].taints = {"dedicated=e2e:NoSchedule"};
  std::vector<std::string> prints;
  for (const auto& cell : all) prints.push_back(cell.fingerprint());
  std::sort(prints.begin(), prints.end());
  EXPECT_EQ(std::adjacent_find(prints.begin(), prints.end()), prints.end());
}

TEST(Fingerprint, TheOrderWithinAPatchDoesNotMatter) {
  CellDescription other = sample();
  other.kubeadm_patches[0] = json::object{{"x", 1}, {"kind", "ClusterConfiguration"}};
  EXPECT_EQ(other.fingerprint(), sample().fingerprint());
}

TEST(CellDescription, ComesBackFromJson) {
  CellDescription cell = sample();
  cell.emulated_version = version("1.32");
  const auto back = CellDescription::from_json(parse_json(canonical_json(cell.to_json())).value());
  ASSERT_TRUE(back) << to_string(back.error());
  EXPECT_EQ(canonical_json(back->to_json()), canonical_json(cell.to_json()));
  EXPECT_EQ(back->nodes, cell.nodes);
  EXPECT_EQ(cell.to_json().at("fingerprint").as_string(), cell.fingerprint());
}

TEST(CellDescription, SaysWhatIsWrongWithItsJson) {
  const auto error = [](std::string_view text) {
    return CellDescription::from_json(parse_json(text).value()).error().message;
  };
  EXPECT_THAT(error(R"({"profile":"p","name":"n","kubernetes_version":"x"})"), HasSubstr("'x' is not a Kubernetes"));
  EXPECT_THAT(error(R"({"profile":"p","name":"n","kubernetes_version":"1.33","gates":{"A":"on"}})"),
              HasSubstr("member 'gates': member 'A': expected true or false"));
  EXPECT_THAT(error(R"({"profile":"p","name":"n","kubernetes_version":"1.33","nodes":[{"role":"worker"}]})"),
              HasSubstr("member 'nodes': element 0: node: member 'version' is missing"));
}

TEST(CellFacts, AGateThatIsNotListedIsNeitherOnNorOff) {
  CellFacts facts;
  facts.effective_gates = {{kApiServer, {{"A", true}, {"B", false}}}};
  EXPECT_EQ(facts.effective(kApiServer, "A"), true);
  EXPECT_EQ(facts.effective(kApiServer, "B"), false);
  EXPECT_EQ(facts.effective(kApiServer, "C"), std::nullopt);
  EXPECT_EQ(facts.effective(kKubelet, "A"), std::nullopt);
}

TEST(CellFacts, TellAComponentThatIsAbsentFromOneThatWasNotRead) {
  using Reading = CellFacts::Reading;
  CellFacts facts;
  facts.effective_gates = {{kApiServer, {{"A", true}}}, {kScheduler, {{"A", true}}}, {kControllerManager, {}}};
  facts.unverified_components = {kKubelet, kScheduler};
  facts.absent_components = {kKubeProxy};
  EXPECT_EQ(facts.reading(kApiServer), Reading::kRead);
  EXPECT_EQ(facts.reading(kKubelet), Reading::kUnverified);
  EXPECT_EQ(facts.reading(kKubeProxy), Reading::kAbsent);
  EXPECT_EQ(facts.reading(kScheduler), Reading::kUnverified) << "whoever lists it as unverified did not trust the page";
  EXPECT_EQ(facts.reading(kControllerManager), Reading::kUnverified) << "a page without gates says nothing";
  EXPECT_EQ(CellFacts{}.reading(kApiServer), Reading::kUnverified) << "in none of the lists";
}

TEST(CellFacts, ComeBackFromJson) {
  CellFacts facts;
  facts.api_server_version = version("v1.34.3");
  facts.kubelet_versions = {version("v1.34.3"), version("v1.33.13")};
  facts.effective_gates = {{kApiServer, {{"A", true}}}, {kKubelet, {{"A", false}}}};
  facts.unverified_components = {kScheduler};
  facts.threads_per_core = 2;
  facts.nodes = 3;
  facts.node_access = true;
  const auto back = CellFacts::from_json(parse_json(canonical_json(facts.to_json())).value());
  ASSERT_TRUE(back) << to_string(back.error());
  EXPECT_EQ(canonical_json(back->to_json()), canonical_json(facts.to_json()));
  EXPECT_EQ(back->effective(kKubelet, "A"), false);
}

RC_GTEST_PROP(FingerprintProperty, DoesNotDependOnHowTheGatesWereAskedFor,
              (const std::map<std::string, bool>& gates, std::uint8_t which)) {
  CellDescription together = sample(), apart = sample();
  together.component_gates.clear();
  apart.component_gates.clear();
  together.gates = gates;
  apart.gates = gates;
  // Saying again for one component what already holds for all changes nothing.
  apart.component_gates[components()[which % components().size()]] = gates;
  RC_ASSERT(together.fingerprint() == apart.fingerprint());
}

}  // namespace
}  // namespace graduand::catalogue
