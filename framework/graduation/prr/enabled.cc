// SPDX-License-Identifier: Apache-2.0
// What enabling takes, and whether it is noticed by those who do not use the feature.
#include <fmt/format.h>

#include <algorithm>

#include "framework/base/markdown.h"
#include "framework/base/text.h"
#include "framework/catalogue/feature_gates.h"
#include "framework/graduation/behaviour.h"
#include "framework/graduation/prr/answers.h"
#include "framework/graduation/rule_text.h"

namespace graduand::graduation::prr {
namespace {

using results::Attempt;
using results::Outcome;
using results::Transition;

// "v1.33 BETA, on by default; v1.34 GA, locked on", of the minors that ran.
std::string stages_text(const std::string& gate, const AnswerEvidence& evidence) {
  std::set<catalogue::KubeVersion> minors;
  for (const Course& course : evidence.courses)
    if (evidence.concerns(course))
      for (const CoursePhase& phase : course.phases)
        if (phase.facts != nullptr)
          minors.insert({phase.facts->api_server_version.major, phase.facts->api_server_version.minor, -1, {}});
  std::vector<std::string> parts;
  for (const auto& minor : minors)
    if (const auto spec = catalogue::FeatureGates::builtin().at(gate, minor))
      parts.push_back(fmt::format("{} {}, {}{}", minor.str(), to_string(spec->stage), spec->locked ? "locked " : "",
                                  spec->default_on ? "on" : "off") +
                      (spec->locked ? "" : " by default"));
  return join(parts, "; ");
}

// What was read back when the clusters had come up.
struct ReadBack {
  long on = 0, off = 0, differing = 0, unverified = 0;
  long all() const { return on + off + differing + unverified; }
  std::string text() const {
    std::vector<std::string> parts;
    const auto add = [&](long n, const char* what) {
      if (n > 0) parts.push_back(fmt::format("{} {}", what, n));
    };
    add(on, "on in");
    add(off, "off in");
    add(differing, "different at its components in");
    add(unverified, "not readable in");
    return join(parts, ", ") + fmt::format(" of {} cluster instance{}", all(), all() == 1 ? "" : "s");
  }
};

void see(ReadBack& seen, const CoursePhase& phase, const AnswerEvidence& evidence) {
  switch (gate_state(evidence.info, phase.facts)) {
    case GateState::kOn:
      ++seen.on;
      break;
    case GateState::kOff:
      ++seen.off;
      break;
    case GateState::kMixed:
      ++seen.differing;
      break;
    case GateState::kUnverified:
      ++seen.unverified;
  }
}

// Switching, over all clusters: by a profile, and by cases while they run.
struct Switching {
  std::map<std::string, TransitionRow> rows;
  void add(const std::string& what, const Transition& transition) {
    TransitionRow& row = rows[what];
    row.what = what;
    row.transitions.add(transition.outcome);
    if (transition.outcome == Outcome::kPassed) row.took.add(transition.took);
  }
};

}  // namespace

Answer how_enabled(const AnswerEvidence& evidence) {
  Answer answer =
      unanswered("enable-disable", kEnablement, "How can this feature be enabled / disabled in a live cluster?");
  if (without_gate(evidence, answer)) return answer;
  for (const std::string& gate : evidence.info.gates) {
    answer.fields.push_back("Feature gate name: " + markdown_code(gate));
    if (const std::string stages = stages_text(gate, evidence); !stages.empty())
      answer.fields.push_back("In Kubernetes' feature list: " + stages);
  }
  answer.fields.push_back("Components depending on the feature gate: " + join(evidence.info.gate_components(), ", "));
  Collector collector(evidence);
  ReadBack seen;
  Switching switching;
  Tally all;
  bool switched = false;  // as measured, or by a case, which waits for the gate that it asked for
  for (const Course& course : evidence.courses) {
    if (!evidence.concerns(course) || course.instance->outcome != Outcome::kPassed) continue;
    switched = switched || course.ever(GateRole::kDisabled) || course.ever(GateRole::kEnabled);
    see(seen, course.phases.front(), evidence);
    collector.use_run(course.instance->run_id);
    for (const Transition* transition : course.transitions)
      if (evidence.sets_gate(*transition)) {
        all.add(outcome_of(*transition, evidence));
        switching.add("set-gates at " + where(*transition) + ", by a profile", collector.use(*transition, course));
      }
    for (const auto& [attempt, made] : course.made_by)
      for (const Transition* transition : made)
        if (evidence.concerns(course, attempt)) {
          all.add(outcome_of(*transition, evidence));
          const bool back = transition->request.gates.empty();
          switched = switched || (!back && transition->outcome == Outcome::kPassed);
          switching.add(fmt::format("set-gates at {}, by a case{}", where(*transition), back ? ", put back" : ""),
                        collector.use(*transition, course));
        }
  }
  for (auto& [what, row] : switching.rows) answer.transitions.push_back(std::move(row));
  collector.finish(answer);
  if (seen.all() > 0)
    answer.statements.push_back(
        "Effective gate, as `kubernetes_feature_enabled` said when the cluster was up: " + seen.text() + ".");
  if (all.ran > 0) answer.statements.push_back("Switched while the cluster ran: " + tally_text(all) + " passed.");
  const bool both = (seen.on > 0 && seen.off > 0) || switched;
  answer.verdict = all.failed() ? Verdict::kFail : both ? Verdict::kPass : Verdict::kNoEvidence;
  if (answer.verdict != Verdict::kNoEvidence) return answer;
  answer.missing = "no cluster was read with the gate on, or none with it off";
  answer.next = run_command(evidence);
  answer.profile = switching_profile(evidence);
  return answer;
}

Answer default_behavior(const AnswerEvidence& evidence) {
  Answer answer = unanswered("default-behavior", kEnablement, "Does enabling the feature change any default behavior?");
  if (without_gate(evidence, answer)) return answer;
  const Behaviour behaviour =
      compare_behaviour(evidence.input.judge, *evidence.input.policy, evidence.filter, evidence.timelines);
  if (behaviour.cases.empty()) {
    answer.missing = "no case of another feature ran with the gate on and with it off at one Kubernetes version";
    answer.next = "graduand run --profile FILE --label-filter '!FeatureGate:" + evidence.info.name +
                  "' --trigger periodic --job JOB --build-id ID";
    answer.profile = "that has a cell with " + gate_names(evidence) + " on, and one with it off";
    return answer;
  }
  Tally on, off;
  std::set<std::string> cases, minors;
  std::vector<std::string> differing;
  for (const CaseComparison& one : behaviour.cases) {
    cases.insert(one.case_id);
    minors.insert(one.minor);
    on += {one.ran_on - one.failed_on, one.ran_on, 0};
    off += {one.ran_off - one.failed_off, one.ran_off, 0};
    if (one.differs)
      differing.push_back(fmt::format("{} at {}: {} passed with the gate on, {} with it off (p = {:.2g})",
                                      markdown_code(one.case_id), one.minor,
                                      rate_text(one.ran_on - one.failed_on, one.ran_on),
                                      rate_text(one.ran_off - one.failed_off, one.ran_off), one.p));
  }
  Collector collector(evidence);
  for (const Course& course : evidence.courses)
    for (const Attempt* attempt : course.attempts)
      if (!evidence.filter.speaks(*attempt) && cases.contains(evidence.filter.case_id(attempt->case_id)))
        collector.use(*attempt);
  collector.finish(answer);
  answer.verdict = differing.empty() ? Verdict::kPass : Verdict::kFail;
  answer.statements.push_back(fmt::format(
      "{} that {} not use the feature, at {}: with the gate on {} attempts passed, with it off {}. By Fisher's exact "
      "test, one-sided, at level {:.2g} for each case ({} over all), {}.",
      plural(static_cast<long>(cases.size()), "case"), cases.size() == 1 ? "does" : "do",
      join({minors.begin(), minors.end()}, " and "), tally_text(on), tally_text(off), behaviour.level,
      number(evidence.thresholds.behaviour_level.value),
      differing.empty() ? "none fails more with the gate on"
                        : plural(static_cast<long>(differing.size()), "case") + " failed more with the gate on"));
  for (std::string& text : differing) answer.statements.push_back(std::move(text));
  return answer;
}

}  // namespace graduand::graduation::prr
