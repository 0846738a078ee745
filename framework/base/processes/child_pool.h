// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <optional>

#include "framework/base/processes/process.h"

namespace graduand {

// Many children at once: what the runner schedules on. ProcessPool runs them; tests script them, so that what starts
// when is tested without processes and without time. To be used by one thread.
class ChildPool {
 public:
  using Id = int;
  static constexpr milliseconds kForever = std::chrono::hours(24 * 365);  // for wait_next(), which adds it to now
  struct Finished {
    Id id;
    ProcessResult result;
  };
  virtual ~ChildPool() = default;
  // kInfrastructure or kNotFound when it could not be started, as ProcessRunner::run(). The callbacks of `spec` are
  // called while children are served, and never after the child's end was told.
  virtual Result<Id> start(ProcessSpec spec) = 0;
  // The next child that ended, or nothing when `limit` has passed, when `cancel` was cancelled (children are left
  // running: call terminate_all(), and then wait without the token), or when none is running. Also when `wake_fd` (none
  // when negative) became readable and no child has ended: for events that come from other threads.
  virtual std::optional<Finished> wait_next(milliseconds limit, const CancelToken& cancel = {}, int wake_fd = -1) = 0;
  // SIGTERM now, SIGKILL after each one's grace; wait_next() still reports each of them, as cancelled.
  virtual void terminate_all() = 0;
  // The same for one child; nothing when it has ended. With `timed_out` it is reported as that instead.
  virtual void terminate(Id id, bool timed_out = false) = 0;
  // Those whose end was not told yet.
  virtual std::size_t running() const = 0;
};

// Real ones. They are served (their output read, their limits enforced) only within wait_next().
class ProcessPool final : public ChildPool {
 public:
  ProcessPool();
  ~ProcessPool() override;  // kills what still runs, and waits for it
  Result<Id> start(ProcessSpec spec) override;
  std::optional<Finished> wait_next(milliseconds limit, const CancelToken& cancel = {}, int wake_fd = -1) override;
  void terminate_all() override;
  void terminate(Id id, bool timed_out = false) override;
  std::size_t running() const override;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace graduand
