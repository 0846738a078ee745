// SPDX-License-Identifier: Apache-2.0
#include "framework/base/files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <thread>

namespace graduand {
namespace {

using ::testing::HasSubstr;

class Files : public ::testing::Test {
 protected:
  void SetUp() override {
    auto created = TempDir::create("files");
    ASSERT_TRUE(created) << to_string(created.error());
    dir_ = std::make_unique<TempDir>(std::move(*created));
  }
  fs::path path(const char* name) const { return dir_->path() / name; }
  std::string content(const char* name) const { return read_file(path(name)).value_or("(unreadable)"); }

  std::unique_ptr<TempDir> dir_;
};

TEST_F(Files, ReadKeepsToItsLimit) {
  ASSERT_TRUE(write_file_atomically(path("f"), "12345"));
  EXPECT_EQ(read_file(path("f"), 5).value_or("?"), "12345");
  const auto beyond = read_file(path("f"), 4);
  ASSERT_FALSE(beyond);
  EXPECT_EQ(beyond.error().kind, ErrorKind::kUsage);
  EXPECT_EQ(read_file(path("absent")).error().kind, ErrorKind::kNotFound);
  EXPECT_EQ(read_file(dir_->path()).error().kind, ErrorKind::kInfrastructure);
  EXPECT_EQ(read_file("/dev/zero", 1 << 20).error().kind, ErrorKind::kUsage);
}

TEST_F(Files, AtomicWriteReplacesAndLeavesNothingElse) {
  ASSERT_TRUE(write_file_atomically(path("a/b/f"), "old"));
  ASSERT_TRUE(write_file_atomically(path("a/b/f"), "new", 0600));
  EXPECT_EQ(content("a/b/f"), "new");
  EXPECT_EQ(std::distance(fs::directory_iterator(path("a/b")), fs::directory_iterator()), 1);
  struct stat info{};
  ASSERT_EQ(stat(path("a/b/f").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777u, 0600u);
}

TEST_F(Files, AtomicWriteFailsWithoutTouchingTheTarget) {
  fs::create_directories(path("target/full"));
  const Status status = write_file_atomically(path("target"), "x");  // a folder with content cannot be replaced
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().kind, ErrorKind::kInfrastructure);
  EXPECT_EQ(std::distance(fs::directory_iterator(dir_->path()), fs::directory_iterator()), 1);
}

TEST_F(Files, AppenderWritesLines) {
  {
    auto appender = LineAppender::open(path("log/f.jsonl"));
    ASSERT_TRUE(appender);
    EXPECT_TRUE(appender->append("one"));
    EXPECT_TRUE(appender->append(""));
    EXPECT_FALSE(appender->append("a\nb"));
  }
  auto again = LineAppender::open(path("log/f.jsonl"));
  ASSERT_TRUE(again);
  EXPECT_EQ(again->dropped_bytes(), 0u);
  EXPECT_TRUE(again->append("two"));
  EXPECT_EQ(content("log/f.jsonl"), "one\n\ntwo\n");
}

TEST_F(Files, AppenderCutsATornLastLine) {
  const std::string torn(10'000, 'x');  // longer than one chunk of the search
  ASSERT_TRUE(write_file_atomically(path("f"), "one\ntwo\n" + torn));
  auto appender = LineAppender::open(path("f"));
  ASSERT_TRUE(appender);
  EXPECT_EQ(appender->dropped_bytes(), torn.size());
  EXPECT_TRUE(appender->append("three"));
  EXPECT_EQ(content("f"), "one\ntwo\nthree\n");
  ASSERT_TRUE(write_file_atomically(path("g"), "no newline at all"));
  EXPECT_EQ(LineAppender::open(path("g"))->dropped_bytes(), 17u);
  EXPECT_EQ(content("g"), "");
}

TEST_F(Files, AFullDiskIsNamed) {
  auto appender = LineAppender::open("/dev/full");
  ASSERT_TRUE(appender) << to_string(appender.error());
  const Status status = appender->append("x");
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().kind, ErrorKind::kInfrastructure);
  EXPECT_THAT(status.error().message, HasSubstr("disk full"));
  EXPECT_NE(status.error().hint, "");
}

TEST_F(Files, TempDirIsRemovedWithItsContent) {
  fs::path where;
  {
    auto temporary = TempDir::create("purpose");
    ASSERT_TRUE(temporary);
    where = temporary->path();
    EXPECT_THAT(where.filename().string(), HasSubstr("graduand-purpose-"));
    ASSERT_TRUE(write_file_atomically(where / "a" / "b", "x"));
    const TempDir moved = std::move(*temporary);
    EXPECT_TRUE(fs::exists(where));
  }
  EXPECT_FALSE(fs::exists(where));
}

TEST_F(Files, FindsProgramsOnThePathThenInTheCache) {
  EXPECT_EQ(find_program("sh").filename(), "sh");
  EXPECT_EQ(find_program("/bin/sh"), "/bin/sh");
  EXPECT_EQ(find_program("no-such-program-here"), fs::path());
  ASSERT_EQ(setenv("GRADUAND_CACHE", dir_->path().c_str(), 1), 0);
  ASSERT_TRUE(write_file_atomically(path("bin/no-such-program-here"), "", 0644));
  EXPECT_EQ(find_program("no-such-program-here"), fs::path()) << "not executable";
  ASSERT_TRUE(write_file_atomically(path("bin/no-such-program-here"), "", 0755));
  EXPECT_EQ(find_program("no-such-program-here"), path("bin/no-such-program-here"));
  unsetenv("GRADUAND_CACHE");
  EXPECT_TRUE(fs::exists(self_path()));
}

}  // namespace
}  // namespace graduand
