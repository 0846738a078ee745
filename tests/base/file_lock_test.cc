// SPDX-License-Identifier: Apache-2.0
#include "framework/base/file_lock.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <memory>
#include <optional>
#include <thread>

#include "framework/base/files.h"

namespace graduand {
namespace {

using ::testing::HasSubstr;

constexpr milliseconds kNow{0};

class FileLocks : public testing::Test {
 protected:
  void SetUp() override {
    auto made = TempDir::create("lock");
    ASSERT_TRUE(made);
    dir_.emplace(std::move(*made));
  }
  fs::path path() const { return dir_->path() / "folder" / "lock"; }

 private:
  std::optional<TempDir> dir_;
};

// A process that has done `first`, said so, and waits to be killed.
class Holder {
 public:
  template <class First>
  explicit Holder(First first) {
    int ready[2];
    EXPECT_EQ(pipe(ready), 0);
    pid_ = fork();
    if (pid_ == 0) {
      first();
      EXPECT_EQ(write(ready[1], "x", 1), 1);
      for (;;) pause();
    }
    char byte = 0;
    EXPECT_EQ(read(ready[0], &byte, 1), 1);
    close(ready[0]);
    close(ready[1]);
  }
  ~Holder() { end(); }
  void end() {
    if (pid_ > 0) kill(pid_, SIGKILL);
    if (pid_ > 0) waitpid(pid_, nullptr, 0);
    pid_ = -1;
  }
  pid_t pid() const { return pid_; }

 private:
  pid_t pid_ = -1;
};

TEST_F(FileLocks, ExcludeInOneProcessAndAreReleased) {
  {
    const auto held = FileLock::acquire(path(), kNow);
    ASSERT_TRUE(held);
    const auto refused = FileLock::acquire(path(), kNow);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::kConflict);
    EXPECT_FALSE(FileLock::acquire(path(), kNow)) << "the refusal gave up the lock";
  }
  EXPECT_TRUE(FileLock::acquire(path(), kNow));
}

TEST_F(FileLocks, AWaitingThreadGetsItAfterTheRelease) {
  auto held = std::make_unique<Result<FileLock>>(FileLock::acquire(path(), kNow));
  ASSERT_TRUE(*held);
  std::thread waiter([this] { EXPECT_TRUE(FileLock::acquire(path(), FileLock::kForever)); });
  held.reset();
  waiter.join();
}

TEST_F(FileLocks, AnotherProcessIsNamed) {
  const Holder holder([this] {
    static const auto lock = FileLock::acquire(path(), kNow);
    EXPECT_TRUE(lock);
  });
  const auto refused = FileLock::acquire(path(), kNow);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::kConflict);
  EXPECT_THAT(refused.error().message, HasSubstr("process " + std::to_string(holder.pid())));
}

TEST_F(FileLocks, GoWithTheProcessHoweverItEnds) {
  Holder holder([this] {
    static const auto lock = FileLock::acquire(path(), kNow);
    EXPECT_TRUE(lock);
  });
  std::thread waiter([this] { EXPECT_TRUE(FileLock::acquire(path(), seconds(30))); });
  holder.end();
  waiter.join();
}

// As between fork and exec: the child has all descriptors of its parent, and outlives it.
TEST_F(FileLocks, AChildOfTheHolderHoldsNothing) {
  std::optional<Result<FileLock>> held = FileLock::acquire(path(), kNow);
  ASSERT_TRUE(*held);
  const Holder child([] {});
  held.reset();
  EXPECT_TRUE(FileLock::acquire(path(), kNow));
}

}  // namespace
}  // namespace graduand
