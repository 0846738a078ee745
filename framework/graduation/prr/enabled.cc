// SPDX-License-Identifier: Apache-2.0
// What enabling takes.
#include <fmt/format.h>

#include "framework/base/text.h"
#include "framework/catalogue/features/feature_gates.h"
#include "framework/graduation/prr/answers.h"
#include "framework/graduation/rule_text.h"

namespace graduand::graduation::prr {
namespace {

using results::Outcome;
using results::Transition;

// "v1.33 BETA, on by default; v1.34 GA, locked on", of the minors that ran.
std::string stages_text(const std::string& gate, const CountedInput& counted) {
  std::set<catalogue::KubeVersion> minors;
  for (const CountedTimeline& walk : counted.walks)
    if (counted.concerns(walk))
      for (const Phase& phase : walk.phases)
        if (const auto* facts = phase.facts())
          minors.insert({facts->api_server_version.major, facts->api_server_version.minor, -1, {}});
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
    return join(parts, ", ") + " of " + plural(all(), "cluster instance");
  }
};

void see(ReadBack& seen, const Phase& phase, const CountedInput& counted) {
  switch (phase.verified ? gate_state(counted.info(), phase.facts()) : GateState::kUnverified) {
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
      break;
  }
}

// Switching, over all clusters: by a profile, and by cases while they run.
struct Switching {
  std::map<std::string, TransitionRow> rows;
  Tally all;
  void add(const std::string& what, const Transition& transition, Outcome outcome) {
    TransitionRow& row = rows[what];
    row.what = what;
    row.transitions.add(outcome);
    all.add(outcome);
    if (outcome == Outcome::kPassed) row.took.add(transition.took);
  }
};

}  // namespace

Answer how_enabled(const CountedInput& counted) {
  Answer answer =
      unanswered("enable-disable", kEnablement, "How can this feature be enabled / disabled in a live cluster?");
  if (without_gate(counted, answer)) return answer;
  for (const std::string& gate : counted.info().gates) {
    answer.fields.emplace_back("Feature gate name", gate);
    if (std::string stages = stages_text(gate, counted); !stages.empty())
      answer.fields.emplace_back("In Kubernetes' feature list", std::move(stages));
  }
  answer.fields.emplace_back("Components depending on the feature gate", join(counted.info().gate_components(), ", "));
  Collector collector(counted);
  ReadBack seen;
  Switching switching;
  bool switched = false;  // measured on both sides on one cluster instance
  for (const CountedTimeline& walk : counted.walks) {
    if (!counted.concerns(walk) || walk.instance().outcome != Outcome::kPassed) continue;
    if (counted.evidence.filter.counts(walk.instance())) {
      see(seen, walk.phases.front(), counted);
      collector.use(walk.instance());
    }
    for (const Transition* transition : walk.transitions) {
      if (!counted.sets_gate(*transition)) continue;
      switching.add("set-gates at " + where(*transition) + ", by a profile", *transition,
                    collector.use(*transition, walk));
      const Phase* phase = walk.reached_by(*transition);
      switched = switched || (phase != nullptr && phase->flipped());
    }
    for (const auto& [attempt, made] : walk.made_by)
      for (const Transition* transition : made) {
        if (!counted.concerns(walk, attempt)) continue;
        const bool back = transition->request.kind == catalogue::TransitionKind::kRestore;
        switching.add(fmt::format("set-gates at {}, by a case{}", where(*transition), back ? ", put back" : ""),
                      *transition, collector.use(*transition, walk));
      }
  }
  for (auto& [what, row] : switching.rows) answer.transitions.push_back(std::move(row));
  collector.finish(answer);
  if (seen.all() > 0)
    answer.statements.push_back(
        "Effective gate, as kubernetes_feature_enabled said when the cluster was up: " + seen.text() + ".");
  if (switching.all.ran > 0)
    answer.statements.push_back("Switched while the cluster ran: " + words_of(switching.all) + " transitions passed" +
                                (switched ? "." : "; what came of it was not measured at every component."));
  if (switching.all.failed())
    answer.verdict = Verdict::kFail;
  else if (switched || (seen.on > 0 && seen.off > 0))
    answer.verdict = Verdict::kPass;
  if (answer.verdict != Verdict::kNoEvidence) return answer;
  answer.missing = "no cluster was measured with the gate on or off";
  if (seen.on + seen.off > 0)
    answer.missing = std::string("the gate was measured ") + (seen.on > 0 ? "on" : "off") + " only";
  advise(answer, counted, wanted_cycles(counted));
  return answer;
}

}  // namespace graduand::graduation::prr
