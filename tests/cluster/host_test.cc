// SPDX-License-Identifier: Apache-2.0
#include "framework/cluster/host.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include "framework/base/files.h"
#include "framework/base/processes/process.h"
#include "framework/cluster/registry.h"

namespace graduand::cluster {
namespace {

TEST(ProcessMark, TellsAProcessFromALaterOneWithItsId) {
  const auto self = mark_of_process(getpid());
  ASSERT_TRUE(self) << to_string(self.error());
  EXPECT_TRUE(is_alive(*self));
  auto later = *self;
  ++later.start;
  EXPECT_FALSE(is_alive(later));
  auto other_boot = *self;
  other_boot.boot = "another";
  EXPECT_FALSE(is_alive(other_boot));
}

TEST(ProcessMark, ReadsStatWhateverTheProgramIsCalled) {
  auto dir = TempDir::create("proc").value();
  const std::string fields = " S 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 424242 20\n";
  ASSERT_TRUE(write_file_atomically(dir.path() / "77/stat", "77 (a) b (c))" + fields));
  const auto mark = mark_of_process(77, dir.path());
  ASSERT_TRUE(mark) << to_string(mark.error());
  EXPECT_EQ(mark->start, 424242);
  ASSERT_TRUE(write_file_atomically(dir.path() / "78/stat", "78 (a) Z" + fields.substr(2)));
  EXPECT_FALSE(mark_of_process(78, dir.path())) << "a zombie has ended";
  EXPECT_EQ(mark_of_process(79, dir.path()).error().kind, ErrorKind::kNotFound);
}

TEST(Capability, IsReadFromTheBoundingSet) {
  auto dir = TempDir::create("proc").value();
  ASSERT_TRUE(write_file_atomically(dir.path() / "self/status", "CapInh:\t0\nCapBnd:\t0000000001000000\n"));
  EXPECT_TRUE(has_capability(dir.path(), kCapSysResource));
  EXPECT_FALSE(has_capability(dir.path(), 23));
  EXPECT_TRUE(has_capability(dir.path() / "nothing", 23)) << "unknown is not missing";
}

TEST(RegistryFile, ComesBackAsItWas) {
  auto dir = TempDir::create("registry").value();
  const Registry registry(dir.path());
  RegistryEntry entry;
  entry.name = "gr-1-a";
  entry.state_dir = "/s";
  entry.owner = {5, 6, "boot"};
  entry.detached = true;
  entry.instance.id = "i";
  entry.instance.run_id = "r";
  entry.instance.cell.profile = "p";
  entry.instance.cell.name = "c";
  entry.instance.cell.kubernetes_version = catalogue::KubeVersion::parse("v1.34.3").value();
  entry.instance.facts.api_server_version = entry.instance.cell.kubernetes_version;
  ASSERT_TRUE(registry.put(entry));
  const auto back = registry.get("gr-1-a");
  ASSERT_TRUE(back) << to_string(back.error());
  EXPECT_EQ(back->state_dir, "/s");
  EXPECT_EQ(back->owner, entry.owner);
  EXPECT_TRUE(back->detached);
  EXPECT_EQ(back->instance.cell.display_name(), "p/c");
}

TEST(RegistryFile, ABrokenOneDoesNotHideTheOthers) {
  auto dir = TempDir::create("registry").value();
  const Registry registry(dir.path());
  ASSERT_TRUE(write_file_atomically(dir.path() / "gr-0-broken.json", "{"));
  EXPECT_TRUE(registry.all().empty());
  EXPECT_FALSE(registry.get("gr-0-broken"));
  EXPECT_TRUE(Registry(dir.path() / "nowhere").all().empty());
}

}  // namespace
}  // namespace graduand::cluster
