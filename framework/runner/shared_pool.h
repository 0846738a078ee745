// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <vector>

#include "framework/base/processes/child_pool.h"
#include "framework/base/processes/process_spawn.h"

namespace graduand::runner {

// One pool of children for a whole run. One thread serves it, so that output is read and limits act whatever the others
// are at, such as a transition that takes minutes; each of the others has a part: a pool that knows only the children
// that were started through it.
class SharedPool {
 public:
  explicit SharedPool(ChildPool& children);
  ~SharedPool();
  SharedPool(const SharedPool&) = delete;
  SharedPool& operator=(const SharedPool&) = delete;

  // Serves the children until `done`, which is asked after each event, on the calling thread. At most one thread
  // serves.
  void serve_until(const std::function<bool()>& done);
  // A part. It is used by one thread at a time, while another one serves, and must not outlive the pool; its
  // destruction ends its children and waits for them. Callbacks of its children are called on the serving thread. Its
  // wait_next() also returns after wake_parts(). Thread-safe.
  std::unique_ptr<ChildPool> part();
  // Runs it on the serving thread, soon. Thread-safe.
  void post(std::function<void()> task);
  // Every part that waits looks up: something that concerns all has changed. Thread-safe.
  void wake_parts();

 private:
  class Part;
  struct Mailbox;
  void run_posted();
  ChildPool& children_;
  OwnedFd posted_fd_;  // readable while something is posted
  std::mutex mutex_;   // of the two below
  std::deque<std::function<void()>> posted_;
  std::vector<std::weak_ptr<Mailbox>> mailboxes_;
  std::map<ChildPool::Id, std::shared_ptr<Mailbox>> owners_;  // of children that run; the serving thread's alone
};

}  // namespace graduand::runner
