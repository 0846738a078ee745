// SPDX-License-Identifier: Apache-2.0
// Off after on, and on again.
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

// What a case did that switches gates itself.
struct OwnFlips {
  Tally flips;     // those that switch the gate off
  Tally attempts;  // that made them
  std::set<std::string> components;
};

OwnFlips own_flips(const AnswerEvidence& evidence, Collector& collector) {
  OwnFlips own;
  for (const Course& course : evidence.courses)
    for (const Attempt* attempt : course.attempts) {
      const auto made = course.made_by.find(attempt->id);
      if (made == course.made_by.end() || !evidence.concerns(course, attempt->id)) continue;
      bool off = false;
      for (const Transition* transition : made->second) {
        if (!switches(*transition, false, evidence)) continue;
        off = true;
        own.flips.add(outcome_of(collector.use(*transition, course), evidence));
        own.components.insert(where(*transition));
      }
      if (off) own.attempts.add(outcome_of(collector.use(*attempt), evidence));
    }
  return own;
}

bool tried(const Course& course, const AnswerEvidence& evidence) {
  return course.ever(GateRole::kDisabled) ||
         std::any_of(course.transitions.begin(), course.transitions.end(),
                     [&](const Transition* one) { return switches(*one, false, evidence); });
}

}  // namespace

Answer disabled_once_enabled(const AnswerEvidence& evidence) {
  Answer answer =
      unanswered("disable-once-enabled", kEnablement,
                 "Can the feature be disabled once it has been enabled (i.e. can we roll back the enablement)?");
  if (without_gate(evidence, answer)) return answer;
  Collector collector(evidence);
  Tally flips, attempts;
  long measured = 0, partly = 0, unread = 0;  // cluster instances
  for (const Course& course : evidence.courses) {
    if (!tried(course, evidence)) continue;
    for (const Transition* transition : course.transitions)
      if (switches(*transition, false, evidence)) flips.add(outcome_of(collector.use(*transition, course), evidence));
    attempts +=
        collector.attempts_in(course, [](const CoursePhase& one) { return one.gate_role == GateRole::kDisabled; });
    measured += course.ever(GateRole::kDisabled) ? 1 : 0;
    partly += course.ever(GateRole::kPartly) ? 1 : 0;
    unread += course.ever(GateRole::kUnknown) ? 1 : 0;
  }
  const OwnFlips own = own_flips(evidence, collector);
  answer.paths = paths_of(evidence, [&](const Course& course) { return tried(course, evidence); });
  collector.finish(answer);
  if (flips.ran > 0)
    answer.statements.push_back(fmt::format(
        "Switched off in a running cluster: {} transitions passed; measured off at every component that has the gate, "
        "after it had been on, on {}; with it off afterwards, {} attempts passed.",
        tally_text(flips), plural(measured, "cluster instance"), tally_text(attempts)));
  if (own.flips.ran > 0)
    answer.statements.push_back(fmt::format(
        "Switched off at {} by cases while they ran: {} transitions and {} attempts passed.",
        join({own.components.begin(), own.components.end()}, ", "), tally_text(own.flips), tally_text(own.attempts)));
  if (flips.failed() || attempts.failed() || own.flips.failed() || own.attempts.failed())
    answer.verdict = Verdict::kFail;
  else if (attempts.passed > 0)
    answer.verdict = Verdict::kPass;
  if (answer.verdict != Verdict::kNoEvidence) return answer;
  answer.missing = measured > 0 ? "the gate was switched off, but no case ran after that"
                   : unread > 0 ? "after the switch the gate was not read at every component that has it"
                   : partly > 0 || own.flips.ran > 0 ? "not all components had the gate switched off"
                                                     : "no cluster had the gate switched off while it ran";
  answer.next = run_command(evidence);
  answer.profile = switching_profile(evidence);
  return answer;
}

Answer reenabled(const AnswerEvidence& evidence) {
  Answer answer =
      unanswered("reenable", kEnablement, "What happens if we reenable the feature if it was previously rolled back?");
  if (without_gate(evidence, answer)) return answer;
  Collector collector(evidence);
  Tally flips, attempts;
  std::set<std::string> cells;
  long measured = 0;
  for (const Course& course : evidence.courses) {
    if (!course.ever(GateRole::kDisabled)) continue;
    measured += course.ever(GateRole::kReenabled) ? 1 : 0;
    bool off = false;
    for (const Transition* transition : course.transitions) {
      if (off && switches(*transition, true, evidence)) {
        flips.add(outcome_of(collector.use(*transition, course), evidence));
        cells.insert(markdown_code(course.instance->cell.display_name()));
      }
      off = off || (transition->outcome == Outcome::kPassed && switches(*transition, false, evidence));
    }
    attempts +=
        collector.attempts_in(course, [](const CoursePhase& one) { return one.gate_role == GateRole::kReenabled; });
  }
  collector.finish(answer);
  if (flips.ran > 0)
    answer.statements.push_back(fmt::format(
        "Switched on again after on → off, in {}: {} transitions passed; measured on again at every component that has "
        "the gate on {}; afterwards {} attempts passed.",
        join({cells.begin(), cells.end()}, ", "), tally_text(flips), plural(measured, "cluster instance"),
        tally_text(attempts)));
  answer.verdict = flips.failed() ? Verdict::kFail : verdict_of(attempts);
  if (answer.verdict != Verdict::kNoEvidence) return answer;
  answer.missing = measured > 0 ? "the gate was switched on again, but no case ran after that"
                                : "no cluster was measured with the gate on → off → on at every component that has it";
  answer.next = run_command(evidence);
  answer.profile = switching_profile(evidence);
  return answer;
}

}  // namespace graduand::graduation::prr
