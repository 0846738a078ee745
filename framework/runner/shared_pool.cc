// SPDX-License-Identifier: Apache-2.0
#include "framework/runner/shared_pool.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <future>
#include <set>
#include <utility>

namespace graduand::runner {
namespace {

OwnedFd event_fd() {
  return OwnedFd(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
}

void signal_to(const OwnedFd& fd) {
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = ::write(fd.get(), &one, sizeof one);
}

void clear(const OwnedFd& fd) {
  std::uint64_t count = 0;
  [[maybe_unused]] const auto got = ::read(fd.get(), &count, sizeof count);
}

// Whether the last of them is readable.
template <std::size_t n>
bool wait_for_any(std::array<int, n> fds, milliseconds limit) {
  std::array<pollfd, n> entries{};
  for (std::size_t i = 0; i < n; ++i) entries[i] = {fds[i], POLLIN, 0};
  poll(entries.data(), n, static_cast<int>(std::clamp<std::int64_t>(limit.count(), 0, 3'600'000)));
  return entries.back().revents != 0;
}

}  // namespace

// What was told to one part, from the serving thread.
struct SharedPool::Mailbox {
  OwnedFd fd = event_fd();  // readable when there is something to look at
  std::mutex mutex;
  std::deque<ChildPool::Finished> finished;
  bool woken = false;
};

class SharedPool::Part final : public ChildPool {
 public:
  Part(SharedPool& pool, std::shared_ptr<Mailbox> mailbox) : pool_(pool), mailbox_(std::move(mailbox)) {}
  ~Part() override {
    terminate_all();
    while (running() > 0) wait_next(ChildPool::kForever, {}, -1);
  }

  Result<Id> start(ProcessSpec spec) override {
    std::promise<Result<Id>> started;
    auto answer = started.get_future();
    pool_.post([&] {
      auto id = pool_.children_.start(std::move(spec));
      if (id) pool_.owners_.emplace(*id, mailbox_);
      started.set_value(std::move(id));
    });
    auto id = answer.get();
    if (id) running_.insert(*id);
    return id;
  }

  std::optional<Finished> wait_next(milliseconds limit, const CancelToken& cancel, int wake_fd) override {
    const SteadyTime deadline = system_clock().steady_now() + std::min(limit, ChildPool::kForever);
    for (;;) {
      {
        const std::lock_guard<std::mutex> lock(mailbox_->mutex);
        clear(mailbox_->fd);
        if (!mailbox_->finished.empty()) {
          Finished next = std::move(mailbox_->finished.front());
          mailbox_->finished.pop_front();
          running_.erase(next.id);
          return next;
        }
        if (std::exchange(mailbox_->woken, false)) return std::nullopt;
      }
      if (running_.empty() || cancel.cancelled()) return std::nullopt;
      const auto left = std::chrono::ceil<milliseconds>(deadline - system_clock().steady_now());
      if (left.count() <= 0) return std::nullopt;
      const bool woken = wait_for_any<3>({mailbox_->fd.get(), cancel.poll_fd(), wake_fd}, left);
      const std::lock_guard<std::mutex> lock(mailbox_->mutex);
      if (woken && mailbox_->finished.empty()) return std::nullopt;
    }
  }

  void terminate_all() override {
    for (const Id id : running_) terminate(id, false);
  }

  void terminate(Id id, bool timed_out) override {
    if (!running_.contains(id)) return;
    pool_.post([&children = pool_.children_, id, timed_out] { children.terminate(id, timed_out); });
  }

  std::size_t running() const override { return running_.size(); }

 private:
  SharedPool& pool_;
  std::shared_ptr<Mailbox> mailbox_;
  std::set<Id> running_;  // whose end this part has not told yet
};

SharedPool::SharedPool(ChildPool& children) : children_(children), posted_fd_(event_fd()) {}

SharedPool::~SharedPool() = default;

std::unique_ptr<ChildPool> SharedPool::part() {
  auto mailbox = std::make_shared<Mailbox>();
  const std::lock_guard<std::mutex> lock(mutex_);
  std::erase_if(mailboxes_, [](const auto& one) { return one.expired(); });
  mailboxes_.push_back(mailbox);
  return std::make_unique<Part>(*this, std::move(mailbox));
}

void SharedPool::post(std::function<void()> task) {
  const std::lock_guard<std::mutex> lock(mutex_);
  posted_.push_back(std::move(task));
  signal_to(posted_fd_);
}

void SharedPool::wake_parts() {
  const std::lock_guard<std::mutex> lock(mutex_);
  for (const auto& one : mailboxes_) {
    const auto mailbox = one.lock();
    if (!mailbox) continue;
    const std::lock_guard<std::mutex> mailbox_lock(mailbox->mutex);
    mailbox->woken = true;
    signal_to(mailbox->fd);
  }
}

void SharedPool::run_posted() {
  std::deque<std::function<void()>> tasks;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    clear(posted_fd_);
    tasks.swap(posted_);
  }
  for (const auto& task : tasks) task();
}

void SharedPool::serve_until(const std::function<bool()>& done) {
  for (;;) {
    run_posted();
    if (done()) return;
    std::optional<ChildPool::Finished> finished;
    // The pool does not wait for the descriptor when it has no children.
    if (children_.running() > 0)
      finished = children_.wait_next(ChildPool::kForever, {}, posted_fd_.get());
    else
      wait_for_any<1>({posted_fd_.get()}, ChildPool::kForever);
    if (!finished) continue;
    const auto owner = owners_.extract(finished->id);
    Mailbox& mailbox = *owner.mapped();
    const std::lock_guard<std::mutex> lock(mailbox.mutex);
    mailbox.finished.push_back(std::move(*finished));
    signal_to(mailbox.fd);
  }
}

}  // namespace graduand::runner
