// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include "framework/base/files.h"
#include "framework/base/text.h"
#include "framework/cluster/kind/kind_provider.h"
#include "framework/cluster/transitions/node_components.h"
#include "framework/kube/kubeconfig.h"
#include "framework/profile/profile.h"

namespace graduand::cluster::testing_support {

// Tests on real kind clusters, each deleted at its end. kubectl and docker are the independent check.
class RealKind : public testing::Test {
 protected:
  Result<CreateOutcome> create(const std::string& yaml, const CancelToken& cancel = {}) {
    const auto profile = profile::parse_profile("name: real\n" + yaml, "p.yaml");
    if (!profile) return fail(profile.error());
    CreateOptions options;
    options.run_id = "20261121t041000-realtest";
    // Names of clusters are made of it: two checkouts may run these tests on one host.
    options.instance_id = dir_.path().string();
    options.state_dir = dir_.path() / "state";
    options.on_progress = [this](const std::string& step) { steps_.push_back(step); };
    return provider_->create(profile->cells.front(), options, cancel);
  }

  // Creates, and fails the test when there is no cluster.
  std::unique_ptr<Cluster> created(const std::string& yaml) {
    auto outcome = create(yaml);
    EXPECT_TRUE(outcome) << to_string(outcome.error());
    if (!outcome) return nullptr;
    EXPECT_EQ(outcome->instance.outcome, results::Outcome::kPassed) << outcome->instance.message;
    name_ = outcome->instance.cluster_name;
    return std::move(outcome->cluster);
  }

  static MakeClient client_of(const Cluster& cluster) {
    return [file = cluster.kubeconfig(),
            context = cluster.kube_context()](milliseconds limit) -> Result<std::unique_ptr<kube::Client>> {
      GRADUAND_TRY_ASSIGN(auto config, kube::load_kubeconfig({file}, context));
      kube::ClientOptions options;
      options.timeout = limit;
      return kube::Client::create(std::move(config), std::move(options));
    };
  }

  std::string output_of(std::vector<std::string> argv) {
    const std::string command = join(argv, " ");
    const auto result = system_process_runner().run({.argv = std::move(argv), .time_limit = seconds(60)});
    EXPECT_TRUE(result) << to_string(result.error());
    if (!result) return "";
    EXPECT_FALSE(result->timed_out) << command;
    return result->stdout_text + result->stderr_text;
  }
  std::string kubectl(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"kubectl", "--kubeconfig", (dir_.path() / "state/kubeconfig").string()});
    return output_of(std::move(arguments));
  }
  // "1" or "0", as kubectl sees the gate at the API server; else what kubectl said.
  std::string gate_at_api_server(const std::string& gate) {
    const std::string metrics = kubectl({"get", "--raw", "/metrics"});
    for (const std::string& line : split(metrics, '\n'))
      if (starts_with(line, "kubernetes_feature_enabled{name=\"" + gate + "\"")) return line.substr(line.size() - 1);
    return "not listed in: " + shorten(metrics, 300);
  }
  std::string containers() {
    return output_of({"docker", "ps", "--all", "--quiet", "--filter", "label=io.x-k8s.kind.cluster=" + name_});
  }

  void TearDown() override {
    for (const auto& listed : provider_->list().value_or(std::vector<ClusterListing>{})) {
      auto left = provider_->open(listed.name);
      EXPECT_TRUE(left && (*left)->remove()) << listed.name;
    }
  }

  TempDir dir_ = TempDir::create("kind").value();
  std::unique_ptr<Provider> provider_ =
      make_kind_provider(system_process_runner(), system_clock(), Registry(dir_.path() / "clusters"));
  std::vector<std::string> steps_;
  std::string name_;
};

}  // namespace graduand::cluster::testing_support
