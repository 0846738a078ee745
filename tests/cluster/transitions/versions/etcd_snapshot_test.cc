// SPDX-License-Identifier: Apache-2.0
#include "framework/cluster/transitions/versions/etcd_snapshot.h"

#include <gmock/gmock.h>

#include "tests/cluster/transitions/transition_fixture.h"

namespace graduand::cluster {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing_support::FakeDocker;

constexpr const char* kNode = "gr-1-control-plane";

class EtcdSnapshotTest : public testing_support::TransitionFixture {
 protected:
  // The node as it answers: sizes first, then etcdctl.
  void node_answers(const std::string& sizes, const Result<ProcessResult>& etcdctl) {
    docker_.runner.on({"docker", "exec", kNode, "sh", "-c"}, [sizes, etcdctl](const ProcessSpec& spec) {
      return spec.argv[5].find("stat --format") != std::string::npos ? FakeDocker::ok(sizes) : etcdctl;
    });
    docker_.runner.on({"docker", "exec", kNode, "rm"}, [](const auto&) { return FakeDocker::ok(""); });
  }
  Status save() { return save_etcd_snapshot(work(), kNode, file_); }

  fs::path file_ = etcd_snapshot_file(dir_.path() / "transition", "v1.33.13");
};

TEST_F(EtcdSnapshotTest, IsNamedAfterTheVersionThatWroteTheData) {
  EXPECT_EQ(file_.filename().string(), "etcd-v1.33.13.db");
}

TEST_F(EtcdSnapshotTest, IsCopiedWholeOrNotAtAll) {
  node_answers("1000000\n900000000\n", FakeDocker::ok("Snapshot saved"));
  docker_.runner.on({"docker", "cp"}, [](const ProcessSpec& spec) {
    EXPECT_TRUE(write_file_atomically(spec.argv.back(), "etcd's data", 0644));
    return FakeDocker::ok("");
  });
  const Status saved = save();
  EXPECT_TRUE(saved) << to_string(saved.error());
  EXPECT_EQ(read_file(file_).value_or(""), "etcd's data");
  EXPECT_EQ(fs::status(file_).permissions(), fs::perms::owner_read | fs::perms::owner_write) << "it has secrets in it";
  EXPECT_THAT(calls("docker exec gr-1-control-plane rm -f /var/lib/etcd/graduand-snapshot.db"), SizeIs(1));
}

TEST_F(EtcdSnapshotTest, RoomIsLookedForBefore) {
  node_answers("524288000\n209715200\n", FakeDocker::ok(""));
  const Status saved = save();
  ASSERT_FALSE(saved);
  EXPECT_EQ(saved.error().kind, ErrorKind::kInfrastructure);
  EXPECT_EQ(to_string(saved.error()),
            "gr-1-control-plane: no room for a snapshot of etcd: it takes 500 MiB, with 64 MiB in reserve, and 200 MiB "
            "are free");
  EXPECT_THAT(calls("docker cp"), IsEmpty());
  EXPECT_THAT(calls("docker exec gr-1-control-plane sh"), SizeIs(1)) << "etcd was not asked";
}

TEST_F(EtcdSnapshotTest, ADiskThatFillsUpOnTheNodeIsInfrastructure) {
  node_answers("1000000\n900000000\n",
               FakeDocker::broken("Error: write /var/lib/etcd/graduand-snapshot.db.part: no space left on device"));
  const Status saved = save();
  ASSERT_FALSE(saved);
  EXPECT_EQ(saved.error().kind, ErrorKind::kInfrastructure);
  EXPECT_THAT(saved.error().message, HasSubstr("no space left on device"));
  EXPECT_THAT(calls("docker exec gr-1-control-plane rm -f"), SizeIs(1)) << "nothing half-written stays";
}

TEST_F(EtcdSnapshotTest, ADiskThatFillsUpHereLeavesNoFile) {
  node_answers("1000000\n900000000\n", FakeDocker::ok(""));
  docker_.runner.on({"docker", "cp"}, [](const ProcessSpec& spec) {
    EXPECT_TRUE(write_file_atomically(spec.argv.back(), "etc", 0644));
    return FakeDocker::broken("write " + spec.argv.back() + ": no space left on device");
  });
  const Status saved = save();
  ASSERT_FALSE(saved);
  EXPECT_EQ(saved.error().kind, ErrorKind::kInfrastructure);
  EXPECT_THAT(saved.error().message, HasSubstr("no space left on device"));
  EXPECT_TRUE(fs::is_empty(file_.parent_path()));
  EXPECT_THAT(calls("docker exec gr-1-control-plane rm -f"), SizeIs(1));
}

TEST_F(EtcdSnapshotTest, SizesThatCannotBeReadAreSaid) {
  node_answers("what?\n", FakeDocker::ok(""));
  const Status saved = save();
  ASSERT_FALSE(saved);
  EXPECT_THAT(saved.error().message, HasSubstr("how big etcd's data is cannot be told: what?"));
}

}  // namespace
}  // namespace graduand::cluster
