// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "framework/base/files.h"
#include "framework/cluster/journal/node_journal.h"
#include "framework/cluster/transitions/node_components.h"
#include "tests/cluster/transitions/scripted_cluster.h"

namespace graduand::cluster::testing_support {

// A transition of a scripted cluster.
class ScriptedTransition : public testing::Test {
 protected:
  using Function = Result<catalogue::CellFacts> (*)(TransitionWork&);

  void SetUp() override {
    options_.state_dir = dir_.path() / "transition";
    options_.on_progress = [this](const std::string& step) {
      steps_.push_back(step);
      if (on_step_) on_step_(step);
    };
    use(std::make_unique<ScriptedCluster>());
  }
  void use(std::unique_ptr<ScriptedCluster> cluster) {
    cluster_ = std::move(cluster);
    before_ = cluster_->state();
  }
  Result<catalogue::CellFacts> make(Function transition) {
    TransitionWork work(*cluster_, request_, options_, cancel_.token());
    auto facts = transition(work);
    message_ = work.message();
    going_back_ = work.going_back();
    return facts;
  }
  bool as_before() const { return cluster_->state() == before_ && cluster_->journals_are_empty(); }
  // What whoever has the cluster next does.
  Status restore() {
    KubeadmComponents components(
        cluster_->machines, [this](milliseconds limit) { return cluster_->client(limit); }, seconds(120),
        cluster_->time);
    std::vector<std::string> names;
    for (const auto& [name, node] : cluster_->machines.nodes) names.push_back(name);
    return put_all_back(cluster_->machines, components, names);
  }

  TempDir dir_ = TempDir::create("transition").value();
  std::unique_ptr<ScriptedCluster> cluster_;
  std::map<std::string, ScriptedNodes::Node> before_;
  catalogue::TransitionRequest request_;
  TransitionOptions options_;
  CancelSource cancel_;
  std::vector<std::string> steps_;
  std::function<void(const std::string&)> on_step_;
  std::string message_;
  bool going_back_ = false;
};

}  // namespace graduand::cluster::testing_support
