// SPDX-License-Identifier: Apache-2.0
// The questionnaire's questions about rollout, rollback and versions.
#include <fmt/format.h>

#include <algorithm>

#include "framework/base/text.h"
#include "framework/report/prr_answers.h"
#include "framework/report/prr_path.h"
#include "framework/report/text.h"

namespace graduand::report::prr {
namespace {

using catalogue::TransitionKind;
using graduation::Verdict;
using results::Attempt;
using results::Outcome;
using results::Transition;

// How many minors a kubelet may be older than the API server, by Kubernetes' version skew policy.
constexpr int kAllowedSkew = 3;
constexpr std::size_t kRemarkLimit = 400;

bool is(const Transition& transition, TransitionKind kind) {
  return transition.request.kind == kind;
}

bool changes_version(const Walk& walk) {
  return std::any_of(walk.transitions.begin(), walk.transitions.end(), [](const Transition* one) {
    return is(*one, TransitionKind::kUpgrade) || is(*one, TransitionKind::kDowngrade);
  });
}

// Transitions by kind and by who made them, and the creation of clusters.
class ByKind {
 public:
  void add(const std::string& what, Outcome outcome, milliseconds took) {
    auto found = std::find_if(rows.begin(), rows.end(), [&](const TransitionRow& row) { return row.what == what; });
    if (found == rows.end()) found = rows.insert(rows.end(), TransitionRow{what, {}, {}});
    found->transitions.add(outcome);
    if (outcome == Outcome::kPassed) found->took.add(took);
  }
  std::vector<TransitionRow> rows;
};

// How many minors the oldest kubelet is behind the API server.
int minors_behind(const Phase& phase) {
  int most = 0;
  for (const auto& [node, version] : phase.kubelets) most = std::max(most, phase.api_server.minor - version.minor);
  return most;
}

bool gates_differ(const Phase& phase) {
  for (const auto& [gate, components] : phase.uneven)
    if (!components.empty()) return true;
  return std::any_of(phase.gates.begin(), phase.gates.end(), [](const auto& gate) {
    return std::any_of(gate.second.begin(), gate.second.end(),
                       [&](const auto& component) { return component.second != gate.second.begin()->second; });
  });
}

struct Cycle {
  Tally upgraded, downgraded, again;  // attempts after each step
  Tally transitions;
  long whole = 0;  // cluster instances that went all the way
};

// What the newest transitions of each kind say although they passed: which way etcd went in a downgrade.
std::vector<std::string> remarks(const Counted& counted, const std::function<bool(const Walk&)>& wanted) {
  std::map<std::string, std::string> newest;
  for (const Walk& walk : counted.walks)
    if (wanted(walk))
      for (const Transition* transition : walk.transitions)
        if (transition->outcome == Outcome::kPassed && !transition->message.empty())
          newest[text_of(*transition)] = transition->message;
  std::vector<std::string> texts;
  for (const auto& [what, message] : newest)
    texts.push_back(markdown_text(what) + ": " + markdown_text(shorten(message, kRemarkLimit)));
  return texts;
}

std::vector<std::string> missing_steps(const Cycle& cycle) {
  std::vector<std::string> steps;
  if (cycle.upgraded.ran == 0) steps.emplace_back("after an upgrade");
  if (cycle.downgraded.ran == 0) steps.emplace_back("after a downgrade");
  if (cycle.again.ran == 0) steps.emplace_back("after an upgrade that followed a downgrade");
  return steps;
}

}  // namespace

Answer rollout_failures(const Counted& counted) {
  Answer answer = unanswered("rollout-failures", kRollout,
                             "How can a rollout or rollback fail? Can it impact already running workloads?");
  Collector collector(counted);
  ByKind kinds;
  Tally transitions, watching;
  std::map<std::string, std::pair<CaseRow, Newest>> watchers;
  for (const Walk& walk : counted.walks) {
    if (!counted.concerns(walk)) continue;
    const auto& instance = *walk.instance;
    kinds.add("cluster creation", instance.outcome, instance.ready_after);
    collector.use(instance);
    for (const Transition* transition : walk.transitions) {
      kinds.add(to_string(transition->request.kind) + std::string(", by a profile"), transition->outcome, transition->took);
      transitions.add(collector.use(*transition, walk).outcome);
    }
    for (const auto& [attempt, made] : walk.made_by)
      for (const Transition* transition : made)
        if (counted.concerns(walk, attempt)) {
          kinds.add(to_string(transition->request.kind) + std::string(", by a case"), transition->outcome, transition->took);
          transitions.add(collector.use(*transition, walk).outcome);
        }
    for (const Attempt* attempt : walk.attempts) {
      if (!counted.speaks(*attempt) || stance_of(*attempt, walk) != Stance::kSpanning) continue;
      auto& [row, newest] = watchers[attempt->case_id + " " + attempt->first_phase + " " + attempt->last_phase];
      row.case_id = attempt->case_id;
      row.how = fmt::format("from phase {} to phase {}", attempt->first_phase, attempt->last_phase);
      row.attempts.add(collector.use(*attempt).outcome);
      watching.add(attempt->outcome);
      newest.see(*attempt);
    }
  }
  std::sort(kinds.rows.begin(), kinds.rows.end(),
            [](const TransitionRow& one, const TransitionRow& other) { return one.what < other.what; });
  answer.transitions = std::move(kinds.rows);
  for (auto& [key, watcher] : watchers) {
    watcher.first.newest = watcher.second.place(counted);
    answer.cases.push_back(std::move(watcher.first));
  }
  collector.finish(answer);
  if (transitions.ran > 0)
    answer.statements.push_back("Transitions of running clusters: " + tally_text(transitions) + " passed.");
  if (watching.ran > 0)
    answer.statements.push_back("Workloads watched across them: " + tally_text(watching) + " attempts passed.");
  const auto& rows = answer.transitions;
  const bool any_failed =
      std::any_of(rows.begin(), rows.end(), [](const TransitionRow& row) { return row.transitions.failed(); });
  if (any_failed || watching.failed())
    answer.verdict = Verdict::kFail;
  else if (transitions.passed > 0 && watching.passed > 0)
    answer.verdict = Verdict::kPass;
  if (watching.ran > 0 && transitions.ran > 0) return answer;
  answer.missing = transitions.ran == 0 ? "no transition was made on a running cluster"
                                        : "on running workloads: no case watched them across a transition";
  answer.next = run_command(*counted.input);
  answer.profile = "with transitions, on which a case runs throughout";
  return answer;
}

Answer upgrade_tested(const Counted& counted) {
  Answer answer = unanswered("upgrade-tested", kRollout,
                             "Were upgrade and rollback tested? Was the upgrade->downgrade->upgrade path tested?");
  answer.versions_in_paths = true;
  Collector collector(counted);
  Cycle cycle;
  bool downgraded = false;
  const auto concerned = [&](const Walk& walk) { return changes_version(walk) && counted.concerns(walk); };
  for (const Walk& walk : counted.walks) {
    if (!concerned(walk)) continue;
    for (const Transition* transition : walk.transitions)
      if (is(*transition, TransitionKind::kUpgrade) || is(*transition, TransitionKind::kDowngrade)) {
        cycle.transitions.add(collector.use(*transition, walk).outcome);
        downgraded = downgraded || is(*transition, TransitionKind::kDowngrade);
      }
    const auto after = [&](VersionRole role) {
      return collector.attempts_in(walk, [role](const Phase& phase) { return phase.version_role == role; });
    };
    cycle.upgraded += after(VersionRole::kUpgraded);
    cycle.downgraded += after(VersionRole::kDowngraded);
    cycle.again += after(VersionRole::kUpgradedAgain);
    cycle.whole += walk.ever(VersionRole::kUpgradedAgain) ? 1 : 0;
  }
  answer.paths = paths_of(counted, concerned);
  collector.finish(answer);
  if (cycle.transitions.ran + cycle.transitions.infra > 0) {
    answer.statements.push_back(fmt::format(
        "{} upgrades and downgrades passed; {} cluster instance{} went the whole way upgrade → downgrade → upgrade. "
        "Attempts passed after the upgrade: {}; after the downgrade: {}; after the second upgrade: {}.",
        tally_text(cycle.transitions), cycle.whole, cycle.whole == 1 ? "" : "s", tally_text(cycle.upgraded),
        tally_text(cycle.downgraded), tally_text(cycle.again)));
    if (downgraded)
      answer.statements.emplace_back("kubeadm supports no downgrade; the harness puts the older components back.");
    for (std::string& remark : remarks(counted, concerned)) answer.statements.push_back(std::move(remark));
  }
  const auto missing = missing_steps(cycle);
  if (cycle.transitions.failed() || cycle.upgraded.failed() || cycle.downgraded.failed() || cycle.again.failed())
    answer.verdict = Verdict::kFail;
  else if (missing.empty() && cycle.whole > 0)
    answer.verdict = Verdict::kPass;
  if (missing.empty()) return answer;
  answer.missing = cycle.transitions.ran == 0 ? "no cluster was upgraded or downgraded below a case of the feature"
                                              : "no case of the feature ran " + join(missing, ", nor ");
  answer.next = run_command(*counted.input);
  answer.profile = "whose transitions are upgrade, downgrade, upgrade";
  return answer;
}

Answer version_skew(const Counted& counted) {
  Answer answer = unanswered("version-skew", "Version Skew Strategy", "");
  Collector collector(counted);
  std::map<std::vector<std::string>, std::pair<SkewRow, Newest>> rows;
  Tally all, of_versions;
  int farthest = 0;
  for (const Walk& walk : counted.walks) {
    if (!counted.concerns(walk)) continue;
    for (const Attempt* attempt : walk.attempts) {
      if (!counted.speaks(*attempt) || stance_of(*attempt, walk) != Stance::kInPhase) continue;
      const auto at = walk.phase(attempt->first_phase);
      if (!at || !(results::ran(attempt->outcome) || attempt->outcome == Outcome::kInfraError)) continue;
      const Phase& phase = walk.phases[*at];
      const int behind = minors_behind(phase);
      if (behind == 0 && !gates_differ(phase)) continue;
      SkewRow row{phase.api_server.str(),
                  kubelets_text(phase),
                  behind == 0 ? "none" : fmt::format("n-{}", behind),
                  gates_text(phase, counted.input->info.gates),
                  {},
                  {}};
      auto& [kept, newest] =
          rows.try_emplace({row.skew, row.kubernetes, row.kubelets, row.gates}, row, Newest{}).first->second;
      kept.attempts.add(collector.use(*attempt).outcome);
      newest.see(*attempt);
      all.add(attempt->outcome);
      if (behind > 0) of_versions.add(attempt->outcome);
      if (results::ran(attempt->outcome)) farthest = std::max(farthest, behind);
    }
  }
  for (auto& [key, row] : rows) {
    row.first.newest = row.second.place(counted);
    answer.skews.push_back(std::move(row.first));
  }
  collector.finish(answer);
  if (of_versions.ran > 0)
    answer.statements.push_back(fmt::format("With kubelets up to n-{} below the API server, {} attempts passed.",
                                            farthest, tally_text(of_versions)));
  if (all.ran > of_versions.ran)
    answer.statements.push_back(
        "With the gate set differently at components of one version, " +
        tally_text({all.passed - of_versions.passed, all.ran - of_versions.ran, all.infra - of_versions.infra}) +
        " attempts passed.");
  answer.verdict = all.failed() ? Verdict::kFail : verdict_of(of_versions);
  if (farthest >= kAllowedSkew) return answer;
  answer.missing = of_versions.ran == 0
                       ? "no case of the feature ran with a kubelet of an older minor than the API server's"
                       : fmt::format("kubelets beyond n-{}; n-{} is allowed", farthest, kAllowedSkew);
  answer.next = run_command(*counted.input);
  answer.profile = "with an older node, or whose transitions swap a kubelet";
  return answer;
}

}  // namespace graduand::report::prr
