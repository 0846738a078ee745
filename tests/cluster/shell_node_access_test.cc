// SPDX-License-Identifier: Apache-2.0
// The scripts for files, run by this host's own shell in a folder of the test.
#include "framework/cluster/shell_node_access.h"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include "framework/base/files.h"
#include "framework/base/text.h"

namespace graduand::cluster {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class HostAsNode final : public ShellNodeAccess {
 public:
  Result<ProcessResult> run(const std::string&, const std::vector<std::string>& argv, milliseconds limit,
                            const std::string& stdin_data, const CancelToken& cancel) override {
    calls.push_back(join(argv, " "));
    if (answer) return *answer;
    return system_process_runner().run({.argv = argv, .stdin_data = stdin_data, .time_limit = limit}, cancel);
  }
  Status copy_to(const std::string&, const fs::path&, const std::string&) override { return {}; }
  Result<ProcessResult> run_and_tell(const std::string& node, const std::vector<std::string>& argv, milliseconds limit,
                                     const std::function<void(std::string_view)>&, const CancelToken& cancel) override {
    return run(node, argv, limit, {}, cancel);
  }
  Status copy_from(const std::string&, const std::string&, const std::filesystem::path&, milliseconds,
                   const CancelToken&) override {
    return {};
  }
  std::vector<std::string> calls;
  std::optional<ProcessResult> answer;
};

class ShellNodeAccessTest : public testing::Test {
 protected:
  std::string path(const std::string& name) const { return (dir_.path() / name).string(); }
  static unsigned mode_of(const std::string& file) {
    struct stat status{};
    EXPECT_EQ(::lstat(file.c_str(), &status), 0) << file;
    return status.st_mode & 07777u;
  }
  // All files below the folder, hidden ones too.
  std::vector<std::string> files() const {
    std::vector<std::string> all;
    for (const auto& entry : fs::recursive_directory_iterator(dir_.path()))
      if (!entry.is_directory()) all.push_back(entry.path().lexically_relative(dir_.path()).string());
    std::sort(all.begin(), all.end());
    return all;
  }
  void answers(int exit_code, const std::string& text) {
    ProcessResult result;
    result.exit_code = exit_code;
    result.stdout_text = text;
    nodes_.answer = result;
  }

  TempDir dir_ = TempDir::create("shell-node").value();
  HostAsNode nodes_;
};

TEST_F(ShellNodeAccessTest, WritesWholeFilesAndKeepsTheirMode) {
  const std::string bytes("a\0b\n\n", 5);
  ASSERT_TRUE(nodes_.write_file("n", path("new/file"), bytes, path("staging")));
  EXPECT_EQ(nodes_.read_file("n", path("new/file")).value_or("-"), bytes);
  EXPECT_EQ(mode_of(path("new/file")), 0600u);
  ASSERT_EQ(::chmod(path("new/file").c_str(), 0640), 0);
  ASSERT_TRUE(nodes_.write_file("n", path("new/file"), "", path("staging")));
  EXPECT_EQ(nodes_.read_file("n", path("new/file")).value_or("-"), "");
  EXPECT_EQ(mode_of(path("new/file")), 0640u);
  EXPECT_THAT(files(), ElementsAre("new/file"));
}

TEST_F(ShellNodeAccessTest, CopiesWithModeAndLinksAsLinks) {
  ASSERT_TRUE(write_file_atomically(path("a"), "text", 0751));
  ASSERT_TRUE(nodes_.copy_file("n", path("a"), path("deep/er/b")));
  EXPECT_EQ(read_file(path("deep/er/b")).value_or("-"), "text");
  EXPECT_EQ(mode_of(path("deep/er/b")), 0751u);
  fs::create_symlink("a", path("link"));
  ASSERT_TRUE(nodes_.copy_file("n", path("link"), path("deep/er/b"))) << "over what is there";
  EXPECT_EQ(fs::read_symlink(path("deep/er/b")), "a");
  EXPECT_THAT(files(), ElementsAre("a", "deep/er/b", "link"));
}

TEST_F(ShellNodeAccessTest, WhatIsNotThereIsNotFoundAndAFolderIsNoFile) {
  EXPECT_EQ(nodes_.copy_file("n", path("absent"), path("b")).error().kind, ErrorKind::kNotFound);
  EXPECT_EQ(nodes_.read_file("n", path("absent")).error().kind, ErrorKind::kNotFound);
  fs::create_directories(path("folder/in"));
  const Status copied = nodes_.copy_file("n", path("folder"), path("b"));
  ASSERT_FALSE(copied);
  EXPECT_EQ(copied.error().kind, ErrorKind::kInfrastructure);
  EXPECT_THAT(copied.error().message, HasSubstr("it is a folder"));
  EXPECT_THAT(files(), IsEmpty());
}

TEST_F(ShellNodeAccessTest, RemovesAndLists) {
  ASSERT_TRUE(write_file_atomically(path("f/b x"), ""));
  ASSERT_TRUE(write_file_atomically(path("f/a"), ""));
  ASSERT_TRUE(write_file_atomically(path("f/.hidden"), ""));
  EXPECT_THAT(nodes_.list_folder("n", path("f")).value(), ElementsAre("a", "b x"));
  EXPECT_THAT(nodes_.list_folder("n", path("absent")).value(), IsEmpty());
  ASSERT_TRUE(nodes_.remove_file("n", path("f/a")));
  ASSERT_TRUE(nodes_.remove_file("n", path("f/a"))) << "it is gone already";
  EXPECT_THAT(nodes_.list_folder("n", path("f")).value(), ElementsAre("b x"));
}

TEST_F(ShellNodeAccessTest, KeysOfEtcdAreBytes) {
  answers(0, R"({"header":{},"kvs":[{"key":"L3g=","value":"AGIK"}],"count":1})");
  EXPECT_EQ(nodes_.read_etcd_key("n", "/x").value().value_or("-"), std::string("\0b\n", 3));
  answers(0, R"({"header":{},"kvs":[{"key":"L3g="}],"count":1})");
  EXPECT_EQ(nodes_.read_etcd_key("n", "/x").value().value_or("-"), "");
  answers(0, R"({"header":{}})");
  EXPECT_FALSE(nodes_.read_etcd_key("n", "/x").value());
  answers(44, "");
  EXPECT_EQ(nodes_.read_etcd_key("n", "/x").error().kind, ErrorKind::kNotFound) << "no etcd runs there";
}

// Other processes on the node see arguments; a key may hold a Secret.
TEST_F(ShellNodeAccessTest, ValuesAreNoArguments) {
  answers(0, "OK");
  ASSERT_TRUE(nodes_.write_etcd_key("n", "/x", "hush"));
  EXPECT_THAT(nodes_.calls.back(), testing::EndsWith("sh put -- /x"));
  ASSERT_TRUE(nodes_.write_etcd_key("n", "/x", std::nullopt));
  EXPECT_THAT(nodes_.calls.back(), testing::EndsWith("sh del -- /x"));
  ASSERT_TRUE(nodes_.write_file("n", path("f"), "hush", path("s")));
  for (const std::string& call : nodes_.calls) EXPECT_THAT(call, Not(HasSubstr("hush")));
}

}  // namespace
}  // namespace graduand::cluster
