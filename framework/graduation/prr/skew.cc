// SPDX-License-Identifier: Apache-2.0
// Versions, or gates, that differ between API server and kubelets.
#include <fmt/format.h>

#include <algorithm>

#include "framework/graduation/cycles.h"
#include "framework/graduation/prr/answers.h"
#include "framework/graduation/rule_text.h"

namespace graduand::graduation::prr {
namespace {

using results::Attempt;
using results::Outcome;

class Skews {
 public:
  explicit Skews(const CountedInput& counted) : counted_(counted), collector_(counted) {}

  void look_at(const CountedTimeline& walk) {
    for (const Attempt* attempt : walk.attempts) {
      if (!counted_.speaks(*attempt)) continue;
      const Phase* phase = walk.of(*attempt);
      const Outcome outcome = counted_.outcome(*attempt);
      if (phase == nullptr || !(results::ran(outcome) || outcome == Outcome::kInfraError)) continue;
      if (!phase->verified)
        unverified(walk, *attempt);
      else if (const int behind = minors_behind(*phase->facts()); behind > 0 || phase->is(GateRole::kPartly))
        add(*phase, behind, *attempt);
    }
  }

  void finish(Answer& answer) {
    for (auto& [key, row] : rows_) {
      row.first.newest = row.second.place(counted_);
      answer.skews.push_back(std::move(row.first));
    }
    collector_.finish(answer);
    if (of_versions_.ran > 0)
      answer.statements.push_back(fmt::format("With kubelets {} below the API server, {} attempts passed.",
                                              farthest_ > 0 ? fmt::format("up to n-{}", farthest_) : "of older minors",
                                              words_of(of_versions_)));
    if (of_gates_.ran > 0)
      answer.statements.push_back("With the gate different at components of one version, " + words_of(of_gates_) +
                                  " attempts passed.");
    const auto asked = static_cast<int>(counted_.evidence.thresholds.min_kubelet_skew.value);
    const bool enough = farthest_ >= std::max(asked, 1);
    answer.verdict = of_versions_.failed() || of_gates_.failed() ? Verdict::kFail
                     : enough                                    ? Verdict::kPass
                                                                 : Verdict::kNoEvidence;
    if (enough) return;
    if (answer.verdict == Verdict::kNoEvidence && !counted_.info().gates.empty() && !at_nodes()) {
      answer.verdict = Verdict::kNotApplicable;
      answer.statements.push_back("No gate of " + counted_.info().name + " is at a node.");
      return;
    }
    answer.missing = farthest_ == 0
                         ? "no case of the feature passed with a kubelet measured to be of an older minor "
                           "than the API server's"
                         : fmt::format("kubelets went as far as n-{}; the policy asks for n-{}", farthest_, asked);
    if (unverified_ > 0)
      answer.missing +=
          fmt::format("; on {} with an older node versions were not read back", plural(unverified_, "attempt"));
    const int minors = std::max(1, asked);
    advise(
        answer, counted_,
        {{[minors](const PlannedWay& way) {
            const auto& phases = way.timeline().phases;
            return std::any_of(phases.begin(), phases.end(),
                               [minors](const TimelinePhase& phase) { return minors_behind(*phase.facts) >= minors; });
          },
          fmt::format("with a node {} older, or whose transitions swap a kubelet for one", plural(minors, "minor"))}});
  }

 private:
  bool at_nodes() const {
    const auto components = counted_.info().gate_components();
    return std::any_of(components.begin(), components.end(), [](const std::string& one) {
      return one == catalogue::kKubelet || one == catalogue::kKubeProxy;
    });
  }

  // Shown only where a skew was asked for: other phases are no matter of this question.
  void unverified(const CountedTimeline& walk, const Attempt& attempt) {
    const auto& nodes = walk.instance().cell.nodes;
    const bool asked =
        std::any_of(
            nodes.begin(), nodes.end(),
            [&](const auto& node) { return !node.version.same_minor(walk.instance().cell.kubernetes_version); }) ||
        std::any_of(walk.transitions.begin(), walk.transitions.end(), [](const auto* one) {
          return one->request.kind == catalogue::TransitionKind::kSwapKubelet || one->request.control_plane_only;
        });
    if (!asked) return;
    ++unverified_;
    collector_.show(attempt);
  }

  void add(const Phase& phase, int behind, const Attempt& attempt) {
    SkewRow row;
    row.kubernetes = server_text(phase.facts());
    row.kubelets = kubelets_text(phase.facts());
    row.skew = behind == 0 ? "none" : fmt::format("n-{}", behind);
    row.gates = gates_text(phase.facts(), counted_.info());
    const std::vector<std::string> key = {row.skew, row.kubernetes, row.kubelets, row.gates};
    auto& [kept, newest] = rows_.try_emplace(key, std::move(row), Newest{}).first->second;
    const Outcome outcome = collector_.use(attempt);
    kept.attempts.add(outcome);
    newest.see(attempt, outcome);
    (behind > 0 ? of_versions_ : of_gates_).add(outcome);
    if (outcome == Outcome::kPassed) farthest_ = std::max(farthest_, behind);
  }

  const CountedInput& counted_;
  Collector collector_;
  std::map<std::vector<std::string>, std::pair<SkewRow, Newest>> rows_;
  Tally of_versions_, of_gates_;
  int farthest_ = 0;     // of those that passed
  long unverified_ = 0;  // attempts
};

}  // namespace

Answer version_skew(const CountedInput& counted) {
  Answer answer = unanswered("version-skew", "Version Skew Strategy", "");
  Skews skews(counted);
  for (const CountedTimeline& walk : counted.walks)
    if (counted.concerns(walk)) skews.look_at(walk);
  skews.finish(answer);
  return answer;
}

}  // namespace graduand::graduation::prr
