// SPDX-License-Identifier: Apache-2.0
#include "framework/report/prr_path.h"

#include <fmt/format.h>

#include <algorithm>

#include "framework/base/text.h"
#include "framework/report/text.h"

namespace graduand::report::prr {
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
  const auto request = request_of(transition);
  if (!request.phase.empty()) return request.phase;
  return transition.phase_after == transition.phase_before ? "(" + text_of(transition) + ")" : transition.phase_after;
}

void add_walk(Group& group, const Walk& walk, const Counted& counted) {
  ++group.path.instances;
  group.path.cell = walk.instance->cell.display_name();
  group.path.kubernetes = walk.phases.front().api_server.str();
  std::map<std::string, std::size_t> row_of;  // by the name in the records
  const auto describe = [&](std::size_t at, const Phase& phase) {
    PhaseRow& row = group.path.rows[at];
    row.gates = gates_text(phase, counted.input->info.gates);
    row.kubernetes = phase.api_server.str();
    row.kubelets = kubelets_text(phase);
    row_of[phase.name] = at;
  };
  describe(group.row(walk.phases.front().name), walk.phases.front());
  std::size_t next = 1;
  for (const Transition* transition : walk.transitions) {
    const std::size_t at = group.row(aim(*transition));
    PhaseRow& row = group.path.rows[at];
    row.reached_by = text_of(*transition);
    row.transitions.add(transition->outcome);
    if (transition->outcome != Outcome::kPassed) continue;
    row.took.add(transition->took);
    describe(at, walk.phases[next++]);
  }
  for (const Attempt* attempt : walk.attempts) {
    const auto at = row_of.find(attempt->first_phase);
    if (at == row_of.end() || !counted.speaks(*attempt) || stance_of(*attempt, walk) != Stance::kInPhase) continue;
    group.path.rows[at->second].attempts.add(attempt->outcome);
    group.newest[at->second].see(*attempt);
  }
}

}  // namespace

Stance stance_of(const Attempt& attempt, const Walk& walk) {
  if (walk.made_by.contains(attempt.id)) return Stance::kChanging;
  return attempt.first_phase == attempt.last_phase ? Stance::kInPhase : Stance::kSpanning;
}

std::vector<Path> paths_of(const Counted& counted, const std::function<bool(const Walk&)>& wanted) {
  std::map<std::string, Group> groups;
  for (const Walk& walk : counted.walks)
    if (wanted(walk)) add_walk(groups[walk.instance->cell.fingerprint()], walk, counted);
  std::vector<Path> paths;
  for (auto& [fingerprint, group] : groups) {
    for (std::size_t i = 0; i < group.newest.size(); ++i) group.path.rows[i].newest = group.newest[i].place(counted);
    paths.push_back(std::move(group.path));
  }
  std::stable_sort(paths.begin(), paths.end(), [](const Path& a, const Path& b) { return a.cell < b.cell; });
  return paths;
}

}  // namespace graduand::report::prr
