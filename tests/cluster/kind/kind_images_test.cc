// SPDX-License-Identifier: Apache-2.0
#include "framework/cluster/kind/kind_images.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <mutex>
#include <set>

#include "framework/base/text.h"
#include "framework/cluster/kind/docker_node_access.h"
#include "tests/cluster/kind/fake_docker.h"

namespace graduand::cluster {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;
using testing_support::FakeDocker;

constexpr const char* kPause = "registry.k8s.io/pause:3.10.1";
constexpr const char* kAgnhost = "registry.k8s.io/e2e-test-images/agnhost:2.56";

// Nodes with a containerd each, which an import gives what the last `docker save` held.
class KindImages : public testing::Test {
 protected:
  KindImages() {
    docker_.add_node("c", "control-plane");
    docker_.add_node("c", "worker");
    docker_.runner.on({"docker", "image", "ls"}, [this](const auto&) { return FakeDocker::ok(local_); });
    docker_.runner.on({"docker", "save", "--output"}, [this](const ProcessSpec& spec) {
      saved_.assign(spec.argv.begin() + 4, spec.argv.end());
      return FakeDocker::ok("");
    });
    docker_.runner.on({"sh", "-c"}, [this](const ProcessSpec& spec) { return import(spec.argv.at(4)); });
    docker_.runner.on({"docker", "exec"}, [this](const ProcessSpec& spec) { return exec(spec); });
  }

  std::map<std::string, std::string> provide(const std::vector<std::string>& images) {
    return provide_kind_images(docker_.runner, *access_, "c", images, {});
  }
  std::vector<std::vector<std::string>> calls(const std::string& word) {
    std::vector<std::vector<std::string>> found;
    for (const auto& call : docker_.runner.calls())
      if (std::count(call.begin(), call.end(), word) > 0) found.push_back(call);
    return found;
  }

  FakeDocker docker_;
  std::unique_ptr<NodeAccess> access_ = docker_node_access(docker_.runner);
  std::mutex mutex_;
  std::map<std::string, std::set<std::string>> on_node_;
  std::string local_ = "kindest/node:v1.34.3\n<none>:<none>\n";
  std::vector<std::string> saved_;
  bool resolves_ = false;
  bool import_works_ = true;
  Result<ProcessResult> pull_ = FakeDocker::broken("ctr: 404 Not Found");

 private:
  Result<ProcessResult> import(const std::string& node) {
    if (!import_works_) return FakeDocker::broken("ctr: no space left on device");
    const std::lock_guard lock(mutex_);
    on_node_[node].insert(saved_.begin(), saved_.end());
    return FakeDocker::ok("");
  }
  Result<ProcessResult> exec(const ProcessSpec& spec) {
    const auto& argv = spec.argv;
    if (argv.at(3) == "getent") return resolves_ ? FakeDocker::ok("10.0.0.1 x") : FakeDocker::broken("");
    const std::lock_guard lock(mutex_);
    if (argv.at(7) == "pull") {
      if (pull_ && pull_->ok()) on_node_[argv.at(2)].insert(argv.at(8));
      return pull_;
    }
    const auto& names = on_node_[argv.at(2)];
    return FakeDocker::ok(join({names.begin(), names.end()}, "\n") + "\n");
  }
};

TEST_F(KindImages, WhatIsOnEveryNodeIsLeftAlone) {
  on_node_["c-control-plane"] = {kPause, "sha256:ab"};
  on_node_["c-worker"] = {kPause};
  EXPECT_THAT(provide({kPause}), IsEmpty());
  EXPECT_THAT(calls("save"), IsEmpty());
  EXPECT_THAT(provide({}), IsEmpty());
}

TEST_F(KindImages, WhatTheLocalDockerHasIsImportedWhereItIsLacking) {
  local_ += std::string(kPause) + "\n" + kAgnhost + "\nbusybox:1.37\n";
  on_node_["c-control-plane"] = {kPause, "docker.io/library/busybox:1.37"};
  on_node_["c-worker"] = {kPause, kAgnhost};
  EXPECT_THAT(provide({kPause, kAgnhost, "busybox:1.37"}), IsEmpty());
  EXPECT_THAT(saved_, ElementsAre("docker.io/library/busybox:1.37", kAgnhost));
  EXPECT_EQ(calls("save").size(), 1u) << "one archive for all nodes";
  EXPECT_EQ(on_node_["c-worker"].count("docker.io/library/busybox:1.37"), 1u);
  EXPECT_EQ(on_node_["c-control-plane"].count(kAgnhost), 1u);
}

TEST_F(KindImages, WhatCannotBeHadIsNamedWithTheNodeAndWhatToDo) {
  local_ += std::string(kPause) + "\n";
  on_node_["c-control-plane"] = {kAgnhost};
  EXPECT_THAT(
      provide({kPause, kAgnhost}),
      ElementsAre(Pair(kAgnhost, AllOf(HasSubstr("node c-worker lacks the image " + std::string(kAgnhost)),
                                       HasSubstr("the local Docker does not have it"),
                                       HasSubstr("cannot resolve registry.k8s.io"), HasSubstr("docker load")))));
  EXPECT_THAT(calls("pull"), IsEmpty()) << "no node asks a registry whose name it cannot resolve";
  EXPECT_EQ(on_node_["c-worker"].count(kPause), 1u);
}

TEST_F(KindImages, NodesPullWhereTheyCan) {
  resolves_ = true;
  pull_ = FakeDocker::ok("");
  EXPECT_THAT(provide({"nginx"}), IsEmpty());
  EXPECT_EQ(calls("pull").size(), 2u);
  EXPECT_EQ(calls("docker.io/library/nginx:latest").size(), 2u);
  EXPECT_EQ(calls("registry-1.docker.io").size(), 2u) << "what docker.io's images are served by";
}

TEST_F(KindImages, ARegistryThatDoesNotAnswerIsAskedOnce) {
  resolves_ = true;
  pull_->exit_code = -1;
  pull_->signal = 15;
  pull_->timed_out = true;
  const auto reasons = provide({"registry.k8s.io/a:1", "registry.k8s.io/b:1"});
  EXPECT_THAT(reasons, ElementsAre(Pair("registry.k8s.io/a:1", HasSubstr("time limit of 1m")),
                                   Pair("registry.k8s.io/b:1", HasSubstr("earlier pull"))));
  EXPECT_EQ(calls("pull").size(), 2u) << "once by each node";
}

TEST_F(KindImages, AnImportThatFailsSaysWhy) {
  local_ += std::string(kPause) + "\n";
  import_works_ = false;
  EXPECT_THAT(provide({kPause}), ElementsAre(Pair(kPause, HasSubstr("no space left on device"))));
}

TEST_F(KindImages, WithoutDockerNothingIsThere) {
  docker_.running = false;
  EXPECT_THAT(provide({kPause}), ElementsAre(Pair(kPause, AllOf(HasSubstr(kPause), HasSubstr("Cannot connect")))));
}

TEST(KindImagesNames, AreThoseOfContainerd) {
  EXPECT_EQ(full_image_name("busybox"), "docker.io/library/busybox:latest");
  EXPECT_EQ(full_image_name("me/tool:1"), "docker.io/me/tool:1");
  EXPECT_EQ(full_image_name(kPause), kPause);
  EXPECT_EQ(full_image_name("localhost:5000/a/b"), "localhost:5000/a/b:latest");
  EXPECT_EQ(full_image_name("localhost/b@sha256:ab"), "localhost/b@sha256:ab");
  EXPECT_EQ(registry_of("localhost:5000/a/b:1"), "localhost:5000");
}

}  // namespace
}  // namespace graduand::cluster
