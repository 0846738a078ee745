// SPDX-License-Identifier: Apache-2.0
#include "framework/runner/runner.h"

#include <algorithm>
#include <deque>
#include <exception>
#include <map>
#include <thread>

#include "framework/catalogue/provider_capabilities.h"
#include "framework/runner/cells/cell_run.h"
#include "framework/runner/shared_pool.h"

namespace graduand::runner {
namespace {

// The cells of a plan, up to so many at once, each on a thread of its own.
class Cells {
 public:
  Cells(const Plan& plan, RunScope& scope, SharedPool& children)
      : scope_(scope), children_(children), most_(static_cast<std::size_t>(std::max(1, scope.options.clusters))) {
    for (const PlannedCell& cell : plan.cells)
      if (!cell.attempts.empty()) waiting_.push_back(&cell);
    // Whether others may be up at the same time is settled before the first one comes up.
    const auto shared = static_cast<std::size_t>(std::count_if(waiting_.begin(), waiting_.end(), shares));
    if (waiting_.size() - shared + std::min<std::size_t>(shared, 1) == 1) most_ = 1;
  }

  Status run() {
    children_.serve_until([this] {
      start_what_may();
      return active_.empty();
    });
    return status_;
  }

 private:
  static bool shares(const PlannedCell* cell) {
    return catalogue::capabilities_of(cell->cell.provider).cells_share_one_cluster;
  }
  // Cells that share one cluster have one place together: a disruptive attempt of one would be seen by the others.
  bool may(const PlannedCell* cell) const {
    return !shares(cell) ||
           std::none_of(active_.begin(), active_.end(), [](const auto& one) { return shares(one.first); });
  }

  void start_what_may() {
    if (waiting_.empty() && crowded_.empty()) return;
    if (scope_.cancel.cancelled()) scope_.recorder.interrupt();
    if (!status_ || scope_.recorder.stopping()) return;
    while (active_.size() < most_) {
      const auto next = std::find_if(waiting_.begin(), waiting_.end(), [this](const auto* cell) { return may(cell); });
      if (next == waiting_.end()) break;
      start(**next, most_ == 1);
      waiting_.erase(next);
    }
    if (!active_.empty() || crowded_.empty()) return;
    start(*crowded_.front(), true);
    crowded_.pop_front();
  }

  void start(const PlannedCell& cell, bool alone) {
    active_.emplace(&cell, std::thread([this, &cell, alone] {
      auto end = carry_through(cell, alone);
      children_.post([this, &cell, end = std::move(end)] { ended(cell, end); });
    }));
  }

  Result<CellRun::End> carry_through(const PlannedCell& cell, bool alone) {
    try {
      return CellRun(cell, scope_, alone).run();
    } catch (const std::exception& error) {
      return fail(ErrorKind::kInternal, std::string("this is a bug of graduand: ") + error.what(),
                  "cell " + cell.cell.display_name());
    }
  }

  void ended(const PlannedCell& cell, const Result<CellRun::End>& end) {
    active_.at(&cell).join();
    active_.erase(&cell);
    if (end && *end == CellRun::End::kCrowded) crowded_.push_back(&cell);
    if (!end && status_) status_ = fail(end.error());
  }

  RunScope& scope_;
  SharedPool& children_;
  std::size_t most_;
  std::deque<const PlannedCell*> waiting_;
  std::deque<const PlannedCell*> crowded_;  // to be tried again, each alone
  std::map<const PlannedCell*, std::thread> active_;
  Status status_;
};

}  // namespace

Result<RunSummary> run_plan(const Plan& plan, const std::vector<LoadedSuite>& suites, const results::Run& run,
                            results::RecordSink& records, const std::filesystem::path& directory,
                            const ProviderFor& provider_for, const RunOptions& options, Observer& observer,
                            const Clock& clock, const CancelToken& cancel) {
  if (run.id != plan.run_id)
    return fail(ErrorKind::kInternal, "the plan of run " + plan.run_id + " was given for run " + run.id);
  ProcessPool processes;
  SharedPool children(processes);
  // A cell that waits for its children learns that there is nowhere to record their ends.
  Recorder recorder(records, directory, observer, [&children] { children.wake_parts(); });
  const std::function<std::unique_ptr<ChildPool>()> make_pool = [&children] { return children.part(); };
  RunScope scope{plan.run_id, suites, provider_for, options, recorder, clock, cancel, make_pool};
  GRADUAND_TRY(Cells(plan, scope, children).run());
  return recorder.summary();
}

}  // namespace graduand::runner
