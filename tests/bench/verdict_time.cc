// SPDX-License-Identifier: Apache-2.0
// How long a verdict takes, beside what has to be done before it anyhow: parsing the records that it is made from. A
// schedule of so many runs a day over 30 days, three clusters a run, forty cases on each.
#include <fmt/format.h>

#include <sys/resource.h>

#include "framework/base/clock.h"
#include "tests/graduation/world.h"

namespace graduand {
namespace {

using graduation::test::World;

constexpr int kCases = 40;

World history_of(int runs_a_day) {
  World world;
  world.input.cases.clear();
  for (int i = 0; i < kCases; ++i) world.add_case("sleep/case-" + std::to_string(i), {});
  const auto begin = world.input.as_of - std::chrono::hours(30 * 24) + std::chrono::hours(1);
  for (int i = 0; i < 30 * runs_a_day; ++i) {
    world.add_run("run" + std::to_string(i), begin + std::chrono::minutes(i * 24 * 60 / runs_a_day));
    for (const auto& [cell, version, on] :
         {std::tuple("sleep/on", world.older(), true), std::tuple("sleep/off", world.older(), false),
          std::tuple("sleep/default", world.newer(), true)}) {
      world.add_instance(cell, version, on);
      for (int one = 0; one < kCases; ++one) world.add_attempt("sleep/case-" + std::to_string(one));
    }
  }
  return world;
}

double seconds_of(const std::function<void()>& work) {
  const SteadyTime begin = system_clock().steady_now();
  work();
  return std::chrono::duration<double>(system_clock().steady_now() - begin).count();
}

int run() {
  fmt::print("{:>9} {:>9} {:>11} {:>11} {:>7} {:>9}\n", "runs", "attempts", "parsing", "verdict", "ratio", "memory");
  for (const int runs_a_day : {1, 3, 8, 24}) {
    const World world = history_of(runs_a_day);
    std::vector<std::string> texts;
    for (const auto& attempt : world.input.evidence.attempts)
      texts.push_back(json::serialize(results::to_json(results::Record(attempt))));
    std::size_t parsed = 0;
    const double parsing = seconds_of([&] {
      for (const std::string& text : texts) parsed += results::record_from_json(*parse_json(text)) ? 1 : 0;
    });
    std::string overall;
    const double verdict = seconds_of([&] { overall = to_string(world.judged().overall); });
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    fmt::print("{:>9} {:>9} {:>9.3f} s {:>9.3f} s {:>7.2f} {:>5} MiB  {}\n", world.input.evidence.runs.size(), parsed,
               parsing, verdict, verdict / parsing, usage.ru_maxrss / 1024, overall);
  }
  return 0;
}

}  // namespace
}  // namespace graduand

int main() {
  return graduand::run();
}
