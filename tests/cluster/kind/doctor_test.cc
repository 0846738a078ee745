// SPDX-License-Identifier: Apache-2.0
#include "framework/cluster/kind/doctor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "framework/base/files.h"
#include "tests/cluster/kind/fake_docker.h"

namespace graduand::cluster {
namespace {

using testing::HasSubstr;
using testing_support::FakeDocker;
using State = Check::State;

class Doctor : public testing::Test {
 protected:
  void SetUp() override {
    docker_.runner.on({"kind", "version"}, [this](const auto&) {
      return kind_ ? FakeDocker::ok("kind v0.33.0 go1.26\n") : FakeDocker::broken("broken");
    });
    put("proc/self/status", "Name:\tx\nCapBnd:\t000001ffffffffff\n");
    put("proc/sys/fs/inotify/max_user_instances", "512\n");
    put("proc/sys/fs/inotify/max_user_watches", "524288\n");
    put("sys/fs/cgroup/cgroup.controllers", "cpu memory\n");
  }
  void put(const std::string& path, const std::string& text) {
    ASSERT_TRUE(write_file_atomically(dir_.path() / path, text));
  }
  std::map<std::string, Check> checks() {
    std::map<std::string, Check> by_name;
    const DoctorPaths paths{(dir_.path() / "proc").string(), (dir_.path() / "sys").string()};
    for (auto& check : run_doctor(docker_.runner, {catalogue::KubeVersion::parse("v1.34.3").value()}, paths))
      by_name[check.name] = check;
    return by_name;
  }

  TempDir dir_ = TempDir::create("doctor").value();
  FakeDocker docker_;
  bool kind_ = true;
};

TEST_F(Doctor, FindsNothingOnAHostThatIsFit) {
  for (const auto& [name, check] : checks()) {
    if (name == "disk") continue;  // the real disk of this machine
    EXPECT_EQ(check.state, State::kOk) << name << ": " << check.found;
    EXPECT_EQ(check.fix, "") << name;
    EXPECT_NE(check.found, "") << name;
  }
}

TEST_F(Doctor, EveryFailureCarriesItsFix) {
  kind_ = false;
  docker_.image = "none";
  put("proc/self/status", "CapBnd:\t000001fffeffffff\n");
  put("proc/sys/fs/inotify/max_user_instances", "128\n");
  put("proc/sys/fs/inotify/max_user_watches", "8192\n");
  const auto found = checks();
  const std::map<std::string, std::string> fixes = {
      {"kind", "scripts/setup"},
      {"capabilities", "scripts/node-image --restricted-docker"},
      {"inotify max_user_instances", "sysctl -w fs.inotify.max_user_instances=512"},
      {"inotify max_user_watches", "sysctl -w fs.inotify.max_user_watches=524288"},
      {"image v1.34.3", "scripts/node-image v1.34.3"}};
  for (const auto& [name, fix] : fixes) {
    EXPECT_EQ(found.at(name).state, State::kFailed) << name;
    EXPECT_EQ(found.at(name).fix, fix);
  }
}

TEST_F(Doctor, AWrappedRuntimeMakesUpForTheCapability) {
  put("proc/self/status", "CapBnd:\t000001fffeffffff\n");
  docker_.info =
      R"({"ServerVersion":"20.10","Driver":"fuse-overlayfs","DockerRootDir":"/","DefaultRuntime":"wrapped"})";
  const auto found = checks();
  EXPECT_EQ(found.at("capabilities").state, State::kWarning);
  EXPECT_THAT(found.at("snapshotter").found, HasSubstr("overlayfs is set"));
}

TEST_F(Doctor, WithoutDockerItSaysSoOnceAndGoesOn) {
  docker_.running = false;
  const auto found = checks();
  EXPECT_EQ(found.at("docker").state, State::kFailed);
  EXPECT_THAT(found.at("docker").fix, HasSubstr("start docker"));
  int failed = 0;
  for (const auto& [name, check] : found) failed += check.state == State::kFailed;
  EXPECT_EQ(failed, 1) << "what follows from it is no failure of its own";
}

TEST_F(Doctor, CgroupV1IsAWarning) {
  fs::remove(dir_.path() / "sys/fs/cgroup/cgroup.controllers");
  EXPECT_EQ(checks().at("cgroups").state, State::kWarning);
}

}  // namespace
}  // namespace graduand::cluster
