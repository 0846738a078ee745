// SPDX-License-Identifier: Apache-2.0
// How a rollout fails, and what it does to those who run.
#include <fmt/format.h>

#include <algorithm>

#include "framework/graduation/prr/answers.h"
#include "framework/graduation/rule_text.h"

namespace graduand::graduation::prr {
namespace {

using results::Attempt;
using results::Outcome;
using results::Transition;

class Rollouts {
 public:
  explicit Rollouts(const CountedInput& counted) : counted_(counted), collector_(counted) {}

  void look_at(const CountedTimeline& walk) {
    const auto& instance = walk.instance();
    if (counted_.evidence.filter.counts(instance)) {
      add_row("cluster creation", instance.outcome, instance.ready_after);
      collector_.use(instance);
    }
    for (const Transition* transition : walk.transitions) add(walk, *transition, ", by a profile");
    for (const auto& [attempt, made] : walk.made_by)
      if (counted_.concerns(walk, attempt))
        for (const Transition* transition : made) add(walk, *transition, ", by a case");
    for (const Attempt* attempt : walk.attempts)
      if (counted_.speaks(*attempt) && relation_of(*attempt, *walk.timeline) == AttemptRelation::kSpanning)
        watch(walk, *attempt);
  }

  void finish(Answer& answer) {
    bool creation_failed = false;
    for (auto& [what, row] : rows_) {
      creation_failed = creation_failed || row.transitions.failed();
      answer.transitions.push_back(std::move(row));
    }
    for (auto& [key, watcher] : watchers_) {
      watcher.first.newest = watcher.second.place(counted_);
      answer.cases.push_back(std::move(watcher.first));
    }
    collector_.finish(answer);
    if (transitions_.ran > 0)
      answer.statements.push_back("Transitions of running clusters: " + words_of(transitions_) + " passed.");
    if (watching_.ran > 0)
      answer.statements.push_back("Workloads watched across them: " + words_of(watching_) + " attempts passed.");
    if (creation_failed || watching_.failed())
      answer.verdict = Verdict::kFail;
    else if (transitions_.passed > 0 && watching_.passed > 0)
      answer.verdict = Verdict::kPass;
    if (watching_.ran > 0 && transitions_.ran > 0) return;
    answer.missing = transitions_.ran == 0 ? "no transition was made on a running cluster"
                                           : "on running workloads: no case watched them across a transition between "
                                             "phases that were read back";
    advise(answer, counted_,
           {{[this](const PlannedWay& way) { return changes(way.cell()); },
             "with transitions, on which a case runs throughout"}});
  }

 private:
  // Whether it sets the feature's gates, or changes the version where there are none.
  bool changes(const catalogue::CellDescription& cell) const {
    return std::any_of(cell.transitions.begin(), cell.transitions.end(), [this](const auto& request) {
      const auto& gates = counted_.info().gates;
      if (gates.empty()) return request.kind == catalogue::TransitionKind::kUpgrade;
      return std::any_of(gates.begin(), gates.end(),
                         [&](const std::string& gate) { return request.gates.contains(gate); });
    });
  }

  void add_row(const std::string& what, Outcome outcome, milliseconds took) {
    TransitionRow& row = rows_[what];
    row.what = what;
    row.transitions.add(outcome);
    if (outcome == Outcome::kPassed) row.took.add(took);
  }

  void add(const CountedTimeline& walk, const Transition& transition, const char* by) {
    const Outcome outcome = collector_.use(transition, walk);
    add_row(to_string(transition.request.kind) + std::string(by), outcome, transition.took);
    transitions_.add(outcome);
  }

  void watch(const CountedTimeline& walk, const Attempt& attempt) {
    const Phase* first = walk.phase(attempt.first_phase);
    const Phase* last = walk.phase(attempt.last_phase);
    if (first == nullptr || last == nullptr || !first->verified || !last->verified) return collector_.show(attempt);
    auto& [row, newest] = watchers_[attempt.case_id + " " + attempt.first_phase + " " + attempt.last_phase];
    const Outcome outcome = collector_.use(attempt);
    row.case_id = attempt.case_id;
    row.how = fmt::format("from phase {} to phase {}", attempt.first_phase, attempt.last_phase);
    row.attempts.add(outcome);
    watching_.add(outcome);
    newest.see(attempt, outcome);
  }

  const CountedInput& counted_;
  Collector collector_;
  std::map<std::string, TransitionRow> rows_;
  std::map<std::string, std::pair<CaseRow, Newest>> watchers_;
  Tally transitions_, watching_;
};

}  // namespace

Answer rollout_failures(const CountedInput& counted) {
  Answer answer = unanswered("rollout-failures", kRollout,
                             "How can a rollout or rollback fail? Can it impact already running workloads?");
  Rollouts rollouts(counted);
  for (const CountedTimeline& walk : counted.walks)
    if (counted.concerns(walk)) rollouts.look_at(walk);
  rollouts.finish(answer);
  return answer;
}

}  // namespace graduand::graduation::prr
