// SPDX-License-Identifier: Apache-2.0
// Which cases have their gate switched while they run.
#include <fmt/format.h>

#include <algorithm>

#include "framework/base/text.h"
#include "framework/report/prr_answers.h"
#include "framework/report/prr_path.h"
#include "framework/report/text.h"

namespace graduand::report::prr {
namespace {

using graduation::Verdict;
using results::Attempt;
using results::Outcome;
using results::Transition;

// The case ids of a group: two of them, and how many there are.
std::string names_text(const std::set<std::string>& ids) {
  if (ids.size() <= 2) return join({ids.begin(), ids.end()}, ", ");
  return fmt::format("{} cases ({}, …)", ids.size(), *ids.begin());
}

}  // namespace

Answer enablement_tests(const Counted& counted) {
  Answer answer =
      unanswered("enablement-tests", kEnablement, "Are there any tests for feature enablement/disablement?");
  const Input& input = *counted.input;
  if (without_gate(input, answer)) return answer;
  struct Group {
    CaseRow row;
    std::set<std::string> ids;
    Newest newest;
  };
  std::map<std::string, Group> groups;  // ordered: those that switch it themselves, that watch, that run in phases
  std::set<std::string> in_rows, everywhere;
  Collector collector(counted);
  Tally all;
  const auto add = [&](const std::string& key, const std::string& how, const Attempt& attempt) -> Group& {
    Group& group = groups[key];
    group.row.how = how;
    group.ids.insert(attempt.case_id);
    group.row.attempts.add(collector.use(attempt).outcome);
    group.newest.see(attempt);
    all.add(attempt.outcome);
    in_rows.insert(attempt.case_id);
    return group;
  };
  for (const Walk& walk : counted.walks) {
    const bool cycled = std::any_of(walk.phases.begin(), walk.phases.end(),
                                    [](const Phase& one) { return one.gate_role != GateRole::kUntouched; });
    std::map<std::string, std::vector<const Attempt*>> in_phases;  // case → its attempts here
    for (const Attempt* attempt : walk.attempts) {
      if (!results::ran(attempt->outcome)) continue;
      const Stance stance = stance_of(*attempt, walk);
      if (counted.speaks(*attempt)) everywhere.insert(attempt->case_id);
      if (stance == Stance::kChanging && counted.concerns(walk, attempt->id)) {
        const auto& made = walk.made_by.at(attempt->id);
        Group& group =
            add("1" + attempt->case_id, "sets the gate itself while it runs, at " + where(*made.front()), *attempt);
        for (const Transition* transition : made) group.row.flips.add(collector.use(*transition, walk).outcome);
      } else if (stance == Stance::kSpanning && cycled && counted.speaks(*attempt)) {
        add("2" + attempt->case_id,
            fmt::format("watches from phase {} to phase {}", attempt->first_phase, attempt->last_phase), *attempt);
      } else if (stance == Stance::kInPhase && cycled && counted.speaks(*attempt)) {
        in_phases[attempt->case_id].push_back(attempt);
      }
    }
    for (const auto& [id, attempts] : in_phases) {
      std::vector<std::string> phases;
      for (const Phase& phase : walk.phases)
        if (std::any_of(attempts.begin(), attempts.end(),
                        [&](const Attempt* a) { return a->first_phase == phase.name; }))
          phases.push_back(phase.name);
      const std::string how = fmt::format("in the phase{} {}", phases.size() == 1 ? "" : "s", join(phases, ", "));
      for (const Attempt* attempt : attempts) add("3" + how, how, *attempt);
    }
  }
  for (auto& [key, group] : groups) {
    group.row.case_id = names_text(group.ids);
    group.row.newest = group.newest.place(counted);
    answer.cases.push_back(std::move(group.row));
  }
  collector.finish(answer);
  long apart = 0;
  for (const std::string& id : everywhere) apart += in_rows.contains(id) ? 0 : 1;
  answer.verdict = verdict_of(all);
  if (all.ran > 0)
    answer.statements.push_back(fmt::format("{} case{} ran in clusters that had the gate switched: {} attempts passed.",
                                            in_rows.size(), in_rows.size() == 1 ? "" : "s", tally_text(all)));
  if (apart > 0)
    answer.statements.push_back(fmt::format("{} {}case{} ran only in clusters whose gate was never switched.", apart,
                                            all.ran > 0 ? "other " : "", apart == 1 ? "" : "s"));
  if (answer.verdict != Verdict::kNoEvidence) return answer;
  answer.missing = "no case ran in a cluster whose gate was switched";
  answer.next = run_command(input);
  answer.profile = switching_profile(input);
  return answer;
}

}  // namespace graduand::report::prr
