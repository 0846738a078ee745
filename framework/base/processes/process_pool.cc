// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <deque>

#include "framework/base/processes/child_pool.h"
#include "framework/base/processes/process.h"
#include "framework/base/processes/process_output.h"
#include "framework/base/processes/process_spawn.h"

namespace graduand {
namespace {

// After the group is gone, only a grandchild in a session of its own can still hold a pipe open; what it would write
// later is not waited for.
constexpr milliseconds kDrainTime{200};
// At most this many reads of one stream before the others get their turn.
constexpr int kReadsPerTurn = 16;

milliseconds cpu_time(const rusage& usage) {
  const auto of = [](const timeval& time) { return seconds(time.tv_sec) + std::chrono::microseconds(time.tv_usec); };
  return std::chrono::round<milliseconds>(of(usage.ru_utime) + of(usage.ru_stime));
}

struct Child {
  Child(ProcessPool::Id id_, ProcessSpec spec_, SpawnedChild process_)
      : id(id_),
        spec(std::move(spec_)),
        process(std::move(process_)),
        out(spec.output_limit, spec.stdout_file, spec.on_stdout_line),
        err(spec.output_limit, spec.stderr_file, spec.on_stderr_line),
        records(spec.on_record_line) {}

  ProcessPool::Id id;
  ProcessSpec spec;
  SpawnedChild process;
  OutputSink out;
  OutputSink err;
  LineSplitter records;
  ProcessResult result{};
  SteadyTime started{};
  // The next moment at which something is due: the time limit, the SIGKILL after SIGTERM, or the end of draining.
  std::optional<SteadyTime> due{};
  enum class Stage { kRunning, kTerminating, kKilled, kDraining } stage = Stage::kRunning;

  bool pipes_open() const { return process.out.open() || process.err.open() || process.record.open(); }
};

void end(Child& child, SteadyTime now) {
  child.stage = Child::Stage::kTerminating;
  child.due = now + child.spec.kill_grace;
  kill(-child.process.pid, SIGTERM);
}

// Reads what is there; closes the descriptor at its end. Bounded, so that one loud child cannot starve the others.
template <class Feed>
void read_some(OwnedFd& fd, Feed&& feed) {
  static thread_local std::array<char, 64 * 1024> buffer;
  for (int turn = 0; fd.open() && turn < kReadsPerTurn; ++turn) {
    const ssize_t count = ::read(fd.get(), buffer.data(), buffer.size());
    if (count > 0) {
      feed(std::string_view(buffer.data(), static_cast<std::size_t>(count)));
    } else if (count == 0 || (errno != EAGAIN && errno != EINTR)) {
      fd.reset();
    } else if (errno == EAGAIN) {
      return;
    }
  }
}

void read_pipes(Child& child) {
  read_some(child.process.record, [&](std::string_view chunk) { child.records.feed(chunk); });
  read_some(child.process.out, [&](std::string_view chunk) { child.out.feed(chunk); });
  read_some(child.process.err, [&](std::string_view chunk) { child.err.feed(chunk); });
}

// Reaps the leader, which has ended, and kills what is left of its group. The group is stopped first: a stopped
// survivor cannot vanish between the reaping and the look at the group, and while it is there the group's number
// cannot be given to strangers, so neither the answer nor the SIGKILL can go wrong.
void reap(Child& child, SteadyTime now) {
  const pid_t group = child.process.pid;
  kill(-group, SIGSTOP);
  int status = 0;
  rusage usage{};
  while (wait4(child.process.pid, &status, 0, &usage) < 0 && errno == EINTR) {
  }
  if (kill(-group, 0) == 0 || errno == EPERM) {
    // Zombies whose parent does not wait for them are in the group too, hence the closer look.
    child.result.group_survivors = group_has_live_member(group);
    kill(-group, SIGKILL);
  }
  if (WIFSIGNALED(status)) {
    child.result.signal = WTERMSIG(status);
  } else {
    child.result.exit_code = WEXITSTATUS(status);
  }
  child.result.cpu = cpu_time(usage);
  child.result.wall = std::chrono::round<milliseconds>(now - child.started);
  child.process.pidfd.reset();
  child.stage = Child::Stage::kDraining;
  child.due = now + kDrainTime;
}

ProcessResult take_result(Child& child) {
  child.out.close();
  child.err.close();
  child.result.stdout_text = child.out.take_text();
  child.result.stderr_text = child.err.take_text();
  child.result.dropped_bytes = child.out.dropped_bytes() + child.err.dropped_bytes();
  child.result.output_error = child.out.error().empty() ? child.err.error() : child.out.error();
  return std::move(child.result);
}

}  // namespace

struct ProcessPool::Impl {
  std::map<Id, std::unique_ptr<Child>> children;
  std::deque<Finished> finished;
  Id next_id = 1;
  std::vector<pollfd> polled;

  // Whether `wake_fd` is readable.
  bool poll_once(SteadyTime deadline, const CancelToken& cancel, int wake_fd);
  void act_on_due(Child& child, SteadyTime now);
  void step(Child& child, bool ended, SteadyTime now);
};

ProcessPool::ProcessPool() : impl_(std::make_unique<Impl>()) {}

ProcessPool::~ProcessPool() {
  for (auto& [id, child] : impl_->children) {
    if (child->stage == Child::Stage::kDraining) continue;
    kill(-child->process.pid, SIGKILL);
    while (waitpid(child->process.pid, nullptr, 0) < 0 && errno == EINTR) {
    }
  }
}

Result<ProcessPool::Id> ProcessPool::start(ProcessSpec spec) {
  const Timestamp started = system_clock().now();
  const SteadyTime steady = system_clock().steady_now();
  GRADUAND_TRY_ASSIGN(SpawnedChild process, spawn_child(spec));
  const Id id = impl_->next_id++;
  auto child = std::make_unique<Child>(id, std::move(spec), std::move(process));
  child->result.started = started;
  child->started = steady;
  if (child->spec.time_limit.count() > 0) child->due = steady + child->spec.time_limit;
  impl_->children.emplace(id, std::move(child));
  return id;
}

std::optional<ProcessPool::Finished> ProcessPool::wait_next(milliseconds limit, const CancelToken& cancel,
                                                            int wake_fd) {
  // A cap keeps the sum of clock and limit inside the clock's range.
  const SteadyTime deadline = system_clock().steady_now() + std::min<milliseconds>(limit, std::chrono::hours(24 * 365));
  for (;;) {
    if (!impl_->finished.empty()) {
      Finished next = std::move(impl_->finished.front());
      impl_->finished.pop_front();
      return next;
    }
    if (impl_->children.empty() || cancel.cancelled()) return std::nullopt;
    const bool woken = impl_->poll_once(deadline, cancel, wake_fd);
    if (impl_->finished.empty() && (woken || system_clock().steady_now() >= deadline)) return std::nullopt;
  }
}

void ProcessPool::terminate_all() {
  const SteadyTime now = system_clock().steady_now();
  for (auto& [id, child] : impl_->children) {
    if (child->stage != Child::Stage::kRunning) continue;
    child->result.cancelled = true;
    end(*child, now);
  }
}

void ProcessPool::terminate(Id id, bool timed_out) {
  const auto found = impl_->children.find(id);
  if (found == impl_->children.end() || found->second->stage != Child::Stage::kRunning) return;
  (timed_out ? found->second->result.timed_out : found->second->result.cancelled) = true;
  end(*found->second, system_clock().steady_now());
}

std::size_t ProcessPool::running() const {
  return impl_->children.size() + impl_->finished.size();
}

bool ProcessPool::Impl::poll_once(SteadyTime deadline, const CancelToken& cancel, int wake_fd) {
  // poll() ignores negative descriptors, so every child has four entries in order, open or not.
  polled.clear();
  SteadyTime wake = deadline;
  for (const auto& [id, child] : children) {
    for (const OwnedFd* fd : {&child->process.pidfd, &child->process.record, &child->process.out, &child->process.err})
      polled.push_back({fd->get(), POLLIN, 0});
    if (child->due) wake = std::min(wake, *child->due);
  }
  polled.push_back({cancel.poll_fd(), POLLIN, 0});
  polled.push_back({wake_fd, POLLIN, 0});
  const auto left = std::chrono::ceil<milliseconds>(wake - system_clock().steady_now()).count();
  const auto wait = static_cast<int>(std::clamp<std::int64_t>(left, 0, 3'600'000));
  if (poll(polled.data(), polled.size(), wait) < 0) return false;
  const bool woken = polled.back().revents != 0;

  const SteadyTime now = system_clock().steady_now();
  std::size_t at = 0;
  std::vector<Id> done;
  for (auto& [id, child] : children) {
    if (at + 5 >= polled.size()) break;  // started by a callback of this very round
    const bool ended = polled[at].revents != 0;
    const bool readable = polled[at + 1].revents != 0 || polled[at + 2].revents != 0 || polled[at + 3].revents != 0;
    at += 4;
    if (readable) read_pipes(*child);
    step(*child, ended, now);
    if (child->stage == Child::Stage::kDraining && (!child->pipes_open() || now >= *child->due)) done.push_back(id);
  }
  for (const Id id : done) {
    Child& child = *children.at(id);
    finished.push_back({id, take_result(child)});
    children.erase(id);
  }
  return woken;
}

void ProcessPool::Impl::step(Child& child, bool ended, SteadyTime now) {
  if (ended && child.stage != Child::Stage::kDraining) {
    // Whatever the time limit says: it has ended by itself, or by the signal it got.
    reap(child, now);
    // All that the leader wrote is in the pipes now.
    read_pipes(child);
    return;
  }
  if (child.due && now >= *child.due) act_on_due(child, now);
}

void ProcessPool::Impl::act_on_due(Child& child, SteadyTime now) {
  switch (child.stage) {
    case Child::Stage::kRunning:
      child.result.timed_out = true;
      end(child, now);
      break;
    case Child::Stage::kTerminating:
      child.stage = Child::Stage::kKilled;
      child.due.reset();
      kill(-child.process.pid, SIGKILL);
      break;
    case Child::Stage::kKilled:
    case Child::Stage::kDraining:
      break;
  }
}

}  // namespace graduand
