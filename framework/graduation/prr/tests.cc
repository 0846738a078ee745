// SPDX-License-Identifier: Apache-2.0
// Which cases have their gate switched while they run, or run after it was.
#include <fmt/format.h>

#include <algorithm>

#include "framework/base/text.h"
#include "framework/graduation/prr/answers.h"
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

class Groups {
 public:
  explicit Groups(const CountedInput& counted) : counted_(counted), collector_(counted) {}

  void look_at(const CountedTimeline& walk) {
    const bool flipped =
        std::any_of(walk.phases.begin(), walk.phases.end(), [](const auto& one) { return one.flipped(); });
    for (const Attempt* attempt : walk.attempts) {
      if (!results::ran(counted_.outcome(*attempt))) continue;
      if (counted_.speaks(*attempt)) everywhere_.insert(attempt->case_id);
      const AttemptRelation relation = relation_of(*attempt, *walk.timeline);
      if (relation == AttemptRelation::kChanging)
        changing(walk, *attempt);
      else if (!counted_.speaks(*attempt))
        continue;
      else if (relation == AttemptRelation::kSpanning)
        spanning(walk, *attempt, flipped);
      else
        in_phase(walk, *attempt, flipped);
    }
  }

  void finish(Answer& answer) {
    for (auto& [key, group] : groups_) {
      group.row.case_id = names_text(group.ids);
      group.row.newest = group.newest.place(counted_);
      answer.cases.push_back(std::move(group.row));
    }
    collector_.finish(answer);
    for (const std::string& id : in_rows_) everywhere_.erase(id);
    if (supporting_.failed() || watching_.failed())
      answer.verdict = Verdict::kFail;
    else
      answer.verdict = verdict_of(supporting_);
    if (supporting_.ran > 0)
      answer.statements.push_back(
          fmt::format("After the gate was switched on the same cluster instance, or while the case switched it itself: "
                      "{} attempts passed, of {}.",
                      words_of(supporting_), plural(static_cast<long>(supporting_ids_.size()), "case")));
    if (watching_.ran > 0)
      answer.statements.push_back("While the gate was switched below them: " + words_of(watching_) +
                                  " attempts passed.");
    if (!everywhere_.empty())
      answer.statements.push_back(plural(static_cast<long>(everywhere_.size()), "case") +
                                  " ran only where the gate had not been switched, which is no test of that.");
    if (unverified_)
      answer.statements.emplace_back("Some ran in phases of which the gate was not read back; they count for nothing.");
  }

 private:
  struct Group {
    CaseRow row;
    std::set<std::string> ids;
    Newest newest;
  };

  // The key orders: those that switch it themselves, that watch, that run after it.
  Group& add(const std::string& key, const std::string& how, const Attempt& attempt, Tally& tally) {
    Group& group = groups_[key];
    const Outcome outcome = collector_.use(attempt);
    group.row.how = how;
    group.ids.insert(attempt.case_id);
    group.row.attempts.add(outcome);
    group.newest.see(attempt, outcome);
    tally.add(outcome);
    in_rows_.insert(attempt.case_id);
    if (&tally == &supporting_) supporting_ids_.insert(attempt.case_id);
    return group;
  }

  bool began_verified(const CountedTimeline& walk, const Attempt& attempt) {
    const Phase* phase = walk.phase(attempt.first_phase);
    if (phase != nullptr && phase->verified) return true;
    collector_.show(attempt);
    unverified_ = true;
    return false;
  }

  void changing(const CountedTimeline& walk, const Attempt& attempt) {
    const auto made = walk.made_by.find(attempt.id);
    if (made == walk.made_by.end() || !counted_.concerns(walk, attempt.id) || !began_verified(walk, attempt)) return;
    const bool did = std::any_of(made->second.begin(), made->second.end(), [&](const Transition* one) {
      return counted_.sets_gate(*one) && counted_.outcome(*one) == Outcome::kPassed;
    });
    // One that passed without its switch tested none.
    if (!did && !results::is_failure(counted_.outcome(attempt))) return;
    Group& group = add("1" + attempt.case_id, "sets the gate itself while it runs, at " + where(*made->second.front()),
                       attempt, supporting_);
    for (const Transition* transition : made->second) group.row.flips.add(collector_.use(*transition, walk));
  }

  void spanning(const CountedTimeline& walk, const Attempt& attempt, bool flipped) {
    const Phase* last = walk.phase(attempt.last_phase);
    if (!flipped || last == nullptr || !began_verified(walk, attempt)) return;
    add("2" + attempt.case_id,
        fmt::format("watches from phase {} to phase {}", attempt.first_phase, attempt.last_phase), attempt, watching_);
  }

  void in_phase(const CountedTimeline& walk, const Attempt& attempt, bool flipped) {
    const Phase* phase = walk.of(attempt);
    if (phase == nullptr) return;
    if (!phase->verified && phase->at->by != nullptr)
      began_verified(walk, attempt);
    else if (flipped && phase->flipped()) {
      const std::string how = "after the switch, in the phase " + phase->at->name;
      add("3" + how, how, attempt, supporting_);
    }
  }

  const CountedInput& counted_;
  Collector collector_;
  std::map<std::string, Group> groups_;
  std::set<std::string> in_rows_, supporting_ids_, everywhere_;  // case ids
  Tally supporting_, watching_;
  bool unverified_ = false;
};

}  // namespace

Answer enablement_tests(const CountedInput& counted) {
  Answer answer =
      unanswered("enablement-tests", kEnablement, "Are there any tests for feature enablement/disablement?");
  if (without_gate(counted, answer)) return answer;
  Groups groups(counted);
  for (const CountedTimeline& walk : counted.walks)
    if (counted.concerns(walk)) groups.look_at(walk);
  groups.finish(answer);
  if (answer.verdict != Verdict::kNoEvidence) return answer;
  answer.missing = "no case ran after its gate was measured to have been switched on the same cluster instance";
  advise(answer, counted, wanted_cycles(counted));
  return answer;
}

}  // namespace graduand::graduation::prr
