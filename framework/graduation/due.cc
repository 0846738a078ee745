// SPDX-License-Identifier: Apache-2.0
// Whether cases ran in the scheduled runs in which they were due.
#include <algorithm>
#include <tuple>

#include "framework/graduation/commands/planned_way.h"
#include "framework/graduation/evidence.h"

namespace graduand::graduation {
namespace {

using catalogue::CellDescription;
using results::Outcome;
using results::Run;

// A case that a run planned, and the required cells that its cluster was to be then.
struct PlannedPlace {
  std::string case_id;  // as it is called now
  std::string fingerprint;
  std::string phase;
  const std::vector<bool>* is_cell;  // by the cell's place in Evidence::cells
};

// A scheduled run, and what it set out to do.
struct ScheduledRun {
  const Run* run;
  bool has_plan = false;
  std::vector<PlannedPlace> planned;
};

// Which required cells a planned cell is to be in a phase: the same for every run that plans it.
class AskedCells {
 public:
  explicit AskedCells(const Evidence& evidence) : evidence_(evidence) {}
  const std::vector<bool>& of(const CellDescription& cell, const std::string& fingerprint, std::size_t phase) {
    const auto [found, added] = known_.try_emplace({cell.provider, fingerprint, phase});
    if (added)
      for (const CellEvidence& required : evidence_.cells)
        found->second.push_back(is_asked_to_be(cell, phase, required.cell));
    return found->second;
  }

 private:
  const Evidence& evidence_;
  std::map<std::tuple<std::string, std::string, std::size_t>, std::vector<bool>> known_;
};

void add_plan(ScheduledRun& run, const results::RunPlan& plan, const Evidence& evidence, AskedCells& asked) {
  run.has_plan = true;
  for (const results::CellPlan& cell : plan.cells) {
    const std::string fingerprint = cell.cell.fingerprint();
    const auto phases = catalogue::phase_names(cell.cell.transitions);
    for (const results::PlannedCase& one : cell.cases) {
      const auto phase = std::find(phases.begin(), phases.end(), one.phase);
      const auto place = static_cast<std::size_t>(phase == phases.end() ? 0 : phase - phases.begin());
      run.planned.push_back(
          {evidence.filter.case_id(one.case_id), fingerprint, one.phase, &asked.of(cell.cell, fingerprint, place)});
    }
  }
}

std::vector<ScheduledRun> scheduled_runs(const Evidence& evidence, AskedCells& asked) {
  std::map<std::string, const results::RunPlan*> plans;
  for (const results::RunPlan& plan : evidence.input.evidence.plans) plans.emplace(plan.run_id, &plan);
  std::vector<ScheduledRun> runs;
  for (const auto& [id, run] : evidence.filter.runs()) {
    if (!evidence.filter.scheduled(*run)) continue;
    runs.push_back({run, false, {}});
    if (const auto plan = plans.find(id); plan != plans.end()) add_plan(runs.back(), *plan->second, evidence, asked);
  }
  // A job that had the case before is expected to have it even where nothing in a run speaks of it.
  for (const Run* run : evidence.filter.unconcerned())
    if (evidence.filter.scheduled(*run)) runs.push_back({run, false, {}});
  std::sort(runs.begin(), runs.end(), [](const auto& a, const auto& b) {
    return std::tie(a.run->started, a.run->id) < std::tie(b.run->started, b.run->id);
  });
  return runs;
}

// What one run has to say of a case in a required cell.
enum class Says { kNotPlanned, kNotDue, kMissed, kRan };
struct Account {
  Says says = Says::kNotPlanned;
  std::string why;  // missed
};

// Why the attempts of a case that was planned did not run in the cell.
Account why_missed(const std::vector<const CountedAttempt*>& attempts, const catalogue::CaseInfo& info, bool ended) {
  std::string why = ended ? "no record of it" : "the run was not finished";
  for (const CountedAttempt* one : attempts) {
    if (one->outcome == Outcome::kSkipped) {
      if (is_rightly_skipped(info, *one)) return {Says::kNotDue, {}};
      return {Says::kMissed, "skipped although its needs held"};
    }
    if (one->outcome == Outcome::kInfraError) why = "infra-error";
    if (one->outcome == Outcome::kNotRun) why = "not run";
    if (one->ran()) why = one->verified ? "its cluster was not the cell" : "its cluster was not verified";
  }
  return {Says::kMissed, std::move(why)};
}

using Attempts = std::vector<const CountedAttempt*>;

Account account_of(const ScheduledRun& run, const CaseInCell& seen, std::size_t cell, const Evidence& evidence,
                   const Attempts& attempts) {
  if (seen.scheduled_runs.contains(run.run->id)) return {Says::kRan, {}};
  bool planned = false;
  Attempts here;
  for (const PlannedPlace& place : run.planned) {
    if (place.case_id != seen.info->id || !(*place.is_cell)[cell]) continue;
    planned = true;
    for (const CountedAttempt* attempt : attempts)
      if (attempt->attempt->fingerprint == place.fingerprint && attempt->attempt->first_phase == place.phase)
        here.push_back(attempt);
  }
  if (!run.has_plan)
    // Without a plan, what it brought up says what it set out to do.
    for (const InstanceTimeline& timeline : evidence.timelines)
      if (timeline.instance->run_id == run.run->id &&
          is_asked_to_be(timeline.instance->cell, 0, evidence.cells[cell].cell)) {
        for (const CountedAttempt* attempt : attempts)
          if (attempt->attempt->instance_id == timeline.instance->id) here.push_back(attempt);
        planned = planned || !here.empty() || timeline.instance->outcome != Outcome::kPassed;
      }
  if (!planned) return {};
  return why_missed(here, *seen.info, evidence.filter.ended(*run.run));
}

}  // namespace

void count_due(Evidence& evidence) {
  AskedCells asked(evidence);
  const auto runs = scheduled_runs(evidence, asked);
  std::map<std::pair<std::string, std::string>, Attempts> attempts;  // run and case
  for (const CountedAttempt& one : evidence.attempts) attempts[{one.run->id, one.case_id}].push_back(&one);
  const Attempts none;
  for (std::size_t cell = 0; cell < evidence.cells.size(); ++cell)
    for (CaseInCell& seen : evidence.cells[cell].cases) {
      // A job that had the case in the cell once is expected to have it from then on.
      std::set<std::string> jobs;
      const RunFilter::Fixed* fixed = evidence.filter.fixed(seen.info->id);
      for (const ScheduledRun& run : runs) {
        if (fixed != nullptr && run.run->started < fixed->since) continue;
        const auto made = attempts.find({run.run->id, seen.info->id});
        const Account account = account_of(run, seen, cell, evidence, made == attempts.end() ? none : made->second);
        if (account.says == Says::kNotDue) continue;
        if (account.says != Says::kNotPlanned) jobs.insert(run.run->job);
        if (!jobs.contains(run.run->job)) continue;
        ++seen.due.due;
        if (account.says == Says::kRan)
          ++seen.due.ran;
        else
          ++seen.due.missed[account.says == Says::kMissed ? account.why : "not selected by the run"];
      }
    }
}

}  // namespace graduand::graduation
