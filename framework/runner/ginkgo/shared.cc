// SPDX-License-Identifier: Apache-2.0
#include "framework/runner/ginkgo/shared.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "framework/base/files.h"
#include "framework/runner/attempt_files.h"
#include "framework/runner/ginkgo/attempt.h"
#include "framework/runner/ginkgo/driver.h"
#include "framework/runner/ginkgo/ending.h"
#include "framework/runner/ginkgo/groups.h"
#include "framework/runner/ginkgo/table.h"
#include "framework/runner/names.h"

namespace graduand::runner {
namespace {

using results::Outcome;

// Ginkgo gives 30 seconds to what it interrupts, then cleans up and reports.
constexpr milliseconds kGrace = seconds(45);

class Round {
 public:
  Round(const PlannedCell& cell, RunScope& scope, AttemptRecorder& book, const CellCluster& cluster, SharedRound round,
        int procs, int number)
      : cell_(cell),
        scope_(scope),
        book_(book),
        cluster_(*cluster.cluster()),
        suite_(*round.suite),
        number_(number),
        procs_(std::clamp(procs, 1, static_cast<int>(round.groups.size()))),
        table_(std::move(round.groups), procs_, book, scope.clock),
        pool_(scope.make_pool()) {}

  Status run() {
    GRADUAND_TRY_ASSIGN(server_, GinkgoServer::start(procs_, table_));
    for (int process = 1; process <= procs_; ++process) start(process);
    Status status = loop();
    pool_->terminate_all();
    while (pool_->running() > 0) pool_->wait_next(std::chrono::hours(1));
    server_.reset();
    GRADUAND_TRY(status);
    return scope_.recorder.interrupted() ? Status{} : leave_rest();
  }

 private:
  Status loop() {
    while (pool_->running() > 0) {
      if (scope_.cancel.cancelled()) {
        scope_.recorder.interrupt();
        // What had ended well before the interruption is kept; the rest runs again at --resume.
        return record_events(true);
      }
      const auto left = std::chrono::ceil<milliseconds>(table_.next_deadline() - scope_.clock.steady_now());
      const auto finished = pool_->wait_next(std::max(left, milliseconds(0)), scope_.cancel, table_.wake_fd());
      if (scope_.cancel.cancelled()) continue;
      GRADUAND_TRY(record_events(false));
      if (scope_.recorder.interrupted()) return {};
      if (finished) GRADUAND_TRY(handle(*finished));
      for (const int process : table_.overdue(scope_.clock.steady_now()))
        if (const auto id = id_of(process)) pool_->terminate(*id, true);
      if (book_.lost()) pool_->terminate_all();
      if (book_.stopping()) table_.stop();
    }
    return {};
  }

  std::optional<ChildPool::Id> id_of(int process) const {
    for (const auto& [id, number] : running_)
      if (number == process) return id;
    return std::nullopt;
  }

  // attempts/<cell>/shared.<suite>.<round>.<process>.<start>
  std::filesystem::path folder_of(int process) {
    const std::string name =
        fmt::format("shared.{}.{}.{}.{}", path_name(suite_.file.name), number_, process, ++starts_[process]);
    return std::filesystem::path("attempts") / path_name(cell_.cell.display_name()) / name;
  }

  void start(int process) {
    const auto relative = folder_of(process);
    const auto folder = std::filesystem::absolute(scope_.recorder.folder()) / relative;
    std::error_code failed;
    std::filesystem::create_directories(folder, failed);
    folders_[process] = relative;
    ProcessSpec spec;
    // Upstream's binary leaves out flaky specs and those of features unless something is skipped or focused on.
    spec.argv = {ginkgo_program(suite_).binary.string(), kGinkgoSeed, "--ginkgo.no-color", kNoGinkgoTimeout,
                 "--ginkgo.skip=^$"};
    const GinkgoTarget target = ginkgo_target(cluster_, folder / "artifacts");
    for (const auto& arguments : {server_->arguments(process), ginkgo_flags(suite_, target)})
      spec.argv.insert(spec.argv.end(), arguments.begin(), arguments.end());
    spec.environment = {{"TZ", "UTC"}, GinkgoServer::environment()};
    spec.working_directory = folder;
    spec.kill_grace = kGrace;
    spec.stdout_file = folder / "stdout.txt";
    spec.stderr_file = folder / "stderr.txt";
    table_.started(process);
    const auto id = pool_->start(std::move(spec));
    if (id) {
      running_[*id] = process;
    } else {
      table_.gone_for_good(process);
      trouble_ = "could not be started: " + to_string(id.error());
    }
  }

  Status record_events(bool only_good) {
    for (GinkgoTable::Event& event : table_.take_events()) {
      switch (event.kind) {
        case GinkgoTable::Event::Kind::kBegan:
          scope_.recorder.observer().on_attempt_started(*event.attempt);
          break;
        case GinkgoTable::Event::Kind::kEnded:
          GRADUAND_TRY(record_spec(event, only_good));
          break;
        case GinkgoTable::Event::Kind::kSuite:
          if (const std::string why = failed_suite_node(event.node); !why.empty()) suite_failed(why);
          break;
        case GinkgoTable::Event::Kind::kStranger:
          suite_failed("a spec ran that nobody asked for: " + event.node.name);
          break;
        case GinkgoTable::Event::Kind::kReasons:
          suite_failed(event.reasons.front());
          break;
      }
    }
    return {};
  }

  // Told at once: if it kept specs from running, their records say so too.
  void suite_failed(const std::string& why) {
    if (trouble_.empty()) trouble_ = why;
    book_.notice(one_line(fmt::format("suite {}: {}", suite_.file.name, why)));
  }

  Status record_spec(const GinkgoTable::Event& event, bool only_good) {
    JudgedAttempt end = ending_of_spec(event.node);
    const bool left_out = event.node.state == "skipped" && !event.node.selected();
    if (left_out) end.ending = {Outcome::kInfraError, "its process left it out", true};
    if (table_.was_overdue(event.process) && left_out) {
      end.ending = {Outcome::kNotRun, "not reached: the time of its container's specs was up"};
    } else if (table_.was_overdue(event.process) && end.ending.outside) {
      end.ending = {Outcome::kTimedOut, time_limit_of(*event.attempt)};
    }
    if (only_good && is_trouble(end.ending.outcome)) return {};
    if (!book_.confirm(end.ending)) {
      scope_.recorder.interrupt();
      return {};
    }
    results::Attempt attempt = book_.blank(*event.attempt);
    // Ginkgo dates what it did not begin to the year 1.
    if (event.node.started > Timestamp{}) attempt.started = event.node.started;
    attempt.took = event.node.took;
    attempt.failures = std::move(end.failures);
    attempt.measures = std::move(end.measures);
    GRADUAND_TRY(keep_output(*event.attempt, event.node.output, attempt));
    return book_.record_with_tries(*event.attempt, attempt, end.ending, end.failed_tries);
  }

  Status keep_output(const PlannedAttempt& planned, const std::string& output, results::Attempt& attempt) {
    if (output.empty()) return {};
    const AttemptFiles files(scope_.recorder.folder(), cell_.cell.display_name(), planned);
    GRADUAND_TRY(files.prepare());
    GRADUAND_TRY(write_file_atomically(files.stdout_file(), output));
    attempt.stdout_path = files.relative_if_there(files.stdout_file());
    return {};
  }

  std::string time_limit_of(const PlannedAttempt& planned) const {
    const SelectedCase* known = book_.find(planned);
    return "time limit of " + (known == nullptr ? std::string() : format_duration(known->info->time_limit));
  }

  std::string name_of(const PlannedAttempt& planned) const {
    const SelectedCase* known = book_.find(planned);
    return known == nullptr ? planned.case_id : known->info->name;
  }

  Status handle(const ChildPool::Finished& finished) {
    const int process = running_.at(finished.id);
    running_.erase(finished.id);
    const bool back = table_.anything_waits() && !book_.stopping();
    const bool overdue = table_.was_overdue(process);
    const GinkgoTable::Left left = table_.ended(process, back);
    for (const PlannedAttempt* planned : left.attempts) {
      Ending ending{Outcome::kCrashed,
                    one_line("the process that it ran in ended with " + describe_end(finished.result))};
      if (overdue) ending = {Outcome::kTimedOut, time_limit_of(*planned)};
      // The specs of a container run one after the other: the process was at the first of those that are left.
      if (planned != left.attempts.front())
        ending = {Outcome::kNotRun, one_line(fmt::format("not reached: its process, which it shares with '{}', ended "
                                                         "there: {}",
                                                         name_of(*left.attempts.front()), ending.reason))};
      if (finished.result.cancelled) ending = {Outcome::kInfraError, {}};
      GRADUAND_TRY(record_unreported(*planned, process, ending, finished.result));
      if (scope_.recorder.interrupted()) return {};
    }
    if (!left.asked && trouble_.empty())
      suite_failed(fmt::format("the process ended with {} before it came to any spec", describe_end(finished.result)));
    if (!back) return {};
    if (left.asked)
      start(process);
    else
      table_.gone_for_good(process);
    return {};
  }

  Status record_unreported(const PlannedAttempt& planned, int process, Ending ending, const ProcessResult& result) {
    if (!book_.confirm(ending)) {
      scope_.recorder.interrupt();
      return {};
    }
    results::Attempt attempt = book_.blank(planned);
    attempt.started = result.started;
    attempt.took = result.wall;
    std::error_code ignored;
    for (auto [name, path] : {std::pair("stdout.txt", &attempt.stdout_path), {"stderr.txt", &attempt.stderr_path}}) {
      const auto relative = folders_[process] / name;
      if (std::filesystem::exists(scope_.recorder.folder() / relative, ignored)) *path = relative.string();
    }
    return book_.record(attempt, ending);
  }

  // What was never dealt, because no process came to the specs, or the cell is over.
  Status leave_rest() {
    for (const SharedRound::Group& group : table_.take_waiting()) {
      for (const PlannedAttempt* planned : group.attempts) {
        if (!book_.over().empty()) {
          GRADUAND_TRY(book_.not_run(*planned, book_.over()));
        } else if (!book_.stopping()) {
          Ending ending{Outcome::kInfraError, one_line(trouble_), true};
          if (!book_.confirm(ending)) {
            scope_.recorder.interrupt();
            return {};
          }
          GRADUAND_TRY(book_.record_at_once(*planned, ending));
        }
      }
    }
    return {};
  }

  const PlannedCell& cell_;
  RunScope& scope_;
  AttemptRecorder& book_;
  const cluster::Cluster& cluster_;
  const LoadedSuite& suite_;
  const int number_;
  const int procs_;
  GinkgoTable table_;
  std::unique_ptr<GinkgoServer> server_;
  const std::unique_ptr<ChildPool> pool_;
  std::map<ChildPool::Id, int> running_;  // processes by their child
  std::map<int, int> starts_;
  std::map<int, std::filesystem::path> folders_;  // of a process's newest start, below the run directory
  std::string trouble_;                           // the first failure of the suite itself
};

}  // namespace

std::vector<SharedRound> take_shared_rounds(std::deque<const PlannedAttempt*>& queue, const AttemptRecorder& book,
                                            const SuiteDriver& driver) {
  using Key = std::tuple<std::string, int>;  // suite, repeat
  std::map<Key, std::map<const catalogue::CaseInfo*, const PlannedAttempt*>> wanted;
  for (const PlannedAttempt* planned : queue) {
    const SelectedCase* known = book.find(*planned);
    if (known != nullptr && known->suite->driver.get() == &driver && !known->info->serial)
      wanted[{planned->suite, planned->number}][known->info] = planned;
  }
  std::vector<SharedRound> rounds;
  std::set<const PlannedAttempt*> taken;
  for (const auto& [key, attempts] : wanted) {
    SharedRound round;
    round.suite = book.find(*attempts.begin()->second)->suite;
    std::map<const PlannedAttempt*, SharedRound::Group> by_first;
    const auto& groups = ginkgo_program(*round.suite).groups;
    for (std::size_t index = 0; index < groups.size(); ++index) {
      SharedRound::Group group{static_cast<int>(index), {}};
      for (const int spec : groups[index])
        if (const auto found = attempts.find(&round.suite->cases[static_cast<std::size_t>(spec)]);
            found != attempts.end())
          group.attempts.push_back(found->second);
      if (group.attempts.empty() || group.attempts.size() != groups[index].size()) continue;
      taken.insert(group.attempts.begin(), group.attempts.end());
      by_first.emplace(group.attempts.front(), std::move(group));
    }
    for (const PlannedAttempt* planned : queue)
      if (const auto found = by_first.find(planned); found != by_first.end())
        round.groups.push_back(std::move(found->second));
    if (!round.groups.empty()) rounds.push_back(std::move(round));
  }
  std::erase_if(queue, [&](const PlannedAttempt* planned) { return taken.count(planned) != 0; });
  return rounds;
}

GinkgoShared::GinkgoShared(const PlannedCell& cell, RunScope& scope, AttemptRecorder& book, const CellCluster& cluster)
    : cell_(cell), scope_(scope), book_(book), cluster_(cluster) {}

Status GinkgoShared::run(SharedRound round, int procs, int number) {
  return Round(cell_, scope_, book_, cluster_, std::move(round), procs, number).run();
}

}  // namespace graduand::runner
