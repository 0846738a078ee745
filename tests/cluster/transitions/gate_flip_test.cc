// SPDX-License-Identifier: Apache-2.0
#include "framework/cluster/transitions/gate_flip.h"

#include "tests/cluster/transitions/scripted_transition.h"

namespace graduand::cluster {
namespace {

using results::Outcome;
using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class GateFlip : public testing_support::ScriptedTransition {
 protected:
  results::Transition flip(const catalogue::GateMap& gates) {
    const ApiServerTarget target{&cluster_->machines, &journal(), "c",
                                 [this](milliseconds limit) { return cluster_->client(limit); }};
    return flip_api_server_gates(target, gates, seconds(60), cluster_->time, cancel_.token());
  }
  NodeJournal& journal() {
    if (!journal_) {
      components_.emplace(
          cluster_->machines, [this](milliseconds limit) { return cluster_->client(limit); }, seconds(60),
          cluster_->time);
      journal_.emplace(cluster_->machines, *components_, "run/cell/case/1");
    }
    return *journal_;
  }
  std::string manifest() { return cluster_->manifest("c", "kube-apiserver"); }

  std::optional<KubeadmComponents> components_;
  std::optional<NodeJournal> journal_;
};

TEST_F(GateFlip, FlipsAddUpAndOneWayBackUndoesThemAll) {
  const auto first = flip({{"A", true}});
  ASSERT_EQ(first.outcome, Outcome::kPassed) << first.message;
  ASSERT_EQ(flip({{"B", false}}).outcome, Outcome::kPassed);
  EXPECT_THAT(manifest(), HasSubstr("--feature-gates=A=true,B=false"));
  const Status back = journal().put_back("c");
  ASSERT_TRUE(back) << to_string(back.error());
  EXPECT_TRUE(as_before());
}

TEST_F(GateFlip, WhatIsSoAlreadyIsNotRestarted) {
  ASSERT_EQ(flip({{"A", true}}).outcome, Outcome::kPassed);
  const std::string before = manifest();
  ASSERT_EQ(flip({{"A", true}}).outcome, Outcome::kPassed);
  EXPECT_EQ(manifest(), before) << "not even marked anew";
}

TEST_F(GateFlip, AnApiServerThatDoesNotComeBackHasFailedAndIsAsBefore) {
  ASSERT_EQ(flip({{"A", true}}).outcome, Outcome::kPassed);
  const std::string before = manifest();
  cluster_->refuses = [](const std::string&, const std::string& given) {
    return given.find("B=true") != std::string::npos;
  };
  const auto flipped = flip({{"B", true}});
  EXPECT_EQ(flipped.outcome, Outcome::kFailed);
  EXPECT_THAT(flipped.message,
              AllOf(HasSubstr("did not come back ready within 1m"), HasSubstr("its last words: panic: the log's end"),
                    Not(HasSubstr("could not be put back"))));
  EXPECT_EQ(manifest(), before) << "as before this flip, whatever earlier ones did";
  ASSERT_TRUE(journal().put_back("c"));
  EXPECT_TRUE(as_before());
}

TEST_F(GateFlip, AnApiServerThatShowsAnotherValueHasFailed) {
  cluster_->api.page = [page = cluster_->api.page](const std::string& path) {
    auto answer = page(path);
    if (answer && path == "/metrics") answer->body = "process_start_time_seconds 1e9\n";
    return answer;
  };
  int asked = 0;
  cluster_->api.page = [&asked, page = cluster_->api.page](const std::string& path) {
    auto answer = page(path);
    if (answer && path == "/metrics") answer->body = "process_start_time_seconds " + std::to_string(++asked) + "\n";
    return answer;
  };
  const auto flipped = flip({{"A", true}});
  EXPECT_EQ(flipped.outcome, Outcome::kFailed);
  EXPECT_THAT(flipped.message, HasSubstr("shows other values: A: requested on, effective not listed"));
  EXPECT_THAT(manifest(), Not(HasSubstr("A=true")));
}

TEST_F(GateFlip, ANodeThatCannotBeReachedIsInfrastructureAndNothingIsChanged) {
  cluster_->machines.unreachable = {"c"};
  EXPECT_EQ(flip({{"A", true}}).outcome, Outcome::kInfraError);
  EXPECT_TRUE(as_before());
  EXPECT_THAT(cluster_->machines.log, IsEmpty());
}

// The API server that a killed process left without a manifest.
TEST_F(GateFlip, ADeathBetweenTheManifestsIsMendedByRestore) {
  for (int n = 0; n < 8; ++n) {
    use(std::make_unique<testing_support::ScriptedCluster>());
    journal_.reset();
    components_.reset();
    cluster_->machines.changes_left = n;
    std::ignore = flip({{"A", true}});
    cluster_->machines.revive();
    const Status restored = restore();
    ASSERT_TRUE(restored) << n << ": " << to_string(restored.error());
    EXPECT_TRUE(as_before()) << "death after step " << n;
  }
}

}  // namespace
}  // namespace graduand::cluster
