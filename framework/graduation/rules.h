// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "framework/graduation/evidence.h"

namespace graduand::graduation {

// The ids of all rules, in the order of a judgement. A waiver names one of them.
const std::vector<std::string>& rule_ids();

// Each rule answers for itself; waivers come later. Findings are in no order yet.
RuleResult ran_in_every_required_cell(const Evidence& evidence);
RuleResult enough_scheduled_runs(const Evidence& evidence);
RuleResult time_covered(const Evidence& evidence);
RuleResult no_product_failures(const Evidence& evidence);
RuleResult gate_on_and_off(const Evidence& evidence);
RuleResult effective_gates_verified(const Evidence& evidence);

// For the rules' texts.
std::string number(double value);                     // "14", "0.5"
std::string plural(long n, const std::string& noun);  // "1 run", "3 runs"
std::string percent(double rate);                     // "3.1 %"
Count proportion(std::string what, long k, long n);   // with its interval
std::string name_cases(const std::vector<std::string>& ids,
                       std::size_t all);  // "all 12 cases", "a, b", "5 of 12 cases"
// When no run counts, every rule says so in the same words; nullopt otherwise.
std::optional<RuleResult> nothing_to_judge(const Evidence& evidence, const RuleResult& rule);

}  // namespace graduand::graduation
