// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

#include "framework/base/clock.h"
#include "framework/base/error.h"

namespace graduand {

// An exclusive lock on a file, held until destruction. A record lock (fcntl(2)): it belongs to this process alone, so a
// child between fork and exec does not hold it, as it would one of flock(2), and it goes the moment that its process is
// gone, however that ended. Two holders in one process exclude each other, too. Thread-safe.
class FileLock {
 public:
  static constexpr milliseconds kForever = std::chrono::hours(24 * 365);
  // Creates the file and its folder. Waits for the holder's end or release, at most `limit`; kConflict naming the
  // process that holds it after that. kInfrastructure when the file cannot be made or locked.
  static Result<FileLock> acquire(const std::filesystem::path& path, milliseconds limit);
  FileLock(FileLock&& other) noexcept;
  FileLock& operator=(FileLock&& other) noexcept;
  ~FileLock();

 private:
  explicit FileLock(int fd) : fd_(fd) {}
  int fd_ = -1;
};

}  // namespace graduand
