// SPDX-License-Identifier: Apache-2.0
#include "framework/runner/cells/resume_state.h"

#include <fmt/format.h>

#include <algorithm>

#include "framework/runner/names.h"

namespace graduand::runner {
namespace {

using results::Outcome;

// Transitions of the cell's own list; those of attempts put themselves back.
bool of_list(const results::Transition& transition, const results::ClusterInstance& instance) {
  return transition.instance_id == instance.id && transition.attempt_id.empty();
}

std::optional<catalogue::CellFacts> facts_of_phase(const results::ClusterInstance& instance, const std::string& phase,
                                                   const results::RunContents& done) {
  for (auto fact = done.facts.rbegin(); fact != done.facts.rend(); ++fact) {
    if (fact->instance_id != instance.id) continue;
    if (auto read = results::phase_facts(*fact); read && read->phase == phase) return std::move(read->facts);
  }
  return std::nullopt;
}

std::optional<ResumeState::Standing> standing_of(const PlannedCell& planned, const results::ClusterInstance& instance,
                                                 const results::RunContents& done) {
  if (instance.outcome != Outcome::kPassed || instance.cluster_name.empty()) return std::nullopt;
  ResumeState::Standing standing;
  standing.facts = instance.facts;
  for (const results::Transition& transition : done.transitions) {
    standing.transitions += transition.instance_id == instance.id ? 1 : 0;
    standing.phase += of_list(transition, instance) && transition.outcome == Outcome::kPassed ? 1 : 0;
  }
  const auto phases = catalogue::phase_names(planned.cell.transitions);
  if (standing.phase >= phases.size()) return std::nullopt;
  for (std::size_t earlier = 0; earlier < standing.phase; ++earlier)
    for (const PlannedAttempt& attempt : planned.attempts)
      if (attempt.phase == phases[earlier] && !attempt.throughout) return std::nullopt;
  if (standing.phase > 0) {
    auto facts = facts_of_phase(instance, phases[standing.phase], done);
    if (!facts) return std::nullopt;
    standing.facts = *std::move(facts);
  }
  return standing;
}

}  // namespace

std::string why_over(const results::Transition& transition) {
  return one_line(fmt::format("the transition {} out of phase {} was {}: {}", to_string(transition.request.kind),
                              transition.phase_before, to_string(transition.outcome), transition.message));
}

ResumeState resume_state(const PlannedCell& planned, const results::RunContents& done) {
  ResumeState before;
  const std::string name = planned.cell.display_name();
  for (const results::Attempt& attempt : done.attempts)
    if (attempt.cell == name)
      before.done.push_back({attempt.case_id, attempt.number, attempt.outcome, attempt.instance_id});
  const auto newest =
      std::find_if(done.instances.rbegin(), done.instances.rend(),
                   [&](const results::ClusterInstance& instance) { return instance.cell.display_name() == name; });
  if (newest == done.instances.rend()) return before;
  for (const results::Transition& transition : done.transitions)
    if (of_list(transition, *newest) && transition.outcome != Outcome::kPassed)
      before.failed_transition = why_over(transition);
  before.newest = *newest;
  before.standing = standing_of(planned, *newest, done);
  return before;
}

}  // namespace graduand::runner
