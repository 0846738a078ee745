// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include "framework/base/files.h"
#include "framework/cluster/kind/kind_parts.h"
#include "framework/cluster/transitions/transition_work.h"
#include "tests/cluster/kind/fake_docker.h"

namespace graduand::cluster::testing_support {

// A cluster gr-1 of one control plane and one worker in a fake Docker, and the work on a transition of it. No API.
class TransitionFixture : public testing::Test {
 protected:
  void SetUp() override {
    docker_.add_node("gr-1", "control-plane");
    docker_.add_node("gr-1", "worker");
    options_.state_dir = dir_.path() / "transition";
    options_.on_progress = [this](const std::string& step) { steps_.push_back(step); };
  }

  static RegistryEntry entry(const fs::path& state_dir) {
    RegistryEntry entry;
    entry.name = "gr-1";
    entry.state_dir = state_dir;
    entry.instance.cluster_name = "gr-1";
    return entry;
  }
  TransitionWork& work() {
    if (!work_) work_.emplace(parts_, request_, options_, cancel_.token());
    return *work_;
  }
  // Commands as one text each, those that begin with `prefix`.
  std::vector<std::string> calls(const std::string& prefix) const {
    std::vector<std::string> found;
    for (const auto& call : docker_.runner.calls()) {
      std::string text;
      for (const auto& word : call) text += (text.empty() ? "" : " ") + word;
      if (text.rfind(prefix, 0) == 0) found.push_back(std::move(text));
    }
    return found;
  }

  TempDir dir_ = TempDir::create("transition").value();
  FakeDocker docker_;
  FakeClock clock_{Timestamp(seconds(2000))};
  KindCluster cluster_{docker_.runner, clock_, Registry(dir_.path() / "clusters"), entry(dir_.path() / "state")};
  KindParts parts_{docker_.runner, cluster_, clock_};
  catalogue::TransitionRequest request_;
  TransitionOptions options_;
  CancelSource cancel_;
  std::optional<TransitionWork> work_;
  std::vector<std::string> steps_;
};

}  // namespace graduand::cluster::testing_support
