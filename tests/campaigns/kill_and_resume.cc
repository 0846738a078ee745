// SPDX-License-Identifier: Apache-2.0
// kill -9 at random moments, and resume, until the run is done. Afterwards every planned attempt must have exactly one
// record, the history must take the run, no process and no cluster of it may be left, and no resume may have been
// refused.
//   campaign_kill_and_resume [--kills N] [--kind-profile FILE [--case ID]...] [--seed N] [--keep DIR]
// Without --kind-profile on a profile of provider none with transitions and three cells, two of them at once; moments
// are drawn over the time that an undisturbed run takes, so that they fall into attempts, transitions, records, the
// report and the ingest alike. Prints a line a run, and the seed that repeats it. Ends with 1 when something is wrong.
#include <fmt/format.h>
#include <signal.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <set>

#include "framework/base/files.h"
#include "framework/base/processes/child_pool.h"
#include "framework/base/random.h"
#include "framework/base/text.h"
#include "framework/history/store.h"
#include "framework/results/run_directory.h"
#include "framework/runner/plan/plan.h"
#include "tests/paths.h"

namespace graduand {
namespace {

constexpr int kKillsOfARun = 6;

struct Options {
  int kills = 300;
  std::string kind_profile;
  std::vector<std::string> cases;
  std::uint64_t seed = 0;
  std::string keep;
};

const char* const kProfile = R"(name: killed
provider: none
kubernetes: v1.33.13
gates: {PodLifecycleSleepAction: true}
transitions:
  - {phase: "off", setGates: {PodLifecycleSleepAction: false}}
  - {phase: on-again, setGates: {PodLifecycleSleepAction: true}}
matrix:
  - {name: one}
  - {name: two, gates: {PodLifecycleSleepActionAllowZero: true}}
  - {name: three, gates: {PodLifecycleSleepActionAllowZero: false}}
)";

class Campaign {
 public:
  Campaign(const Options& options, fs::path folder)
      : options_(options), folder_(std::move(folder)), random_(options.seed) {}

  Result<bool> run() {
    GRADUAND_TRY(prepare());
    GRADUAND_TRY_ASSIGN(const double whole, undisturbed());
    fmt::print("an undisturbed run takes {:.1f} s; seed {}\n", whole, options_.seed);
    for (int number = 1; killed_ < options_.kills; ++number) {
      const fs::path out = folder_ / fmt::format("run-{}", number);
      GRADUAND_TRY(one_run(out, whole));
      std::fflush(stdout);
    }
    fmt::print("{} kills, {} resumes, {} problems\n", killed_, resumed_, problems_);
    return problems_ == 0;
  }

 private:
  Status prepare() {
    profile_ = options_.kind_profile;
    if (!profile_.empty()) {
      profile_ = fs::absolute(profile_);
      return {};
    }
    profile_ = folder_ / "killed.yaml";
    return write_file_atomically(profile_, kProfile);
  }

  ProcessSpec graduand(std::vector<std::string> arguments) const {
    ProcessSpec spec;
    spec.argv = std::move(arguments);
    spec.argv.insert(spec.argv.begin(), testing_support::binary_dir() + "/bin/graduand");
    spec.environment = {{"XDG_DATA_HOME", (folder_ / "data").string()}};
    if (options_.kind_profile.empty())
      spec.environment["GRADUAND_SUITES"] = testing_support::binary_dir() + "/bin/test-suites";
    spec.working_directory = folder_;
    return spec;
  }

  ProcessSpec new_run(const fs::path& out) const {
    std::vector<std::string> arguments = {"run", "--profile", profile_.string(), "--output", out.string()};
    if (options_.kind_profile.empty()) {
      for (const char* more :
           {"--case", "carried", "--case", "slow-pass", "--case", "passes", "--repeat", "3", "--clusters", "2"})
        arguments.push_back(more);
    }
    for (const std::string& id : options_.cases) arguments.insert(arguments.end(), {"--case", id});
    return graduand(std::move(arguments));
  }

  Result<double> undisturbed() {
    const SteadyTime begin = system_clock().steady_now();
    GRADUAND_TRY_ASSIGN(const auto result, system_process_runner().run(new_run(folder_ / "undisturbed")));
    if (!result.ok())
      return fail(ErrorKind::kInfrastructure,
                  "an undisturbed run ended with " + describe_end(result) + ": " + result.stderr_text);
    return std::chrono::duration<double>(system_clock().steady_now() - begin).count();
  }

  // Whether it was killed; else it has ended by itself, and `last_` says how.
  Result<bool> kill_within(ProcessSpec call, double whole) {
    call.stderr_file = folder_ / "last-stderr.txt";
    fs::remove(call.stderr_file);
    // The program alone, not its children: as the kernel's out-of-memory killer does it.
    ProcessPool pool;
    const auto moment = std::chrono::milliseconds(1 + random_.below(static_cast<std::uint64_t>(whole * 1000) + 1));
    GRADUAND_TRY(pool.start(std::move(call)));
    if (auto end = pool.wait_next(moment)) {
      last_ = std::move(end->result);
      return false;
    }
    GRADUAND_TRY(system_process_runner().run({.argv = {"pkill", "-KILL", "-f", "^[^ ]*/bin/graduand run "}}));
    auto end = pool.wait_next(seconds(60));
    if (!end) return fail(ErrorKind::kInfrastructure, "the program outlived its SIGKILL");
    last_ = std::move(end->result);
    return last_.signal == SIGKILL;
  }

  Status one_run(const fs::path& out, double whole) {
    int kills = 0;
    ProcessSpec call = new_run(out);
    const std::string resume[] = {"run", "--resume", out.string()};
    for (;;) {
      const bool may_kill = kills < kKillsOfARun && killed_ < options_.kills;
      GRADUAND_TRY_ASSIGN(const bool was_killed, kill_within(call, may_kill ? whole : 3600));
      if (was_killed) {
        ++kills;
        ++killed_;
      } else if (last_.exit_code != 0 && last_.exit_code != 5) {
        // 5: steps whose earlier ones ran on a cluster that the kill took away are not-run.
        problem(out, fmt::format("ended with {}: {}", describe_end(last_),
                                 read_file(folder_ / "last-stderr.txt").value_or("")));
        return {};
      } else if (call.argv.at(2) == "--resume" || kills == 0 || !may_kill) {
        break;
      }
      // Killed before it had written what a run is resumed from: it is begun anew.
      const bool resumable = fs::exists(out / "run.json") && fs::exists(out / "plan.json");
      if (!resumable) fs::remove_all(out);
      call = resumable ? graduand({resume[0], resume[1], resume[2]}) : new_run(out);
      resumed_ += resumable;
    }
    return check(out, kills);
  }

  Status check(const fs::path& out, int kills) {
    GRADUAND_TRY_ASSIGN(const auto contents, results::read_run_directory(out));
    GRADUAND_TRY_ASSIGN(const auto value, results::read_plan_file(out));
    GRADUAND_TRY_ASSIGN(const auto plan, runner::Plan::from_json(value));
    std::map<std::string, int> records;
    for (const auto& attempt : contents.attempts) ++records[attempt.id];
    for (const auto& cell : plan.cells)
      for (const auto& attempt : cell.attempts)
        if (records[attempt.id] != 1) problem(out, fmt::format("{} has {} records", attempt.id, records[attempt.id]));
    if (records.size() != plan.attempts())
      problem(out, fmt::format("{} attempts have records, {} were planned", records.size(), plan.attempts()));
    GRADUAND_TRY_ASSIGN(auto history, history::open_sqlite(folder_ / "data/graduand/history.db"));
    if (auto taken = history->ingest(contents); !taken)
      problem(out, "the history does not take it: " + to_string(taken.error()));
    else if (taken->attempts != 0)
      problem(out, fmt::format("its ingest had left out {} attempts", taken->attempts));
    GRADUAND_TRY(look_for_leftovers(out));
    fmt::print("{}: {} attempts, {} instances, {} kills\n", out.filename().string(), contents.attempts.size(),
               contents.instances.size(), kills);
    if (options_.keep.empty()) fs::remove_all(out);
    return {};
  }

  Status look_for_leftovers(const fs::path& out) {
    GRADUAND_TRY_ASSIGN(const auto processes,
                        system_process_runner().run({.argv = {"pgrep", "-f", out.string() + "/"}}));
    if (!trim(processes.stdout_text).empty()) problem(out, "processes are left: " + processes.stdout_text);
    if (options_.kind_profile.empty()) return {};
    GRADUAND_TRY_ASSIGN(const auto clusters,
                        system_process_runner().run({.argv = {"docker", "ps", "-a", "--format", "{{.Names}}"}}));
    if (!trim(clusters.stdout_text).empty()) {
      // What a killed run leaves is an orphan, which one command deletes.
      GRADUAND_TRY_ASSIGN(const auto deleted,
                          system_process_runner().run(graduand({"cluster", "delete", "--orphans"})));
      GRADUAND_TRY_ASSIGN(const auto left,
                          system_process_runner().run({.argv = {"docker", "ps", "-a", "--format", "{{.Names}}"}}));
      if (!deleted.ok() || !trim(left.stdout_text).empty()) problem(out, "containers are left: " + left.stdout_text);
    }
    return {};
  }

  void problem(const fs::path& out, const std::string& what) {
    ++problems_;
    fmt::print("PROBLEM {}: {}\n", out.filename().string(), what);
  }

  const Options& options_;
  fs::path folder_;
  Random random_;
  fs::path profile_;
  ProcessResult last_;
  int killed_ = 0, resumed_ = 0, problems_ = 0;
};

}  // namespace
}  // namespace graduand

int main(int argc, char** argv) {
  using namespace graduand;
  CLI::App app{"Kills graduand at random moments, and resumes"};
  Options options;
  options.seed = random_seed();
  app.add_option("--kills", options.kills);
  app.add_option("--kind-profile", options.kind_profile);
  app.add_option("--case", options.cases);
  app.add_option("--seed", options.seed);
  app.add_option("--keep", options.keep, "Keep what the runs wrote in this folder");
  CLI11_PARSE(app, argc, argv);
  auto scratch = TempDir::create("campaign");
  if (!scratch) return 2;
  const fs::path folder = options.keep.empty() ? scratch->path() : fs::absolute(options.keep);
  fs::create_directories(folder);
  const auto good = Campaign(options, folder).run();
  if (!good) {
    std::fprintf(stderr, "%s\n", to_string(good.error()).c_str());
    return 2;
  }
  return *good ? 0 : 1;
}
