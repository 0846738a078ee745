// SPDX-License-Identifier: Apache-2.0
#include "framework/cluster/kind/node_images.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "framework/base/text.h"
#include "tests/cluster/kind/fake_docker.h"

namespace graduand::cluster {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing_support::FakeDocker;

class NodeImageTest : public testing::Test {
 protected:
  void SetUp() override {
    docker_.runner.on({"docker", "run"}, [](const auto&) { return FakeDocker::ok("c0ffee\n"); });
    docker_.runner.on({"docker", "rm"}, [](const auto&) { return FakeDocker::ok(""); });
    docker_.runner.on({"docker", "exec", "c0ffee", "sh"}, [](const auto&) { return FakeDocker::ok(""); });
    docker_.runner.on({"docker", "exec", "c0ffee", "ctr"}, [](const auto&) {
      return FakeDocker::ok(
          "registry.k8s.io/kube-proxy:v1.34.3\nregistry.k8s.io/etcd:3.6.5-0\nsha256:ab\n"
          "docker.io/kindest/kindnetd:v1\nregistry.k8s.io/etcd@sha256:cd\n");
    });
    docker_.runner.on({"docker", "exec", "node", "ctr"},
                      [](const auto&) { return FakeDocker::ok("registry.k8s.io/etcd:3.6.5-0\n"); });
    docker_.runner.on({"bash"}, [](const auto&) { return FakeDocker::ok(""); });
  }
  Result<NodeImage> open(const std::string& version = "v1.34.3", const CancelToken& cancel = {}) {
    return NodeImage::open(docker_.runner, catalogue::KubeVersion::parse(version).value(), cancel);
  }
  std::string last_call() const { return join(docker_.runner.calls().back(), " "); }

  FakeDocker docker_;
};

// Somebody presses Ctrl-C while ten minutes of pulling are under way.
class CancelledWhilePulling final : public ProcessRunner {
 public:
  explicit CancelledWhilePulling(ProcessRunner& others) : others_(others) {}
  CancelSource source;
  Result<ProcessResult> run(const ProcessSpec& spec, const CancelToken& cancel) override {
    if (spec.argv.size() < 2 || spec.argv[1] != "pull") return others_.run(spec, cancel);
    source.cancel();
    ProcessResult result;
    result.exit_code = 1;
    result.stderr_text = "the pull was not told";
    result.cancelled = cancel.cancelled();
    return result;
  }

 private:
  ProcessRunner& others_;
};

TEST_F(NodeImageTest, APullCanBeCancelled) {
  CancelledWhilePulling processes(docker_.runner);
  const auto version = catalogue::KubeVersion::parse("v1.35.9").value();
  const Status ensured = ensure_node_image(processes, version, processes.source.token());
  ASSERT_FALSE(ensured);
  EXPECT_EQ(ensured.error().kind, ErrorKind::kCancelled) << to_string(ensured.error());
  CancelledWhilePulling again(docker_.runner);
  const auto opened = NodeImage::open(again, version, again.source.token());
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().kind, ErrorKind::kCancelled);
}

TEST_F(NodeImageTest, OneThatIsNotThereSaysHowToMakeIt) {
  const auto image = open("v1.35.9");
  ASSERT_FALSE(image);
  EXPECT_EQ(image.error().kind, ErrorKind::kInfrastructure);
  EXPECT_THAT(image.error().message, HasSubstr("node image kindest/node:v1.35.9 is not on this host"));
  EXPECT_EQ(image.error().hint, "scripts/node-image v1.35.9");
}

TEST_F(NodeImageTest, LeavesNoContainerBehind) {
  {
    const auto image = open();
  }
  EXPECT_EQ(last_call(), "docker rm --force --volumes c0ffee");
  CancelSource cancel;
  cancel.cancel();
  const auto cancelled = open("v1.34.3", cancel.token());
  ASSERT_FALSE(cancelled);
  EXPECT_EQ(cancelled.error().kind, ErrorKind::kCancelled);
  EXPECT_EQ(last_call(), "docker rm --force --volumes c0ffee");
}

TEST_F(NodeImageTest, ImportsWhatTheNodeLacksOfKubernetesOwnImages) {
  auto image = open();
  ASSERT_TRUE(image) << to_string(image.error());
  const auto names = image->images({});
  ASSERT_TRUE(names) << to_string(names.error());
  EXPECT_THAT(*names, ElementsAre("registry.k8s.io/etcd:3.6.5-0", "registry.k8s.io/kube-proxy:v1.34.3"));
  EXPECT_TRUE(image->import_images(*names, "node", {}));
  EXPECT_THAT(last_call(), testing::EndsWith("bash c0ffee node registry.k8s.io/kube-proxy:v1.34.3"));
  const auto before = docker_.runner.calls().size();
  EXPECT_TRUE(image->import_images({"registry.k8s.io/etcd:3.6.5-0"}, "node", {}));
  EXPECT_EQ(docker_.runner.calls().size(), before + 1) << "only asked";
}

TEST(ImagesFor, AWorkerRunsNoControlPlane) {
  const std::vector<std::string> all = {"registry.k8s.io/coredns/coredns:v1.12.1", "registry.k8s.io/etcd:3.6.5-0",
                                        "registry.k8s.io/kube-apiserver:v1.34.3", "registry.k8s.io/kube-proxy:v1.34.3",
                                        "registry.k8s.io/pause:3.10.1"};
  EXPECT_EQ(images_for(all, true), all);
  EXPECT_THAT(images_for(all, false),
              ElementsAre("registry.k8s.io/coredns/coredns:v1.12.1", "registry.k8s.io/kube-proxy:v1.34.3",
                          "registry.k8s.io/pause:3.10.1"));
}

}  // namespace
}  // namespace graduand::cluster
