// SPDX-License-Identifier: Apache-2.0
// The rules about what the evidence says: failures, the gate's two sides, and whether the clusters were what they
// claim.
#include <fmt/format.h>

#include <algorithm>

#include "framework/base/text.h"
#include "framework/catalogue/feature_gates.h"
#include "framework/graduation/rules.h"
#include "framework/stats/binomial.h"

namespace graduand::graduation {
namespace {

using results::Attempt;
using results::ClusterInstance;
using results::Outcome;
using results::Transition;

constexpr std::size_t kIdsOfAFinding = 20;

struct Failures {
  long k = 0;
  long n = 0;
  long runs = 0;
  long failed_runs = 0;
  long infra = 0;
};

// The newest attempts of a case and cell that failed.
std::vector<std::string> failed_ids(const Evidence& evidence, const history::CaseCell& row) {
  std::vector<std::string> ids;
  const auto& attempts = evidence.counted.attempts;
  for (auto attempt = attempts.rbegin(); attempt != attempts.rend() && ids.size() < kIdsOfAFinding; ++attempt)
    if (attempt->case_id == row.case_id && attempt->fingerprint == row.fingerprint &&
        (!row.fingerprint.empty() || attempt->cell == row.cell) && results::is_failure(attempt->outcome))
      ids.push_back(attempt->id);
  return ids;
}

Failures count_attempts(const Evidence& evidence, Verdict verdict, RuleResult& rule) {
  Failures sum;
  std::set<std::string> runs;
  std::set<std::string> failed_runs;
  for (const Attempt& attempt : evidence.counted.attempts) {
    if (attempt.outcome == Outcome::kInfraError) ++sum.infra;
    if (!results::ran(attempt.outcome)) continue;
    ++sum.n;
    runs.insert(attempt.run_id);
    if (!results::is_failure(attempt.outcome)) continue;
    ++sum.k;
    failed_runs.insert(attempt.run_id);
  }
  sum.runs = static_cast<long>(runs.size());
  sum.failed_runs = static_cast<long>(failed_runs.size());
  for (const history::CaseCell& row : evidence.rates) {
    if (row.failed == 0) continue;
    const Count count = proportion("", row.failed, row.passed + row.failed);
    rule.findings.push_back(
        {verdict,
         fmt::format("{} in {}: {} of {} attempts failed ({}, 95 % interval {} to {}), in {} of {}{}", row.case_id,
                     row.cell, count.k, count.n, percent(static_cast<double>(count.k) / static_cast<double>(count.n)),
                     percent(count.low), percent(count.high), row.failed_runs, plural(row.runs, "run"),
                     row.flake ? "; a flake: it passed and failed with the same inputs" : ""),
         failed_ids(evidence, row)});
  }
  return sum;
}

long count_transitions(const Evidence& evidence, Verdict verdict, RuleResult& rule) {
  long failed = 0;
  for (const Transition& transition : evidence.counted.transitions) {
    if (!results::is_failure(transition.outcome)) continue;
    ++failed;
    Finding finding{verdict,
                    fmt::format("transition {} in {}: {}: {}", to_string(transition.request.kind), transition.instance_id,
                                to_string(transition.outcome), shorten(printable(transition.message), 200)),
                    {}};
    if (!transition.attempt_id.empty()) finding.attempt_ids.push_back(transition.attempt_id);
    rule.findings.push_back(std::move(finding));
  }
  return failed;
}

long count_instances(const Evidence& evidence, Verdict verdict, RuleResult& rule) {
  long failed = 0;
  for (const ClusterInstance& instance : evidence.counted.instances) {
    if (!results::is_failure(instance.outcome)) continue;
    ++failed;
    rule.findings.push_back({verdict,
                             fmt::format("cluster instance {}: {}: {}", instance.id, to_string(instance.outcome),
                                         shorten(printable(instance.message), 200)),
                             {}});
  }
  return failed;
}

// Infrastructure is no failure of the feature, but when it breaks more with the gate on it may be one in disguise.
void count_infrastructure(const Evidence& evidence, RuleResult& rule) {
  for (const std::string& gate : evidence.input->info.gates)
    for (const bool on : {true, false}) {
      long k = 0;
      long n = 0;
      for (const Attempt& attempt : evidence.counted.attempts) {
        const auto instance = evidence.instances.find(attempt.instance_id);
        if (instance == evidence.instances.end() || !Evidence::as_created(attempt)) continue;
        if (Evidence::gate_state(gate, *instance->second) != on) continue;
        k += attempt.outcome == Outcome::kInfraError ? 1 : 0;
        n += attempt.outcome == Outcome::kInfraError || results::ran(attempt.outcome) ? 1 : 0;
      }
      if (n > 0)
        rule.counts.push_back(
            proportion(fmt::format("infra-errors per attempt, {} {}", gate, on ? "on" : "off"), k, n));
    }
  const auto& instances = evidence.counted.instances;
  const long lost = std::count_if(instances.begin(), instances.end(),
                                  [](const ClusterInstance& one) { return one.outcome == Outcome::kInfraError; });
  rule.counts.push_back(proportion("infra-errors per cluster instance", lost, static_cast<long>(instances.size())));
}

// Whether the gate can be switched off at a version that a required cell asks for. A gate that the table does not know
// may be.
bool can_be_off(const std::string& gate, const Evidence& evidence) {
  const auto& table = catalogue::FeatureGates::builtin();
  if (!table.known(gate)) return true;
  return std::any_of(evidence.cells.begin(), evidence.cells.end(), [&](const CellEvidence& cell) {
    const auto spec = table.at(gate, cell.cell.kubernetes);
    return spec && !spec->locked;
  });
}

// Counts the attempts with the gate on (or off) and says what came out.
Finding look_at_side(const std::string& gate, bool on, const Evidence& evidence, RuleResult& rule) {
  Finding finding;
  long passed = 0;
  long ran = 0;
  const auto& attempts = evidence.counted.attempts;
  for (auto attempt = attempts.rbegin(); attempt != attempts.rend(); ++attempt) {
    if (!results::ran(attempt->outcome)) continue;
    const auto instance = evidence.instances.find(attempt->instance_id);
    if (instance == evidence.instances.end() || !Evidence::as_created(*attempt)) continue;
    if (Evidence::gate_state(gate, *instance->second) != on) continue;
    ++ran;
    if (attempt->outcome != Outcome::kPassed) continue;
    ++passed;
    if (finding.attempt_ids.size() < kIdsOfAFinding) finding.attempt_ids.push_back(attempt->id);
  }
  const std::string side = gate + (on ? " on" : " off");
  rule.counts.push_back(proportion("passed per attempt, " + side, passed, ran));
  finding.verdict = passed > 0 ? Verdict::kPass : Verdict::kNoEvidence;
  finding.text = fmt::format("{}: {} of {} passed", side, passed, plural(ran, "attempt"));
  return finding;
}

}  // namespace

RuleResult no_product_failures(const Evidence& evidence) {
  const Threshold& threshold = evidence.thresholds->max_failures;
  RuleResult rule;
  rule.id = "no-product-failures";
  rule.title = "No failures that are not infrastructure";
  rule.source = threshold.source;
  const std::string allowed = threshold.value == 0 ? "no" : "at most " + number(threshold.value);
  rule.threshold = fmt::format("{} failures within {} days, infrastructure apart", allowed,
                               number(evidence.thresholds->window_days.value));
  if (auto nothing = nothing_to_judge(evidence, rule)) return *nothing;

  const Failures attempts = count_attempts(evidence, Verdict::kFail, rule);
  const long transitions = count_transitions(evidence, Verdict::kFail, rule);
  const long instances = count_instances(evidence, Verdict::kFail, rule);
  const long failures = attempts.k + transitions + instances;
  const bool too_many = static_cast<double>(failures) > threshold.value;
  if (!too_many)
    for (Finding& finding : rule.findings) finding.verdict = Verdict::kPass;
  rule.counts.push_back(proportion("failures per attempt", attempts.k, attempts.n));
  rule.counts.push_back(proportion("failures per run", attempts.failed_runs, attempts.runs));
  const auto& made = evidence.counted.transitions;
  const long ran =
      std::count_if(made.begin(), made.end(), [](const Transition& one) { return results::ran(one.outcome); });
  if (ran > 0) rule.counts.push_back(proportion("failed transitions", transitions, ran));
  count_infrastructure(evidence, rule);

  rule.verdict = too_many ? Verdict::kFail : attempts.n == 0 ? Verdict::kNoEvidence : Verdict::kPass;
  rule.reason = fmt::format("{} of {} failed, in {} of {}", attempts.k, plural(attempts.n, "attempt"),
                            attempts.failed_runs, plural(attempts.runs, "run"));
  if (transitions + instances > 0)
    rule.reason +=
        fmt::format("; {} and {} failed", plural(transitions, "transition"), plural(instances, "cluster instance"));
  if (attempts.infra > 0) rule.reason += fmt::format("; {} not counted", plural(attempts.infra, "infra-error"));
  if (attempts.n > 0 && attempts.k == 0)
    rule.reason += fmt::format("; failures in up to {} of runs are not ruled out (95 %)",
                               percent(stats::upper_bound_without_failure(attempts.runs)));
  if (too_many)
    rule.next = "find the cause: graduand run --profile FILE --label-filter 'FeatureGate:" + evidence.input->feature +
                "' --repeat 30 --trigger reproduce";
  return rule;
}

RuleResult gate_on_and_off(const Evidence& evidence) {
  RuleResult rule;
  rule.id = "gate-on-and-off";
  rule.title = "The gate was tested on and off";
  rule.source =
      "kubernetes/enhancements keps/NNNN-kep-template/README.md, \"Feature Enablement and Rollback\": are there any "
      "tests "
      "for feature enablement/disablement";
  rule.threshold = "a passed attempt with each gate effectively on, and off where it is not locked";
  if (auto nothing = nothing_to_judge(evidence, rule)) return *nothing;
  if (evidence.input->info.gates.empty()) {
    rule.verdict = Verdict::kNotApplicable;
    rule.reason = evidence.input->feature + " has no gate";
    return rule;
  }
  std::vector<std::string> parts;
  std::vector<std::string> missing;
  for (const std::string& gate : evidence.input->info.gates)
    for (const bool on : {true, false}) {
      if (!on && !evidence.cells.empty() && !can_be_off(gate, evidence)) {
        rule.findings.push_back(
            {Verdict::kNotApplicable, gate + " off: it is locked at the version of every required cell", {}});
        parts.push_back(gate + " off: locked");
        continue;
      }
      Finding finding = look_at_side(gate, on, evidence, rule);
      if (finding.verdict == Verdict::kNoEvidence) missing.push_back(gate + (on ? " on" : " off"));
      parts.push_back(finding.text);
      rule.findings.push_back(std::move(finding));
    }
  rule.verdict = missing.empty() ? Verdict::kPass : Verdict::kNoEvidence;
  rule.reason = join(parts, "; ");
  if (!missing.empty()) rule.next = "run a cell with " + join(missing, ", and one with ");
  return rule;
}

RuleResult effective_gates_verified(const Evidence& evidence) {
  RuleResult rule;
  rule.id = "effective-gates-verified";
  rule.title = "The effective gates were read back";
  rule.source =
      "component-base metric kubernetes_feature_enabled (kubernetes/kubernetes PR 112690); jobs that skipped "
      "their tests unseen: kubernetes/test-infra issue 34303";
  rule.threshold = "every component of every cluster instance that counts";
  if (auto nothing = nothing_to_judge(evidence, rule)) return *nothing;

  std::map<std::string, std::string> used;  // instance → its newest attempt
  for (const Attempt& attempt : evidence.counted.attempts)
    if (results::ran(attempt.outcome)) used[attempt.instance_id] = attempt.id;
  std::map<std::pair<std::string, std::string>, Finding> unverified;  // cell, components
  long bad = 0;
  for (const auto& [id, attempt] : used) {
    const auto found = evidence.instances.find(id);
    const bool unread = found == evidence.instances.end() || found->second->facts.effective_gates.empty();
    std::vector<std::string> components =
        found == evidence.instances.end() ? std::vector<std::string>{} : found->second->facts.unverified_components;
    if (components.empty() && unread) components = {"all components"};
    if (components.empty()) continue;
    ++bad;
    const std::string cell =
        found == evidence.instances.end() ? "an unrecorded cluster" : found->second->cell.display_name();
    Finding& finding = unverified[{cell, join(components, ", ")}];
    if (finding.attempt_ids.size() < kIdsOfAFinding) finding.attempt_ids.push_back(attempt);
  }
  for (auto& [key, finding] : unverified) {
    finding.text = fmt::format("{}: {} unverified", key.first, key.second);
    rule.findings.push_back(std::move(finding));
  }
  const auto all = static_cast<long>(used.size());
  rule.counts.push_back(proportion("verified per cluster instance", all - bad, all));
  rule.verdict = all == 0 || bad > 0 ? Verdict::kNoEvidence : Verdict::kPass;
  rule.reason = fmt::format("{} of {} verified", all - bad, plural(all, "cluster instance"));
  if (bad > 0)
    rule.next =
        "run on clusters whose nodes can be reached (provider kind), or leave those runs out with --exclude-run";
  return rule;
}

}  // namespace graduand::graduation
