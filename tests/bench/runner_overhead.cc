// SPDX-License-Identifier: Apache-2.0
// What the runner costs: 2,000 attempts of a program that does nothing, 8 at once, against ctest -j8 of the same
// program, in turn; both write their usual results. Once on disk, where the runner's five files and folders per attempt
// may be dear (ext4 without a journal searches long for a free inode after many deletions), and once in memory, which
// shows the runner itself: when it is slower than ctest there, the program ends with 1.
//   bench_runner_overhead [ATTEMPTS [PROCS [ROUNDS]]]
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "framework/base/files.h"
#include "framework/runner/gtest/suite.h"
#include "framework/runner/runner.h"
#include "tests/runner/fake_cluster.h"

namespace graduand::runner {
namespace {

constexpr double kMostRatio = 1.0;

struct Setup {
  int attempts = 2000;
  int procs = 8;
  int rounds = 3;
  fs::path program;
  fs::path folder;
};

double seconds_since(SteadyTime begin) {
  return std::chrono::duration<double>(system_clock().steady_now() - begin).count();
}

Status write_ctest_file(const Setup& setup) {
  std::string text;
  for (int i = 0; i < setup.attempts; ++i)
    text += fmt::format("add_test([=[trivial-{}]=] \"{}\")\n", i, setup.program.string());
  return write_file_atomically(setup.folder / "ctest" / "CTestTestfile.cmake", text);
}

Result<double> time_ctest(const Setup& setup) {
  ProcessSpec spec;
  spec.argv = {"ctest", fmt::format("-j{}", setup.procs), "--quiet"};
  spec.working_directory = setup.folder / "ctest";
  const SteadyTime begin = system_clock().steady_now();
  GRADUAND_TRY_ASSIGN(const ProcessResult result, system_process_runner().run(spec));
  if (!result.ok()) return fail(ErrorKind::kInternal, "ctest ended with " + describe_end(result));
  return seconds_since(begin);
}

LoadedSuite trivial_suite(const Setup& setup) {
  LoadedSuite suite;
  suite.file.name = "trivial";
  suite.driver = gtest_driver();
  suite.file.binary = setup.program;
  for (int i = 0; i < setup.attempts; ++i) {
    catalogue::CaseInfo info;
    info.suite = "trivial";
    info.id = info.name = fmt::format("trivial/{}", i);
    suite.cases.push_back(std::move(info));
  }
  return suite;
}

Result<double> time_runner(const Setup& setup, int round) {
  const std::vector<LoadedSuite> suites{trivial_suite(setup)};
  catalogue::CellDescription cell;
  cell.profile = "bench";
  cell.name = "none";
  cell.provider = "none";
  FakeProvider provider("none");
  provider.cells[cell.display_name()].kubeconfig = false;
  results::Run run;
  run.id = fmt::format("bench-{}", round);
  RunOptions options;
  options.procs = setup.procs;
  Observer observer;

  const SteadyTime begin = system_clock().steady_now();
  const Plan plan = make_plan(run.id, {{"bench.yaml", cell}}, select_cases(suites, {}), 1, 1);
  GRADUAND_TRY_ASSIGN(auto directory, results::RunDirectoryWriter::create(setup.folder / run.id, run));
  GRADUAND_TRY_ASSIGN(const RunSummary summary,
                      run_plan(plan, suites, run, directory, directory.path(),
                               [&](const PlannedCell&) -> Result<cluster::Provider*> { return &provider; }, options,
                               observer, system_clock(), {}));
  const double took = seconds_since(begin);
  const auto passed = summary.attempts.find(results::Outcome::kPassed);
  if (passed == summary.attempts.end() || passed->second != setup.attempts)
    return fail(ErrorKind::kInternal, "not every attempt passed");
  return took;
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

// One table; returns runner ÷ ctest of the medians.
Result<double> bench(Setup setup, const char* where) {
  GRADUAND_TRY_ASSIGN(const TempDir folder, TempDir::create("bench"));
  setup.folder = folder.path();
  setup.program = self_path().parent_path() / "bench_trivial_attempt";
  GRADUAND_TRY(write_ctest_file(setup));
  std::printf("%d attempts, %d at once, results %s (%s)\n%-8s %12s %12s\n", setup.attempts, setup.procs, where,
              setup.folder.parent_path().c_str(), "round", "ctest [s]", "runner [s]");
  std::vector<double> theirs, ours;
  for (int round = 1; round <= setup.rounds; ++round) {
    GRADUAND_TRY_ASSIGN(const double ctest, time_ctest(setup));
    GRADUAND_TRY_ASSIGN(const double runner, time_runner(setup, round));
    theirs.push_back(ctest);
    ours.push_back(runner);
    std::printf("%-8d %12.2f %12.2f\n", round, ctest, runner);
    std::fflush(stdout);
  }
  const double ratio = median(ours) / median(theirs);
  std::printf("%-8s %12.2f %12.2f   ratio %.2f\n\n", "median", median(theirs), median(ours), ratio);
  return ratio;
}

Result<int> bench_both(const Setup& setup) {
  GRADUAND_TRY_ASSIGN(const double disk, bench(setup, "on disk"));
  if (!fs::is_directory("/dev/shm")) return disk <= kMostRatio ? 0 : 1;
  ::setenv("TMPDIR", "/dev/shm", 1);
  GRADUAND_TRY_ASSIGN(const double memory, bench(setup, "in memory"));
  std::printf("ratio in memory %.2f, at most %.2f\n", memory, kMostRatio);
  return memory <= kMostRatio ? 0 : 1;
}

}  // namespace
}  // namespace graduand::runner

int main(int argc, char** argv) {
  graduand::runner::Setup setup;
  if (argc > 1) setup.attempts = std::max(1, std::atoi(argv[1]));
  if (argc > 2) setup.procs = std::max(1, std::atoi(argv[2]));
  if (argc > 3) setup.rounds = std::max(1, std::atoi(argv[3]));
  const auto done = graduand::runner::bench_both(setup);
  if (!done) std::fprintf(stderr, "%s\n", to_string(done.error()).c_str());
  return done.value_or(2);
}
