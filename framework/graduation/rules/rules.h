// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "framework/graduation/commands/run_command.h"
#include "framework/graduation/evidence.h"
#include "framework/graduation/rule_text.h"

namespace graduand::graduation {

// The ids of all rules, in the order of a judgement. A waiver names one of them.
const std::vector<std::string>& rule_ids();
// All rules on the same evidence, in that order. Each answers for itself; waivers come later. Findings are in no order
// yet.
std::vector<RuleResult> all_rules(const Evidence& evidence);

// Where it ran: coverage.cc
RuleResult ran_in_every_required_cell(const Evidence& evidence);  // each case in each required cell that fits its needs
RuleResult gate_on_and_off(const Evidence& evidence);             // a pass with each gate on, and off where it can be
RuleResult effective_gates_verified(const Evidence& evidence);    // some cluster was read back; the others are shown
RuleResult required_scenarios(const Evidence& evidence);          // what the feature file says must be among the cases

// That it runs on a schedule: schedule.cc. Per case and required cell.
RuleResult enough_scheduled_runs(const Evidence& evidence);  // told apart by job and build
RuleResult days_with_runs(const Evidence& evidence);         // calendar days in UTC
RuleResult largest_gap(const Evidence& evidence);            // days without a run between two days with one
RuleResult newest_run(const Evidence& evidence);             // its age
RuleResult ran_when_due(const Evidence& evidence);  // of the scheduled runs that planned it, or had done before

// What came out: health.cc
RuleResult no_product_failures(const Evidence& evidence);   // attempts, transitions, clusters
RuleResult failure_rate_bounded(const Evidence& evidence);  // by an e-process, see stats/rate_test.h
RuleResult presubmits_agree(const Evidence& evidence);      // failures of one case on unrelated changes
RuleResult infrastructure_even(const Evidence& evidence);   // infra-errors with the gate on against off

// On running clusters: changes.cc
RuleResult toggled_while_running(const Evidence& evidence);
RuleResult upgrade_downgrade_upgrade(const Evidence& evidence);
RuleResult version_skew(const Evidence& evidence);

// Side by side: comparison.cc
RuleResult default_behaviour(const Evidence& evidence);   // cases of other features, gate on against off
RuleResult resources_compared(const Evidence& evidence);  // numbers that the feature file names

// Without any run: table.cc
RuleResult deprecation_kept(const Evidence& evidence);  // announcement to effect
// What no rule forbids and a reader should know.
std::vector<std::string> warnings(const Evidence& evidence);

// The waiver that is in scope for the rule's verdict, applied; why it is not where nothing ran.
void apply_waivers(const Evidence& evidence, RuleResult& rule);

// What to do about the rule: words, the commands that do it, and what their FILE is.
void advise(RuleResult& rule, std::string words, Commands commands = {});
// The same with runs of the feature's cases in these cells: by a schedule, unless the policy lets runs by hand count
// and the rule does not ask for one.
void advise_runs(RuleResult& rule, std::string words, const Evidence& evidence, const std::vector<WantedCell>& wanted,
                 bool needs_schedule);
// Nothing to do.
void advise_nothing(RuleResult& rule);
// The required cells that Kubernetes has, all or those of these names.
std::vector<WantedCell> wanted_cells(const Evidence& evidence);
std::vector<WantedCell> wanted_cells(const Evidence& evidence, const std::vector<std::string>& names);

// When no run counts, every rule about runs says so in the same words; nullopt otherwise.
std::optional<RuleResult> nothing_to_judge(const Evidence& evidence, const RuleResult& rule);
// The same when no required cells are stated.
std::optional<RuleResult> without_cells(const Evidence& evidence, const RuleResult& rule);

}  // namespace graduand::graduation
