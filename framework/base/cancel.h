// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <memory>

#include "framework/base/clock.h"

namespace graduand {

// A wish to stop, shared by whoever may ask and whoever must hear. Cheap to copy, thread-safe. A default-constructed
// token is never cancelled.
class CancelToken {
 public:
  CancelToken() = default;
  bool cancelled() const;
  // The signal that asked (SIGINT, SIGTERM, SIGHUP), or 0 when it was a call of CancelSource::cancel().
  int signal() const;
  // A file descriptor that becomes readable on cancellation, to be waited for in poll(); -1 for a default token.
  // Owned by the source.
  int poll_fd() const;
  // Returns true as soon as it is cancelled, false when `limit` has passed.
  bool wait_for(milliseconds limit) const;

 private:
  friend class CancelSource;
  struct State;
  std::shared_ptr<State> state_;
};

// Owner of the wish. Thread-safe; cancel() is async-signal-safe.
class CancelSource {
 public:
  CancelSource();
  CancelToken token() const;
  void cancel(int signal = 0) noexcept;

 private:
  std::shared_ptr<CancelToken::State> state_;
};

// While alive, SIGINT, SIGTERM and SIGHUP cancel `source`; a third signal ends the process at once with 130. SIGHUP
// (a closed terminal, a dropped connection) stays ignored where it was, as under nohup. At most one instance lives at a
// time. SIGPIPE is ignored from the first instance on.
class SignalGuard {
 public:
  explicit SignalGuard(CancelSource& source);
  ~SignalGuard();
  SignalGuard(const SignalGuard&) = delete;
  SignalGuard& operator=(const SignalGuard&) = delete;
};

}  // namespace graduand
