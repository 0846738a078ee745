// SPDX-License-Identifier: Apache-2.0
#include "framework/e2e/internal/overseer.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cstdint>

#include "framework/results/protocol.h"

namespace graduand::e2e {

Overseer::Overseer(int record_fd, CancelToken cancel, std::function<void()> last_words)
    : record_fd_(record_fd),
      cancel_(std::move(cancel)),
      last_words_(std::move(last_words)),
      stop_fd_(::eventfd(0, EFD_CLOEXEC)),
      thread_([this] { watch(); }) {}

Overseer::~Overseer() {
  const std::uint64_t one = 1;
  (void)!::write(stop_fd_, &one, sizeof one);
  thread_.join();
  ::close(stop_fd_);
}

void Overseer::watch() {
  bool told = false;
  while (true) {
    // No events are asked for on the pipe: POLLERR comes by itself when its reading end is closed.
    pollfd fds[] = {{stop_fd_, POLLIN, 0}, {record_fd_, 0, 0}, {told ? -1 : cancel_.poll_fd(), POLLIN, 0}};
    const int ready = ::poll(fds, 3, told && !body_returned_ ? static_cast<int>(results::kBodyGrace.count()) : -1);
    if (fds[0].revents != 0) return;
    if ((fds[1].revents & (POLLERR | POLLHUP | POLLNVAL)) != 0) ::_exit(130);
    if (ready == 0 && told) {
      if (body_returned_) continue;
      last_words_();
      ::_exit(130);
    }
    if (fds[2].revents != 0) told = true;
  }
}

}  // namespace graduand::e2e
