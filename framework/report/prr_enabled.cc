// SPDX-License-Identifier: Apache-2.0
// What enabling takes, and whether it is noticed by those who do not use the feature.
#include <fmt/format.h>

#include <algorithm>

#include "framework/base/text.h"
#include "framework/catalogue/feature_gates.h"
#include "framework/report/prr_answers.h"
#include "framework/report/prr_path.h"
#include "framework/report/text.h"

namespace graduand::report::prr {
namespace {

using graduation::Verdict;
using results::Attempt;
using results::Outcome;
using results::Transition;

// "v1.33 BETA, on by default; v1.34 GA, locked on", of the minors that ran.
std::string stages_text(const std::string& gate, const Counted& counted) {
  std::set<catalogue::KubeVersion> minors;
  for (const Walk& walk : counted.walks)
    if (counted.concerns(walk))
      for (const Phase& phase : walk.phases) minors.insert({phase.api_server.major, phase.api_server.minor, -1, {}});
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
    add(differing, "different at API server and kubelet in");
    add(unverified, "not readable in");
    return join(parts, ", ") + fmt::format(" of {} cluster instance{}", all(), all() == 1 ? "" : "s");
  }
};

void see(ReadBack& seen, const Phase& phase, const Input& input) {
  if (const auto state = gates_state(phase, input.info.gates))
    ++(*state ? seen.on : seen.off);
  else
    ++(gates_text(phase, input.info.gates).find(" at ") == std::string::npos ? seen.unverified : seen.differing);
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

Answer how_enabled(const Counted& counted) {
  Answer answer =
      unanswered("enable-disable", kEnablement, "How can this feature be enabled / disabled in a live cluster?");
  const Input& input = *counted.input;
  if (without_gate(input, answer)) return answer;
  const auto components = components_of(input.info);
  for (const std::string& gate : input.info.gates) {
    answer.fields.push_back("Feature gate name: " + markdown_code(gate));
    if (const std::string stages = stages_text(gate, counted); !stages.empty())
      answer.fields.push_back("In Kubernetes' feature list: " + stages);
  }
  answer.fields.push_back("Components depending on the feature gate: " +
                          (components.empty() ? "suite.yaml sets none apart" : join(components, ", ")));
  Collector collector(counted);
  ReadBack seen;
  Switching switching;
  Tally all;
  for (const Walk& walk : counted.walks) {
    if (!counted.concerns(walk) || walk.instance->outcome != Outcome::kPassed) continue;
    see(seen, walk.phases.front(), input);
    collector.use_run(walk.instance->run_id);
    for (const Transition* transition : walk.transitions)
      if (counted.sets_gate(*transition)) {
        all.add(transition->outcome);
        switching.add("set-gates at " + where(*transition) + ", by a profile", collector.use(*transition, walk));
      }
    for (const auto& [attempt, made] : walk.made_by)
      for (const Transition* transition : made)
        if (counted.concerns(walk, attempt)) {
          all.add(transition->outcome);
          const bool back = request_of(*transition).gates.empty();
          switching.add(fmt::format("set-gates at {}, by a case{}", where(*transition), back ? ", put back" : ""),
                        collector.use(*transition, walk));
        }
  }
  for (auto& [what, row] : switching.rows) answer.transitions.push_back(std::move(row));
  collector.finish(answer);
  if (seen.all() > 0)
    answer.statements.push_back(
        "Effective gate, as `kubernetes_feature_enabled` said when the cluster was up: " + seen.text() + ".");
  if (all.ran > 0) answer.statements.push_back("Switched while the cluster ran: " + tally_text(all) + " passed.");
  const bool both = (seen.on > 0 && seen.off > 0) || all.passed > 0;
  answer.verdict = all.failed() ? Verdict::kFail : both ? Verdict::kPass : Verdict::kNoEvidence;
  if (answer.verdict != Verdict::kNoEvidence) return answer;
  answer.missing = "no cluster had the gate both on and off";
  answer.next = run_command(input);
  answer.profile = switching_profile(input);
  return answer;
}

Answer default_behavior(const Counted& counted) {
  Answer answer = unanswered("default-behavior", kEnablement, "Does enabling the feature change any default behavior?");
  const Input& input = *counted.input;
  if (without_gate(input, answer)) return answer;
  // Cases that know nothing of the feature, at one minor: what they see must not depend on the gate.
  struct Sides {
    Tally on, off;
    std::vector<const Attempt*> attempts;
  };
  std::map<std::pair<std::string, std::string>, Sides> seen;
  for (const Walk& walk : counted.walks)
    for (const Attempt* attempt : walk.attempts) {
      if (counted.speaks(*attempt) || stance_of(*attempt, walk) != Stance::kInPhase) continue;
      const auto at = walk.phase(attempt->first_phase);
      const auto state = at ? gates_state(walk.phases[*at], input.info.gates) : std::nullopt;
      if (!state || !results::ran(attempt->outcome)) continue;
      Sides& sides = seen[{attempt->case_id, "v" + walk.phases[*at].api_server.minor_str()}];
      (*state ? sides.on : sides.off).add(attempt->outcome);
      sides.attempts.push_back(attempt);
    }
  Collector collector(counted);
  Tally on, off;
  std::set<std::string> cases, minors, worse;
  for (const auto& [key, sides] : seen) {
    if (sides.on.ran == 0 || sides.off.ran == 0) continue;
    cases.insert(key.first);
    minors.insert(key.second);
    on += sides.on;
    off += sides.off;
    if (sides.on.failed() && !sides.off.failed()) worse.insert(key.first);
    for (const Attempt* attempt : sides.attempts) collector.use(*attempt);
  }
  collector.finish(answer);
  if (cases.empty()) {
    answer.missing = "no case of another feature ran with the gate on and with it off at one Kubernetes version";
    answer.next = "graduand run --profile FILE --label-filter '!FeatureGate:" + input.info.name + "'";
    answer.profile = "that has a cell with " + gate_names(input) + " on, and one with it off";
    return answer;
  }
  answer.verdict = worse.empty() ? Verdict::kPass : Verdict::kFail;
  const bool one = cases.size() == 1;
  answer.statements.push_back(
      fmt::format("{} difference seen by {} case{} that do{} not use the feature, at {}: with the gate on {} attempts "
                  "passed, with it off {}.",
                  worse.empty() ? "No" : "A", cases.size(), one ? "" : "s", one ? "es" : "",
                  join({minors.begin(), minors.end()}, " and "), tally_text(on), tally_text(off)));
  if (!worse.empty()) {
    std::vector<std::string> names;
    for (const std::string& id : worse) names.push_back(markdown_code(id));
    answer.statements.push_back("Failed with the gate on only: " + join(names, ", ") + ".");
  }
  return answer;
}

}  // namespace graduand::report::prr
