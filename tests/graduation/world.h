// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "framework/graduation/judge.h"

namespace graduand::graduation::test {

inline Timestamp at(const std::string& text) {
  return parse_rfc3339(text).value();
}
inline constexpr const char* kGate = "PodLifecycleSleepAction";

// A feature with two cases and the cells "v1.33, gate on", "v1.33, gate off" and "v1.34" for both stages, and a history
// that is built run by run.
class World {
 public:
  World() {
    input.feature = kGate;
    input.stage = Stage::kStable;
    input.release = {1, 34};
    input.as_of = at("2026-11-30T12:00:00Z");
    input.evidence_source = "history history.db";
    input.info.name = kGate;
    input.info.gates = {kGate};
    for (const char* stage : {"beta", "stable"})
      input.info.required_cells[stage] = {{"v1.33, gate on", {1, 33}, {{kGate, true}}, {}, 1},
                                          {"v1.33, gate off", {1, 33}, {{kGate, false}}, {}, 1},
                                          {"v1.34", {1, 34}, {{kGate, true}}, {}, 1}};
    add_case("sleep/delays", {std::string("gate ") + kGate + " on"});
    add_case("sleep/validates", {});
  }

  catalogue::CaseInfo& add_case(const std::string& id, std::vector<std::string> needs) {
    catalogue::CaseInfo info;
    info.suite = "sleep";
    info.id = id;
    info.name = id;
    info.features = {kGate};
    info.needs = std::move(needs);
    input.cases.push_back(info);
    return input.cases.back();
  }

  results::Run& add_run(const std::string& id, Timestamp started, results::Trigger trigger) {
    results::Run run;
    run.id = id;
    run.started = started;
    run.finished = started + std::chrono::minutes(20);
    run.trigger = trigger;
    run.job = "ci-sleep-action";
    run.build_id = std::to_string(input.evidence.runs.size() + 1);
    run.harness_version = "0.1.0";
    run.harness_revision = "abc123";
    input.evidence.runs.push_back(run);
    return input.evidence.runs.back();
  }

  // A cluster of one node with the gate on or off everywhere, all components verified.
  results::ClusterInstance& add_instance(const results::Run& run, const std::string& cell,
                                         const catalogue::KubeVersion& version, bool on) {
    results::ClusterInstance instance;
    instance.id = run.id + "/" + cell + "/1";
    instance.run_id = run.id;
    instance.cell.profile = cell.substr(0, cell.find('/'));
    instance.cell.name = cell.substr(cell.find('/') + 1);
    instance.cell.kubernetes_version = version;
    if (!on) instance.cell.gates = {{kGate, false}};
    instance.provider = "kind";
    instance.created = run.started;
    instance.ready_after = seconds(48);
    instance.nodes = {{"n", "control-plane", "kindest/node:" + version.str(), "sha256:0", "published", version.str()}};
    instance.facts.api_server_version = version;
    instance.facts.kubelet_versions = {version};
    for (const std::string& component : catalogue::components())
      instance.facts.effective_gates[component] = {{"Other", true}};
    for (const char* component : {catalogue::kApiServer, catalogue::kKubelet})
      instance.facts.effective_gates[component][kGate] = on;
    input.evidence.instances.push_back(instance);
    return input.evidence.instances.back();
  }

  results::Attempt& add_attempt(const results::ClusterInstance& instance, const std::string& case_id,
                                results::Outcome outcome) {
    const auto count = static_cast<int>(input.evidence.attempts.size()) + 1;
    results::Attempt attempt;
    attempt.id = instance.run_id + "/" + instance.cell.display_name() + "/" + case_id + "/1";
    attempt.run_id = instance.run_id;
    attempt.instance_id = instance.id;
    attempt.cell = instance.cell.display_name();
    attempt.fingerprint = instance.cell.fingerprint();
    attempt.suite = "sleep";
    attempt.case_id = case_id;
    attempt.case_name = case_id;
    attempt.features = {kGate};
    attempt.seed = 7;
    attempt.started = instance.created + seconds(count);
    attempt.outcome = outcome;
    attempt.kubernetes_version = instance.facts.api_server_version.str();
    input.evidence.attempts.push_back(attempt);
    input.evidence.attempt_numbers.push_back(count);
    return input.evidence.attempts.back();
  }

  // A run of both cases in the three cells in which everything passes; `delays` is skipped where the gate is off.
  void add_good_run(const std::string& id, Timestamp started, results::Trigger trigger = results::Trigger::kPeriodic) {
    const results::Run run = add_run(id, started, trigger);
    for (const auto& [cell, minor, on] :
         {std::tuple("sleep-v1.33/on", 33, true), std::tuple("sleep-v1.33/off", 33, false),
          std::tuple("sleep-v1.34/default", 34, true)}) {
      const results::ClusterInstance instance = add_instance(run, cell, {1, minor, 3}, on);
      if (on)
        add_attempt(instance, "sleep/delays", results::Outcome::kPassed);
      else
        add_attempt(instance, "sleep/delays", results::Outcome::kSkipped).reason =
            "needs gate PodLifecycleSleepAction on at kube-apiserver: it is off";
      add_attempt(instance, "sleep/validates", results::Outcome::kPassed);
    }
  }

  // A good run each day, the last one on the day of as_of.
  void add_good_days(int days) {
    for (int day = days - 1; day >= 0; --day)
      add_good_run("run" + std::string(day < 10 ? "0" : "") + std::to_string(day),
                   input.as_of - std::chrono::hours(24 * day + 1));
  }

  Judgement judged(const Policy& policy = builtin_policy()) const { return judge(input, policy); }

  JudgeInput input;
};

inline const RuleResult& rule(const Judgement& judgement, const std::string& id) {
  for (const RuleResult& one : judgement.rules)
    if (one.id == id) return one;
  static const RuleResult none;
  return none;
}

}  // namespace graduand::graduation::test
