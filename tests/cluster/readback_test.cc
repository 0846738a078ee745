// SPDX-License-Identifier: Apache-2.0
#include "framework/cluster/readback.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "framework/cluster/loopback_metrics.h"
#include "framework/cluster/shell_node_access.h"
#include "framework/profile/profile.h"

namespace graduand::cluster {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

catalogue::CellDescription cell() {
  return profile::parse_profile(
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

TEST(Differences, AskNothingOfAComponentThatIsAbsentUnlessTheCellDoes) {
  auto seen = facts();
  seen.effective_gates.erase("kube-proxy");
  seen.absent_components = {"kube-proxy"};
  EXPECT_THAT(differences(cell(), seen), IsEmpty());
  auto asked = cell();
  asked.component_gates["kube-proxy"] = {{"A", true}};
  EXPECT_EQ(differences(asked, seen).size(), 1u);
}

TEST(PutGates, EveryComponentIsInExactlyOneList) {
  const catalogue::GateMap page = {{"A", true}};
  struct Example {
    std::vector<catalogue::GateMap> pages;
    bool by_design;
    catalogue::CellFacts::Reading reading;
  };
  using Reading = catalogue::CellFacts::Reading;
  const Example examples[] = {
      {{page}, false, Reading::kRead},           {{page, page}, true, Reading::kRead},
      {{}, false, Reading::kUnverified},         {{}, true, Reading::kAbsent},
      {{{}, {}}, false, Reading::kUnverified},   {{{}, {}}, true, Reading::kAbsent},
      {{page, {}}, false, Reading::kUnverified}, {{page, {}}, true, Reading::kUnverified},
  };
  for (const Example& example : examples) {
    catalogue::CellFacts seen;
    put_gates(seen, "kube-proxy", example.pages, example.by_design);
    EXPECT_EQ(seen.reading("kube-proxy"), example.reading) << example.pages.size() << example.by_design;
    EXPECT_EQ(seen.effective_gates.size() + seen.absent_components.size() + seen.unverified_components.size(), 1u);
  }
}

TEST(AbsentByDesign, IsKubeProxyWhereKubeadmSkipsIt) {
  const auto absent = [](const std::string& patch) {
    return absent_by_design(
        profile::parse_profile("name: p\nkubernetes: v1.33.13\nkubeadm-patches:\n  - " + patch + "\n", "p.yaml")
            ->cells.front());
  };
  EXPECT_THAT(absent("{kind: InitConfiguration, skipPhases: [preflight, addon/kube-proxy]}"),
              ElementsAre("kube-proxy"));
  EXPECT_THAT(absent("{kind: InitConfiguration, skipPhases: [addon]}"), ElementsAre("kube-proxy"));
  EXPECT_THAT(absent("{kind: InitConfiguration, skipPhases: [preflight]}"), IsEmpty());
  EXPECT_THAT(absent("{kind: JoinConfiguration, skipPhases: [addon/kube-proxy]}"), IsEmpty());
  EXPECT_THAT(absent_by_design(cell()), IsEmpty());
}

TEST(ServerVersion, NamesWhatIsEmulatedOnlyWhereItIsAnotherMinor) {
  const auto seen = [](const std::string& members) {
    catalogue::CellFacts facts;
    facts.emulated_version = catalogue::KubeVersion{1, 30};
    const auto status = put_server_version(facts, parse_json("{" + members + "}").value());
    EXPECT_TRUE(status) << to_string(status.error());
    return facts;
  };
  const std::string version = R"("major": "1", "minor": "34", "gitVersion": "v1.34.3")";
  EXPECT_EQ(seen(version).api_server_version.str(), "v1.34.3");
  EXPECT_EQ(seen(version).emulated_version, std::nullopt);
  EXPECT_EQ(seen(version + R"(, "emulationMajor": "1", "emulationMinor": "34")").emulated_version, std::nullopt);
  EXPECT_EQ(seen(version + R"(, "emulationMajor": "1", "emulationMinor": "33+")").emulated_version->str(), "v1.33");
  EXPECT_EQ(seen(version + R"(, "emulationMajor": "", "emulationMinor": "")").emulated_version, std::nullopt);
  catalogue::CellFacts facts;
  EXPECT_FALSE(put_server_version(facts, parse_json(R"({"gitVersion": "unknown"})").value()));
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
class FakeNodes final : public ShellNodeAccess {
 public:
  Result<ProcessResult> run(const std::string&, const std::vector<std::string>& argv, milliseconds, const std::string&,
                            const CancelToken&) override {
    script = argv.back();
    ProcessResult result;
    result.exit_code = 0;
    result.stdout_text = answer;
    return result;
  }
  Status copy_to(const std::string&, const std::filesystem::path&, const std::string&) override { return {}; }
  Result<ProcessResult> run_and_tell(const std::string& node, const std::vector<std::string>& argv, milliseconds limit,
                                     const std::function<void(std::string_view)>&, const CancelToken& cancel) override {
    return run(node, argv, limit, {}, cancel);
  }
  Status copy_from(const std::string&, const std::string&, const std::filesystem::path&, milliseconds,
                   const CancelToken&) override {
    return {};
  }
  std::string answer;
  std::string script;
};

// An API server that answers these paths and no other.
class FakeApi final : public kube::Client {
 public:
  std::map<std::string, std::string> pages;

  kube::ApiResult<kube::HttpResponse> raw(const std::string&, const std::string& path, const std::string&,
                                          const std::string&) override {
    const auto found = pages.find(path);
    if (found == pages.end()) return unknown(path);
    return kube::HttpResponse{200, found->second, {}, {}};
  }
  kube::ApiResult<json::value> get(const kube::Resource&, const std::string&, const std::string& name) override {
    const auto found = pages.find(name);
    if (found == pages.end()) return unknown(name);
    return json::object{{"status", json::object{{"nodeInfo", json::object{{"kubeletVersion", found->second}}}}}};
  }
  kube::ApiResult<kube::ObjectList> list(const kube::Resource&, const std::string&, const kube::ListOptions&) override {
    return unknown("list");
  }
  kube::ApiResult<json::value> create_object(const kube::Resource&, const std::string&, const json::value&,
                                             const kube::WriteOptions&) override {
    return unknown("create");
  }
  kube::ApiResult<json::value> update(const kube::Resource&, const std::string&, const json::value&,
                                      const kube::WriteOptions&, const std::string&) override {
    return unknown("update");
  }
  kube::ApiResult<json::value> patch(const kube::Resource&, const std::string&, const std::string&, kube::PatchType,
                                     const json::value&, const kube::WriteOptions&, const std::string&) override {
    return unknown("patch");
  }
  kube::ApiResult<json::value> remove(const kube::Resource&, const std::string&, const std::string&,
                                      const kube::DeleteOptions&) override {
    return unknown("remove");
  }
  kube::ApiResult<void> remove_collection(const kube::Resource&, const std::string&, const kube::ListOptions&,
                                          const kube::DeleteOptions&) override {
    return unknown("remove");
  }
  kube::ApiResult<std::unique_ptr<kube::Watch>> watch(const kube::Resource&, const std::string&,
                                                      const kube::ListOptions&) override {
    return unknown("watch");
  }
  kube::ApiResult<std::string> logs(const std::string&, const std::string&, const std::string&, bool,
                                    std::optional<int>) override {
    return unknown("logs");
  }
  kube::ApiResult<kube::ExecResult> exec(const std::string&, const std::string&, const std::string&,
                                         const std::vector<std::string>&, milliseconds, const std::string&) override {
    return unknown("exec");
  }
  const kube::ClusterConfig& config() const override { return config_; }

 private:
  static tl::unexpected<kube::ApiError> unknown(const std::string& what) {
    kube::ApiError error;
    error.message = what + " is not there";
    return tl::unexpected(std::move(error));
  }
  kube::ClusterConfig config_;
};

class ReadBack : public testing::Test {
 protected:
  ReadBack() {
    api_.pages = {{"/version", R"({"gitVersion": "v1.34.3", "emulationMajor": "1", "emulationMinor": "33"})"},
                  {"/metrics", kPage},
                  {"/api/v1/nodes/n/proxy/metrics", kPage},
                  {"n", "v1.33.13"}};
    target_.client = &api_;
    target_.limit = milliseconds(0);
  }
  static constexpr const char* kPage = "kubernetes_feature_enabled{name=\"A\",stage=\"BETA\"} 1\n";
  FakeApi api_;
  FakeNodes nodes_;
  ReadbackTarget target_;
};

TEST_F(ReadBack, WhatCannotBeReachedIsUnverified) {
  target_.node_names = {"n"};
  const auto seen = read_back(target_);
  ASSERT_TRUE(seen) << to_string(seen.error());
  EXPECT_EQ(seen->api_server_version.str(), "v1.34.3");
  EXPECT_EQ(seen->emulated_version.value().str(), "v1.33");
  EXPECT_EQ(seen->effective(catalogue::kKubelet, "A"), true);
  EXPECT_THAT(seen->unverified_components,
              ElementsAre(catalogue::kControllerManager, catalogue::kScheduler, catalogue::kKubeProxy));
  EXPECT_THAT(seen->absent_components, IsEmpty());
}

TEST_F(ReadBack, AComponentWithoutPagesIsAbsentOnlyByDesign) {
  target_.node_names = {"n"};
  target_.nodes = &nodes_;
  nodes_.answer = "== threads\n0\n== kube-proxy\n";
  EXPECT_THAT(read_back(target_)->absent_components, IsEmpty());
  target_.absent = {catalogue::kKubeProxy};
  const auto seen = read_back(target_);
  ASSERT_TRUE(seen) << to_string(seen.error());
  EXPECT_THAT(seen->absent_components, ElementsAre(catalogue::kKubeProxy));
  EXPECT_THAT(seen->unverified_components, ElementsAre(catalogue::kControllerManager, catalogue::kScheduler));
}

TEST_F(ReadBack, AControlPlaneWithoutNodesHasNeitherKubeletNorKubeProxy) {
  const auto seen = read_back(target_);
  ASSERT_TRUE(seen) << to_string(seen.error());
  EXPECT_THAT(seen->absent_components, ElementsAre(catalogue::kKubelet, catalogue::kKubeProxy));
  EXPECT_EQ(seen->effective(catalogue::kApiServer, "A"), true);
}

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

TEST(LoopbackPages, AreCompleteWithoutAComponentThatIsAbsentByDesign) {
  FakeNodes nodes;
  nodes.answer = "== threads\n0\n== kube-proxy\n";
  EXPECT_FALSE(read_loopback_pages(nodes, "n", false).complete);
  EXPECT_TRUE(read_loopback_pages(nodes, "n", false, {}, {"kube-proxy"}).complete);
}

TEST(LoopbackPages, OfAWorkerAskNoControlPlane) {
  FakeNodes nodes;
  nodes.answer = "== threads\n0\n== kube-proxy\nkubernetes_feature_enabled{name=\"A\",stage=\"BETA\"} 1\n";
  EXPECT_TRUE(read_loopback_pages(nodes, "n", false).complete);
  EXPECT_EQ(nodes.script.find("10257"), std::string::npos);
}

}  // namespace
}  // namespace graduand::cluster
