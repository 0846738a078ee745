// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <set>
#include <string>
#include <vector>

#include "framework/graduation/prr/document.h"
#include "framework/graduation/prr/walk.h"

namespace graduand::graduation::prr {

// The part of the input that counts: the same as a verdict's. Points into the input, which must outlive it.
struct Counted {
  explicit Counted(const Input& from);
  Counted(const Counted&) = delete;
  Counted& operator=(const Counted&) = delete;

  const Input& input;
  Evidence evidence;  // without required cells: a question asks for none
  std::vector<Walk> walks;

  const catalogue::FeatureInfo& info() const { return input.judge.info; }
  bool speaks(const results::Attempt& attempt) const { return evidence.filter.speaks(attempt); }
  bool sets_gate(const results::Transition& transition) const;
  // Whether the cluster instance was there because of the feature.
  bool concerns(const Walk& walk) const { return evidence.instance_ids.contains(walk.instance().id); }
  // The transitions of a case that tell about the feature: those of its own cases, and those that set its gates.
  bool concerns(const Walk& walk, const std::string& attempt_id) const;
  // The outcome with what was marked as infrastructure later.
  template <class T>
  results::Outcome outcome(const T& record) const {
    return evidence.filter.outcome(record);
  }
  Place place_of(const results::Attempt& attempt) const;
  Place place_of_run(const std::string& run_id) const;  // without an attempt
};

// What did not pass, for Answer::troubles.
Trouble trouble_of(const results::Attempt& attempt, const Counted& counted);
Trouble trouble_of(const results::Transition& transition, const Walk& walk, const Counted& counted);

// The attempt that is shown for many: the newest that ran.
class Newest {
 public:
  void see(const results::Attempt& attempt, results::Outcome outcome);
  Place place(const Counted& counted) const;

 private:
  const results::Attempt* attempt_ = nullptr;
};

}  // namespace graduand::graduation::prr
