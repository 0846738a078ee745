// SPDX-License-Identifier: Apache-2.0
#include "framework/runner/cells/phases.h"

#include <fmt/format.h>

#include "framework/base/files.h"
#include "framework/runner/cells/resume_state.h"

namespace graduand::runner {

using results::Outcome;

CellPhases::CellPhases(const PlannedCell& cell, CellCluster& cluster, Recorder& recorder, const Clock& clock,
                       const CancelToken& cancel)
    : cell_(cell),
      cluster_(cluster),
      recorder_(recorder),
      clock_(clock),
      cancel_(cancel),
      names_(catalogue::phase_names(cell.cell.transitions)) {}

Status CellPhases::record_facts(const std::string& phase) {
  results::Fact fact;
  fact.id = fmt::format("{}/{}/{}", cluster_.instance().id, kPhaseFacts, phase);
  fact.run_id = cluster_.instance().run_id;
  fact.instance_id = cluster_.instance().id;
  fact.name = kPhaseFacts;
  fact.value = json::object{{"phase", phase}, {"facts", cluster_.facts().to_json()}};
  fact.measured = clock_.now();
  return recorder_.fact(fact);
}

Result<std::optional<CellPhases::Problem>> CellPhases::advance() {
  const catalogue::TransitionRequest& request = cell_.cell.transitions[place_];
  const std::string title = fmt::format("{} → {}: {}", name(), request.phase, catalogue::to_string(request.kind));
  const auto say = [&](const std::string& step) {
    recorder_.observer().on_cell_progress(cell_.cell, step.empty() ? title : title + ": " + step);
  };
  const auto mark = cluster_.folder() / kUnderWay;
  // Whoever finds it knows that the cluster may be anything between two phases.
  GRADUAND_TRY(write_file_atomically(mark, title + "\n"));
  say({});
  results::Transition transition = cluster_.apply(request, say);
  // What was put back, and whether, is not known: a resumed run must not go on with this instance.
  if (cancel_.cancelled()) return std::nullopt;
  const bool passed = transition.outcome == Outcome::kPassed;
  transition.phase_before = name();
  transition.phase_after = passed ? request.phase : name();
  if (passed) GRADUAND_TRY(record_facts(request.phase));
  GRADUAND_TRY(cluster_.record_transition(transition, {}));
  std::error_code ignored;
  std::filesystem::remove(mark, ignored);
  if (!passed) return Problem{why_over(transition), transition.outcome};
  ++place_;
  return std::nullopt;
}

}  // namespace graduand::runner
