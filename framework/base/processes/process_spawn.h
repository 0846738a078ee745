// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <utility>

#include "framework/base/processes/process.h"

namespace graduand {

// A file descriptor and its end of life.
class OwnedFd {
 public:
  explicit OwnedFd(int fd = -1) : fd_(fd) {}
  OwnedFd(OwnedFd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  OwnedFd& operator=(OwnedFd&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~OwnedFd() { reset(); }
  int get() const { return fd_; }
  bool open() const { return fd_ >= 0; }
  int release() { return std::exchange(fd_, -1); }
  void reset();

 private:
  int fd_;
};

// A started child: the leader of its own process group. Not yet waited for; the holder must do that.
struct SpawnedChild {
  pid_t pid = -1;
  OwnedFd pidfd;             // readable when the child has ended
  OwnedFd out, err, record;  // our ends of its pipes, non-blocking; `record` only when asked for
};

// Starts what the spec says. kNotFound when there is no such program, kInfrastructure on everything else. Thread-safe.
Result<SpawnedChild> spawn_child(const ProcessSpec& spec);

// True when a process of the group that is not a zombie is there; reads all of /proc, so it is slow.
bool group_has_live_member(pid_t group);

}  // namespace graduand
