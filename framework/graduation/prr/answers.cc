// SPDX-License-Identifier: Apache-2.0
#include "framework/graduation/prr/answers.h"

#include <fmt/format.h>

#include <algorithm>

#include "framework/base/text.h"
#include "framework/graduation/cycles.h"
#include "framework/graduation/rule_text.h"
#include "framework/stats/binomial.h"

namespace graduand::graduation::prr {

using results::Attempt;
using results::ClusterInstance;
using results::Outcome;
using results::Transition;

bool Collector::take(const std::string& id, const std::string& run_id, Timestamp started) {
  if (!seen_.insert(id).second) return false;
  runs_.insert(run_id);
  newest_ = newest_ ? std::max(*newest_, started) : started;
  return true;
}

Outcome Collector::use(const Attempt& attempt) {
  const Outcome outcome = counted_.outcome(attempt);
  if (!results::ran(outcome) && outcome != Outcome::kInfraError) return outcome;
  if (take(attempt.id, attempt.run_id, attempt.started) && results::is_failure(outcome))
    troubles_.emplace_back(attempt.started, trouble_of(attempt, counted_));
  return outcome;
}

Outcome Collector::use(const Transition& transition, const CountedTimeline& walk) {
  const Outcome outcome = counted_.outcome(transition);
  if (take(transition.id, transition.run_id, transition.started) && outcome != Outcome::kPassed)
    troubles_.emplace_back(transition.started, trouble_of(transition, walk, counted_));
  return outcome;
}

void Collector::use(const ClusterInstance& instance) {
  if (take(instance.id, instance.run_id, instance.created) && instance.outcome != Outcome::kPassed)
    troubles_.emplace_back(instance.created,
                           Trouble{"cluster creation of " + instance.cell.display_name(), to_string(instance.outcome),
                                   instance.message, counted_.place_of_run(instance.run_id), instance.run_id});
}

void Collector::show(const Attempt& attempt) {
  if (!results::is_failure(counted_.outcome(attempt)) || !take(attempt.id, attempt.run_id, attempt.started)) return;
  Trouble trouble = trouble_of(attempt, counted_);
  trouble.what += " (unverified: it counts neither way)";
  troubles_.emplace_back(attempt.started, std::move(trouble));
}

Tally Collector::attempts_in(const CountedTimeline& walk, const std::function<bool(const Phase&)>& wanted) {
  Tally tally;
  for (const Attempt* attempt : walk.attempts) {
    if (!counted_.speaks(*attempt)) continue;
    const Phase* phase = walk.of(*attempt);
    if (phase == nullptr) continue;
    if (!phase->verified)
      show(*attempt);
    else if (wanted(*phase))
      tally.add(use(*attempt));
  }
  return tally;
}

void Collector::finish(Answer& answer) {
  std::vector<const results::Run*> runs;
  for (const auto& [id, run] : counted_.evidence.filter.runs())
    if (runs_.contains(id)) runs.push_back(run);
  std::sort(runs.begin(), runs.end(), [](const auto* one, const auto* other) {
    return std::tie(one->started, one->id) > std::tie(other->started, other->id);
  });
  for (const results::Run* run : runs) answer.runs.push_back(run->id);
  answer.newest = newest_;
  std::stable_sort(troubles_.begin(), troubles_.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
  // What counts against the feature comes before what does not.
  std::stable_partition(troubles_.begin(), troubles_.end(),
                        [](const auto& one) { return one.second.outcome != to_string(Outcome::kInfraError); });
  for (auto& [started, trouble] : troubles_) answer.troubles.push_back(std::move(trouble));
}

Answer unanswered(const char* id, const char* section, const char* question) {
  Answer answer;
  answer.id = id;
  answer.section = section;
  answer.question = question;
  return answer;
}

bool switches(const Transition& transition, bool on, const CountedInput& counted) {
  const auto& gates = counted.info().gates;
  return std::any_of(gates.begin(), gates.end(), [&](const std::string& gate) {
    const auto set = transition.request.gates.find(gate);
    return set != transition.request.gates.end() && set->second == on;
  });
}

std::string where(const Transition& transition) {
  return transition.request.component.empty() ? "every component" : transition.request.component;
}

bool without_gate(const CountedInput& counted, Answer& answer) {
  if (!counted.info().gates.empty()) return false;
  answer.verdict = Verdict::kNotApplicable;
  answer.statements.push_back(counted.info().name + " has no feature gate.");
  return true;
}

void advise(Answer& answer, const CountedInput& counted, const std::vector<WantedCell>& wanted,
            std::string label_filter) {
  if (label_filter.empty()) label_filter = label_of(counted.input.judge);
  Commands commands = run_commands(counted.input.judge, wanted, label_filter, !counts_by_hand(*counted.input.policy));
  answer.commands = std::move(commands.lines);
  answer.profile = std::move(commands.profile);
}

std::vector<WantedCell> wanted_cycles(const CountedInput& counted) {
  std::vector<WantedCell> wanted;
  for (const std::string& gate : counted.info().gates)
    wanted.push_back({[&counted, gate](const PlannedWay& way) {
                        return gate_cycle(way.timeline(), gate, counted.info().components_of(gate)).has_value();
                      },
                      "whose transitions set " + gate_names(counted) + " off and on again"});
  return wanted;
}

std::string gate_names(const CountedInput& counted) {
  return join(counted.info().gates, " and ");
}

std::string words_of(const Tally& tally) {
  std::string text = fmt::format("{}/{}", tally.passed, tally.ran);
  std::vector<std::string> parts;
  if (tally.ran > 0) {
    const stats::Interval interval = stats::clopper_pearson(tally.passed, tally.ran);
    parts.push_back(fmt::format("{:.1f} %, {:.1f} to {:.1f}",
                                100 * static_cast<double>(tally.passed) / static_cast<double>(tally.ran),
                                100 * interval.low, 100 * interval.high));
  }
  if (tally.infra > 0) parts.push_back("beside " + plural(tally.infra, "infra-error"));
  return parts.empty() ? text : text + " (" + join(parts, "; ") + ")";
}

Verdict verdict_of(const Tally& tally) {
  if (tally.failed()) return Verdict::kFail;
  return tally.passed > 0 ? Verdict::kPass : Verdict::kNoEvidence;
}

}  // namespace graduand::graduation::prr
