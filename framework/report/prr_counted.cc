// SPDX-License-Identifier: Apache-2.0
#include "framework/report/prr_counted.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "framework/base/text.h"
#include "framework/report/digest.h"

namespace graduand::report::prr {
namespace {

using results::Attempt;
using results::Outcome;
using results::Run;
using results::Transition;

template <class T>
bool contains(const std::vector<T>& all, const T& one) {
  return std::find(all.begin(), all.end(), one) != all.end();
}

// Why a run does not count; empty when it does.
std::string why_left_out(const Run& run, const Input& input) {
  if (run.simulated) return "simulated: it had no real cluster";
  if (!contains(input.admissible, run.trigger))
    return std::string("trigger ") + to_string(run.trigger) + " is not admissible";
  if (input.since && run.started < *input.since)
    return "started " + format_rfc3339(run.started) + ", before the time asked for";
  if (input.as_of && run.started > *input.as_of)
    return "started " + format_rfc3339(run.started) + ", after the time of this document";
  return {};
}

bool component_sides(const catalogue::GateMap& state, std::vector<std::string>& on, std::vector<std::string>& off) {
  for (const std::string& component : catalogue::components())
    if (const auto found = state.find(component); found != state.end()) (found->second ? on : off).push_back(component);
  return !on.empty() || !off.empty();
}

std::string state_text(const catalogue::GateMap& state) {
  std::vector<std::string> on, off;
  if (!component_sides(state, on, off)) return "unverified";
  if (off.empty()) return "on";
  if (on.empty()) return "off";
  // The smaller side says it; an off side that is as large is the news.
  if (on.size() < off.size()) return "on at " + join(on, ", ") + ", off elsewhere";
  return "off at " + join(off, ", ") + ", on elsewhere";
}

}  // namespace

void Tally::add(Outcome outcome) {
  passed += outcome == Outcome::kPassed ? 1 : 0;
  ran += results::ran(outcome) ? 1 : 0;
  infra += outcome == Outcome::kInfraError ? 1 : 0;
}

Tally& Tally::operator+=(const Tally& other) {
  passed += other.passed;
  ran += other.ran;
  infra += other.infra;
  return *this;
}

void Span::add(milliseconds took) {
  least = least ? std::min(*least, took) : took;
  most = std::max(most, took);
}

bool Counted::speaks(const Attempt& attempt) const {
  return contains(attempt.features, input->info.name);
}

bool Counted::sets_gate(const Transition& transition) const {
  const auto request = request_of(transition);
  return std::any_of(input->info.gates.begin(), input->info.gates.end(),
                     [&](const std::string& gate) { return request.gates.contains(gate); });
}

bool Counted::concerns(const Walk& walk) const {
  for (const Attempt* attempt : walk.attempts)
    if (speaks(*attempt)) return true;
  for (const Transition* transition : walk.transitions)
    if (sets_gate(*transition)) return true;
  for (const std::string& component : catalogue::components())
    for (const auto& [gate, on] : walk.instance->cell.requested_gates(component))
      if (contains(input->info.gates, gate)) return true;
  return false;
}

bool Counted::concerns(const Walk& walk, const std::string& attempt_id) const {
  for (const Attempt* attempt : walk.attempts)
    if (attempt->id == attempt_id && speaks(*attempt)) return true;
  const auto made = walk.made_by.find(attempt_id);
  return made != walk.made_by.end() &&
         std::any_of(made->second.begin(), made->second.end(), [&](const Transition* one) { return sets_gate(*one); });
}

Place Counted::place_of(const Attempt& attempt) const {
  Place place = place_of_run(attempt.run_id);
  place.attempt_id = attempt.id;
  const std::string& file = attempt.stdout_path.empty() ? attempt.stderr_path : attempt.stdout_path;
  if (!place.folder.empty() && !file.empty())
    place.folder = (std::filesystem::path(place.folder) / std::filesystem::path(file).parent_path()).string();
  return place;
}

Place Counted::place_of_run(const std::string& run_id) const {
  const auto folder = input->folders.find(run_id);
  return folder == input->folders.end() ? Place{} : Place{{}, folder->second};
}

Counted count(const Input& input) {
  Counted counted;
  counted.input = &input;
  const history::Selection& from = input.selection;
  for (const Run& run : from.runs) {
    std::string why = why_left_out(run, input);
    if (why.empty())
      counted.runs.emplace(run.id, &run);
    else
      counted.left_out.emplace_back(run.id, std::move(why));
  }
  for (Walk& walk : walks_of(from, input.info.gates, input.as_of))
    if (counted.runs.contains(walk.instance->run_id)) counted.walks.push_back(std::move(walk));
  return counted;
}

std::string gates_text(const Phase& phase, const std::vector<std::string>& gates) {
  std::vector<std::string> parts;
  for (const std::string& gate : gates) {
    const auto state = phase.gates.find(gate);
    std::string text = state == phase.gates.end() ? "unverified" : state_text(state->second);
    if (const auto uneven = phase.uneven.find(gate); uneven != phase.uneven.end() && !uneven->second.empty())
      text += ", by node at " + join({uneven->second.begin(), uneven->second.end()}, ", ");
    parts.push_back(gates.size() == 1 ? text : gate + " " + text);
  }
  return parts.empty() ? "–" : join(parts, "; ");
}

std::string kubelets_text(const Phase& phase) {
  if (phase.kubelets.empty()) return "–";
  const auto older = [](const auto& a, const auto& b) { return a.second < b.second; };
  const auto [least, most] = std::minmax_element(phase.kubelets.begin(), phase.kubelets.end(), older);
  if (least->second == most->second) return least->second.str();
  return least->second.str() + " to " + most->second.str();
}

Trouble trouble_of(const Attempt& attempt, const Counted& counted) {
  std::string what = attempt.case_id + " in " + attempt.cell;
  if (attempt.first_phase != attempt.last_phase)
    what += fmt::format(", phases {} to {}", attempt.first_phase, attempt.last_phase);
  else
    what += ", phase " + attempt.first_phase;
  return {what, to_string(attempt.outcome), headline(attempt), counted.place_of(attempt), attempt.run_id};
}

Trouble trouble_of(const Transition& transition, const Walk& walk, const Counted& counted) {
  Trouble trouble;
  trouble.what = fmt::format("{} in {}, after {}", text_of(transition), walk.instance->cell.display_name(),
                             format_duration(transition.took));
  trouble.outcome = to_string(transition.outcome);
  trouble.words = transition.message;
  trouble.run_id = transition.run_id;
  trouble.place = counted.place_of_run(transition.run_id);
  for (const Attempt* attempt : walk.attempts)
    if (attempt->id == transition.attempt_id) trouble.place = counted.place_of(*attempt);
  return trouble;
}

std::vector<std::string> RunIds::newest_first(const Counted& counted) const {
  std::vector<std::string> ids;
  const auto& runs = counted.input->selection.runs;
  for (auto run = runs.rbegin(); run != runs.rend(); ++run)
    if (ids_.contains(run->id)) ids.push_back(run->id);
  return ids;
}

void Newest::see(const Attempt& attempt) {
  if (!results::ran(attempt.outcome)) return;
  if (attempt_ == nullptr || attempt.started >= attempt_->started) attempt_ = &attempt;
}

Place Newest::place(const Counted& counted) const {
  return attempt_ == nullptr ? Place{} : counted.place_of(*attempt_);
}

}  // namespace graduand::report::prr
