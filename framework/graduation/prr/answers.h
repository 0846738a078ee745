// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "framework/graduation/prr/evidence.h"

// What the answers have in common, and the answers themselves.
namespace graduand::graduation::prr {

// Collects, for one answer, attempts and transitions: their tallies, what did not pass, and the runs.
class Collector {
 public:
  explicit Collector(const AnswerEvidence& evidence) : evidence_(evidence) {}
  // They return what they were given, so that a tally can be made of the same.
  const results::Attempt& use(const results::Attempt& attempt);
  const results::Transition& use(const results::Transition& transition, const Course& course);
  // A cluster that did not come up is a trouble as well.
  const results::ClusterInstance& use(const results::ClusterInstance& instance);
  void use_run(const std::string& run_id) { runs_.insert(run_id); }
  // The verified attempts that speak for the feature, began and ended in a phase that `wanted` accepts. Failures of
  // those that are not verified are among the troubles.
  Tally attempts_in(const Course& course, const std::function<bool(const CoursePhase&)>& wanted);
  // Puts runs and troubles, newest first, into the answer, and its newest date.
  void finish(Answer& answer);

 private:
  const AnswerEvidence& evidence_;
  std::set<std::string> runs_;  // ids
  std::vector<std::pair<Timestamp, Trouble>> troubles_;
  std::set<std::string> seen_;  // ids
};

// The one answer that a feature without a gate has to questions about switching it.
bool without_gate(const AnswerEvidence& evidence, Answer& answer);
// "graduand run --profile FILE --label-filter 'FeatureGate:X'"
std::string run_command(const AnswerEvidence& evidence);
// "PodLifecycleSleepAction" in code, several joined by "and".
std::string gate_names(const AnswerEvidence& evidence);
// An answer without evidence yet, below its heading.
Answer unanswered(const char* id, const char* section, const char* question);
// The outcome as it counts, with later marks.
results::Outcome outcome_of(const results::Attempt& attempt, const AnswerEvidence& evidence);
results::Outcome outcome_of(const results::Transition& transition, const AnswerEvidence& evidence);
inline constexpr const char* kEnablement = "Feature Enablement and Rollback";
inline constexpr const char* kRollout = "Rollout, Upgrade and Rollback Planning";
// Whether the transition asks for a gate of the feature to be on, or off.
bool switches(const results::Transition& transition, bool on, const AnswerEvidence& evidence);
// The component that set-gates names, or "every component".
std::string where(const results::Transition& transition);
// The profile that makes a gate cycle, for Answer::profile.
std::string switching_profile(const AnswerEvidence& evidence);
// "10/10  100.0 % [69.2, 100.0]", and infra-errors when there are any.
std::string tally_text(const Tally& tally);
// pass when something passed and nothing failed.
Verdict verdict_of(const Tally& tally);

Answer how_enabled(const AnswerEvidence& evidence);
Answer default_behavior(const AnswerEvidence& evidence);
Answer disabled_once_enabled(const AnswerEvidence& evidence);
Answer reenabled(const AnswerEvidence& evidence);
Answer enablement_tests(const AnswerEvidence& evidence);
Answer rollout_failures(const AnswerEvidence& evidence);
Answer upgrade_tested(const AnswerEvidence& evidence);
Answer version_skew(const AnswerEvidence& evidence);

}  // namespace graduand::graduation::prr
