// SPDX-License-Identifier: Apache-2.0
#include "tests/graduation/adversary.h"

namespace graduand::graduation::test {
namespace {

using results::Outcome;
using std::chrono::hours;

void each_day(World& world, int from, int to, const std::function<void(const std::string&)>& edit) {
  for (int day = from; day < to; ++day) edit(day_run(day));
  (void)world;
}

// What became of "sleep/validates" in the cell "sleep/on" in the newest `runs` runs.
std::function<void(World&, Policy&)> ended(int runs, Outcome outcome) {
  return [=](World& world, Policy&) {
    for (int day = 0; day < runs; ++day)
      attempt_of(world, day_run(day), "sleep/on", "sleep/validates").outcome = outcome;
  };
}

void never_recorded(World& world, int runs) {
  for (int day = 0; day < runs; ++day)
    drop_attempts(world,
                  [&](const auto& one) { return one.run_id == day_run(day) && one.case_id == "sleep/validates"; });
}

// The first runs of the schedule had the case, these have not.
void not_selected(World& world, int runs, bool without_gates) {
  never_recorded(world, runs);
  for (int day = 0; day < runs; ++day)
    for (auto* plan : of_run(world.input.evidence.plans, day_run(day)))
      for (auto& cell : plan->cells) {
        std::erase_if(cell.cases, [&](const auto& one) { return without_gates || one.case_id == "sleep/validates"; });
        if (without_gates) cell.cell.gates.clear();
      }
  if (!without_gates) return;
  for (int day = 0; day < runs; ++day) {
    drop_attempts(world, [&](const auto& one) { return one.run_id == day_run(day); });
    for (auto* instance : of_run(world.input.evidence.instances, day_run(day))) instance->cell.gates.clear();
  }
}

void killed(World& world, int from, int to, bool with_clusters) {
  each_day(world, from, to, [&](const std::string& id) {
    run_of(world, id).finished.reset();
    drop_attempts(world, [&](const auto& one) { return one.run_id == id; });
    if (!with_clusters)
      std::erase_if(world.input.evidence.instances, [&](const auto& one) { return one.run_id == id; });
  });
}

}  // namespace

std::vector<Operator> schedule_operators() {
  return {
      {"schedule-stopped", "nothing ran for 15 days", [](World& world, Policy&) { shift_all(world, -hours(15 * 24)); },
       "no-evidence: newest-run"},
      {"schedule-stopped-4-days", "nothing ran for four days",
       [](World& world, Policy&) { each_day(world, 0, 4, [&](const auto& id) { drop_run(world, id); }); },
       "no-evidence: newest-run"},
      {"one-build-copied", "one day's run is there 16 times, under other run ids",
       [](World& world, Policy&) {
         each_day(world, 1, 30, [&](const auto& id) { drop_run(world, id); });
         for (int i = 0; i < 15; ++i) copy_run(world, "run00", "copy" + std::to_string(i));
       },
       "no-evidence: enough-scheduled-runs, days-with-runs"},
      {"one-build-copied-over-days", "the same, each copy dated a day earlier",
       [](World& world, Policy&) {
         each_day(world, 1, 30, [&](const auto& id) { drop_run(world, id); });
         for (int i = 1; i < 16; ++i) {
           copy_run(world, "run00", "copy" + std::to_string(i));
           shift_run(world, "copy" + std::to_string(i), -hours(24 * i));
         }
       },
       "no-evidence: enough-scheduled-runs, days-with-runs, newest-run"},
      {"one-start-and-seed-copied", "one run with its seed is there 16 times, under other build ids",
       [](World& world, Policy&) {
         each_day(world, 1, 30, [&](const auto& id) { drop_run(world, id); });
         run_of(world, "run00").seed = 77;
         for (int i = 0; i < 15; ++i) {
           copy_run(world, "run00", "copy" + std::to_string(i));
           world.input.evidence.runs.back().build_id = "b" + std::to_string(i);
         }
       },
       "no-evidence: enough-scheduled-runs, days-with-runs"},
      {"gap-of-5-days", "five days in a row without a run",
       [](World& world, Policy&) { each_day(world, 10, 15, [&](const auto& id) { drop_run(world, id); }); },
       "no-evidence: largest-gap"},
      {"13-days", "a schedule that is one day too young",
       [](World& world, Policy&) { each_day(world, 13, 30, [&](const auto& id) { drop_run(world, id); }); },
       "no-evidence: enough-scheduled-runs, days-with-runs"},
      {"all-on-one-day", "thirty runs, within one day",
       [](World& world, Policy&) {
         for (int day = 1; day < 30; ++day)
           shift_run(world, day_run(day), hours(24 * day) - std::chrono::minutes(20 * day));
       },
       "no-evidence: days-with-runs"},
      {"before-the-window", "half of the runs are older than the window",
       [](World& world, Policy&) {
         each_day(world, 10, 30, [&](const auto& id) { shift_run(world, id, -hours(24 * 25)); });
       },
       "no-evidence: enough-scheduled-runs, days-with-runs"},
      {"in-the-future", "runs that start after the verdict's time",
       [](World& world, Policy&) {
         each_day(world, 0, 20, [&](const auto& id) { shift_run(world, id, hours(24 * 21)); });
       },
       "no-evidence: enough-scheduled-runs, days-with-runs, newest-run"},
      {"by-hand", "every run was started by hand",
       [](World& world, Policy&) {
         for (auto& run : world.input.evidence.runs) run.trigger = results::Trigger::kManual;
       },
       kNoRunCounts},
      {"reproduced", "every run looks for a known failure",
       [](World& world, Policy&) {
         for (auto& run : world.input.evidence.runs) run.trigger = results::Trigger::kReproduce;
       },
       kNoRunCounts},
      {"presubmits-only", "every run is a presubmit",
       [](World& world, Policy&) {
         for (auto& run : world.input.evidence.runs) run.trigger = results::Trigger::kPresubmit;
       },
       kNoRunCounts},
      {"without-build-ids", "runs that call themselves periodic without a build id",
       [](World& world, Policy&) {
         for (auto& run : world.input.evidence.runs) run.build_id.clear();
       },
       "no-evidence: enough-scheduled-runs, days-with-runs, largest-gap, newest-run, ran-when-due"},
      {"no-runs", "nothing at all", [](World& world, Policy&) { world.input.evidence = {}; }, kNoRunCounts},
      {"skipped", "a case skips itself in four of thirty runs", ended(4, Outcome::kSkipped),
       "no-evidence: newest-run, ran-when-due"},
      {"infra-errors-four", "a case ends as infra-error in four of thirty runs", ended(4, Outcome::kInfraError),
       "no-evidence: newest-run, ran-when-due"},
      {"not-run", "a case is not run in four of thirty runs", ended(4, Outcome::kNotRun),
       "no-evidence: newest-run, ran-when-due"},
      {"skipped-always", "a case skips itself wherever the gate is on",
       [](World& world, Policy&) {
         for (auto& one : world.input.evidence.attempts)
           if (one.case_id == "sleep/delays") one.outcome = Outcome::kSkipped;
       },
       kACellIsEmpty},
      {"no-record", "four runs say nothing of a case that they had planned",
       [](World& world, Policy&) { never_recorded(world, 4); }, "no-evidence: newest-run, ran-when-due"},
      {"2-of-14-missing", "fourteen runs, in two of which a case has no record",
       [](World& world, Policy&) {
         each_day(world, 16, 30, [&](const auto& id) { drop_run(world, id); });
         never_recorded(world, 2);
       },
       "no-evidence: ran-when-due"},
      {"not-selected", "the label filter of four runs leaves a case out",
       [](World& world, Policy&) { not_selected(world, 4, false); }, "no-evidence: newest-run, ran-when-due"},
      {"feature-not-selected", "the label filter of four runs leaves the whole feature out",
       [](World& world, Policy&) { not_selected(world, 4, true); }, "no-evidence: newest-run, ran-when-due"},
      {"feature-not-selected-between", "the label filter of four runs that are not the newest leaves the feature out",
       [](World& world, Policy&) {
         // Days without a run stay days without one: these come beside a schedule that is kept.
         not_selected(world, 4, true);
         for (int day = 0; day < 4; ++day) {
           shift_run(world, day_run(day), -hours(24 * 4 + 12));
           world.add_good_run("kept" + std::to_string(day), world.input.as_of - hours(24 * day + 1));
         }
       },
       "no-evidence: ran-when-due"},
      {"killed", "four runs were killed before a case ran",
       [](World& world, Policy&) { killed(world, 2, 5, true), killed(world, 8, 9, true); },
       "no-evidence: ran-when-due"},
      {"killed-before-clusters", "four runs were killed before a cluster was there",
       [](World& world, Policy&) { killed(world, 2, 5, false), killed(world, 8, 9, false); },
       "no-evidence: ran-when-due"},
      {"killed-without-plan", "the same, and their plans are gone",
       [](World& world, Policy&) {
         killed(world, 2, 5, false), killed(world, 8, 9, false);
         for (const char* id : {"run02", "run03", "run04", "run08"})
           std::erase_if(world.input.evidence.plans, [&](const auto& plan) { return plan.run_id == id; });
       },
       "no-evidence: ran-when-due"},
      {"clusters-never-came-up", "in four runs no cluster came up",
       [](World& world, Policy&) {
         for (const char* id : {"run02", "run03", "run04", "run08"}) {
           for (auto* one : of_run(world.input.evidence.instances, id)) one->outcome = Outcome::kInfraError;
           drop_attempts(world, [&](const auto& one) { return one.run_id == id; });
         }
       },
       "no-evidence: ran-when-due"},
      {"70-runs-without-the-case", "70 more scheduled runs in which the cases were planned and never ran",
       [](World& world, Policy&) {
         for (int i = 0; i < 70; ++i) {
           const std::string id = "empty" + std::to_string(i);
           copy_run(world, day_run(1 + i % 29), id);
           world.input.evidence.runs.back().build_id = "e" + std::to_string(i);
           for (auto* one : of_run(world.input.evidence.attempts, id)) one->outcome = Outcome::kNotRun;
         }
       },
       "no-evidence: ran-when-due"},
      {"contradictory-plan", "four runs say that they had planned nothing of the case, before they say what they had",
       [](World& world, Policy&) {
         never_recorded(world, 4);
         for (int day = 0; day < 4; ++day)
           world.input.evidence.plans.insert(world.input.evidence.plans.begin(), results::RunPlan{day_run(day), {}});
       },
       "no-evidence: newest-run, ran-when-due"},
  };
}

}  // namespace graduand::graduation::test
