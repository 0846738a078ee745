// SPDX-License-Identifier: Apache-2.0
#include "framework/cluster/kind/kind_provider.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>

#include "framework/base/files.h"
#include "framework/cluster/host.h"
#include "framework/cluster/kind/kind_create.h"
#include "framework/profile/profile.h"
#include "tests/cluster/kind/fake_docker.h"

namespace graduand::cluster {
namespace {

using testing::HasSubstr;
using testing_support::FakeDocker;

catalogue::CellDescription cell_of(const std::string& yaml) {
  return profile::parse_profile("name: p\n" + yaml, "p.yaml").value().cells.front();
}

class KindProviderTest : public testing::Test {
 protected:
  void SetUp() override {
    // A program named kind, found first; it is never run.
    ASSERT_TRUE(write_file_atomically(dir_.path() / "bin/kind", "#!/bin/false\n", 0755));
    ASSERT_EQ(setenv("PATH", ((dir_.path() / "bin").string() + ":" + path_).c_str(), 1), 0);
  }
  void TearDown() override { setenv("PATH", path_.c_str(), 1); }

  RegistryEntry entry(const std::string& name, const ProcessMark& owner) const {
    RegistryEntry entry;
    entry.name = name;
    entry.state_dir = dir_.path() / "state";
    entry.owner = owner;
    entry.instance.id = "run/p/c/1";
    entry.instance.run_id = "run";
    entry.instance.cell = cell_of("kubernetes: v1.34.3\n");
    entry.instance.cluster_name = name;
    entry.instance.created = Timestamp(seconds(1000));
    return entry;
  }

  const std::string path_ = std::getenv("PATH") == nullptr ? "" : std::getenv("PATH");
  TempDir dir_ = TempDir::create("kind-provider").value();
  FakeDocker docker_;
  FakeClock clock_{Timestamp(seconds(2000))};
  Registry registry_{dir_.path() / "clusters"};
  std::unique_ptr<Provider> provider_ = make_kind_provider(docker_.runner, clock_, registry_);
};

TEST_F(KindProviderTest, PreflightPassesWhenAllIsThere) {
  const Status ready = provider_->preflight(cell_of("kubernetes: v1.34.3\n"));
  EXPECT_TRUE(ready) << to_string(ready.error());
}

TEST_F(KindProviderTest, PreflightLooksAtGatesBeforeItAsksAnybody) {
  const Status ready = provider_->preflight(cell_of("kubernetes: v1.34.3\ngates: {PodLifecycleSleepAction: false}\n"));
  ASSERT_FALSE(ready);
  EXPECT_EQ(ready.error().kind, ErrorKind::kUsage);
  EXPECT_TRUE(docker_.runner.calls().empty());
}

TEST_F(KindProviderTest, PreflightSaysHowToStartDocker) {
  docker_.running = false;
  const Status ready = provider_->preflight(cell_of("kubernetes: v1.34.3\n"));
  ASSERT_FALSE(ready);
  EXPECT_EQ(ready.error().kind, ErrorKind::kInfrastructure);
  EXPECT_THAT(to_string(ready.error()), HasSubstr("Cannot connect to the Docker daemon"));
  EXPECT_THAT(ready.error().hint, HasSubstr("systemctl start docker"));
}

TEST_F(KindProviderTest, AnInfoThatOnlyTheClientAnswersIsNoDocker) {
  docker_.info = R"({"ServerErrors":["Cannot connect"]})";
  const Status ready = provider_->preflight(cell_of("kubernetes: v1.34.3\n"));
  ASSERT_FALSE(ready);
  EXPECT_THAT(ready.error().message, HasSubstr("Docker does not answer: Cannot connect"));
}

TEST_F(KindProviderTest, PreflightSaysHowToMakeAMissingImage) {
  const Status ready = provider_->preflight(cell_of("kubernetes: v1.34.99\n"));
  ASSERT_FALSE(ready);
  EXPECT_EQ(ready.error().kind, ErrorKind::kInfrastructure);
  EXPECT_THAT(ready.error().message,
              HasSubstr("node image kindest/node:v1.34.99 is not on this host and could not be pulled"));
  EXPECT_EQ(ready.error().hint, "scripts/node-image v1.34.99");
}

TEST_F(KindProviderTest, CreateTurnsAFailedPreflightIntoARecord) {
  docker_.running = false;
  CreateOptions options;
  options.run_id = "run";
  options.instance_id = "run/p/default/1";
  options.state_dir = dir_.path() / "state";
  const auto outcome = provider_->create(cell_of("kubernetes: v1.34.3\n"), options, {});
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->cluster, nullptr);
  EXPECT_EQ(outcome->instance.outcome, results::Outcome::kInfraError);
  EXPECT_EQ(outcome->instance.id, "run/p/default/1");
  EXPECT_TRUE(registry_.all().empty()) << "nothing was made";
}

TEST_F(KindProviderTest, AFailedCreateSavesLogsAndDeletesWhatItMade) {
  docker_.runner.on({"kind", "create"}, [](const auto&) {
    return FakeDocker::broken(" • Preparing nodes ...\nERROR: failed to create cluster: docker run error: no space\n");
  });
  docker_.runner.on({"kind", "export"}, [](const auto&) { return FakeDocker::ok(""); });
  docker_.runner.on({"kind", "delete"}, [](const auto&) { return FakeDocker::ok(""); });
  CreateOptions options;
  options.run_id = "run";
  options.instance_id = "run/p/default/1";
  options.state_dir = dir_.path() / "state";
  const auto outcome = provider_->create(cell_of("kubernetes: v1.34.3\n"), options, {});
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->cluster, nullptr);
  EXPECT_EQ(outcome->instance.outcome, results::Outcome::kInfraError);
  EXPECT_THAT(outcome->instance.message, HasSubstr("docker run error: no space"));
  EXPECT_TRUE(registry_.all().empty());
  std::vector<std::string> verbs;
  for (const auto& call : docker_.runner.calls())
    if (call.front() == "kind") verbs.push_back(call[1]);
  EXPECT_THAT(verbs, testing::ElementsAre("create", "export", "delete"));
}

TEST_F(KindProviderTest, ListsOursOnlyAndTellsOrphans) {
  const ProcessMark self = mark_of_process(getpid()).value();
  ProcessMark other = self;
  other.start += 1;  // a later process with the same id
  ASSERT_TRUE(registry_.put(entry("gr-1-alive", self)));
  ASSERT_TRUE(registry_.put(entry("gr-2-dead", other)));
  RegistryEntry kept = entry("gr-3-kept", other);
  kept.detached = true;
  ASSERT_TRUE(registry_.put(kept));
  RegistryEntry gone = entry("gr-4-gone", other);
  gone.detached = true;
  ASSERT_TRUE(registry_.put(gone));
  for (const char* cluster : {"gr-1-alive", "gr-2-dead", "gr-3-kept", "somebody-elses"})
    docker_.add_node(cluster, "control-plane");
  docker_.add_node("gr-2-dead", "worker");
  const auto listed = provider_->list();
  ASSERT_TRUE(listed) << to_string(listed.error());
  std::vector<std::string> lines;
  for (const auto& one : *listed)
    lines.push_back(one.name + " " + std::to_string(one.nodes) + (one.orphan ? " orphan" : ""));
  EXPECT_THAT(lines, testing::ElementsAre("gr-1-alive 1", "gr-2-dead 2 orphan", "gr-3-kept 1", "gr-4-gone 0 orphan"));
  EXPECT_EQ(listed->front().cell, "p/default");
  EXPECT_EQ(listed->front().run_id, "run");
}

TEST_F(KindProviderTest, ListsNothingWhenDockerIsAway) {
  docker_.running = false;
  EXPECT_FALSE(provider_->list());
}

TEST_F(KindProviderTest, OpensAndRemovesOnlyWhatIsInTheRegistry) {
  for (const char* name : {"somebody-elses", "", "../x", "gr-1-x/../y"}) {
    const auto opened = provider_->open(name);
    ASSERT_FALSE(opened) << name;
    EXPECT_EQ(opened.error().kind, ErrorKind::kNotFound);
  }
  ASSERT_TRUE(registry_.put(entry("gr-1-mine", mark_of_process(getpid()).value())));
  docker_.runner.on({"kind", "get", "kubeconfig"}, [](const auto&) { return FakeDocker::ok("kind: Config\n"); });
  docker_.runner.on({"kind", "delete", "cluster", "--name", "gr-1-mine", "--kubeconfig"},
                    [](const auto&) { return FakeDocker::ok(""); });
  auto opened = provider_->open("gr-1-mine");
  ASSERT_TRUE(opened);
  EXPECT_EQ(read_file((*opened)->kubeconfig()).value_or(""), "kind: Config\n") << "written anew, as it was gone";
  EXPECT_EQ((*opened)->kube_context(), "kind-gr-1-mine");
  const Status removed = (*opened)->remove();
  EXPECT_TRUE(removed) << to_string(removed.error());
  EXPECT_TRUE(registry_.all().empty());
}

TEST_F(KindProviderTest, WhatCannotBeDeletedStaysKnown) {
  ASSERT_TRUE(registry_.put(entry("gr-1-mine", mark_of_process(getpid()).value())));
  docker_.runner.on({"kind", "delete"}, [](const auto&) { return FakeDocker::broken("ERROR: no daemon"); });
  auto opened = provider_->open("gr-1-mine");
  ASSERT_TRUE(opened);
  EXPECT_FALSE((*opened)->remove());
  EXPECT_EQ(registry_.all().size(), 1u);
}

TEST_F(KindProviderTest, HealthOfANodeThatDiedIsInfrastructure) {
  ASSERT_TRUE(registry_.put(entry("gr-1-mine", mark_of_process(getpid()).value())));
  docker_.add_node("gr-1-mine", "control-plane", false);
  auto opened = provider_->open("gr-1-mine");
  ASSERT_TRUE(opened);
  const Health health = (*opened)->health();
  EXPECT_EQ(health.state, Health::State::kInfrastructureLost);
  EXPECT_THAT(health.message, HasSubstr("node gr-1-mine-control-plane is exited: exit code 137"));
  docker_.running = false;
  EXPECT_EQ((*opened)->health().state, Health::State::kInfrastructureLost);
}

TEST(ClassifyKindFailure, BlamesTheProductOnlyOnceItWasStarted) {
  EXPECT_EQ(classify_kind_failure("ERROR: failed to create cluster: failed to pull image"), ErrorKind::kInfrastructure);
  EXPECT_EQ(classify_kind_failure(" ✓ Writing configuration\n • Starting control-plane 🕹️  ...\nERROR: failed to init"),
            ErrorKind::kProduct);
}

}  // namespace
}  // namespace graduand::cluster
