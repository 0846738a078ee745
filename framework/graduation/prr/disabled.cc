// SPDX-License-Identifier: Apache-2.0
// Off after on, and on again.
#include <fmt/format.h>

#include <algorithm>

#include "framework/base/text.h"
#include "framework/graduation/prr/answers.h"
#include "framework/graduation/prr/path.h"
#include "framework/graduation/rule_text.h"

namespace graduand::graduation::prr {
namespace {

using results::Attempt;
using results::Outcome;
using results::Transition;

// What a case did that switches gates itself. What its own switches came to is not read back, so they support nothing.
struct OwnFlips {
  Tally flips;     // those that switch the gate off
  Tally attempts;  // that made them
  std::set<std::string> components;
};

OwnFlips own_flips(const CountedInput& counted, Collector& collector) {
  OwnFlips own;
  for (const CountedTimeline& walk : counted.walks)
    for (const Attempt* attempt : walk.attempts) {
      const auto made = walk.made_by.find(attempt->id);
      if (made == walk.made_by.end() || !counted.concerns(walk, attempt->id)) continue;
      bool off = false;
      for (const Transition* transition : made->second) {
        if (!switches(*transition, false, counted)) continue;
        off = true;
        own.flips.add(collector.use(*transition, walk));
        own.components.insert(where(*transition));
      }
      if (!off) continue;
      const Phase* before = walk.phase(attempt->first_phase);
      if (before != nullptr && before->verified)
        own.attempts.add(collector.use(*attempt));
      else
        collector.show(*attempt);
    }
  return own;
}

// Attempts after one step of the cycle, by gate.
struct Step {
  Tally flips;                         // transitions of profiles that asked for it
  Tally attempts;                      // in phases with the role
  std::set<std::string> reached;       // gates that had the role, attempt or not
  std::map<std::string, long> passed;  // by gate
  std::set<std::string> cells;
  bool partly = false, unverified = false;  // where a transition that asked for it and passed led to
};

void look_at(Step& step, const CountedTimeline& walk, GateRole role, const CountedInput& counted,
             Collector& collector) {
  for (const Phase& phase : walk.phases)
    for (const auto& [gate, here] : phase.gates)
      if (here == role) step.reached.insert(gate);
  step.attempts += collector.attempts_in(walk, [&](const Phase& phase) { return phase.is(role); });
  if (walk.ever(role)) step.cells.insert(walk.instance().cell.display_name());
  for (const Attempt* attempt : walk.attempts) {
    const Phase* phase = walk.of(*attempt);
    if (phase == nullptr || !counted.speaks(*attempt) || counted.outcome(*attempt) != Outcome::kPassed) continue;
    for (const auto& [gate, here] : phase->gates)
      if (here == role) ++step.passed[gate];
  }
}

// Of a transition that asked for the step.
void add_flip(Step& step, const Transition& transition, const CountedTimeline& walk, Collector& collector) {
  step.flips.add(collector.use(transition, walk));
  const Phase* phase = walk.reached_by(transition);
  if (phase == nullptr) return;
  step.partly = step.partly || phase->is(GateRole::kPartly);
  step.unverified = step.unverified || phase->is(GateRole::kUnverified);
}

bool supports(const Step& step, const CountedInput& counted) {
  const auto& gates = counted.info().gates;
  return std::all_of(gates.begin(), gates.end(), [&](const std::string& gate) { return step.passed.contains(gate); });
}

// Why the step is no evidence, `done` being "switched off": what is nearest to it is said.
std::string missing_of(const Step& step, const CountedInput& counted, const std::string& done,
                       const std::string& never) {
  std::vector<std::string> left;
  for (const std::string& gate : counted.info().gates)
    if (!step.passed.contains(gate)) left.push_back(gate);
  const std::string gate = counted.info().gates.size() == 1 ? "the gate" : join(left, " and ");
  if (std::any_of(left.begin(), left.end(), [&](const std::string& one) { return step.reached.contains(one); }))
    return gate + " was " + done + ", but no case passed after that";
  if (step.partly) return "not all components had the gate " + done;
  if (step.unverified) return gate + " was asked to be " + done + ", but it was not read back at every component";
  return never;
}

}  // namespace

Answer disabled_once_enabled(const CountedInput& counted) {
  Answer answer =
      unanswered("disable-once-enabled", kEnablement,
                 "Can the feature be disabled once it has been enabled (i.e. can we roll back the enablement)?");
  if (without_gate(counted, answer)) return answer;
  Collector collector(counted);
  Step step;
  const auto concerned = [&](const CountedTimeline& walk) {
    return counted.concerns(walk) && (walk.ever(GateRole::kDisabled) ||
                                      std::any_of(walk.transitions.begin(), walk.transitions.end(),
                                                  [&](const auto* one) { return switches(*one, false, counted); }));
  };
  for (const CountedTimeline& walk : counted.walks) {
    if (!concerned(walk)) continue;
    for (const Transition* transition : walk.transitions)
      if (switches(*transition, false, counted)) add_flip(step, *transition, walk, collector);
    look_at(step, walk, GateRole::kDisabled, counted, collector);
  }
  const OwnFlips own = own_flips(counted, collector);
  answer.paths = paths_of(counted, concerned);
  collector.finish(answer);
  if (step.flips.ran > 0)
    answer.statements.push_back("Switched off in a running cluster: " + words_of(step.flips) +
                                " transitions passed; where it was then measured off, after on, at every component, " +
                                words_of(step.attempts) + " attempts passed.");
  if (own.flips.ran > 0)
    answer.statements.push_back(fmt::format(
        "Switched off at {} by cases while they ran: {} transitions and {} attempts passed; what the gate "
        "then was is not measured, so that is no evidence by itself.",
        join({own.components.begin(), own.components.end()}, ", "), words_of(own.flips), words_of(own.attempts)));
  if (step.flips.failed() || step.attempts.failed() || own.flips.failed() || own.attempts.failed())
    answer.verdict = Verdict::kFail;
  else if (supports(step, counted))
    answer.verdict = Verdict::kPass;
  if (answer.verdict != Verdict::kNoEvidence) return answer;
  answer.missing = missing_of(step, counted, "switched off",
                              own.flips.ran > 0 ? "only cases switched the gate off, at components of their own"
                                                : "no cluster had the gate measured on and then off while it ran");
  advise(answer, counted, wanted_cycles(counted));
  return answer;
}

Answer reenabled(const CountedInput& counted) {
  Answer answer =
      unanswered("reenable", kEnablement, "What happens if we reenable the feature if it was previously rolled back?");
  if (without_gate(counted, answer)) return answer;
  Collector collector(counted);
  Step step;
  for (const CountedTimeline& walk : counted.walks) {
    if (!counted.concerns(walk)) continue;
    bool off = false;
    for (const Transition* transition : walk.transitions) {
      if (off && switches(*transition, true, counted)) add_flip(step, *transition, walk, collector);
      off = off || (transition->outcome == Outcome::kPassed && switches(*transition, false, counted));
    }
    if (off || walk.ever(GateRole::kReenabled)) look_at(step, walk, GateRole::kReenabled, counted, collector);
  }
  collector.finish(answer);
  if (step.flips.ran > 0)
    answer.statements.push_back(fmt::format(
        "Switched on again: {} transitions passed; where it was then measured on → off → on at every "
        "component{}, {} attempts passed.",
        words_of(step.flips), step.cells.empty() ? "" : ", in " + join({step.cells.begin(), step.cells.end()}, ", "),
        words_of(step.attempts)));
  if (step.flips.failed() || step.attempts.failed())
    answer.verdict = Verdict::kFail;
  else if (supports(step, counted))
    answer.verdict = Verdict::kPass;
  if (answer.verdict != Verdict::kNoEvidence) return answer;
  answer.missing =
      missing_of(step, counted, "switched on again", "no cluster had the gate measured on, off and on again");
  advise(answer, counted, wanted_cycles(counted));
  return answer;
}

}  // namespace graduand::graduation::prr
