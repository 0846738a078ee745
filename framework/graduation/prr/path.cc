// SPDX-License-Identifier: Apache-2.0
#include "framework/graduation/prr/path.h"

#include <fmt/format.h>

#include <algorithm>

#include "framework/base/markdown.h"
#include "framework/base/text.h"
#include "framework/graduation/prr/answers.h"
#include "framework/graduation/rule_text.h"

namespace graduand::graduation::prr {
namespace {

using results::Attempt;
using results::Outcome;
using results::Transition;

// Rows of one cell while they are made.
struct Group {
  Path path;
  std::vector<Newest> newest;

  std::size_t row(const std::string& phase) {
    auto& rows = path.rows;
    const auto found = std::find_if(rows.begin(), rows.end(), [&](const PhaseRow& row) { return row.phase == phase; });
    if (found != rows.end()) return static_cast<std::size_t>(found - rows.begin());
    rows.emplace_back().phase = phase;
    newest.emplace_back();
    return rows.size() - 1;
  }
};

// The phase that a transition leads to, or would have led to.
std::string aim(const Transition& transition) {
  if (!transition.request.phase.empty()) return transition.request.phase;
  return transition.phase_after == transition.phase_before ? "(" + text_of(transition) + ")" : transition.phase_after;
}

std::string version_text(const CoursePhase& phase) {
  return phase.facts == nullptr ? "unverified" : phase.facts->api_server_version.str();
}

void add_course(Group& group, const Course& course, const AnswerEvidence& evidence) {
  ++group.path.instances;
  group.path.cell = course.instance->cell.display_name();
  group.path.kubernetes = version_text(course.phases.front());
  std::map<std::string, std::size_t> row_of;  // by the name in the records
  const auto describe = [&](std::size_t at, const CoursePhase& phase) {
    PhaseRow& row = group.path.rows[at];
    row.gates = gates_text(phase, evidence.info);
    row.kubernetes = version_text(phase);
    row.kubelets = kubelets_text(phase);
    row_of[phase.name] = at;
  };
  describe(group.row(course.phases.front().name), course.phases.front());
  for (const Transition* transition : course.transitions) {
    const std::size_t at = group.row(aim(*transition));
    PhaseRow& row = group.path.rows[at];
    row.reached_by = text_of(*transition);
    row.transitions.add(outcome_of(*transition, evidence));
    if (transition->outcome != Outcome::kPassed) continue;
    row.took.add(transition->took);
    for (const CoursePhase& phase : course.phases)
      if (phase.by == transition) describe(at, phase);
  }
  for (const Attempt* attempt : course.attempts) {
    const auto at = row_of.find(attempt->first_phase);
    if (at == row_of.end() || !evidence.filter.speaks(*attempt) ||
        relation_of(*attempt, *course.timeline) != AttemptRelation::kInPhase)
      continue;
    group.path.rows[at->second].attempts.add(outcome_of(*attempt, evidence));
    group.newest[at->second].see(*attempt);
  }
}

}  // namespace

std::vector<Path> paths_of(const AnswerEvidence& evidence, const std::function<bool(const Course&)>& wanted) {
  std::map<std::string, Group> groups;
  for (const Course& course : evidence.courses)
    if (wanted(course)) add_course(groups[course.instance->cell.fingerprint()], course, evidence);
  std::vector<Path> paths;
  for (auto& [fingerprint, group] : groups) {
    for (std::size_t i = 0; i < group.newest.size(); ++i) group.path.rows[i].newest = group.newest[i].place(evidence);
    paths.push_back(std::move(group.path));
  }
  std::stable_sort(paths.begin(), paths.end(), [](const Path& a, const Path& b) { return a.cell < b.cell; });
  return paths;
}

}  // namespace graduand::graduation::prr
