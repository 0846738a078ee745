// SPDX-License-Identifier: Apache-2.0
#include "framework/cluster/readback.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "framework/cluster/loopback_metrics.h"
#include "framework/cluster/profile.h"

namespace graduand::cluster {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

catalogue::CellDescription cell() {
  return parse_profile(
             "name: p\nkubernetes: v1.33.13\nnodes: [{role: control-plane}, {role: worker}]\n"
             "gates: {A: true}\ncomponent-gates: {kubelet: {A: false}}\n",
             "p.yaml")
      ->cells.front();
}

catalogue::CellFacts facts() {
  catalogue::CellFacts facts;
  facts.api_server_version = catalogue::KubeVersion::parse("v1.33.13").value();
  facts.kubelet_versions = {facts.api_server_version, facts.api_server_version};
  for (const auto& component : catalogue::components())
    facts.effective_gates[component] = {{"A", component != "kubelet"}, {"Other", true}};
  return facts;
}

TEST(Differences, NoneWhenAllIsAsAsked) {
  EXPECT_THAT(differences(cell(), facts()), IsEmpty());
}

TEST(Differences, NameGateComponentRequestedAndEffective) {
  auto seen = facts();
  seen.effective_gates["kubelet"]["A"] = true;
  seen.effective_gates["kube-proxy"].erase("A");
  EXPECT_THAT(differences(cell(), seen),
              ElementsAre("feature gate A at kubelet: requested off, effective on",
                          "feature gate A at kube-proxy: requested on, effective unknown: not listed alike by every "
                          "instance of it"));
}

TEST(Differences, DoNotAccuseAComponentThatCouldNotBeRead) {
  auto seen = facts();
  seen.effective_gates.erase("kube-scheduler");
  seen.unverified_components = {"kube-scheduler"};
  EXPECT_THAT(differences(cell(), seen), IsEmpty());
}

TEST(Differences, IncludeVersions) {
  auto seen = facts();
  seen.api_server_version.patch = 12;
  seen.kubelet_versions.back().minor = 32;
  EXPECT_THAT(differences(cell(), seen),
              ElementsAre("version of kube-apiserver: requested v1.33.13, effective v1.33.12",
                          "versions of kubelet: requested v1.33.13, v1.33.13, effective v1.32.13, v1.33.13"));
}

TEST(AgreedGates, AreThoseThatAllShowAlike) {
  EXPECT_EQ(agreed_gates({{{"A", true}, {"B", true}, {"C", true}}, {{"A", true}, {"B", false}}}),
            (catalogue::GateMap{{"A", true}}));
  EXPECT_TRUE(agreed_gates({}).empty());
}

TEST(CpuList, IsCounted) {
  EXPECT_EQ(count_in_cpu_list("0\n"), 1);
  EXPECT_EQ(count_in_cpu_list("0,4\n"), 2);
  EXPECT_EQ(count_in_cpu_list("0-3\n"), 4);
  EXPECT_EQ(count_in_cpu_list("0-1,8-9"), 4);
  EXPECT_EQ(count_in_cpu_list(""), 0);
  EXPECT_EQ(count_in_cpu_list("a,b"), 0);
}

// A node that answers one command with a text.
class FakeNodes final : public NodeAccess {
 public:
  Result<ProcessResult> run(const std::string&, const std::vector<std::string>& argv, milliseconds, const std::string&,
                            const CancelToken&) override {
    script = argv.back();
    ProcessResult result;
    result.exit_code = 0;
    result.stdout_text = answer;
    return result;
  }
  Result<std::string> read_file(const std::string&, const std::string&) override { return std::string(); }
  Status write_file(const std::string&, const std::string&, std::string_view, const std::string&) override {
    return {};
  }
  Status copy_to(const std::string&, const std::filesystem::path&, const std::string&) override { return {}; }
  std::string answer;
  std::string script;
};

TEST(LoopbackPages, AreReadSectionBySection) {
  FakeNodes nodes;
  nodes.answer =
      "== threads\n0,1\n== kube-proxy\nkubernetes_feature_enabled{name=\"A\",stage=\"BETA\"} 1\n"
      "== kube-controller-manager\nkubernetes_feature_enabled{name=\"A\",stage=\"\"} 0\n== kube-scheduler\n";
  const auto pages = read_loopback_pages(nodes, "n", true);
  EXPECT_EQ(pages.threads_per_core, 2);
  EXPECT_EQ(pages.gates.at("kube-proxy"), (catalogue::GateMap{{"A", true}}));
  EXPECT_EQ(pages.gates.at("kube-controller-manager"), (catalogue::GateMap{{"A", false}}));
  EXPECT_FALSE(pages.complete) << "the scheduler has not answered yet";
}

TEST(LoopbackPages, OfAWorkerAskNoControlPlane) {
  FakeNodes nodes;
  nodes.answer = "== threads\n0\n== kube-proxy\nkubernetes_feature_enabled{name=\"A\",stage=\"BETA\"} 1\n";
  EXPECT_TRUE(read_loopback_pages(nodes, "n", false).complete);
  EXPECT_EQ(nodes.script.find("10257"), std::string::npos);
}

}  // namespace
}  // namespace graduand::cluster
