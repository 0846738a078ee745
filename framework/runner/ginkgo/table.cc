// SPDX-License-Identifier: Apache-2.0
#include "framework/runner/ginkgo/table.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>

#include "framework/base/text.h"

namespace graduand::runner {
namespace {

// Upstream's BeforeSuite waits up to ten minutes for the cluster's system pods.
constexpr milliseconds kSuiteLimit = std::chrono::minutes(15);

}  // namespace

GinkgoTable::GinkgoTable(std::deque<SharedRound::Group> groups, int processes, const AttemptRecorder& book,
                         const Clock& clock)
    : book_(book),
      clock_(clock),
      wake_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      waiting_(std::move(groups)),
      processes_(static_cast<std::size_t>(std::max(2, processes)) + 1) {
  for (std::size_t i = static_cast<std::size_t>(processes) + 1; i < processes_.size(); ++i) processes_[i].alive = false;
}

void GinkgoTable::push(Event event) {
  events_.push_back(std::move(event));
  const std::uint64_t one = 1;
  static_cast<void>(::write(wake_.get(), &one, sizeof one));
}

milliseconds GinkgoTable::limit_of(const std::vector<const PlannedAttempt*>& attempts) const {
  milliseconds sum{0};
  for (const PlannedAttempt* planned : attempts)
    if (const SelectedCase* known = book_.find(*planned)) sum += known->info->time_limit;
  return sum;
}

std::optional<int> GinkgoTable::next_group(int number) {
  const std::lock_guard lock(mutex_);
  Process& process = processes_.at(static_cast<std::size_t>(number));
  process.asked = true;
  if (stopped_ || waiting_.empty() || process.spent || process.overdue) {
    process.deadline = clock_.steady_now() + kSuiteLimit;
    return std::nullopt;
  }
  SharedRound::Group group = std::move(waiting_.front());
  waiting_.pop_front();
  process.at = group.attempts;
  process.deadline = clock_.steady_now() + limit_of(group.attempts);
  for (const PlannedAttempt* planned : group.attempts) push({Event::Kind::kBegan, number, planned});
  return group.index;
}

void GinkgoTable::on_node(int number, results::GinkgoNode node) {
  const std::lock_guard lock(mutex_);
  if (!node.is_spec()) return push({Event::Kind::kSuite, number, nullptr, std::move(node)});
  auto& at = processes_.at(static_cast<std::size_t>(number)).at;
  const auto found = std::find_if(at.begin(), at.end(), [&](const PlannedAttempt* planned) {
    const SelectedCase* known = book_.find(*planned);
    return known != nullptr && known->info->name == node.name && known->info->line == node.line;
  });
  if (found == at.end()) {
    if (node.selected()) push({Event::Kind::kStranger, number, nullptr, std::move(node)});
    return;
  }
  const PlannedAttempt* planned = *found;
  at.erase(found);
  if (node.state == "aborted" || node.state == "interrupted")
    processes_.at(static_cast<std::size_t>(number)).spent = true;
  push({Event::Kind::kEnded, number, planned, std::move(node)});
}

void GinkgoTable::on_last_part(int /*process*/) {}

void GinkgoTable::on_suite_end(int number, std::vector<std::string> special_reasons) {
  const std::lock_guard lock(mutex_);
  std::erase_if(special_reasons, [](const std::string& reason) { return starts_with(reason, kNoMoreSpecs); });
  if (!special_reasons.empty()) push({Event::Kind::kReasons, number, nullptr, {}, std::move(special_reasons)});
}

bool GinkgoTable::alive(int number) {
  const std::lock_guard lock(mutex_);
  return processes_.at(static_cast<std::size_t>(number)).alive;
}

std::vector<GinkgoTable::Event> GinkgoTable::take_events() {
  const std::lock_guard lock(mutex_);
  std::uint64_t count = 0;
  static_cast<void>(::read(wake_.get(), &count, sizeof count));
  return std::exchange(events_, {});
}

void GinkgoTable::stop() {
  const std::lock_guard lock(mutex_);
  stopped_ = true;
}

bool GinkgoTable::anything_waits() const {
  const std::lock_guard lock(mutex_);
  return !stopped_ && !waiting_.empty();
}

std::deque<SharedRound::Group> GinkgoTable::take_waiting() {
  const std::lock_guard lock(mutex_);
  return std::exchange(waiting_, {});
}

void GinkgoTable::started(int number) {
  const std::lock_guard lock(mutex_);
  Process& process = processes_.at(static_cast<std::size_t>(number));
  process = {};
  process.deadline = clock_.steady_now() + kSuiteLimit;
}

GinkgoTable::Left GinkgoTable::ended(int number, bool comes_back) {
  const std::lock_guard lock(mutex_);
  Process& process = processes_.at(static_cast<std::size_t>(number));
  process.alive = comes_back;
  return {std::exchange(process.at, {}), process.asked};
}

void GinkgoTable::gone_for_good(int number) {
  const std::lock_guard lock(mutex_);
  processes_.at(static_cast<std::size_t>(number)).alive = false;
}

std::vector<int> GinkgoTable::overdue(SteadyTime now) {
  const std::lock_guard lock(mutex_);
  std::vector<int> late;
  for (std::size_t number = 1; number < processes_.size(); ++number) {
    Process& process = processes_[number];
    if (!process.alive || process.overdue || now < process.deadline) continue;
    process.overdue = true;
    late.push_back(static_cast<int>(number));
  }
  return late;
}

bool GinkgoTable::was_overdue(int number) const {
  const std::lock_guard lock(mutex_);
  return processes_.at(static_cast<std::size_t>(number)).overdue;
}

SteadyTime GinkgoTable::next_deadline() const {
  const std::lock_guard lock(mutex_);
  SteadyTime next = clock_.steady_now() + kSuiteLimit;
  for (const Process& process : processes_)
    if (process.alive && !process.overdue && process.deadline != SteadyTime{}) next = std::min(next, process.deadline);
  return next;
}

}  // namespace graduand::runner
