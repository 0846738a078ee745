// SPDX-License-Identifier: Apache-2.0
#include "tests/replay/expand.h"

#include <algorithm>

#include "framework/catalogue/need.h"
#include "framework/catalogue/phase.h"
#include "framework/graduation/policy_keys.h"
#include "tests/replay/cluster_state.h"

namespace graduand::replay {
namespace {

using catalogue::CellFacts;
using results::Outcome;

class History {
 public:
  History(const Fixture& fixture, const ExpectedJudgement& judgement, history::Selection& out)
      : fixture_(fixture), judgement_(judgement), out_(out) {}

  void add(const Job& job) {
    if (!has(job.origin)) return;
    long build = 0;
    for (Timestamp at = job.from; at <= job.to; at += job.every) {
      add_run(job, at, job.build.empty() ? std::to_string(1000 + ++build) : job.build);
      if (job.every.count() == 0) break;
    }
  }

  bool has(const Origin& origin) const { return origin.part.empty() || judgement_.parts.contains(origin.part); }

 private:
  void add_run(const Job& job, Timestamp at, const std::string& build) {
    results::Run run;
    run.id = job.name + "-" + build;
    run.started = at;
    run.finished = at + std::chrono::minutes(60);
    run.trigger = job.trigger;
    run.job = job.name;
    run.build_id = build;
    run.change = job.change;
    run.harness_version = "0.1.0";
    run.harness_revision = "replay";
    out_.runs.push_back(run);
    out_.plans.push_back({run.id, {}});
    clock_ = at;
    for (const std::string& cell : job.cells) add_cluster(job, fixture_.cells.at(cell));
  }

  void add_cluster(const Job& job, const Cell& cell) {
    const std::string run = out_.runs.back().id;
    ClusterState state{cell.kubernetes, {cell.kubernetes}, cell.gates};
    if (cell.worker) state.kubelets.push_back(*cell.worker);
    results::ClusterInstance instance;
    instance.id = run + "/replay/" + cell.name + "/1";
    instance.run_id = run;
    instance.provider = instance.cell.provider = "kind";
    instance.cell.profile = "replay";
    instance.cell.name = cell.name;
    instance.cell.kubernetes_version = cell.kubernetes;
    instance.cell.nodes = {{"control-plane", cell.kubernetes}};
    if (cell.worker) instance.cell.nodes.push_back({"worker", *cell.worker});
    for (const auto& [gate, on] : cell.gates)
      if (can_be_asked(gate, cell.kubernetes)) instance.cell.gates[gate] = on;
    for (std::size_t i = 0; i < instance.cell.nodes.size(); ++i)
      instance.nodes.push_back(
          {"node-" + std::to_string(i), instance.cell.nodes[i].role, "", "", "", instance.cell.nodes[i].version.str()});
    instance.cell.transitions = cell.transitions;
    instance.cluster_name = "replay-" + std::to_string(out_.instances.size());
    instance.created = tick();
    instance.ready_after = seconds(1);
    tick();
    facts_ = instance.facts = state.facts(fixture_.info.gates);
    out_.plans.back().cells.push_back({instance.cell, {}});
    out_.instances.push_back(instance);
    add_attempts(job, catalogue::kInitialPhase);
    for (const catalogue::TransitionRequest& request : cell.transitions) {
      state.apply(request);
      add_transition(request, state);
      add_attempts(job, request.phase);
    }
  }

  void add_transition(const catalogue::TransitionRequest& request, const ClusterState& state) {
    const results::ClusterInstance& instance = out_.instances.back();
    results::Transition one;
    one.id = instance.id + "/" + request.phase;
    one.run_id = instance.run_id;
    one.instance_id = instance.id;
    one.request = request;
    one.phase_before = phase_;
    one.phase_after = request.phase;
    one.started = tick();
    one.took = milliseconds(500);
    one.outcome = Outcome::kPassed;
    out_.transitions.push_back(one);
    facts_ = state.facts(fixture_.info.gates);
    out_.facts.push_back({instance.id + "/" + results::kPhaseFacts + "/" + request.phase, instance.run_id, instance.id,
                          results::kPhaseFacts, json::object{{"phase", request.phase}, {"facts", facts_.to_json()}},
                          tick()});
  }

  void add_attempts(const Job& job, const std::string& phase) {
    phase_ = phase;
    for (const std::string& id : job.cases)
      for (const catalogue::CaseInfo& info : fixture_.cases)
        if (info.id == id) add_attempt(job, info, {});
    if (job.phased.empty()) return;
    catalogue::CaseInfo step;
    step.id = job.phased + (phase == catalogue::kInitialPhase ? "/create" : "/stays");
    step.suite = step.id.substr(0, step.id.find('/'));
    step.features = {fixture_.info.name};
    add_attempt(job, step, job.phased);
  }

  void add_attempt(const Job& job, const catalogue::CaseInfo& info, const std::string& phased) {
    const results::ClusterInstance& instance = out_.instances.back();
    out_.plans.back().cells.back().cases.push_back({info.suite, info.id, info.features, phase_, 1});
    results::Attempt attempt;
    attempt.id = instance.id + "/" + info.id + "@" + phase_ + "/1";
    attempt.run_id = instance.run_id;
    attempt.instance_id = instance.id;
    attempt.cell = instance.cell.display_name();
    attempt.fingerprint = instance.cell.fingerprint();
    attempt.suite = info.suite;
    attempt.suite_revision = "replay";
    attempt.case_id = attempt.case_name = info.id;
    attempt.features = info.features;
    attempt.labels = info.all_labels();
    attempt.phased_case = phased;
    attempt.first_phase = attempt.last_phase = phase_;
    attempt.started = tick();
    attempt.took = milliseconds(900);
    attempt.kubernetes_version = facts_.api_server_version.str();
    attempt.outcome = Outcome::kPassed;
    if (const auto unmet = catalogue::first_unmet(info.needs, facts_)) {
      attempt.outcome = Outcome::kSkipped;
      attempt.reason = *unmet;
    } else {
      if (job.failed.contains(info.id) || fails(info.id, attempt.started)) attempt.outcome = Outcome::kFailed;
      measure(attempt);
    }
    out_.attempts.push_back(attempt);
    out_.attempt_numbers.push_back(static_cast<long>(out_.attempts.size()));
  }

  bool gate_is(const std::optional<bool>& wanted) const {
    if (!wanted || fixture_.info.gates.empty()) return true;
    const std::string& gate = fixture_.info.gates.front();
    for (const std::string& component : fixture_.info.components_of(gate))
      if (facts_.effective(component, gate) != wanted) return false;
    return true;
  }

  bool fails(const std::string& id, Timestamp at) {
    bool failed = false;
    for (std::size_t i = 0; i < fixture_.failures.size(); ++i) {
      const Failures& one = fixture_.failures[i];
      if (one.case_id != id || !has(one.origin) || at < one.from || at > one.to || !gate_is(one.gate)) continue;
      failed = failed || seen_[i]++ % one.one_in == 0;
    }
    return failed;
  }

  void measure(results::Attempt& attempt) {
    for (const Measured& one : fixture_.measures) {
      if (one.case_id != attempt.case_id || !has(one.origin)) continue;
      const double wobble = 1 + 0.01 * static_cast<double>(out_.attempts.size() % 3);
      attempt.measures.push_back({one.name, wobble * (gate_is(true) ? one.on : one.off), one.unit});
    }
  }

  Timestamp tick() { return clock_ += seconds(1); }

  const Fixture& fixture_;
  const ExpectedJudgement& judgement_;
  history::Selection& out_;
  Timestamp clock_{};
  std::string phase_;
  CellFacts facts_;                  // of the present phase of the last cluster
  std::map<std::size_t, int> seen_;  // failures → attempts that they were about
};

}  // namespace

graduation::JudgeInput expand(const Fixture& fixture, const ExpectedJudgement& judgement) {
  graduation::JudgeInput input;
  input.feature = fixture.info.name;
  input.stage = judgement.stage;
  input.release = judgement.release;
  input.as_of = judgement.as_of;
  input.info = fixture.info;
  for (const catalogue::CaseInfo& info : fixture.cases) {
    const auto part = fixture.case_parts.find(info.id);
    if (part == fixture.case_parts.end() || judgement.parts.contains(part->second)) input.cases.push_back(info);
  }
  input.evidence_source = fixture.file;
  if (judgement.forgetting.contains("scenarios")) input.info.scenarios.clear();
  if (judgement.forgetting.contains("comparisons")) input.info.comparisons.clear();
  if (judgement.forgetting.contains("deprecations")) input.info.deprecations.clear();
  History history(fixture, judgement, input.evidence);
  for (const Job& job : fixture.jobs) history.add(job);
  for (const Fixed& fixed : fixture.marks)
    if (history.has(fixed.origin)) input.evidence.marks.push_back(fixed.mark);
  return input;
}

graduation::Policy policy_of(const ExpectedJudgement& judgement) {
  graduation::Policy policy = graduation::builtin_policy();
  if (judgement.prereleases) {
    policy.prereleases = true;
    policy.digest = graduation::digest_of(policy);
  }
  return policy;
}

}  // namespace graduand::replay
