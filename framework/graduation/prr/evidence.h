// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <set>
#include <string>
#include <vector>

#include "framework/graduation/prr/course.h"
#include "framework/graduation/prr/document.h"

namespace graduand::graduation::prr {

// The part of the input that counts, by the same filter as a verdict's. Points into the input, which must outlive it.
struct AnswerEvidence {
  explicit AnswerEvidence(const Input& prr_input);
  AnswerEvidence(const AnswerEvidence&) = delete;
  AnswerEvidence& operator=(const AnswerEvidence&) = delete;

  const Input& input;
  const catalogue::FeatureInfo& info;
  const StagePolicy& thresholds;
  RunFilter filter;
  std::vector<InstanceTimeline> timelines;
  std::vector<Course> courses;  // of every cluster instance of runs that count

  bool sets_gate(const results::Transition& transition) const;
  // Whether the cluster instance was there because of the feature: an attempt speaks for it, or its cell or a
  // transition that a profile asks for sets one of its gates.
  bool concerns(const Course& course) const;
  // The transitions of a case that tell about the feature: those of its own cases, and those that set its gates.
  bool concerns(const Course& course, const std::string& attempt_id) const;
  Place place_of(const results::Attempt& attempt) const;
  Place place_of_run(const std::string& run_id) const;  // without an attempt
};

// What did not pass, for Answer::troubles.
Trouble trouble_of(const results::Attempt& attempt, const AnswerEvidence& evidence);
Trouble trouble_of(const results::Transition& transition, const Course& course, const AnswerEvidence& evidence);

// The attempt that is shown for many: the newest that ran.
class Newest {
 public:
  void see(const results::Attempt& attempt);
  Place place(const AnswerEvidence& evidence) const;

 private:
  const results::Attempt* attempt_ = nullptr;
};

}  // namespace graduand::graduation::prr
