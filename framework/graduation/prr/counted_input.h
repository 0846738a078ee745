// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <set>
#include <string>
#include <vector>

#include "framework/graduation/prr/counted_timeline.h"
#include "framework/graduation/prr/document.h"

namespace graduand::graduation::prr {

// The part of the input that counts: the same as a verdict's. Points into the input, which must outlive it.
struct CountedInput {
  explicit CountedInput(const Input& from);
  CountedInput(const CountedInput&) = delete;
  CountedInput& operator=(const CountedInput&) = delete;

  const Input& input;
  Evidence evidence;  // without required cells: a question asks for none
  std::vector<CountedTimeline> walks;

  const catalogue::FeatureInfo& info() const { return input.judge.info; }
  bool speaks(const results::Attempt& attempt) const { return evidence.filter.speaks(attempt); }
  bool sets_gate(const results::Transition& transition) const;
  // Whether the cluster instance was there because of the feature.
  bool concerns(const CountedTimeline& walk) const { return evidence.instance_ids.contains(walk.instance().id); }
  // The transitions of a case that tell about the feature: those of its own cases, and those that set its gates.
  bool concerns(const CountedTimeline& walk, const std::string& attempt_id) const;
  // The outcome with what was marked as infrastructure later.
  template <class T>
  results::Outcome outcome(const T& record) const {
    return evidence.filter.outcome(record);
  }
  Place place_of(const results::Attempt& attempt) const;
  Place place_of_run(const std::string& run_id) const;  // without an attempt
};

// What did not pass, for Answer::troubles.
Trouble trouble_of(const results::Attempt& attempt, const CountedInput& counted);
Trouble trouble_of(const results::Transition& transition, const CountedTimeline& walk, const CountedInput& counted);

// The attempt that is shown for many: the newest that ran.
class Newest {
 public:
  void see(const results::Attempt& attempt, results::Outcome outcome);
  Place place(const CountedInput& counted) const;

 private:
  const results::Attempt* attempt_ = nullptr;
};

}  // namespace graduand::graduation::prr
