// SPDX-License-Identifier: Apache-2.0
// `cluster delete` with several clusters, some of which cannot be deleted. kind and Docker are scripts here.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>

#include "framework/cluster/host.h"
#include "framework/cluster/registry.h"
#include "tests/integration/program.h"

namespace graduand {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing_support::Program;

class ClusterDelete : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(write_file_atomically(dir_.path() / "bin/docker", "#!/bin/sh\nexit 0\n", 0755));
    ASSERT_TRUE(write_file_atomically(
        dir_.path() / "bin/kind",
        "#!/bin/sh\ncase \"$*\" in *delete*stuck*) echo 'no answer from the daemon' >&2; exit 1;; esac\n", 0755));
    program_.set_environment("PATH", (dir_.path() / "bin").string() + ":" + std::getenv("PATH"));
  }
  // A cluster of a run whose process is gone.
  void orphan(const std::string& name) {
    cluster::RegistryEntry entry;
    entry.name = entry.instance.cluster_name = name;
    entry.state_dir = dir_.path() / "state";
    entry.owner = cluster::mark_of_process(getpid()).value();
    entry.owner.start += 1;  // a later process with the same id
    ASSERT_TRUE(registry_.put(entry));
  }

  TempDir dir_ = TempDir::create("cluster-delete").value();
  Program program_{dir_.path()};
  cluster::Registry registry_{dir_.path() / "data/graduand/clusters"};
};

TEST_F(ClusterDelete, AnOrphanThatStaysDoesNotKeepTheOthersAndEachIsReported) {
  for (const char* name : {"gr-1-first", "gr-2-stuck", "gr-3-third", "gr-4-stuck"}) orphan(name);
  const auto result = program_.run({"cluster", "delete", "--orphans"});
  EXPECT_EQ(result.exit_code, 5) << result.stderr_text;
  EXPECT_EQ(result.stdout_text, "deleted gr-1-first\ndeleted gr-3-third\n");
  EXPECT_THAT(result.stderr_text, HasSubstr("deleting the cluster gr-2-stuck: kind ended with"));
  EXPECT_THAT(result.stderr_text, HasSubstr("deleting the cluster gr-4-stuck: kind ended with"));
  EXPECT_EQ(registry_.all().size(), 2u) << "what could not be deleted is still known";
}

TEST_F(ClusterDelete, ANameThatIsNotOursCountsMoreAndTheOthersAreDeleted) {
  orphan("gr-1-first");
  orphan("gr-2-stuck");
  const auto result = program_.run({"cluster", "delete", "somebody-elses", "gr-2-stuck", "gr-1-first"});
  EXPECT_EQ(result.exit_code, 2) << result.stderr_text;
  EXPECT_EQ(result.stdout_text, "deleted gr-1-first\n");
  EXPECT_THAT(result.stderr_text, HasSubstr("somebody-elses"));
}

}  // namespace
}  // namespace graduand
