// SPDX-License-Identifier: Apache-2.0
// The rules about what came out: failures of the product, how often they may still be there, and what looks like
// infrastructure and is not.
#include <fmt/format.h>

#include <algorithm>

#include "framework/base/contains.h"
#include "framework/base/text.h"
#include "framework/graduation/rules/rules.h"
#include "framework/stats/fisher.h"
#include "framework/stats/rate_test.h"

namespace graduand::graduation {
namespace {

using results::ClusterInstance;
using results::Outcome;
using results::Transition;

constexpr double kShownConfidence = 0.95;

// Failed attempts of one case in one cell: a line.
struct Group {
  std::string cell;  // display name, of the newest
  long k = 0;
  long n = 0;
  std::set<std::string> runs, failed_runs;
  std::vector<std::string> failed_ids;  // newest first
  std::set<std::vector<std::string>> passed_inputs, failed_inputs;
};
using Groups = std::map<std::pair<std::string, std::string>, Group>;  // case, fingerprint

void add(Groups& groups, const CountedAttempt& one) {
  if (!one.ran()) return;
  const auto& attempt = *one.attempt;
  Group& group = groups[{one.case_id, attempt.fingerprint.empty() ? attempt.cell : attempt.fingerprint}];
  group.cell = attempt.cell;
  ++group.n;
  group.runs.insert(one.run->id);
  const std::vector<std::string> inputs = {attempt.first_phase, attempt.last_phase, attempt.kubernetes_version,
                                           attempt.suite_revision};
  (one.failed() ? group.failed_inputs : group.passed_inputs).insert(inputs);
  if (!one.failed()) return;
  ++group.k;
  group.failed_runs.insert(one.run->id);
  group.failed_ids.insert(group.failed_ids.begin(), attempt.id);
  if (group.failed_ids.size() > kIdsOfAFinding) group.failed_ids.pop_back();
}

bool is_flake(const Group& group) {
  return std::any_of(group.failed_inputs.begin(), group.failed_inputs.end(),
                     [&](const auto& inputs) { return group.passed_inputs.contains(inputs); });
}

void say(const Groups& groups, Verdict verdict, const std::string& remark, RuleResult& rule) {
  for (const auto& [key, group] : groups) {
    if (group.k == 0) continue;
    const Count count = proportion("", group.k, group.n);
    rule.findings.push_back(
        {verdict,
         fmt::format("{} in {}: {} of {} attempts failed ({}, 95 % interval {} to {}), in {} of {}{}{}", key.first,
                     group.cell, count.k, count.n, percent(static_cast<double>(count.k) / static_cast<double>(count.n)),
                     percent(count.low), percent(count.high), group.failed_runs.size(),
                     plural(static_cast<long>(group.runs.size()), "run"),
                     is_flake(group) ? "; a flake: it passed and failed with the same inputs" : "", remark),
         group.failed_ids});
  }
}

// A transition that a case of another feature made says nothing about this one.
bool concerns(const Transition& transition, const Evidence& evidence) {
  if (!evidence.filter.counts(transition)) return false;
  return transition.attempt_id.empty() ? evidence.instance_ids.contains(transition.instance_id)
                                       : evidence.attempt_ids.contains(transition.attempt_id);
}

struct Tally {
  long k = 0;
  long n = 0;
};

Tally count_transitions(const Evidence& evidence, RuleResult& rule, long& failed) {
  Tally tally;
  for (const Transition& transition : evidence.input.evidence.transitions) {
    if (!concerns(transition, evidence)) continue;
    const Outcome outcome = evidence.filter.outcome(transition);
    // The way back is recorded only when it fails, so it is in no rate.
    const bool in_rate = transition.request.kind != catalogue::TransitionKind::kRestore;
    if (in_rate && results::ran(outcome)) ++tally.n;
    if (!results::is_failure(outcome)) continue;
    ++failed;
    if (in_rate) ++tally.k;
    Finding finding{
        Verdict::kFail,
        fmt::format("transition {} in {}: {}: {}", to_string(transition.request.kind), transition.instance_id,
                    to_string(outcome), shorten(printable(transition.message), 200)),
        {}};
    if (!transition.attempt_id.empty()) finding.attempt_ids.push_back(transition.attempt_id);
    rule.findings.push_back(std::move(finding));
  }
  return tally;
}

long count_instances(const Evidence& evidence, RuleResult& rule) {
  long failed = 0;
  for (const ClusterInstance* instance : evidence.instances) {
    if (!results::is_failure(instance->outcome)) continue;
    ++failed;
    rule.findings.push_back({Verdict::kFail,
                             fmt::format("cluster instance {}: {}: {}", instance->id, to_string(instance->outcome),
                                         shorten(printable(instance->message), 200)),
                             {}});
  }
  return failed;
}

// The newest failure that counts, again and again, and what to do once its cause is mended.
void advise_to_repeat(const Evidence& evidence, RuleResult& rule) {
  Commands commands;
  const auto newest = std::find_if(evidence.attempts.rbegin(), evidence.attempts.rend(), [](const CountedAttempt& one) {
    return one.in_window && one.verified && one.failed();
  });
  if (newest != evidence.attempts.rend())
    commands = repeat_until_failure(evidence.input, newest->attempt->cell, newest->case_id);
  commands.lines.emplace_back("graduand mark fixed --help");
  advise(rule, "find the cause, and mark it as fixed once it is mended", std::move(commands));
}

}  // namespace

RuleResult no_product_failures(const Evidence& evidence) {
  const Threshold& threshold = evidence.thresholds.max_failures;
  RuleResult rule;
  rule.title = "No failures that are not infrastructure";
  rule.source = threshold.source;
  const std::string allowed = threshold.value == 0 ? "no" : "at most " + number(threshold.value);
  rule.threshold = fmt::format("{} failures within {} days, infrastructure apart", allowed,
                               number(evidence.thresholds.window_days.value));
  if (auto nothing = nothing_to_judge(evidence, rule)) return *nothing;

  Groups known, unknown;
  std::set<std::string> runs, failed_runs;
  long k = 0, n = 0, infra = 0;
  for (const CountedAttempt& one : evidence.attempts) {
    if (!one.in_window) continue;
    add(one.verified ? known : unknown, one);
    if (one.outcome == Outcome::kInfraError) ++infra;
    if (!one.verified || !one.ran()) continue;
    ++n;
    k += one.failed() ? 1 : 0;
    runs.insert(one.run->id);
    if (one.failed()) failed_runs.insert(one.run->id);
  }
  say(known, Verdict::kFail, "", rule);
  say(unknown, Verdict::kNotApplicable, "; its cluster was not verified: shown, not counted", rule);
  long failed_transitions = 0;
  const Tally transitions = count_transitions(evidence, rule, failed_transitions);
  const long instances = count_instances(evidence, rule);
  const bool too_many = static_cast<double>(k + failed_transitions + instances) > threshold.value;
  if (!too_many)
    for (Finding& finding : rule.findings)
      if (finding.verdict == Verdict::kFail) finding.verdict = Verdict::kPass;
  rule.counts.push_back(proportion("failures per attempt", k, n));
  rule.counts.push_back(
      proportion("failures per run", static_cast<long>(failed_runs.size()), static_cast<long>(runs.size())));
  if (transitions.n > 0) rule.counts.push_back(proportion("failed transitions", transitions.k, transitions.n));

  rule.verdict = too_many ? Verdict::kFail : n == 0 ? Verdict::kNoEvidence : Verdict::kPass;
  rule.reason = fmt::format("{} of {} failed, in {} of {}", k, plural(n, "attempt"), failed_runs.size(),
                            plural(static_cast<long>(runs.size()), "run"));
  if (failed_transitions + instances > 0)
    rule.reason += fmt::format("; {} and {} failed", plural(failed_transitions, "transition"),
                               plural(instances, "cluster instance"));
  if (infra > 0) rule.reason += fmt::format("; {} not counted", plural(infra, "infra-error"));
  if (too_many) advise_to_repeat(evidence, rule);
  return rule;
}

RuleResult failure_rate_bounded(const Evidence& evidence) {
  const auto& asked = evidence.thresholds.max_failure_rate;
  const double confidence = asked ? evidence.thresholds.failure_rate_confidence : kShownConfidence;
  RuleResult rule;
  rule.title = "The failure rate is bounded";
  rule.source = asked ? asked->source
                      : "the bound holds at all times at once: S. Howard et al., Time-uniform, nonparametric, "
                        "nonasymptotic confidence sequences (2021)";
  rule.threshold = asked ? fmt::format(
                               "failures in less than {} of scheduled cluster instances, at {}, per case and "
                               "required cell, however often it is judged",
                               percent(asked->value), percent(confidence))
                         : "the policy asks for none";
  if (asked) {
    if (auto nothing = nothing_to_judge(evidence, rule)) return *nothing;
    if (auto missing = without_cells(evidence, rule)) return *missing;
  }
  struct Pair {
    double bound;
    std::string text;
    std::string newest;
    bool below;
    long k, n;
  };
  std::vector<Pair> pairs;
  long needed = 0;
  std::vector<std::string> short_of;
  for (const CellEvidence& cell : evidence.cells)
    for (const CaseInCell& one : cell.cases) {
      if (!one.applicable) continue;
      const auto k = static_cast<long>(one.failed_instances.size());
      const auto n = static_cast<long>(one.instances.size());
      const double bound = stats::upper_bound_always(k, n, confidence);
      const bool below = asked && stats::evidence_below(asked->value, k, n) >= 1 / (1 - confidence);
      if (asked && !below) {
        needed = std::max(needed, stats::clean_trials_needed(asked->value, confidence) - n);
        if (!contains(short_of, cell.cell.name)) short_of.push_back(cell.cell.name);
      }
      pairs.push_back({bound,
                       fmt::format("{} in {}: failures in up to {} of cluster instances are not ruled out ({} of {} "
                                   "failed)",
                                   one.info->id, cell.cell.name, percent(bound), k, n),
                       one.newest_scheduled, below, k, n});
    }
  std::stable_sort(pairs.begin(), pairs.end(), [](const Pair& a, const Pair& b) { return a.bound > b.bound; });
  for (const Pair& pair : pairs) {
    Finding finding{!asked       ? Verdict::kNotApplicable
                    : pair.below ? Verdict::kPass
                                 : Verdict::kNoEvidence,
                    pair.text,
                    {}};
    if (!pair.newest.empty()) finding.attempt_ids.push_back(pair.newest);
    rule.findings.push_back(std::move(finding));
  }
  if (!pairs.empty()) {
    rule.counts.push_back(
        proportion("failed cluster instances, where most are not ruled out", pairs.front().k, pairs.front().n));
    rule.reason = pairs.front().text + fmt::format(", at {}", percent(confidence));
  } else {
    rule.reason = "no case can run in any required cell";
  }
  rule.verdict = !asked ? Verdict::kNotApplicable : pairs.empty() ? Verdict::kNoEvidence : worst(rule.findings);
  if (needed > 0)
    advise_runs(rule, plural(needed, "more scheduled cluster instance") + " without a failure", evidence,
                wanted_cells(evidence, short_of), true);
  return rule;
}

RuleResult presubmits_agree(const Evidence& evidence) {
  const Threshold& threshold = evidence.thresholds.max_presubmit_changes;
  RuleResult rule;
  rule.title = "Presubmits do not fail on unrelated changes";
  rule.source = threshold.source;
  rule.threshold =
      fmt::format("no case that failed on more than {} within {} days",
                  plural(static_cast<long>(threshold.value), "change"), number(evidence.thresholds.window_days.value));
  std::map<std::string, const results::Run*> runs;
  for (const results::Run* run : evidence.filter.presubmits()) runs.emplace(run->id, run);
  struct Seen {
    std::set<std::string> changes;
    std::vector<std::string> ids;
  };
  std::map<std::string, Seen> failed;
  for (const results::Attempt& attempt : evidence.input.evidence.attempts) {
    const auto run = runs.find(attempt.run_id);
    if (run == runs.end() || !evidence.filter.speaks(attempt) || attempt.simulated) continue;
    if (!results::is_failure(evidence.filter.outcome(attempt))) continue;
    if (attempt.started + attempt.took > evidence.input.as_of) continue;
    const std::string& id = evidence.filter.case_id(attempt.case_id);
    const RunFilter::Fixed* fixed = evidence.filter.fixed(id);
    if (fixed != nullptr && attempt.started < fixed->since) continue;
    Seen& seen = failed[id];
    // Where it is not said what was tested, each build is a change of its own: when unsure it counts.
    const results::Run& of = *run->second;
    seen.changes.insert(!of.change.empty() ? of.change : !of.build_id.empty() ? of.job + " #" + of.build_id : of.id);
    seen.ids.insert(seen.ids.begin(), attempt.id);
    if (seen.ids.size() > kIdsOfAFinding) seen.ids.pop_back();
  }
  for (const auto& [id, seen] : failed) {
    const bool many = static_cast<double>(seen.changes.size()) > threshold.value;
    std::vector<std::string> named(seen.changes.begin(), seen.changes.end());
    if (named.size() > 5) named.resize(5);
    rule.findings.push_back({many ? Verdict::kNoEvidence : Verdict::kPass,
                             fmt::format("{} failed in presubmits of {}: {}{}", id,
                                         plural(static_cast<long>(seen.changes.size()), "change"), join(named, ", "),
                                         named.size() < seen.changes.size() ? ", …" : ""),
                             seen.ids});
  }
  rule.verdict = worst(rule.findings);
  const auto bad = std::count_if(rule.findings.begin(), rule.findings.end(),
                                 [](const Finding& finding) { return finding.verdict != Verdict::kPass; });
  // Presubmits alone support nothing, whatever they say.
  if (rule.verdict == Verdict::kPass)
    if (auto nothing = nothing_to_judge(evidence, rule)) return *nothing;
  rule.reason = runs.empty() ? "no presubmit ran a case of " + evidence.input.feature
                             : fmt::format("{} failed on unrelated changes, in {}", plural(bad, "case"),
                                           plural(static_cast<long>(runs.size()), "presubmit run"));
  if (rule.verdict != Verdict::kPass)
    advise(rule, "find the cause, and let the schedule show that it is mended", {{"graduand mark fixed --help"}, {}});
  return rule;
}

RuleResult infrastructure_even(const Evidence& evidence) {
  const Threshold& threshold = evidence.thresholds.infrastructure_level;
  RuleResult rule;
  rule.title = "Infrastructure does not prefer the gate on";
  rule.source = threshold.source;
  rule.threshold =
      fmt::format("infra-errors not significantly more with the gate on, at level {}", number(threshold.value));
  if (evidence.input.info.gates.empty()) {
    rule.verdict = Verdict::kNotApplicable;
    rule.reason = evidence.input.feature + " has no gate";
    return rule;
  }
  if (auto nothing = nothing_to_judge(evidence, rule)) return *nothing;
  struct Side {
    Tally attempts, instances;
    std::set<std::string> with_errors;  // cluster instances
  } on, off;
  const auto side_of = [&](const catalogue::CellDescription& cell, const std::vector<const Transition*>& before) {
    const auto state = requested_on(evidence.input.info, cell, before);
    return !state ? nullptr : *state ? &on : &off;
  };
  for (const CountedAttempt& one : evidence.attempts) {
    if (!one.in_window || one.timeline == nullptr || (!one.ran() && one.outcome != Outcome::kInfraError)) continue;
    std::vector<const Transition*> before;
    if (const auto at = one.timeline->phase(one.attempt->first_phase))
      for (std::size_t i = 1; i <= *at; ++i) before.push_back(one.timeline->phases[i].by);
    Side* side = side_of(one.timeline->instance->cell, before);
    if (side == nullptr) continue;
    ++side->attempts.n;
    if (one.outcome != Outcome::kInfraError) continue;
    ++side->attempts.k;
    side->with_errors.insert(one.attempt->instance_id);
  }
  for (const ClusterInstance* instance : evidence.instances) {
    Side* side = side_of(instance->cell, {});
    if (side == nullptr) continue;
    ++side->instances.n;
    if (instance->outcome == Outcome::kInfraError) ++side->instances.k;
  }
  const double of_attempts = stats::fisher_greater(on.attempts.k, on.attempts.n, off.attempts.k, off.attempts.n);
  const double of_instances = stats::fisher_greater(on.instances.k, on.instances.n, off.instances.k, off.instances.n);
  for (const auto& [name, side] : {std::pair("on", &on), std::pair("off", &off)}) {
    if (side->attempts.n > 0)
      rule.counts.push_back(
          proportion(fmt::format("infra-errors per attempt, gate {}", name), side->attempts.k, side->attempts.n));
    if (side->instances.n > 0)
      rule.counts.push_back(proportion(fmt::format("infra-errors per cluster instance, gate {}", name),
                                       side->instances.k, side->instances.n));
  }
  // The attempts of one lost cluster are one event, however many they are.
  if (of_attempts < threshold.value && on.with_errors.size() >= 2)
    rule.findings.push_back(
        {Verdict::kFail,
         fmt::format("infra-errors per attempt: {} of {} with the gate on, {} of {} off; by chance p = {:.2g}",
                     on.attempts.k, on.attempts.n, off.attempts.k, off.attempts.n, of_attempts),
         {}});
  if (of_instances < threshold.value)
    rule.findings.push_back(
        {Verdict::kFail,
         fmt::format("infra-errors per cluster instance: {} of {} with the gate on, {} of {} off; by "
                     "chance p = {:.2g}",
                     on.instances.k, on.instances.n, off.instances.k, off.instances.n, of_instances),
         {}});
  if (on.attempts.n + on.instances.n == 0 || off.attempts.n + off.instances.n == 0) {
    rule.verdict = Verdict::kNotApplicable;
    rule.reason = fmt::format("nothing to compare: {} with the gate on, {} with it off",
                              plural(on.attempts.n, "attempt"), off.attempts.n);
    return rule;
  }
  rule.verdict = worst(rule.findings);
  rule.reason = rule.verdict == Verdict::kFail
                    ? "what is called infrastructure breaks more with the gate on, so it is not infrastructure"
                    : fmt::format("{} of {} with the gate on ended as infra-error, {} of {} off", on.attempts.k,
                                  plural(on.attempts.n, "attempt"), off.attempts.k, off.attempts.n);
  if (rule.verdict == Verdict::kFail) advise(rule, "read the logs of the clusters that were lost with the gate on");
  return rule;
}

}  // namespace graduand::graduation
