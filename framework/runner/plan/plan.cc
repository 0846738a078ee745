// SPDX-License-Identifier: Apache-2.0
#include "framework/runner/plan/plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <tuple>

#include "framework/base/random.h"
#include "framework/results/try_id.h"
#include "framework/runner/cells/resume_state.h"

namespace graduand::runner {
namespace {

// Who runs when: together with others, alone, alone and changing the cluster.
int turn(const catalogue::CaseInfo& info) {
  if (info.disruptive) return 2;
  return info.serial ? 1 : 0;
}

milliseconds expected(const catalogue::CaseInfo& info) {
  return info.expected_duration.count() > 0 ? info.expected_duration : info.time_limit;
}

std::vector<SelectedCase> ordered(std::vector<SelectedCase> cases) {
  std::sort(cases.begin(), cases.end(), [](const SelectedCase& a, const SelectedCase& b) {
    return std::make_tuple(turn(*a.info), -expected(*a.info).count(), a.info->id) <
           std::make_tuple(turn(*b.info), -expected(*b.info).count(), b.info->id);
  });
  return cases;
}

tl::unexpected<Error> malformed(const std::string& what) {
  return fail(ErrorKind::kUsage, "not a plan: " + what, {}, "start a new run instead of resuming this one");
}

json::object to_json_of(const PlannedAttempt& attempt) {
  json::object object = {{"id", attempt.id},
                         {"suite", attempt.suite},
                         {"case", attempt.case_id},
                         {"number", attempt.number},
                         {"seed", attempt.seed}};
  if (!attempt.phase.empty()) object["phase"] = attempt.phase;
  if (attempt.throughout) object["throughout"] = true;
  if (!attempt.features.empty()) object["features"] = graduand::to_json(attempt.features);
  return object;
}

Result<PlannedAttempt> attempt_from_json(const json::value& value) {
  PlannedAttempt attempt;
  attempt.id = string_at(value, "id");
  attempt.suite = string_at(value, "suite");
  attempt.case_id = string_at(value, "case");
  attempt.number = static_cast<int>(int_at(value, "number"));
  if (attempt.id.empty() || attempt.suite.empty() || attempt.case_id.empty() || attempt.number < 1)
    return malformed("an attempt needs id, suite, case and a number from 1");
  const json::value* seed = value_at(value, "seed");
  boost::system::error_code not_a_number;
  if (seed != nullptr && seed->is_number()) attempt.seed = seed->to_number<std::uint64_t>(not_a_number);
  if (seed == nullptr || !seed->is_number() || not_a_number) return malformed("the seed of " + attempt.id);
  attempt.phase = string_at(value, "phase");
  attempt.throughout = bool_at(value, "throughout");
  attempt.features = strings_of(array_at(value, "features"));
  return attempt;
}

Result<PlannedCell> cell_from_json(const json::value& value) {
  const json::value* description = value_at(value, "cell");
  if (description == nullptr) return malformed("a cell has no description");
  PlannedCell planned;
  GRADUAND_TRY_ASSIGN(planned.cell, catalogue::CellDescription::from_json(*description));
  planned.profile = string_at(value, "profile");
  for (const json::value& one : array_at(value, "attempts")) {
    GRADUAND_TRY_ASSIGN(PlannedAttempt attempt, attempt_from_json(one));
    attempt.cell = planned.cell.display_name();
    planned.attempts.push_back(std::move(attempt));
  }
  return planned;
}

struct PhaseOfPlan {
  std::string run_id;
  std::string name;  // empty in a cell without transitions
  std::size_t place = 0;
  int repeat = 1;
  std::uint64_t seed = 0;
};

void plan_phase(PlannedCell& planned, const PhaseOfPlan& phase, const std::vector<SelectedCase>& in_order) {
  const std::string mark = phase.name.empty() ? std::string() : "@" + phase.name;
  for (int now = 0; now <= 2; ++now) {
    for (int number = 1; number <= phase.repeat; ++number) {
      for (const auto& [suite, info] : in_order) {
        if (turn(*info) != now || !suite->fits(planned.cell.kubernetes_version)) continue;
        const auto bound = info->step.phases(planned.cell.transitions);
        if (std::find(bound.begin(), bound.end(), phase.place) == bound.end()) continue;
        PlannedAttempt attempt;
        attempt.id = fmt::format("{}/{}/{}{}/{}", phase.run_id, planned.cell.display_name(), info->id, mark, number);
        attempt.cell = planned.cell.display_name();
        attempt.suite = suite->file.name;
        attempt.case_id = info->id;
        attempt.number = number;
        attempt.seed = derive_seed(phase.seed, info->id, number);
        attempt.phase = phase.name;
        attempt.features = info->features_in(planned.cell.transitions);
        attempt.throughout = info->step.is_step() && info->step.when == catalogue::StepBinding::When::kThroughout;
        planned.attempts.push_back(std::move(attempt));
      }
    }
  }
}

}  // namespace

json::object Plan::to_json() const {
  json::array cell_list;
  for (const PlannedCell& planned : cells) {
    json::array attempt_list;
    for (const PlannedAttempt& attempt : planned.attempts) {
      attempt_list.push_back(to_json_of(attempt));
    }
    cell_list.push_back(json::object{{"cell", planned.cell.to_json()},
                                     {"profile", planned.profile.string()},
                                     {"attempts", std::move(attempt_list)}});
  }
  return {{"plan_version", results::kPlanVersion},
          {"run_id", run_id},
          {"invocation", invocation.to_json()},
          {"cells", std::move(cell_list)}};
}

Result<Plan> Plan::from_json(const json::value& value) {
  const std::int64_t version = int_at(value, "plan_version");
  if (version < 1 || version > results::kPlanVersion)
    return malformed(fmt::format("its version is {}, this program reads 1 to {}", version, results::kPlanVersion));
  Plan plan;
  plan.run_id = string_at(value, "run_id");
  if (plan.run_id.empty()) return malformed("run_id is absent");
  const json::value* invocation = value_at(value, "invocation");
  if (invocation == nullptr && version >= 4) return malformed("invocation is absent");
  if (invocation != nullptr) {
    GRADUAND_TRY_ASSIGN(plan.invocation, Invocation::from_json(*invocation));
  }
  for (const json::value& one : array_at(value, "cells")) {
    GRADUAND_TRY_ASSIGN(PlannedCell cell, cell_from_json(one));
    plan.cells.push_back(std::move(cell));
  }
  return plan;
}

std::size_t Plan::attempts() const {
  std::size_t count = 0;
  for (const PlannedCell& cell : cells) count += cell.attempts.size();
  return count;
}

std::string PlannedAttempt::first_phase() const {
  return phase.empty() ? catalogue::kInitialPhase : phase;
}

Plan make_plan(const std::string& run_id,
               const std::vector<std::pair<std::filesystem::path, catalogue::CellDescription>>& cells,
               const std::vector<SelectedCase>& cases, int repeat, std::uint64_t seed) {
  const std::vector<SelectedCase> in_order = ordered(cases);
  Plan plan;
  plan.run_id = run_id;
  for (const auto& [profile, cell] : cells) {
    PlannedCell planned;
    planned.cell = cell;
    planned.profile = profile;
    const std::vector<std::string> phases = catalogue::phase_names(cell.transitions);
    for (std::size_t phase = 0; phase < phases.size(); ++phase)
      plan_phase(planned, {run_id, cell.transitions.empty() ? std::string() : phases[phase], phase, repeat, seed},
                 in_order);
    plan.cells.push_back(std::move(planned));
  }
  return plan;
}

Plan remaining(const Plan& plan, const results::RunContents& done) {
  std::set<std::string> recorded;
  std::map<std::string, int> tries;
  for (const results::Attempt& attempt : done.attempts) {
    recorded.insert(attempt.id);
    if (const auto of = results::attempt_of_try(attempt.id); !of.empty()) ++tries[of];
  }
  Plan rest;
  rest.run_id = plan.run_id;
  rest.invocation = plan.invocation;
  for (PlannedCell planned : plan.cells) {
    const auto known =
        std::stable_partition(planned.attempts.begin(), planned.attempts.end(),
                              [&](const PlannedAttempt& attempt) { return recorded.count(attempt.id) == 0; });
    planned.recorded.assign(std::make_move_iterator(known), std::make_move_iterator(planned.attempts.end()));
    planned.attempts.erase(known, planned.attempts.end());
    if (planned.attempts.empty()) continue;
    for (PlannedAttempt& attempt : planned.attempts)
      if (const auto found = tries.find(attempt.id); found != tries.end()) attempt.recorded_tries = found->second;
    const auto same_cell = [&](const results::ClusterInstance& instance) {
      return instance.cell.display_name() == planned.cell.display_name();
    };
    planned.next_instance =
        1 + static_cast<int>(std::count_if(done.instances.begin(), done.instances.end(), same_cell));
    if (!planned.cell.transitions.empty()) planned.before = resume_state(planned, done);
    rest.cells.push_back(std::move(planned));
  }
  return rest;
}

}  // namespace graduand::runner
