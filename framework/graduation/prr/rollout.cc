// SPDX-License-Identifier: Apache-2.0
// The questionnaire's questions about rollout, rollback and versions.
#include <fmt/format.h>

#include <algorithm>

#include "framework/base/markdown.h"
#include "framework/base/text.h"
#include "framework/graduation/cycles.h"
#include "framework/graduation/prr/answers.h"
#include "framework/graduation/prr/path.h"
#include "framework/graduation/rule_text.h"

namespace graduand::graduation::prr {
namespace {

using catalogue::TransitionKind;
using results::Attempt;
using results::Outcome;
using results::Transition;

constexpr std::size_t kRemarkLimit = 400;

bool is(const Transition& transition, TransitionKind kind) {
  return transition.request.kind == kind;
}

bool changes_version(const Course& course) {
  return std::any_of(course.transitions.begin(), course.transitions.end(), [](const Transition* one) {
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

bool gates_differ(const CoursePhase& phase, const AnswerEvidence& evidence) {
  return phase.facts != nullptr && gate_state(evidence.info, phase.facts) == GateState::kMixed;
}

struct Cycle {
  Tally upgraded, downgraded, again;  // attempts after each step
  Tally transitions;
  long whole = 0;   // cluster instances that went all the way, API server and every kubelet
  long tested = 0;  // of those, with passed attempts after each step
  long partly = 0;  // cluster instances whose kubelets stayed behind
};

// What the newest transitions of each kind say although they passed: which way etcd went in a downgrade.
std::vector<std::string> remarks(const AnswerEvidence& evidence, const std::function<bool(const Course&)>& wanted) {
  std::map<std::string, std::string> newest;
  for (const Course& course : evidence.courses)
    if (wanted(course))
      for (const Transition* transition : course.transitions)
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

Answer rollout_failures(const AnswerEvidence& evidence) {
  Answer answer = unanswered("rollout-failures", kRollout,
                             "How can a rollout or rollback fail? Can it impact already running workloads?");
  Collector collector(evidence);
  ByKind kinds;
  Tally transitions, watching;
  std::map<std::string, std::pair<CaseRow, Newest>> watchers;
  for (const Course& course : evidence.courses) {
    if (!evidence.concerns(course)) continue;
    const auto& instance = *course.instance;
    kinds.add("cluster creation", instance.outcome, instance.ready_after);
    collector.use(instance);
    for (const Transition* transition : course.transitions) {
      kinds.add(to_string(transition->request.kind) + std::string(", by a profile"), outcome_of(*transition, evidence),
                transition->took);
      transitions.add(outcome_of(collector.use(*transition, course), evidence));
    }
    for (const auto& [attempt, made] : course.made_by)
      for (const Transition* transition : made)
        if (evidence.concerns(course, attempt)) {
          kinds.add(to_string(transition->request.kind) + std::string(", by a case"), outcome_of(*transition, evidence),
                    transition->took);
          transitions.add(outcome_of(collector.use(*transition, course), evidence));
        }
    for (const Attempt* attempt : course.attempts) {
      if (!evidence.filter.speaks(*attempt) || relation_of(*attempt, *course.timeline) != AttemptRelation::kSpanning)
        continue;
      auto& [row, newest] = watchers[attempt->case_id + " " + attempt->first_phase + " " + attempt->last_phase];
      row.case_id = attempt->case_id;
      row.how = fmt::format("from phase {} to phase {}", attempt->first_phase, attempt->last_phase);
      row.attempts.add(outcome_of(collector.use(*attempt), evidence));
      watching.add(outcome_of(*attempt, evidence));
      newest.see(*attempt);
    }
  }
  std::sort(kinds.rows.begin(), kinds.rows.end(),
            [](const TransitionRow& one, const TransitionRow& other) { return one.what < other.what; });
  answer.transitions = std::move(kinds.rows);
  for (auto& [key, watcher] : watchers) {
    watcher.first.newest = watcher.second.place(evidence);
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
  answer.next = run_command(evidence);
  answer.profile = "with transitions, on which a case runs throughout";
  return answer;
}

Answer upgrade_tested(const AnswerEvidence& evidence) {
  Answer answer = unanswered("upgrade-tested", kRollout,
                             "Were upgrade and rollback tested? Was the upgrade->downgrade->upgrade path tested?");
  answer.versions_in_paths = true;
  Collector collector(evidence);
  Cycle cycle;
  bool downgraded = false;
  const auto concerned = [&](const Course& course) { return changes_version(course) && evidence.concerns(course); };
  for (const Course& course : evidence.courses) {
    if (!concerned(course)) continue;
    for (const Transition* transition : course.transitions)
      if (is(*transition, TransitionKind::kUpgrade) || is(*transition, TransitionKind::kDowngrade)) {
        cycle.transitions.add(outcome_of(collector.use(*transition, course), evidence));
        downgraded = downgraded || is(*transition, TransitionKind::kDowngrade);
      }
    const auto after = [&](VersionRole role) {
      return collector.attempts_in(course, [role](const CoursePhase& phase) { return phase.version_role == role; });
    };
    const Tally upgraded_here = after(VersionRole::kUpgraded);
    const Tally downgraded_here = after(VersionRole::kDowngraded);
    const Tally again_here = after(VersionRole::kUpgradedAgain);
    cycle.upgraded += upgraded_here;
    cycle.downgraded += downgraded_here;
    cycle.again += again_here;
    const bool there = course.ever(VersionRole::kUpgraded) && course.ever(VersionRole::kDowngraded) &&
                       course.ever(VersionRole::kUpgradedAgain);
    cycle.whole += there ? 1 : 0;
    cycle.tested += there && upgraded_here.passed > 0 && downgraded_here.passed > 0 && again_here.passed > 0 ? 1 : 0;
    cycle.partly += course.ever(VersionRole::kPartly) ? 1 : 0;
  }
  answer.paths = paths_of(evidence, concerned);
  collector.finish(answer);
  if (cycle.transitions.ran + cycle.transitions.infra > 0) {
    answer.statements.push_back(fmt::format(
        "{} upgrades and downgrades passed; {} cluster instance{} went the whole way upgrade → downgrade → upgrade. "
        "Attempts passed after the upgrade: {}; after the downgrade: {}; after the second upgrade: {}.",
        tally_text(cycle.transitions), cycle.whole, cycle.whole == 1 ? "" : "s", tally_text(cycle.upgraded),
        tally_text(cycle.downgraded), tally_text(cycle.again)));
    if (cycle.partly > 0)
      answer.statements.push_back(fmt::format(
          "On {} the control plane changed and kubelets stayed at another minor: that is version skew, and no "
          "upgrade of the cluster.",
          plural(cycle.partly, "cluster instance")));
    if (downgraded)
      answer.statements.emplace_back("kubeadm supports no downgrade; the harness puts the older components back.");
    for (std::string& remark : remarks(evidence, concerned)) answer.statements.push_back(std::move(remark));
  }
  const auto missing = missing_steps(cycle);
  if (cycle.transitions.failed() || cycle.upgraded.failed() || cycle.downgraded.failed() || cycle.again.failed())
    answer.verdict = Verdict::kFail;
  else if (cycle.tested > 0)
    answer.verdict = Verdict::kPass;
  if (answer.verdict == Verdict::kPass || (answer.verdict == Verdict::kFail && missing.empty())) return answer;
  answer.missing = cycle.transitions.ran == 0 ? "no cluster was upgraded or downgraded below a case of the feature"
                   : missing.empty()          ? "no case of the feature passed after each step on one cluster instance"
                                              : "no case of the feature ran " + join(missing, ", nor ");
  answer.next = run_command(evidence);
  answer.profile = "whose transitions are upgrade, downgrade, upgrade";
  return answer;
}

Answer version_skew(const AnswerEvidence& evidence) {
  Answer answer = unanswered("version-skew", "Version Skew Strategy", "");
  const int asked = static_cast<int>(evidence.thresholds.min_kubelet_skew.value);
  Collector collector(evidence);
  std::map<std::vector<std::string>, std::pair<SkewRow, Newest>> rows;
  Tally all, of_versions;
  int farthest = 0;
  for (const Course& course : evidence.courses) {
    if (!evidence.concerns(course)) continue;
    for (const Attempt* attempt : course.attempts) {
      if (!evidence.filter.speaks(*attempt) || relation_of(*attempt, *course.timeline) != AttemptRelation::kInPhase)
        continue;
      const CoursePhase* phase = course.phase(attempt->first_phase);
      const Outcome outcome = outcome_of(*attempt, evidence);
      if (phase == nullptr || phase->facts == nullptr || !(results::ran(outcome) || outcome == Outcome::kInfraError))
        continue;
      const int behind = minors_behind(*phase->facts);
      if (behind == 0 && !gates_differ(*phase, evidence)) continue;
      SkewRow row{phase->facts->api_server_version.str(),
                  kubelets_text(*phase),
                  behind == 0 ? "none" : fmt::format("n-{}", behind),
                  gates_text(*phase, evidence.info),
                  {},
                  {}};
      auto& [kept, newest] =
          rows.try_emplace({row.skew, row.kubernetes, row.kubelets, row.gates}, row, Newest{}).first->second;
      kept.attempts.add(outcome_of(collector.use(*attempt), evidence));
      newest.see(*attempt);
      if (!phase->verified) continue;
      all.add(outcome);
      if (behind > 0) of_versions.add(outcome);
      if (outcome == Outcome::kPassed) farthest = std::max(farthest, behind);
    }
  }
  for (auto& [key, row] : rows) {
    row.first.newest = row.second.place(evidence);
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
  if (all.failed())
    answer.verdict = Verdict::kFail;
  else if (farthest >= std::max(asked, 1))
    answer.verdict = Verdict::kPass;
  if (farthest >= asked) return answer;
  answer.missing = farthest == 0
                       ? "no case of the feature passed with a kubelet of an older minor than the API server's"
                       : fmt::format("kubelets beyond n-{}; the policy asks for n-{}", farthest, asked);
  answer.next = run_command(evidence);
  answer.profile = "with an older node, or whose transitions swap a kubelet";
  return answer;
}

}  // namespace graduand::graduation::prr
