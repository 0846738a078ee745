// SPDX-License-Identifier: Apache-2.0
// Upgrade, downgrade, upgrade.
#include <fmt/format.h>

#include <algorithm>

#include "framework/base/text.h"
#include "framework/graduation/cycles.h"
#include "framework/graduation/prr/answers.h"
#include "framework/graduation/prr/path.h"
#include "framework/graduation/rule_text.h"

namespace graduand::graduation::prr {
namespace {

using catalogue::TransitionKind;
using results::Outcome;
using results::Transition;

constexpr std::size_t kRemarkLimit = 400;

bool changes_version(const Transition& transition) {
  return transition.request.kind == TransitionKind::kUpgrade || transition.request.kind == TransitionKind::kDowngrade;
}

constexpr std::pair<VersionRole, const char*> kSteps[] = {
    {VersionRole::kUpgraded, "after an upgrade"},
    {VersionRole::kDowngraded, "after a downgrade"},
    {VersionRole::kUpgradedAgain, "after an upgrade that followed a downgrade"}};

struct Cycle {
  std::map<VersionRole, Tally> attempts;  // after each step, API server and every kubelet of the minor
  Tally control_plane;                    // after a step that the kubelets did not take
  Tally transitions;
  long whole = 0;               // cluster instances that went all the way, with a pass after each step
  long partly = 0;              // on which only the control plane went some of it
  std::set<std::string> lacks;  // of the instance that came nearest
  bool tried = false, unverified = false, downgraded = false;
};

void look_at(Cycle& cycle, const CountedTimeline& walk, Collector& collector) {
  cycle.tried = true;
  for (const Transition* transition : walk.transitions) {
    if (!changes_version(*transition)) continue;
    cycle.transitions.add(collector.use(*transition, walk));
    cycle.downgraded = cycle.downgraded || transition->request.kind == TransitionKind::kDowngrade;
    const Phase* phase = walk.reached_by(*transition);
    cycle.unverified = cycle.unverified || (phase != nullptr && !phase->verified);
  }
  std::set<std::string> lacks;
  for (const auto& [role, name] : kSteps) {
    const VersionRole wanted = role;  // a lambda cannot take a structured binding
    const Tally seen = collector.attempts_in(
        walk, [wanted](const Phase& phase) { return phase.version == wanted && phase.with_kubelets; });
    cycle.attempts[role] += seen;
    if (seen.passed == 0) lacks.insert(name);
  }
  const auto alone = [](const Phase& phase) {
    return phase.version != VersionRole::kAsCreated && phase.verified && !phase.with_kubelets;
  };
  cycle.control_plane += collector.attempts_in(walk, alone);
  cycle.partly += std::any_of(walk.phases.begin(), walk.phases.end(), alone) ? 1 : 0;
  cycle.whole += lacks.empty() ? 1 : 0;
  if (cycle.lacks.empty() || lacks.size() < cycle.lacks.size()) cycle.lacks = std::move(lacks);
}

// What the newest transitions of each kind say although they passed: which way etcd went in a downgrade.
std::vector<std::string> remarks(const CountedInput& counted,
                                 const std::function<bool(const CountedTimeline&)>& wanted) {
  std::map<std::string, std::string> newest;
  for (const CountedTimeline& walk : counted.walks)
    if (wanted(walk))
      for (const Transition* transition : walk.transitions)
        if (transition->outcome == Outcome::kPassed && !transition->message.empty())
          newest[text_of(*transition)] = transition->message;
  std::vector<std::string> texts;
  for (const auto& [what, message] : newest) texts.push_back(what + ": " + shorten(message, kRemarkLimit));
  return texts;
}

std::string missing_of(const Cycle& cycle) {
  if (!cycle.tried) return "no cluster was upgraded or downgraded below a case of the feature";
  std::vector<std::string> steps;
  for (const auto& [role, name] : kSteps)
    if (cycle.lacks.contains(name)) steps.emplace_back(name);
  std::string text =
      "on no cluster instance did cases of the feature pass after each step; on the nearest none passed " +
      join(steps, ", nor ");
  if (cycle.partly > 0)
    text += fmt::format(
        "; on {} only the control plane changed its minor and kubelets stayed, which is a control-plane upgrade and "
        "no more",
        plural(cycle.partly, "cluster instance"));
  if (cycle.unverified) text += "; some versions were not read back";
  return text;
}

}  // namespace

Answer upgrade_tested(const CountedInput& counted) {
  Answer answer = unanswered("upgrade-tested", kRollout,
                             "Were upgrade and rollback tested? Was the upgrade->downgrade->upgrade path tested?");
  answer.versions_in_paths = true;
  Collector collector(counted);
  Cycle cycle;
  const auto concerned = [&](const CountedTimeline& walk) {
    return counted.concerns(walk) && std::any_of(walk.transitions.begin(), walk.transitions.end(),
                                                 [](const auto* one) { return changes_version(*one); });
  };
  for (const CountedTimeline& walk : counted.walks)
    if (concerned(walk)) look_at(cycle, walk, collector);
  answer.paths = paths_of(counted, concerned);
  collector.finish(answer);
  if (cycle.tried) {
    answer.statements.push_back(fmt::format(
        "{} upgrades and downgrades passed; {} went the whole way upgrade → downgrade → upgrade, API server and every "
        "kubelet measured at the other minor each time. Attempts passed after the upgrade: {}; after the downgrade: "
        "{}; after the second upgrade: {}.",
        words_of(cycle.transitions), plural(cycle.whole, "cluster instance"),
        words_of(cycle.attempts[VersionRole::kUpgraded]), words_of(cycle.attempts[VersionRole::kDowngraded]),
        words_of(cycle.attempts[VersionRole::kUpgradedAgain])));
    if (cycle.partly > 0)
      answer.statements.push_back(
          fmt::format("With a changed control plane alone, kubelets of another minor (on {}), "
                      "{} attempts passed.",
                      plural(cycle.partly, "cluster instance"), words_of(cycle.control_plane)));
    if (cycle.downgraded)
      answer.statements.emplace_back("kubeadm supports no downgrade; the harness puts the older components back.");
    for (std::string& remark : remarks(counted, concerned)) answer.statements.push_back(std::move(remark));
  }
  bool failed = cycle.transitions.failed() || cycle.control_plane.failed();
  for (const auto& [role, tally] : cycle.attempts) failed = failed || tally.failed();
  answer.verdict = failed ? Verdict::kFail : cycle.whole > 0 ? Verdict::kPass : Verdict::kNoEvidence;
  if (cycle.whole > 0) return answer;
  answer.missing = missing_of(cycle);
  const catalogue::KubeVersion& release = counted.input.judge.release;
  advise(answer, counted,
         {{[&release](const PlannedWay& way) { return version_cycle(way.timeline(), release).has_value(); },
           "whose transitions are upgrade to " + release.minor_str() + ", downgrade, upgrade"}});
  return answer;
}

}  // namespace graduand::graduation::prr
