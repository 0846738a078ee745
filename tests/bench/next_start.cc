// SPDX-License-Identifier: Apache-2.0
// From a child's end to the next one's start: how much longer it takes when more is planned. Children end at once and
// records go nowhere, so that what is left is the runner's own work. 10 attempts planned against N, in turn; the time
// of N is that of its first 10 starts and of all. Ordinary cases, and steps of phased cases that wait for one another.
//   TMPDIR=/dev/shm bench_next_start [N [ROUNDS]]      each attempt makes a folder, whose cost is the file system's
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "framework/base/files.h"
#include "framework/runner/cells/cell_run.h"
#include "framework/runner/gtest/suite.h"
#include "tests/runner/fake_cluster.h"

namespace graduand::runner {
namespace {

constexpr double kMostRatio = 1.2;
constexpr int kFew = 10;

// Each child ends when it is asked for; the time between an end and the next start is noted.
class InstantPool final : public ChildPool {
 public:
  explicit InstantPool(std::vector<double>& gaps) : gaps_(gaps) {}
  Result<Id> start(ProcessSpec spec) override {
    if (ended_) gaps_.push_back(std::chrono::duration<double>(system_clock().steady_now() - *ended_).count());
    ended_.reset();
    running_.push_back(std::move(spec));
    return ++last_;
  }
  std::optional<Finished> wait_next(milliseconds, const CancelToken&, int) override {
    if (running_.empty()) return std::nullopt;
    running_.front().on_record_line(R"({"type":"terminal","outcome":"passed"})");
    running_.pop_front();
    ended_ = system_clock().steady_now();
    return Finished{last_ - static_cast<int>(running_.size()), ProcessResult{.exit_code = 0}};
  }
  void terminate_all() override {}
  void terminate(Id, bool) override {}
  std::size_t running() const override { return running_.size(); }

 private:
  std::vector<double>& gaps_;
  std::deque<ProcessSpec> running_;
  Id last_ = 0;
  std::optional<SteadyTime> ended_;
};

struct Nowhere final : results::RecordSink {
  int attempts = 0;
  Status append(const results::Record& record) override {
    attempts += std::holds_alternative<results::Attempt>(record);
    return {};
  }
};

double median(std::vector<double> values) {
  std::nth_element(values.begin(), values.begin() + static_cast<long>(values.size() / 2), values.end());
  return values[values.size() / 2];
}

LoadedSuite suite_of(bool phased) {
  LoadedSuite suite;
  suite.file.name = "suite";
  suite.file.binary = "/suite";
  suite.driver = gtest_driver();
  catalogue::CaseInfo info;
  info.suite = "suite";
  info.id = info.name = "suite/a";
  if (!phased) {
    suite.cases = {info};
    return suite;
  }
  info.step.phased_case = "suite/phased";
  info.id = info.name = "suite/phased/create";
  info.step.when = catalogue::StepBinding::When::kBefore;
  catalogue::CaseInfo use = info;
  use.id = use.name = "suite/phased/use";
  use.step.when = catalogue::StepBinding::When::kAfter;
  use.step.after = "off";
  use.step.uses = {info.id};
  suite.cases = {info, use};
  return suite;
}

// The seconds from each end to the next start.
Result<std::vector<double>> gaps_of(int attempts, bool phased, const fs::path& folder) {
  const std::vector<LoadedSuite> suites{suite_of(phased)};
  catalogue::CellDescription cell;
  cell.profile = "bench";
  cell.name = "none";
  cell.provider = "none";
  cell.kubernetes_version = {1, 33, 13, {}};
  if (phased) cell.transitions = {{.phase = "off", .gates = {{"G", false}}}};
  const std::string run_id = "bench";
  const int repeat = attempts / static_cast<int>(suites[0].cases.size());
  const Plan plan = make_plan(run_id, {{"bench.yaml", cell}}, select_cases(suites, {}), repeat, 1);
  FakeProvider provider("none");
  const ProviderFor provider_for = [&](const PlannedCell&) -> Result<cluster::Provider*> { return &provider; };
  RunOptions options;
  Observer observer;
  Nowhere nowhere;
  Recorder recorder(nowhere, folder, observer);
  std::vector<double> gaps;
  const std::function<std::unique_ptr<ChildPool>()> make_pool = [&] { return std::make_unique<InstantPool>(gaps); };
  const CancelToken never;
  RunScope scope{run_id, suites, provider_for, options, recorder, system_clock(), never, make_pool};
  GRADUAND_TRY(CellRun(plan.cells.at(0), scope, true).run());
  if (nowhere.attempts != repeat * static_cast<int>(suites[0].cases.size()))
    return fail(ErrorKind::kInternal, fmt::format("{} of {} attempts have a record", nowhere.attempts, attempts));
  return gaps;
}

Result<bool> compare(const char* kind, int many, int rounds, bool phased) {
  std::vector<double> few_times, first_times, all_times;
  for (int round = 0; round < rounds; ++round) {
    GRADUAND_TRY_ASSIGN(const TempDir folder, TempDir::create("bench"));
    // Many short plans, so that both sides have as many starts to take the median of.
    for (int i = 0; i < 20; ++i) {
      GRADUAND_TRY_ASSIGN(const auto few, gaps_of(kFew, phased, folder.path() / fmt::format("few-{}", i)));
      few_times.insert(few_times.end(), few.begin(), few.end());
    }
    GRADUAND_TRY_ASSIGN(const auto gaps, gaps_of(many, phased, folder.path() / "many"));
    first_times.insert(first_times.end(), gaps.begin(), gaps.begin() + 200);
    all_times.insert(all_times.end(), gaps.begin(), gaps.end());
  }
  const double few = median(few_times), first = median(first_times), all = median(all_times);
  fmt::print("{:<9} {:>4} planned {:7.1f} us   {} planned: first starts {:7.1f} us ({:.2f}), all {:7.1f} us ({:.2f})\n",
             kind, kFew, few * 1e6, many, first * 1e6, first / few, all * 1e6, all / few);
  return first / few <= kMostRatio && all / few <= kMostRatio;
}

}  // namespace
}  // namespace graduand::runner

int main(int argc, char** argv) {
  const int many = argc > 1 ? std::atoi(argv[1]) : 100000;
  const int rounds = argc > 2 ? std::atoi(argv[2]) : 3;
  bool good = true;
  for (const bool phased : {false, true}) {
    const auto compared = graduand::runner::compare(phased ? "steps" : "ordinary", many, rounds, phased);
    if (!compared) {
      std::fprintf(stderr, "%s\n", to_string(compared.error()).c_str());
      return 2;
    }
    good = good && *compared;
  }
  return good ? 0 : 1;
}
