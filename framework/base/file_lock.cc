// SPDX-License-Identifier: Apache-2.0
#include "framework/base/file_lock.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <condition_variable>
#include <mutex>
#include <set>
#include <system_error>
#include <utility>

#include "framework/base/processes/process_spawn.h"

namespace graduand {
namespace {

namespace fs = std::filesystem;

using FileId = std::pair<dev_t, ino_t>;

// A process's record locks do not exclude each other, and closing any descriptor of the file gives them up: so what
// this process holds is kept here, and such a file is not opened again.
std::mutex mutex;
std::condition_variable released;
std::set<FileId> held;

FileId id_of(const struct stat& status) {
  return {status.st_dev, status.st_ino};
}

tl::unexpected<Error> cannot(const char* verb, const fs::path& path, int code) {
  return fail(ErrorKind::kInfrastructure,
              fmt::format("cannot {} the lock file: {}", verb, std::generic_category().message(code)), path.string());
}

tl::unexpected<Error> taken(const fs::path& path, pid_t holder) {
  return fail(ErrorKind::kConflict, fmt::format("process {} holds the lock", holder), path.string());
}

// Waits until the process is gone, or for a short while: its release of a lock alone is no event that can be waited for
// with a limit.
void wait_for(pid_t holder, SteadyTime deadline) {
  constexpr milliseconds kShort{100};
  const auto left = std::chrono::ceil<milliseconds>(deadline - system_clock().steady_now());
  const OwnedFd process(static_cast<int>(syscall(SYS_pidfd_open, holder, 0)));
  pollfd entry{process.get(), POLLIN, 0};
  poll(&entry, 1, static_cast<int>(std::clamp(left, milliseconds(0), kShort).count()));
}

}  // namespace

Result<FileLock> FileLock::acquire(const fs::path& path, milliseconds limit) {
  const SteadyTime deadline = system_clock().steady_now() + std::min(limit, kForever);
  std::error_code failed;
  if (path.has_parent_path()) fs::create_directories(path.parent_path(), failed);
  if (failed) return cannot("make the folder of", path, failed.value());
  std::unique_lock<std::mutex> guard(mutex);
  for (;;) {
    struct stat status{};
    if (stat(path.c_str(), &status) == 0 && held.contains(id_of(status))) {
      if (released.wait_until(guard, deadline) == std::cv_status::timeout) return taken(path, getpid());
      continue;
    }
    OwnedFd fd(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644));
    if (!fd.open() || fstat(fd.get(), &status) != 0) return cannot("open", path, errno);
    struct flock whole{};
    whole.l_type = F_WRLCK;
    whole.l_whence = SEEK_SET;
    if (fcntl(fd.get(), F_SETLK, &whole) == 0) {
      held.insert(id_of(status));
      return FileLock(fd.release());
    }
    if (errno != EACCES && errno != EAGAIN) return cannot("lock", path, errno);
    struct flock other = whole;
    if (fcntl(fd.get(), F_GETLK, &other) != 0) return cannot("lock", path, errno);
    if (other.l_type == F_UNLCK) continue;  // released in this very moment
    if (system_clock().steady_now() >= deadline) return taken(path, other.l_pid);
    guard.unlock();
    wait_for(other.l_pid, deadline);
    guard.lock();
  }
}

FileLock::FileLock(FileLock&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}

FileLock& FileLock::operator=(FileLock&& other) noexcept {
  std::swap(fd_, other.fd_);
  return *this;
}

FileLock::~FileLock() {
  if (fd_ < 0) return;
  const std::lock_guard<std::mutex> guard(mutex);
  struct stat status{};
  if (fstat(fd_, &status) == 0) held.erase(id_of(status));
  ::close(fd_);
  released.notify_all();
}

}  // namespace graduand
