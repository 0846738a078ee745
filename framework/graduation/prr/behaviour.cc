// SPDX-License-Identifier: Apache-2.0
// Whether enabling is noticed by those who do not use the feature.
#include "framework/graduation/behaviour.h"

#include <fmt/format.h>

#include <algorithm>

#include "framework/base/text.h"
#include "framework/graduation/prr/answers.h"
#include "framework/graduation/rule_text.h"
#include "framework/stats/fisher.h"

namespace graduand::graduation::prr {
namespace {

using results::Attempt;

// How many failures with the gate on would have been a difference, with as many attempts on both sides and what failed
// with it off; nullopt when not even all of them would.
std::optional<long> seen_from(const CaseComparison& one, double level) {
  if (stats::fisher_greater(one.ran_on, one.ran_on, one.failed_off, one.ran_off) >= level) return std::nullopt;
  long low = 0, high = one.ran_on;  // p falls with the failures
  while (low < high) {
    const long middle = (low + high) / 2;
    if (stats::fisher_greater(middle, one.ran_on, one.failed_off, one.ran_off) < level)
      high = middle;
    else
      low = middle + 1;
  }
  return high;
}

struct Power {
  long blind = 0;  // cases that could not have differed
  const CaseComparison* best = nullptr;
  const CaseComparison* worst = nullptr;  // of those that could
  long best_from = 0, worst_from = 0;
  static double rate(long k, const CaseComparison& one) {
    return static_cast<double>(k) / static_cast<double>(one.ran_on);
  }
};

Power power_of(const Behaviour& behaviour) {
  Power power;
  for (const CaseComparison& one : behaviour.cases) {
    const auto from = seen_from(one, behaviour.level);
    if (!from) {
      ++power.blind;
      continue;
    }
    if (power.best == nullptr || Power::rate(*from, one) < Power::rate(power.best_from, *power.best)) {
      power.best = &one;
      power.best_from = *from;
    }
    if (power.worst == nullptr || Power::rate(*from, one) > Power::rate(power.worst_from, *power.worst)) {
      power.worst = &one;
      power.worst_from = *from;
    }
  }
  return power;
}

std::string size_text(long from, const CaseComparison& one) {
  return fmt::format("in {} of {} attempts with the gate on ({} of {} failed with it off: {} at {})", from, one.ran_on,
                     one.failed_off, one.ran_off, one.case_id, one.minor);
}

std::string power_text(const Power& power, std::size_t cases) {
  if (power.best == nullptr) return {};
  std::string text = "A difference would have been seen had a case failed at least ";
  text += size_text(power.best_from, *power.best);
  if (power.worst != power.best) text += ", and of the least tried " + size_text(power.worst_from, *power.worst);
  text += "; smaller ones would not.";
  if (power.blind > 0)
    text += fmt::format(" Of {}, {} ran too seldom for any difference to be seen.",
                        plural(static_cast<long>(cases), "comparison"), power.blind);
  return text;
}

void use_attempts(const Behaviour& behaviour, const CountedInput& counted, Collector& collector) {
  std::set<std::string> compared, failed_on;
  for (const CaseComparison& one : behaviour.cases) {
    compared.insert(one.case_id);
    if (one.differs) failed_on.insert(one.attempt_ids.begin(), one.attempt_ids.end());
  }
  for (const CountedTimeline& walk : counted.walks)
    for (const Attempt* attempt : walk.attempts) {
      if (counted.speaks(*attempt) || walk.timeline->facts_at(*attempt) == nullptr) continue;
      if (!compared.contains(counted.evidence.filter.case_id(attempt->case_id))) continue;
      if (!results::is_failure(counted.outcome(*attempt)) || failed_on.contains(attempt->id)) collector.use(*attempt);
    }
}

WantedCell wanted_side(const CountedInput& counted, GateState state) {
  return {[&counted, state](const PlannedWay& way) {
            const auto& phases = way.timeline().phases;
            return std::any_of(phases.begin(), phases.end(), [&](const TimelinePhase& phase) {
              return gate_state(counted.info(), phase.measured()) == state;
            });
          },
          "that has a cell with " + gate_names(counted) + " on, and one with it off"};
}

}  // namespace

Answer default_behavior(const CountedInput& counted) {
  Answer answer = unanswered("default-behavior", kEnablement, "Does enabling the feature change any default behavior?");
  if (without_gate(counted, answer)) return answer;
  const Evidence& evidence = counted.evidence;
  Behaviour behaviour = compare_behaviour(evidence.input, evidence.policy, evidence.filter, evidence.timelines);
  Collector collector(counted);
  use_attempts(behaviour, counted, collector);
  collector.finish(answer);
  answer.level = behaviour.level;
  const auto n = static_cast<long>(behaviour.cases.size());
  long on = 0, off = 0;
  std::set<std::string> minors;
  for (const CaseComparison& one : behaviour.cases) {
    minors.insert(one.minor);
    on += one.ran_on;
    off += one.ran_off;
    if (one.differs)
      answer.statements.push_back(
          fmt::format("{} at {} fails more with the gate on: {} of {}, with it off {} of {} (p = {:.2g}).", one.case_id,
                      one.minor, one.failed_on, one.ran_on, one.failed_off, one.ran_off, one.p));
  }
  const bool differs = !answer.statements.empty();
  const Power power = power_of(behaviour);
  if (n > 0)
    answer.statements.insert(
        answer.statements.begin(),
        fmt::format(
            "{} of cases that do not use the feature, at {}, {} attempts with the gate on and {} with it off, "
            "each case by Fisher's exact test at level {:.2g} ({} over all, by Bonferroni): {}.",
            plural(n, "comparison"), join({minors.begin(), minors.end()}, " and "), on, off, behaviour.level,
            number(evidence.thresholds.behaviour_level.value),
            differs ? plural(static_cast<long>(answer.statements.size()), "difference") : "no difference seen"));
  if (std::string text = power_text(power, behaviour.cases.size()); !text.empty())
    answer.statements.push_back(std::move(text));
  answer.verdict = differs ? Verdict::kFail : power.best != nullptr ? Verdict::kPass : Verdict::kNoEvidence;
  if (answer.verdict == Verdict::kNoEvidence) {
    answer.missing = n == 0 ? "no case of another feature ran with the gate measured on and with it measured off at "
                              "one Kubernetes version"
                            : "every case ran too seldom: had it failed each time with the gate on, that would have "
                              "been no significant difference";
    advise(answer, counted, {wanted_side(counted, GateState::kOn), wanted_side(counted, GateState::kOff)},
           "!" + label_of(counted.input.judge));
  }
  answer.comparisons = std::move(behaviour.cases);
  std::stable_sort(answer.comparisons.begin(), answer.comparisons.end(),
                   [](const CaseComparison& a, const CaseComparison& b) { return a.differs > b.differs; });
  return answer;
}

}  // namespace graduand::graduation::prr
