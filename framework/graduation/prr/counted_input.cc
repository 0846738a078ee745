// SPDX-License-Identifier: Apache-2.0
#include "framework/graduation/prr/counted_input.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

namespace graduand::graduation::prr {
namespace {

using results::Attempt;
using results::Outcome;
using results::Transition;

// The one line that says why an attempt did not pass.
std::string words_of(const Attempt& attempt) {
  if (!attempt.reason.empty()) return attempt.reason;
  return attempt.failures.empty() ? to_string(attempt.outcome) : attempt.failures.front().message;
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

CountedInput::CountedInput(const Input& from)
    : input(from), evidence(from.judge, *from.policy, {}), walks(counted_timelines(evidence)) {}

bool CountedInput::sets_gate(const Transition& transition) const {
  return std::any_of(info().gates.begin(), info().gates.end(),
                     [&](const std::string& gate) { return transition.request.gates.contains(gate); });
}

bool CountedInput::concerns(const CountedTimeline& walk, const std::string& attempt_id) const {
  if (evidence.attempt_ids.contains(attempt_id)) return true;
  const auto made = walk.made_by.find(attempt_id);
  return made != walk.made_by.end() &&
         std::any_of(made->second.begin(), made->second.end(), [&](const Transition* one) { return sets_gate(*one); });
}

Place CountedInput::place_of(const Attempt& attempt) const {
  Place place = place_of_run(attempt.run_id);
  place.attempt_id = attempt.id;
  const std::string& file = attempt.stdout_path.empty() ? attempt.stderr_path : attempt.stdout_path;
  if (!place.folder.empty() && !file.empty())
    place.folder = (std::filesystem::path(place.folder) / std::filesystem::path(file).parent_path()).string();
  return place;
}

Place CountedInput::place_of_run(const std::string& run_id) const {
  const auto folder = input.folders.find(run_id);
  return folder == input.folders.end() ? Place{} : Place{{}, folder->second};
}

Trouble trouble_of(const Attempt& attempt, const CountedInput& counted) {
  std::string what = attempt.case_id + " in " + attempt.cell;
  if (attempt.first_phase != attempt.last_phase)
    what += fmt::format(", phases {} to {}", attempt.first_phase, attempt.last_phase);
  else
    what += ", phase " + attempt.first_phase;
  return {what, to_string(counted.outcome(attempt)), words_of(attempt), counted.place_of(attempt), attempt.run_id};
}

Trouble trouble_of(const Transition& transition, const CountedTimeline& walk, const CountedInput& counted) {
  Trouble trouble;
  trouble.what = fmt::format("{} in {}, after {}", text_of(transition), walk.instance().cell.display_name(),
                             format_duration(transition.took));
  trouble.outcome = to_string(counted.outcome(transition));
  trouble.words = transition.message;
  trouble.run_id = transition.run_id;
  trouble.place = counted.place_of_run(transition.run_id);
  for (const Attempt* attempt : walk.attempts)
    if (attempt->id == transition.attempt_id) trouble.place = counted.place_of(*attempt);
  return trouble;
}

void Newest::see(const Attempt& attempt, Outcome outcome) {
  if (!results::ran(outcome)) return;
  if (attempt_ == nullptr || attempt.started >= attempt_->started) attempt_ = &attempt;
}

Place Newest::place(const CountedInput& counted) const {
  return attempt_ == nullptr ? Place{} : counted.place_of(*attempt_);
}

}  // namespace graduand::graduation::prr
