// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "framework/graduation/judge.h"

namespace graduand::graduation {

// Which runs, and which of their records, count for a feature: the one place that says so, for verdicts and for the
// answers to the PRR questionnaire. Points into the input and the policy, which must outlive it.
//
// A run counts when it is real, its trigger is admissible, it was going on within the window and started not after
// as_of, no waiver leaves it out, it is no copy of another (of copies that differ the worst counts), and something in
// it concerns the feature: an attempt speaks for it, its plan has one that would, or a cluster or a transition of a
// profile sets one of its gates. What ended after as_of has not happened yet.
class RunFilter {
 public:
  RunFilter(const JudgeInput& input, const Policy& policy);

  Timestamp window_start() const { return window_start_; }
  // Runs that count, by id.
  const std::map<std::string, const results::Run*>& runs() const { return runs_; }
  // Every other run and why, in the order of the selection.
  const std::vector<std::pair<std::string, std::string>>& left_out() const { return left_out_; }
  // Of those: real runs of presubmits within the window that concern the feature; they are never for it.
  const std::vector<const results::Run*>& presubmits() const { return presubmits_; }
  // Of those: runs within the window that would count if anything in them concerned the feature: its job may have been
  // to test it, and did not.
  const std::vector<const results::Run*>& unconcerned() const { return unconcerned_; }
  // Whether the run is one of a schedule, and counts or is unconcerned.
  bool scheduled(const results::Run& run) const;
  // A run that counts, or would but for the window; null for any other.
  const results::Run* run(const std::string& id) const;
  // Whether the cell asks for one of the feature's gates, at its creation or later.
  bool sets_a_gate(const catalogue::CellDescription& cell) const;
  // Whether it had ended by as_of.
  bool ended(const results::Run& run) const;

  // Whether the attempt speaks for the feature: it says so, or its case does now.
  bool speaks(const results::Attempt& attempt) const;
  // Whether a record of a run that counts counts, too: it is real, it had ended by as_of, and the case was not fixed
  // since.
  enum class Span { kWindow, kEver };  // kEver: also from before the window
  bool counts(const results::Attempt& attempt, Span span = Span::kWindow) const;
  bool counts(const results::Transition& transition) const;
  bool counts(const results::ClusterInstance& instance) const;
  // The outcome with what was marked as infrastructure later.
  results::Outcome outcome(const results::Attempt& attempt) const;
  results::Outcome outcome(const results::Transition& transition) const;
  // The case's id as it is now, after renames.
  const std::string& case_id(const std::string& recorded) const;
  // When the count of the case began anew; nullopt when it never did. `mark` is the one that says so.
  struct Fixed {
    const results::Mark* mark = nullptr;
    Timestamp since{};
  };
  const Fixed* fixed(const std::string& case_id) const;
  // Marks that changed anything here, for the verdict.
  const std::vector<const results::Mark*>& marks() const { return marks_; }
  // Waivers that left a run out that would have counted.
  const std::vector<const Waiver*>& exclusions() const { return exclusions_; }

 private:
  std::string why_left_out(const results::Run& run);
  Timestamp last_of(const results::Run& run) const;  // the start of its last attempt, or its own
  void note_concerned();
  void note_copies();
  void note_marks();

  const JudgeInput& input_;
  const Policy& policy_;
  Timestamp window_start_{};
  std::set<std::string> concerned_;            // ids of runs
  std::set<std::string> simulated_;            // ids of cluster instances
  std::map<std::string, Timestamp> last_;      // run → start of its last attempt
  std::set<std::string> cases_;                // ids of cases that speak for the feature
  std::map<std::string, std::string> copies_;  // run → the one that counts in its stead
  std::map<std::string, const results::Run*> runs_;
  std::map<std::string, const results::Run*> ever_;  // with those of before the window
  std::vector<std::pair<std::string, std::string>> left_out_;
  std::vector<const results::Run*> presubmits_;
  std::vector<const results::Run*> unconcerned_;
  std::map<std::string, Fixed> fixed_;                          // by case id
  std::map<std::string, const results::Mark*> infrastructure_;  // by the target's id
  std::vector<const results::Mark*> marks_;
  std::vector<const Waiver*> exclusions_;
};

// Whether a waiver is for this feature, stage and release, and had not expired.
bool in_scope(const Waiver& waiver, const JudgeInput& input);

}  // namespace graduand::graduation
