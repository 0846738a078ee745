// SPDX-License-Identifier: Apache-2.0
// ctx().change() on scripted nodes.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <unistd.h>

#include "framework/base/files.h"
#include "framework/cluster/transitions/node_components.h"
#include "framework/e2e/case_error.h"
#include "framework/e2e/internal/live_context.h"
#include "tests/cluster/scripted_nodes.h"

namespace graduand::e2e {
namespace {

using cluster::file_change;
using cluster::testing_support::ScriptedNodes;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr const char* kNode = "gr-1-control-plane";
constexpr const char* kConfig = "/var/lib/kubelet/config.yaml";

class ChangeTest : public testing::Test {
 protected:
  void SetUp() override {
    attempt_.attempt_id = "run/cell/suite/case/1";
    attempt_.provider = "kind";
    nodes_->nodes[kNode].files[kConfig] = {"before", "0644"};
  }
  ~ChangeTest() override { ::close(fd_); }
  // The attempt's process; `nodes_` is what it talks to for as long as it lives.
  std::unique_ptr<LiveContext> start(bool disruptive = true) {
    auto context = std::make_unique<LiveContext>(attempt_, disruptive, sink_, cancel_.token(), clock_);
    EXPECT_TRUE(context->open(std::make_unique<Forwarding>(*nodes_)));
    return context;
  }
  std::string content() { return nodes_->content(kNode, kConfig); }
  bool journal_is_empty() {
    for (const auto& [path, file] : nodes_->nodes[kNode].files)
      if (path.starts_with(cluster::kJournalFolder)) return false;
    return true;
  }
  std::string records() const { return read_file(records_file_).value_or(""); }
  static std::string failure(const std::function<void()>& body) {
    try {
      body();
    } catch (const CaseError& error) {
      return (error.infrastructure() ? "infra: " : "failed: ") + std::string(error.what());
    } catch (const CaseSkipped& skipped) {
      return "skipped: " + std::string(skipped.what());
    }
    return "";
  }

  // Nodes that outlive the process that talks to them.
  class Forwarding final : public cluster::NodeAccess {
   public:
    explicit Forwarding(cluster::NodeAccess& to) : to_(to) {}
    Result<ProcessResult> run(const std::string& node, const std::vector<std::string>& argv, milliseconds limit,
                              const std::string& stdin_data, const CancelToken& cancel) override {
      return to_.run(node, argv, limit, stdin_data, cancel);
    }
    Result<ProcessResult> run_and_tell(const std::string& node, const std::vector<std::string>& argv,
                                       milliseconds limit, const std::function<void(std::string_view)>&,
                                       const CancelToken& cancel) override {
      return to_.run(node, argv, limit, {}, cancel);
    }
    Status copy_from(const std::string& node, const std::string& path, const fs::path& local, milliseconds limit,
                     const CancelToken& cancel) override {
      return to_.copy_from(node, path, local, limit, cancel);
    }
    Result<std::string> read_file(const std::string& node, const std::string& path) override {
      return to_.read_file(node, path);
    }
    Status write_file(const std::string& node, const std::string& path, std::string_view content,
                      const std::string& staging) override {
      return to_.write_file(node, path, content, staging);
    }
    Status copy_file(const std::string& node, const std::string& from, const std::string& to) override {
      return to_.copy_file(node, from, to);
    }
    Status remove_file(const std::string& node, const std::string& path) override {
      return to_.remove_file(node, path);
    }
    Result<std::vector<std::string>> list_folder(const std::string& node, const std::string& path) override {
      return to_.list_folder(node, path);
    }
    Status copy_to(const std::string& node, const fs::path& local, const std::string& path) override {
      return to_.copy_to(node, local, path);
    }
    Result<std::optional<std::string>> read_etcd_key(const std::string& node, const std::string& key) override {
      return to_.read_etcd_key(node, key);
    }
    Status write_etcd_key(const std::string& node, const std::string& key,
                          const std::optional<std::string>& value) override {
      return to_.write_etcd_key(node, key, value);
    }

   private:
    cluster::NodeAccess& to_;
  };

  TempDir dir_ = TempDir::create("change").value();
  fs::path records_file_ = dir_.path() / "records";
  int fd_ = ::open(records_file_.c_str(), O_CREAT | O_RDWR | O_APPEND | O_CLOEXEC, 0600);
  RecordSink sink_{fd_};
  FakeClock clock_{Timestamp(seconds(2000))};
  CancelSource cancel_;
  results::AttemptContext attempt_;
  std::unique_ptr<ScriptedNodes> nodes_ = std::make_unique<ScriptedNodes>();
};

TEST_F(ChangeTest, IsPutBackAtTheAttemptsEnd) {
  const auto context = start();
  context->change(file_change(kNode, kConfig, "during"));
  context->change(cluster::etcd_key_change(kNode, "/registry/x", "garbage"));
  EXPECT_EQ(content(), "during");
  EXPECT_EQ(nodes_->nodes[kNode].etcd["/registry/x"], "garbage");
  const Status back = context->put_back();
  ASSERT_TRUE(back) << to_string(back.error());
  EXPECT_EQ(content(), "before");
  EXPECT_THAT(nodes_->nodes[kNode].etcd, IsEmpty());
  EXPECT_TRUE(journal_is_empty());
  EXPECT_THAT(records(), HasSubstr("change the file /var/lib/kubelet/config.yaml on gr-1-control-plane"));
  EXPECT_THAT(records(), Not(HasSubstr("transition"))) << "only flips of gates are";
  EXPECT_THAT(records(), Not(HasSubstr("garbage")));
}

TEST_F(ChangeTest, ItsUnitIsRestartedBothWays) {
  const auto context = start();
  context->change(file_change(kNode, "/etc/systemd/system/x.service.d/1.conf", "[Service]", "x"));
  EXPECT_EQ(nodes_->logged("systemctl restart").size(), 1u);
  ASSERT_TRUE(context->put_back());
  EXPECT_EQ(nodes_->logged("systemctl restart").size(), 2u);
  EXPECT_EQ(nodes_->logged("is-active").size(), 1u) << "and waited for";
}

TEST_F(ChangeTest, WithoutAccessToNodesTheCaseIsSkipped) {
  attempt_.provider = "existing";
  LiveContext context(attempt_, true, sink_, cancel_.token(), clock_);
  ASSERT_TRUE(context.open());
  EXPECT_EQ(failure([&] { context.change(file_change(kNode, kConfig, "x")); }),
            "skipped: needs node access: the provider existing gives none to its clusters' nodes");
  EXPECT_TRUE(context.put_back());
}

TEST_F(ChangeTest, OnlyADisruptiveCaseMay) {
  const auto context = start(false);
  EXPECT_THAT(failure([&] { context->change(file_change(kNode, kConfig, "x")); }),
              HasSubstr("failed: the case changes the cluster, and so must be declared `disruptive`"));
  EXPECT_EQ(content(), "before");
}

TEST_F(ChangeTest, WhatCannotBeMadeFailsTheCaseOrIsInfrastructure) {
  const auto context = start();
  EXPECT_THAT(failure([&] { context->change(file_change(kNode, "relative", "x")); }), HasSubstr("failed: "));
  nodes_->unreachable = {kNode};
  EXPECT_THAT(failure([&] { context->change(file_change(kNode, kConfig, "x")); }), HasSubstr("infra: "));
}

TEST_F(ChangeTest, AFailedWayBackIsInfrastructure) {
  const auto context = start();
  context->change(file_change(kNode, "/etc/x.conf", "x", "x"));
  nodes_->on("is-active", [](const auto&, const auto&) { return ScriptedNodes::says("", 3, "x is failed"); });
  const Status back = context->put_back();
  ASSERT_FALSE(back);
  EXPECT_EQ(back.error().kind, ErrorKind::kInfrastructure);
  EXPECT_THAT(back.error().message, HasSubstr("putting back what the case changed: x is not active"));
  EXPECT_FALSE(journal_is_empty()) << "whoever has the cluster next tries again";
}

// A stuck body: the overseer's thread puts back what it can, and the runner's Cluster::restore() ends it.
TEST_F(ChangeTest, LastWordsPutBackAndLeaveTheJournalOpen) {
  const auto context = start();
  context->change(file_change(kNode, kConfig, "during", "kubelet"));
  context->put_back_in_a_hurry();
  EXPECT_EQ(content(), "before");
  EXPECT_THAT(nodes_->logged("healthz"), IsEmpty()) << "nothing is waited for";
  EXPECT_FALSE(journal_is_empty());
  EXPECT_THAT(failure([&] { context->change(file_change(kNode, kConfig, "again")); }),
              HasSubstr("the attempt is over"));
}

TEST_F(ChangeTest, ADeadProcessIsFollowedByRestore) {
  {
    const auto context = start();
    nodes_->changes_left = 4;
    context->change(file_change(kNode, "/etc/x.conf", "x"));
    EXPECT_THAT(failure([&] { context->change(file_change(kNode, kConfig, "during")); }), HasSubstr("infra: "));
  }
  nodes_->revive();
  cluster::KubeadmComponents components(
      *nodes_, [](milliseconds) { return fail(ErrorKind::kInternal, "nobody is to be asked"); }, seconds(1), clock_);
  const Status restored = cluster::put_all_back(*nodes_, components, {kNode});
  ASSERT_TRUE(restored) << to_string(restored.error());
  EXPECT_EQ(content(), "before");
  EXPECT_EQ(nodes_->content(kNode, "/etc/x.conf"), "not there");
  EXPECT_TRUE(journal_is_empty());
}

}  // namespace
}  // namespace graduand::e2e
