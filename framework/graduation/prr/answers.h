// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "framework/graduation/commands/run_command.h"
#include "framework/graduation/prr/counted_input.h"

// What the answers have in common, and the answers themselves.
namespace graduand::graduation::prr {

// Collects, for one answer, what it rests on: what did not pass, the runs, and the newest date.
class Collector {
 public:
  explicit Collector(const CountedInput& counted) : counted_(counted) {}
  // They return the outcome that counts, so that a tally can be made of the same.
  results::Outcome use(const results::Attempt& attempt);
  results::Outcome use(const results::Transition& transition, const CountedTimeline& walk);
  // A cluster that did not come up is a trouble as well.
  void use(const results::ClusterInstance& instance);
  // Of an attempt that supports nothing only a failure is shown, and that nothing was read back there.
  void show(const results::Attempt& attempt);
  // The attempts that speak for the feature, began and ended in a verified phase that `wanted` accepts. Failures in
  // phases that are not verified are shown.
  Tally attempts_in(const CountedTimeline& walk, const std::function<bool(const Phase&)>& wanted);
  // Puts runs, newest date and troubles, newest first, into the answer.
  void finish(Answer& answer);

 private:
  bool take(const std::string& id, const std::string& run_id, Timestamp started);  // false: it was seen before
  const CountedInput& counted_;
  std::set<std::string> runs_;
  std::optional<Timestamp> newest_;
  std::vector<std::pair<Timestamp, Trouble>> troubles_;
  std::set<std::string> seen_;  // ids
};

// The one answer that a feature without a gate has to questions about switching it.
bool without_gate(const CountedInput& counted, Answer& answer);
// The commands that make the evidence that is missing: runs of these cells, by a schedule where the policy does not let
// runs by hand count. `label_filter` is of all of the feature's cases when empty.
void advise(Answer& answer, const CountedInput& counted, const std::vector<WantedCell>& wanted,
            std::string label_filter = {});
// A cell whose transitions switch the gate off and on again, of each gate.
std::vector<WantedCell> wanted_cycles(const CountedInput& counted);
// "PodLifecycleSleepAction", several joined by "and".
std::string gate_names(const CountedInput& counted);
// An answer without evidence yet, below its heading.
Answer unanswered(const char* id, const char* section, const char* question);
inline constexpr const char* kEnablement = "Feature Enablement and Rollback";
inline constexpr const char* kRollout = "Rollout, Upgrade and Rollback Planning";
// Whether the transition asks for a gate of the feature to be on, or off.
bool switches(const results::Transition& transition, bool on, const CountedInput& counted);
// The component that set-gates names, or "every component".
std::string where(const results::Transition& transition);
// "10/10 (100.0 %, 69.2 to 100.0)", and infra-errors when there are any.
std::string words_of(const Tally& tally);
// pass when something passed and nothing failed.
Verdict verdict_of(const Tally& tally);

Answer how_enabled(const CountedInput& counted);
Answer default_behavior(const CountedInput& counted);
Answer disabled_once_enabled(const CountedInput& counted);
Answer reenabled(const CountedInput& counted);
Answer enablement_tests(const CountedInput& counted);
Answer rollout_failures(const CountedInput& counted);
Answer upgrade_tested(const CountedInput& counted);
Answer version_skew(const CountedInput& counted);

}  // namespace graduand::graduation::prr
