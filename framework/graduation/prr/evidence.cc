// SPDX-License-Identifier: Apache-2.0
#include "framework/graduation/prr/evidence.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "framework/base/text.h"

namespace graduand::graduation::prr {
namespace {

using results::Attempt;
using results::Outcome;
using results::Transition;

// The one line that says why an attempt did not pass.
std::string headline(const Attempt& attempt) {
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

AnswerEvidence::AnswerEvidence(const Input& prr_input)
    : input(prr_input),
      info(prr_input.judge.info),
      thresholds(prr_input.policy->of(prr_input.judge.stage)),
      filter(prr_input.judge, *prr_input.policy),
      timelines(timelines_of(prr_input.judge.evidence)),
      courses(courses_of(timelines, filter, info)) {}

bool AnswerEvidence::sets_gate(const Transition& transition) const {
  return std::any_of(info.gates.begin(), info.gates.end(),
                     [&](const std::string& gate) { return transition.request.gates.contains(gate); });
}

bool AnswerEvidence::concerns(const Course& course) const {
  for (const Attempt* attempt : course.attempts)
    if (filter.speaks(*attempt)) return true;
  return filter.sets_a_gate(course.instance->cell) ||
         std::any_of(course.transitions.begin(), course.transitions.end(),
                     [&](const Transition* one) { return sets_gate(*one); });
}

bool AnswerEvidence::concerns(const Course& course, const std::string& attempt_id) const {
  for (const Attempt* attempt : course.attempts)
    if (attempt->id == attempt_id && filter.speaks(*attempt)) return true;
  const auto made = course.made_by.find(attempt_id);
  return made != course.made_by.end() &&
         std::any_of(made->second.begin(), made->second.end(), [&](const Transition* one) { return sets_gate(*one); });
}

Place AnswerEvidence::place_of(const Attempt& attempt) const {
  Place place = place_of_run(attempt.run_id);
  place.attempt_id = attempt.id;
  const std::string& file = attempt.stdout_path.empty() ? attempt.stderr_path : attempt.stdout_path;
  if (!place.folder.empty() && !file.empty())
    place.folder = (std::filesystem::path(place.folder) / std::filesystem::path(file).parent_path()).string();
  return place;
}

Place AnswerEvidence::place_of_run(const std::string& run_id) const {
  const auto folder = input.folders.find(run_id);
  return folder == input.folders.end() ? Place{} : Place{{}, folder->second};
}

Trouble trouble_of(const Attempt& attempt, const AnswerEvidence& evidence) {
  std::string what = attempt.case_id + " in " + attempt.cell;
  if (attempt.first_phase != attempt.last_phase)
    what += fmt::format(", phases {} to {}", attempt.first_phase, attempt.last_phase);
  else
    what += ", phase " + attempt.first_phase;
  return {what, to_string(attempt.outcome), headline(attempt), evidence.place_of(attempt), attempt.run_id};
}

Trouble trouble_of(const Transition& transition, const Course& course, const AnswerEvidence& evidence) {
  Trouble trouble;
  trouble.what = fmt::format("{} in {}, after {}", text_of(transition), course.instance->cell.display_name(),
                             format_duration(transition.took));
  trouble.outcome = to_string(transition.outcome);
  trouble.words = transition.message;
  trouble.run_id = transition.run_id;
  trouble.place = evidence.place_of_run(transition.run_id);
  for (const Attempt* attempt : course.attempts)
    if (attempt->id == transition.attempt_id) trouble.place = evidence.place_of(*attempt);
  return trouble;
}

void Newest::see(const Attempt& attempt) {
  if (!results::ran(attempt.outcome)) return;
  if (attempt_ == nullptr || attempt.started >= attempt_->started) attempt_ = &attempt;
}

Place Newest::place(const AnswerEvidence& evidence) const {
  return attempt_ == nullptr ? Place{} : evidence.place_of(*attempt_);
}

}  // namespace graduand::graduation::prr
