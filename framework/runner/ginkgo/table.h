// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "framework/base/processes/process_spawn.h"
#include "framework/runner/ginkgo/server.h"
#include "framework/runner/ginkgo/shared.h"

namespace graduand::runner {

// The table that groups of specs are dealt from: what waits, which process is at what, and what the processes said
// and nobody has looked at yet. Thread-safe: the server's threads deal and report, the runner's thread takes events.
class GinkgoTable final : public GinkgoDealer {
 public:
  struct Event {
    enum class Kind {
      kBegan,     // `attempt` begins
      kEnded,     // `attempt` has ended as `node` says
      kSuite,     // a node of the suite, not a spec
      kStranger,  // a spec that was not dealt to this process
      kReasons,   // `reasons`: why the suite failed beside its nodes
    };
    Kind kind = Kind::kBegan;
    int process = 0;
    const PlannedAttempt* attempt = nullptr;
    results::GinkgoNode node{};
    std::vector<std::string> reasons{};
  };

  // `book` gives a planned attempt's case. A process has a quarter of an hour for BeforeSuite, and for AfterSuite.
  GinkgoTable(std::deque<SharedRound::Group> groups, int processes, const AttemptRecorder& book, const Clock& clock);

  std::optional<int> next_group(int process) override;
  void on_node(int process, results::GinkgoNode node) override;
  void on_last_part(int process) override;
  void on_suite_end(int process, std::vector<std::string> special_reasons) override;
  bool alive(int process) override;

  // Readable when there are events.
  int wake_fd() const { return wake_.get(); }
  std::vector<Event> take_events();
  // Deals nothing any more.
  void stop();
  bool anything_waits() const;
  // What was never dealt.
  std::deque<SharedRound::Group> take_waiting();

  void started(int process);
  // What the process, which is gone, was at and did not report. `asked`: whether it had got as far as asking for specs.
  struct Left {
    std::vector<const PlannedAttempt*> attempts;
    bool asked = false;
  };
  Left ended(int process, bool comes_back);
  void gone_for_good(int process);
  // The processes that have overrun their time, each once; and the next moment at which one may.
  std::vector<int> overdue(SteadyTime now);
  bool was_overdue(int process) const;
  SteadyTime next_deadline() const;

 private:
  struct Process {
    std::vector<const PlannedAttempt*> at;  // dealt and not reported
    bool alive = true;
    bool asked = false;
    bool overdue = false;
    bool spent = false;  // a spec was interrupted or aborted the suite: it leaves out all that come after
    SteadyTime deadline{};
  };
  void push(Event event);
  milliseconds limit_of(const std::vector<const PlannedAttempt*>& attempts) const;

  const AttemptRecorder& book_;
  const Clock& clock_;
  OwnedFd wake_;
  mutable std::mutex mutex_;
  std::deque<SharedRound::Group> waiting_;
  std::vector<Process> processes_;  // from number 1; [0] stands for none
  std::vector<Event> events_;
  bool stopped_ = false;
};

}  // namespace graduand::runner
