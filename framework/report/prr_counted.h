// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "framework/report/prr.h"
#include "framework/report/prr_walk.h"

namespace graduand::report::prr {

// The part of the input that counts. Points into it; it must outlive this.
struct Counted {
  const Input* input = nullptr;
  std::map<std::string, const results::Run*> runs;
  std::vector<std::pair<std::string, std::string>> left_out;  // run id, why; in order of the selection
  std::vector<Walk> walks;                                    // every cluster instance of those runs, oldest first

  bool speaks(const results::Attempt& attempt) const;  // for the feature
  bool sets_gate(const results::Transition& transition) const;
  // Whether the cluster instance was there because of the feature: an attempt speaks for it, or its cell or a
  // transition that a profile asks for sets one of its gates.
  bool concerns(const Walk& walk) const;
  // The transitions of a case that tell about the feature: those of its own cases, and those that set its gates.
  bool concerns(const Walk& walk, const std::string& attempt_id) const;
  Place place_of(const results::Attempt& attempt) const;
  Place place_of_run(const std::string& run_id) const;  // without an attempt
};

Counted count(const Input& input);

// The feature's gates in a phase: "on", "off", "off at kube-apiserver, on elsewhere"; with names when there are
// several; "unverified" when nothing is known.
std::string gates_text(const Phase& phase, const std::vector<std::string>& gates);
// "v1.33.13", or "v1.31.4 to v1.33.13".
std::string kubelets_text(const Phase& phase);

// What did not pass, for Answer::troubles.
Trouble trouble_of(const results::Attempt& attempt, const Counted& counted);
Trouble trouble_of(const results::Transition& transition, const Walk& walk, const Counted& counted);

// Ids of the runs that an answer rests on, told newest first.
class RunIds {
 public:
  void add(const std::string& run_id) { ids_.insert(run_id); }
  std::vector<std::string> newest_first(const Counted& counted) const;

 private:
  std::set<std::string> ids_;
};

// The attempt that is shown for many: the newest that ran.
class Newest {
 public:
  void see(const results::Attempt& attempt);
  Place place(const Counted& counted) const;

 private:
  const results::Attempt* attempt_ = nullptr;
};

}  // namespace graduand::report::prr
