// SPDX-License-Identifier: Apache-2.0
// Which cases have their gate switched while they run.
#include <fmt/format.h>

#include <algorithm>

#include "framework/base/markdown.h"
#include "framework/base/text.h"
#include "framework/graduation/prr/answers.h"
#include "framework/graduation/prr/path.h"
#include "framework/graduation/rule_text.h"

namespace graduand::graduation::prr {
namespace {

using results::Attempt;
using results::Outcome;
using results::Transition;

// The case ids of a group: two of them, and how many there are.
std::string names_text(const std::set<std::string>& ids) {
  if (ids.size() <= 2) return join({ids.begin(), ids.end()}, ", ");
  return fmt::format("{} cases ({}, …)", ids.size(), *ids.begin());
}

}  // namespace

Answer enablement_tests(const AnswerEvidence& evidence) {
  Answer answer =
      unanswered("enablement-tests", kEnablement, "Are there any tests for feature enablement/disablement?");
  if (without_gate(evidence, answer)) return answer;
  struct Group {
    CaseRow row;
    std::set<std::string> ids;
    Newest newest;
  };
  std::map<std::string, Group> groups;  // ordered: those that switch it themselves, that watch, that run in phases
  std::set<std::string> in_rows, everywhere;
  Collector collector(evidence);
  Tally all, after;  // after: those that ran when the gate had been switched
  const auto add = [&](const std::string& key, const std::string& how, const Attempt& attempt) -> Group& {
    Group& group = groups[key];
    group.row.how = how;
    group.ids.insert(attempt.case_id);
    const Outcome outcome = outcome_of(collector.use(attempt), evidence);
    group.row.attempts.add(outcome);
    group.newest.see(attempt);
    all.add(outcome);
    in_rows.insert(attempt.case_id);
    return group;
  };
  const auto switched = [](const CoursePhase& one) {
    return one.verified && (one.gate_role == GateRole::kEnabled || one.gate_role == GateRole::kDisabled ||
                            one.gate_role == GateRole::kReenabled);
  };
  for (const Course& course : evidence.courses) {
    const bool cycled = std::any_of(course.phases.begin(), course.phases.end(), switched);
    std::map<std::string, std::vector<const Attempt*>> in_phases;  // case → its attempts here
    for (const Attempt* attempt : course.attempts) {
      const Outcome outcome = outcome_of(*attempt, evidence);
      if (!results::ran(outcome)) continue;
      const AttemptRelation relation = relation_of(*attempt, *course.timeline);
      if (evidence.filter.speaks(*attempt)) everywhere.insert(attempt->case_id);
      if (relation == AttemptRelation::kChanging && evidence.concerns(course, attempt->id)) {
        const auto& made = course.made_by.find(attempt->id);
        if (made == course.made_by.end()) continue;
        Group& group = add("1" + attempt->case_id,
                           "sets the gate itself while it runs, at " + where(*made->second.front()), *attempt);
        for (const Transition* transition : made->second)
          group.row.flips.add(outcome_of(collector.use(*transition, course), evidence));
        after.add(outcome);
      } else if (relation == AttemptRelation::kSpanning && cycled && evidence.filter.speaks(*attempt)) {
        add("2" + attempt->case_id,
            fmt::format("watches from phase {} to phase {}", attempt->first_phase, attempt->last_phase), *attempt);
        after.add(outcome);
      } else if (relation == AttemptRelation::kInPhase && cycled && evidence.filter.speaks(*attempt)) {
        const CoursePhase* phase = course.phase(attempt->first_phase);
        if (phase == nullptr || !phase->verified) continue;
        in_phases[attempt->case_id].push_back(attempt);
        if (switched(*phase)) after.add(outcome);
      }
    }
    for (const auto& [id, attempts] : in_phases) {
      std::vector<std::string> phases;
      for (const CoursePhase& phase : course.phases)
        if (std::any_of(attempts.begin(), attempts.end(),
                        [&](const Attempt* a) { return a->first_phase == phase.name; }))
          phases.push_back(phase.name);
      const std::string how = fmt::format("in the phase{} {}", phases.size() == 1 ? "" : "s", join(phases, ", "));
      for (const Attempt* attempt : attempts) add("3" + how, how, *attempt);
    }
  }
  for (auto& [key, group] : groups) {
    group.row.case_id = names_text(group.ids);
    group.row.newest = group.newest.place(evidence);
    answer.cases.push_back(std::move(group.row));
  }
  collector.finish(answer);
  long apart = 0;
  for (const std::string& id : everywhere) apart += in_rows.contains(id) ? 0 : 1;
  answer.verdict = all.failed() ? Verdict::kFail : verdict_of(after);
  if (all.ran > 0)
    answer.statements.push_back(fmt::format("{} case{} ran in clusters that had the gate switched: {} attempts passed.",
                                            in_rows.size(), in_rows.size() == 1 ? "" : "s", tally_text(all)));
  if (apart > 0)
    answer.statements.push_back(fmt::format("{} {}case{} ran only in clusters whose gate was never switched.", apart,
                                            all.ran > 0 ? "other " : "", apart == 1 ? "" : "s"));
  if (answer.verdict != Verdict::kNoEvidence) return answer;
  answer.missing =
      all.ran > 0 ? "no case ran after the gate had been switched" : "no case ran in a cluster whose gate was switched";
  answer.next = run_command(evidence);
  answer.profile = switching_profile(evidence);
  return answer;
}

}  // namespace graduand::graduation::prr
