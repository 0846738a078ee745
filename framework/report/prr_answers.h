// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "framework/report/prr_counted.h"

// What the answers have in common, and the answers themselves.
namespace graduand::report::prr {

// Collects, for one answer, attempts and transitions: their tallies, what did not pass, and the runs.
class Collector {
 public:
  explicit Collector(const Counted& counted) : counted_(counted) {}
  // They return what they were given, so that a tally can be made of the same.
  const results::Attempt& use(const results::Attempt& attempt);
  const results::Transition& use(const results::Transition& transition, const Walk& walk);
  // A cluster that did not come up is a trouble as well.
  const results::ClusterInstance& use(const results::ClusterInstance& instance);
  void use_run(const std::string& run_id) { runs_.add(run_id); }
  // The attempts that speak for the feature, began and ended in a phase that `wanted` accepts.
  Tally attempts_in(const Walk& walk, const std::function<bool(const Phase&)>& wanted);
  // Puts runs and troubles, newest first, into the answer.
  void finish(Answer& answer);

 private:
  const Counted& counted_;
  RunIds runs_;
  std::vector<std::pair<Timestamp, Trouble>> troubles_;
  std::set<std::string> seen_;  // ids
};

// What the feature's gates may depend on, as far as suite.yaml's required cells set them apart: in components()' order.
std::vector<std::string> components_of(const catalogue::FeatureInfo& info);

// The one answer that a feature without a gate has to questions about switching it.
bool without_gate(const Input& input, Answer& answer);
// "graduand run --profile FILE --label-filter 'FeatureGate:X'"
std::string run_command(const Input& input);
// "PodLifecycleSleepAction" in code, several joined by "and".
std::string gate_names(const Input& input);
// An answer without evidence yet, below its heading.
Answer unanswered(const char* id, const char* section, const char* question);
inline constexpr const char* kEnablement = "Feature Enablement and Rollback";
inline constexpr const char* kRollout = "Rollout, Upgrade and Rollback Planning";
// Whether the transition asks for a gate of the feature to be on, or off.
bool switches(const results::Transition& transition, bool on, const Input& input);
// The component that set-gates names, or "every component".
std::string where(const results::Transition& transition);
// The profile that makes a gate cycle, for Answer::profile.
std::string switching_profile(const Input& input);
// "10/10  100.0 % [69.2, 100.0]", and infra-errors when there are any.
std::string tally_text(const Tally& tally);
// pass when something passed and nothing failed.
graduation::Verdict verdict_of(const Tally& tally);

Answer how_enabled(const Counted& counted);
Answer default_behavior(const Counted& counted);
Answer disabled_once_enabled(const Counted& counted);
Answer reenabled(const Counted& counted);
Answer enablement_tests(const Counted& counted);
Answer rollout_failures(const Counted& counted);
Answer upgrade_tested(const Counted& counted);
Answer version_skew(const Counted& counted);

}  // namespace graduand::report::prr
