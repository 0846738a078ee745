// SPDX-License-Identifier: Apache-2.0
#include "framework/base/cancel.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <limits>
#include <system_error>

namespace graduand {

// The descriptor may be -1 when the process has none left: then cancelled() still works and waits fall back to slices.
struct CancelToken::State {
  State() : fd(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}
  ~State() {
    if (fd >= 0) close(fd);
  }
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  const int fd;
  std::atomic<bool> cancelled{false};
  std::atomic<int> signal{0};
};

bool CancelToken::cancelled() const {
  return state_ && state_->cancelled.load();
}

int CancelToken::signal() const {
  return state_ ? state_->signal.load() : 0;
}

int CancelToken::poll_fd() const {
  return state_ ? state_->fd : -1;
}

bool CancelToken::wait_for(milliseconds limit) const {
  const SteadyTime deadline = system_clock().steady_now() + std::min<milliseconds>(limit, std::chrono::hours(24 * 365));
  for (;;) {
    if (cancelled()) return true;
    const auto left = std::chrono::ceil<milliseconds>(deadline - system_clock().steady_now());
    if (left.count() <= 0) return false;
    const std::int64_t slice = poll_fd() < 0 && state_ ? 50 : std::numeric_limits<int>::max();
    pollfd entry{poll_fd(), POLLIN, 0};  // poll() ignores a negative descriptor
    poll(&entry, 1, static_cast<int>(std::min<std::int64_t>(left.count(), slice)));
  }
}

CancelSource::CancelSource() : state_(std::make_shared<CancelToken::State>()) {}

CancelToken CancelSource::token() const {
  CancelToken token;
  token.state_ = state_;
  return token;
}

void CancelSource::cancel(int signal) noexcept {
  const int saved_errno = errno;
  int none = 0;
  state_->signal.compare_exchange_strong(none, signal);
  state_->cancelled.store(true);
  if (state_->fd >= 0) {
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto written = write(state_->fd, &one, sizeof one);
  }
  errno = saved_errno;
}

namespace {

std::atomic<CancelSource*> guarded{nullptr};
std::atomic<int> signals_seen{0};
constexpr std::array<int, 3> kSignals = {SIGINT, SIGTERM, SIGHUP};
std::array<struct sigaction, kSignals.size()> previous;

static_assert(std::atomic<CancelSource*>::is_always_lock_free && std::atomic<int>::is_always_lock_free);

extern "C" void on_signal(int signal) {
  if (signals_seen.fetch_add(1) >= 2) _exit(130);
  if (CancelSource* source = guarded.load()) source->cancel(signal);
}

}  // namespace

SignalGuard::SignalGuard(CancelSource& source) {
  signals_seen.store(0);
  guarded.store(&source);
  struct sigaction ignore{};
  ignore.sa_handler = SIG_IGN;
  sigaction(SIGPIPE, &ignore, nullptr);
  struct sigaction action{};
  action.sa_handler = on_signal;
  sigemptyset(&action.sa_mask);
  // A third signal must be heard while a handler of the other signal runs, hence nothing is masked. Calls of ours
  // retry on EINTR; others' are spared by SA_RESTART.
  action.sa_flags = SA_RESTART;
  for (std::size_t i = 0; i < kSignals.size(); ++i) {
    sigaction(kSignals[i], nullptr, &previous[i]);
    if (kSignals[i] != SIGHUP || previous[i].sa_handler != SIG_IGN) sigaction(kSignals[i], &action, nullptr);
  }
}

SignalGuard::~SignalGuard() {
  for (std::size_t i = 0; i < kSignals.size(); ++i) sigaction(kSignals[i], &previous[i], nullptr);
  guarded.store(nullptr);
}

}  // namespace graduand
