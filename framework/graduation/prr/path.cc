// SPDX-License-Identifier: Apache-2.0
#include "framework/graduation/prr/path.h"

#include <fmt/format.h>

#include <algorithm>

#include "framework/base/text.h"

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

// Walks of one cell differ in what was read back: a row says each thing that was.
void say(std::string& known, const std::string& text) {
  if (known.empty())
    known = text;
  else if ((" or " + known + " or ").find(" or " + text + " or ") == std::string::npos)
    known += " or " + text;
}

void add_walk(Group& group, const CountedTimeline& walk, const CountedInput& counted) {
  ++group.path.instances;
  group.path.cell = walk.instance().cell.display_name();
  say(group.path.kubernetes, server_text(walk.phases.front().facts()));
  std::map<const Phase*, std::size_t> row_of;
  const auto describe = [&](std::size_t at, const Phase& phase) {
    PhaseRow& row = group.path.rows[at];
    say(row.gates, gates_text(phase.facts(), counted.info()));
    say(row.kubernetes, server_text(phase.facts()));
    say(row.kubelets, kubelets_text(phase.facts()));
    row_of[&phase] = at;
  };
  describe(group.row(walk.phases.front().at->name), walk.phases.front());
  for (const Transition* transition : walk.transitions) {
    const std::size_t at = group.row(aim(*transition));
    PhaseRow& row = group.path.rows[at];
    row.reached_by = text_of(*transition);
    row.transitions.add(counted.outcome(*transition));
    if (transition->outcome == Outcome::kPassed) row.took.add(transition->took);
    if (const Phase* phase = walk.reached_by(*transition)) describe(at, *phase);
  }
  for (const Attempt* attempt : walk.attempts) {
    const auto at = row_of.find(walk.of(*attempt));
    if (at == row_of.end() || !counted.speaks(*attempt)) continue;
    group.path.rows[at->second].attempts.add(counted.outcome(*attempt));
    group.newest[at->second].see(*attempt, counted.outcome(*attempt));
  }
}

}  // namespace

std::vector<Path> paths_of(const CountedInput& counted, const std::function<bool(const CountedTimeline&)>& wanted) {
  std::map<std::string, Group> groups;
  for (const CountedTimeline& walk : counted.walks)
    if (wanted(walk)) add_walk(groups[walk.instance().cell.fingerprint()], walk, counted);
  std::vector<Path> paths;
  for (auto& [fingerprint, group] : groups) {
    for (std::size_t i = 0; i < group.newest.size(); ++i) group.path.rows[i].newest = group.newest[i].place(counted);
    paths.push_back(std::move(group.path));
  }
  std::stable_sort(paths.begin(), paths.end(), [](const Path& a, const Path& b) { return a.cell < b.cell; });
  return paths;
}

}  // namespace graduand::graduation::prr
