// SPDX-License-Identifier: Apache-2.0
// Off after on, and on again.
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

// What a case did that switches gates itself.
struct OwnFlips {
  Tally flips;     // those that switch the gate off
  Tally attempts;  // that made them
  std::set<std::string> components;
};

OwnFlips own_flips(const Counted& counted, Collector& collector) {
  OwnFlips own;
  for (const Walk& walk : counted.walks)
    for (const Attempt* attempt : walk.attempts) {
      const auto made = walk.made_by.find(attempt->id);
      if (made == walk.made_by.end() || !counted.concerns(walk, attempt->id)) continue;
      bool off = false;
      for (const Transition* transition : made->second) {
        if (!switches(*transition, false, *counted.input)) continue;
        off = true;
        own.flips.add(collector.use(*transition, walk).outcome);
        own.components.insert(where(*transition));
      }
      if (off) own.attempts.add(collector.use(*attempt).outcome);
    }
  return own;
}

// Whether switching at these components switches the whole feature.
bool covers(const std::set<std::string>& components, const Input& input) {
  if (components.contains("every component")) return true;
  const auto all = components_of(input.info);
  return !all.empty() &&
         std::all_of(all.begin(), all.end(), [&](const std::string& one) { return components.contains(one); });
}

}  // namespace

Answer disabled_once_enabled(const Counted& counted) {
  Answer answer =
      unanswered("disable-once-enabled", kEnablement,
                 "Can the feature be disabled once it has been enabled (i.e. can we roll back the enablement)?");
  const Input& input = *counted.input;
  if (without_gate(input, answer)) return answer;
  Collector collector(counted);
  Tally flips, attempts;
  std::set<std::string> components;
  const auto concerned = [&](const Walk& walk) {
    return walk.ever(GateRole::kDisabled) ||
           std::any_of(walk.transitions.begin(), walk.transitions.end(),
                       [&](const Transition* one) { return switches(*one, false, input); });
  };
  for (const Walk& walk : counted.walks) {
    if (!concerned(walk)) continue;
    for (const Transition* transition : walk.transitions) {
      if (!switches(*transition, false, input)) continue;
      flips.add(collector.use(*transition, walk).outcome);
      components.insert(where(*transition));
    }
    attempts += collector.attempts_in(walk, [](const Phase& one) { return one.gate_role == GateRole::kDisabled; });
  }
  const OwnFlips own = own_flips(counted, collector);
  answer.paths = paths_of(counted, concerned);
  collector.finish(answer);
  if (flips.ran > 0)
    answer.statements.push_back("Switched off in a running cluster: " + tally_text(flips) +
                                " transitions passed; with it off afterwards, " + tally_text(attempts) +
                                " attempts passed.");
  if (own.flips.ran > 0)
    answer.statements.push_back(fmt::format(
        "Switched off at {} by cases while they ran: {} transitions and {} attempts "
        "passed.",
        join({own.components.begin(), own.components.end()}, ", "), tally_text(own.flips), tally_text(own.attempts)));
  if (flips.failed() || attempts.failed() || own.flips.failed() || own.attempts.failed())
    answer.verdict = Verdict::kFail;
  else if ((attempts.passed > 0 && covers(components, input)) ||
           (own.attempts.passed > 0 && covers(own.components, input)))
    answer.verdict = Verdict::kPass;
  if (answer.verdict != Verdict::kNoEvidence) return answer;
  answer.missing = flips.passed > 0 && attempts.ran == 0 ? "the gate was switched off, but no case ran after that"
                   : flips.ran + own.flips.ran > 0       ? "not all components had the gate switched off"
                                                         : "no cluster had the gate switched off while it ran";
  answer.next = run_command(input);
  answer.profile = switching_profile(input);
  return answer;
}

Answer reenabled(const Counted& counted) {
  Answer answer =
      unanswered("reenable", kEnablement, "What happens if we reenable the feature if it was previously rolled back?");
  const Input& input = *counted.input;
  if (without_gate(input, answer)) return answer;
  Collector collector(counted);
  Tally flips, attempts;
  std::set<std::string> cells;
  for (const Walk& walk : counted.walks) {
    if (!walk.ever(GateRole::kDisabled)) continue;
    bool off = false;
    for (const Transition* transition : walk.transitions) {
      if (off && switches(*transition, true, input)) {
        flips.add(collector.use(*transition, walk).outcome);
        cells.insert(markdown_code(walk.instance->cell.display_name()));
      }
      off = off || (transition->outcome == Outcome::kPassed && switches(*transition, false, input));
    }
    attempts += collector.attempts_in(walk, [](const Phase& one) { return one.gate_role == GateRole::kReenabled; });
  }
  collector.finish(answer);
  if (flips.ran > 0)
    answer.statements.push_back(
        fmt::format("Switched on again after on → off, in {}: {} transitions passed; afterwards {} attempts passed.",
                    join({cells.begin(), cells.end()}, ", "), tally_text(flips), tally_text(attempts)));
  answer.verdict = flips.failed() ? Verdict::kFail : verdict_of(attempts);
  if (answer.verdict != Verdict::kNoEvidence) return answer;
  answer.missing = flips.passed > 0 ? "the gate was switched on again, but no case ran after that"
                                    : "no cluster had the gate switched on → off → on";
  answer.next = run_command(input);
  answer.profile = switching_profile(input);
  return answer;
}

}  // namespace graduand::report::prr
