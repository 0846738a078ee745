// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "framework/graduation/prr/document.h"

namespace graduand::graduation::prr::test {

inline constexpr const char* kGate = "PodLifecycleSleepAction";

inline Timestamp at(const std::string& text) {
  return parse_rfc3339(text).value();
}

inline catalogue::TransitionRequest set_gate(const std::string& phase, bool on, const std::string& component = {}) {
  return {.phase = phase, .gates = {{kGate, on}}, .component = component};
}

inline catalogue::TransitionRequest to_version(catalogue::TransitionKind kind, const std::string& phase,
                                               const catalogue::KubeVersion& version) {
  return {.kind = kind, .phase = phase, .version = version};
}

// A history that is built cluster by cluster, each with its way through the phases.
class World {
 public:
  World() {
    JudgeInput& judge = input.judge;
    judge.feature = judge.info.name = kGate;
    judge.info.keps = {3960};
    judge.info.gates = {kGate};
    judge.stage = Stage::kStable;
    judge.release = {1, 34};
    judge.as_of = at("2026-11-23T12:00:00Z");
    judge.evidence_source = "history history.db";
  }
  history::Selection& records() { return input.judge.evidence; }

  results::Run& run(const std::string& id, const std::string& started,
                    results::Trigger trigger = results::Trigger::kPeriodic) {
    results::Run one;
    one.id = id;
    one.started = clock_ = at(started);
    one.trigger = trigger;
    one.job = "ci-sleep-action";
    one.build_id = std::to_string(records().runs.size() + 1);
    one.harness_version = "0.1.0";
    one.harness_revision = "abc123";
    one.argv = {"/opt/graduand/bin/graduand",
                "run",
                "--profile",
                "kind-configs/" + id + ".yaml",
                "--label-filter",
                std::string("FeatureGate:") + kGate + " && !Slow"};
    records().runs.push_back(one);
    return records().runs.back();
  }

  // A cluster of the last run: a control plane, and a worker that may be older.
  void cluster(const std::string& profile, const std::string& cell, const catalogue::KubeVersion& version, bool on,
               const std::optional<catalogue::KubeVersion>& worker = {}) {
    results::ClusterInstance instance;
    instance.run_id = records().runs.back().id;
    instance.cell.profile = profile;
    instance.cell.name = cell;
    instance.cell.kubernetes_version = version;
    instance.cell.nodes = {{"control-plane", version}, {"worker", worker.value_or(version)}};
    instance.cell.gates = {{kGate, on}};
    instance.id = instance.run_id + "/" + instance.cell.display_name() + "/1";
    instance.provider = "kind";
    instance.created = tick();
    instance.ready_after = milliseconds(24'310);
    for (const auto& node : instance.cell.nodes)
      instance.nodes.push_back({"gr-" + node.role, node.role, "kindest/node:" + node.version.str(),
                                "sha256:" + std::string(8, static_cast<char>('a' + node.version.minor % 10)),
                                "published", node.version.str()});
    instance.facts.api_server_version = version;
    for (const auto& node : instance.cell.nodes) instance.facts.kubelet_versions.push_back(node.version);
    instance.facts.nodes = 2;
    for (const std::string& component : catalogue::components())
      instance.facts.effective_gates[component] = {{kGate, on}};
    now_ = instance.facts;
    records().instances.push_back(instance);
    phase_ = "initial";
  }

  results::ClusterInstance& last_cluster() { return records().instances.back(); }

  // Of a profile, on the last cluster: one that passed does what it was asked for, and that is read back.
  results::Transition& transition(const catalogue::TransitionRequest& request,
                                  results::Outcome outcome = results::Outcome::kPassed,
                                  const std::string& message = {}) {
    results::Transition one = blank();
    one.request = request;
    one.phase_before = phase_;
    if (outcome == results::Outcome::kPassed) phase_ = request.phase;
    one.phase_after = phase_;
    one.outcome = outcome;
    one.message = message;
    last_cluster().cell.transitions.push_back(request);
    records().transitions.push_back(one);
    if (outcome == results::Outcome::kPassed) {
      happen(request);
      read_back(now_);
    }
    return records().transitions.back();
  }

  // What was measured in the present phase, in place of what was before.
  void read_back(const catalogue::CellFacts& facts) {
    now_ = facts;
    results::Fact fact;
    fact.id = last_cluster().id + "/" + results::kPhaseFacts + "/" + phase_;
    fact.run_id = last_cluster().run_id;
    fact.instance_id = last_cluster().id;
    fact.name = results::kPhaseFacts;
    fact.value = json::object{{"phase", phase_}, {"facts", facts.to_json()}};
    fact.measured = tick();
    unread();
    records().facts.push_back(std::move(fact));
  }
  // Nobody read anything back in the present phase.
  void unread() {
    std::erase_if(records().facts, [&](const results::Fact& one) {
      return one.id == last_cluster().id + "/" + results::kPhaseFacts + "/" + phase_;
    });
  }
  // Of the present phase.
  const catalogue::CellFacts& facts() const { return now_; }

  // A case's own flip at the API server and its way back, as framework/e2e records them.
  void own_flip(const results::Attempt& attempt) {
    for (const bool back : {false, true}) {
      results::Transition one = blank();
      one.attempt_id = attempt.id;
      one.request.component = catalogue::kApiServer;
      if (back)
        one.request.kind = catalogue::TransitionKind::kRestore;
      else
        one.request.gates = {{kGate, false}};
      one.phase_before = back ? "initial+kube-apiserver" : "initial";
      one.phase_after = back ? "initial" : "initial+kube-apiserver";
      records().transitions.push_back(one);
    }
  }

  // In the phase that the last cluster is in.
  results::Attempt& attempt(const std::string& case_id, results::Outcome outcome = results::Outcome::kPassed,
                            std::vector<std::string> features = {kGate}) {
    results::Attempt one;
    const auto& instance = last_cluster();
    one.case_id = case_id;
    one.run_id = instance.run_id;
    one.instance_id = instance.id;
    one.cell = instance.cell.display_name();
    one.fingerprint = instance.cell.fingerprint();
    one.number = static_cast<int>(records().attempts.size()) + 1;
    one.id = one.run_id + "/" + one.cell + "/" + case_id + "/" + std::to_string(one.number);
    one.features = std::move(features);
    one.started = tick();
    one.outcome = outcome;
    one.first_phase = one.last_phase = phase_;
    one.stdout_path = "attempts/" + instance.cell.name + "/" + case_id.substr(case_id.find('/') + 1) + "." +
                      std::to_string(one.number) + "/stdout.txt";
    records().attempts.push_back(one);
    records().attempt_numbers.push_back(one.number);
    return records().attempts.back();
  }

  void attempts(const std::string& case_id, int passed) {
    for (int i = 0; i < passed; ++i) attempt(case_id);
  }

  // on → off → on with cases in each phase, one that watches, and one that knows nothing of the feature.
  void gate_cycle(const std::string& run_id, const std::string& started) {
    run(run_id, started);
    cluster("gate-cycle", "sleep", {1, 33, 13}, true);
    const auto in_phase = [&](const char* step) {
      attempts(std::string("gate-cycle/") + step, 2);
      for (int i = 0; i < 3; ++i) attempt("workloads/deployment", results::Outcome::kPassed, {"Other"});
    };
    in_phase("before");
    transition(set_gate("off", false));
    in_phase("after-off");
    transition(set_gate("on-again", true)).took = milliseconds(11'260);
    in_phase("after-on-again");
    attempt("gate-cycle/watches").first_phase = "initial";
  }

  void upgrade_cycle(const std::string& run_id, const std::string& started) {
    using catalogue::TransitionKind;
    run(run_id, started);
    cluster("upgrade-downgrade", "sleep", {1, 33, 13}, true);
    attempts("upgrade-downgrade/before", 3);
    transition(to_version(TransitionKind::kUpgrade, "upgraded", {1, 34, 3})).took = milliseconds(167'400);
    attempts("upgrade-downgrade/after", 3);
    results::Transition& down = transition(to_version(TransitionKind::kDowngrade, "downgraded", {1, 33, 13}));
    down.took = milliseconds(40'020);
    down.message = "etcd 3.6.6 and its data stay as they are";
    attempts("upgrade-downgrade/after", 3);
    transition(to_version(TransitionKind::kUpgrade, "upgraded-again", {1, 34, 3})).took = milliseconds(150'900);
    attempts("upgrade-downgrade/after", 3);
    attempt("upgrade-downgrade/watches").first_phase = "initial";
  }

  Document document() const { return document_of(input); }
  const Answer& answer(const Document& document, const std::string& id) const {
    for (const Answer& one : document.answers)
      if (one.id == id) return one;
    static const Answer none;
    return none;
  }

  Input input;

 private:
  Timestamp tick() { return clock_ += seconds(1); }
  results::Transition blank() {
    results::Transition one;
    one.id = last_cluster().id + "/transition/" + std::to_string(records().transitions.size() + 1);
    one.run_id = last_cluster().run_id;
    one.instance_id = last_cluster().id;
    one.started = tick();
    one.took = milliseconds(13'240);
    return one;
  }
  void happen(const catalogue::TransitionRequest& request) {
    for (const auto& [gate, on] : request.gates)
      for (const std::string& component : catalogue::components())
        if (request.component.empty() || request.component == component) now_.effective_gates[component][gate] = on;
    if (!request.version) return;
    const bool swap = request.kind == catalogue::TransitionKind::kSwapKubelet;
    if (!swap) now_.api_server_version = *request.version;
    if (!request.control_plane_only)
      for (std::size_t i = 0; i < now_.kubelet_versions.size(); ++i)
        if (!swap || request.node.empty() || (request.node == "worker") == (i == 1))
          now_.kubelet_versions[i] = *request.version;
  }
  Timestamp clock_{};
  catalogue::CellFacts now_;
  std::string phase_ = "initial";
};

// Everything that the questionnaire asks for, and runs that do not count.
inline World complete() {
  World world;
  world.gate_cycle("gate-cycle-1", "2026-11-20T10:00:00Z");
  world.gate_cycle("gate-cycle-2", "2026-11-21T10:00:00Z");
  world.upgrade_cycle("upgrade-1", "2026-11-21T11:00:00Z");
  world.run("skew-1", "2026-11-21T12:00:00Z");
  world.cluster("skew", "kubelet-n-3", {1, 34, 3}, true, catalogue::KubeVersion{1, 31, 14});
  world.attempts("sleep/delays", 4);
  world.run("sleep-1", "2026-11-22T10:00:00Z");
  world.cluster("sleep", "on", {1, 33, 13}, true);
  world.attempts("sleep/delays", 2);
  world.own_flip(world.attempt("sleep/stored-sleep-survives"));
  world.cluster("sleep", "api-server-off", {1, 33, 13}, true);
  world.last_cluster().cell.component_gates[catalogue::kApiServer] = {{kGate, false}};
  world.last_cluster().facts.effective_gates[catalogue::kApiServer][kGate] = false;
  world.attempts("sleep/validates", 2);
  world.run("by-hand", "2026-11-22T10:30:00Z", results::Trigger::kManual);
  world.cluster("sleep", "on", {1, 33, 13}, true);
  world.attempt("sleep/delays", results::Outcome::kFailed);
  world.gate_cycle("dry", "2026-11-22T11:00:00Z");
  world.records().runs.back().simulated = true;
  return world;
}

// The API server did not come back when the gate went off; later the same failed because a node was killed.
inline World failing() {
  World world;
  world.run("broken", "2026-11-20T10:00:00Z");
  world.cluster("gate-cycle", "sleep", {1, 33, 13}, true);
  world.attempts("gate-cycle/before", 2);
  world.transition(set_gate("off", false), results::Outcome::kFailed,
                   "the API server did not come back ready within 3m; its last words: \"panic: runtime error: index\" "
                   "<`goroutine` 1 | [running]>");
  world.run("killed", "2026-11-21T10:00:00Z");
  world.cluster("gate-cycle", "sleep", {1, 33, 13}, true);
  world.attempts("gate-cycle/before", 2);
  world.transition(set_gate("off", false), results::Outcome::kInfraError, "node gr-control-plane was killed");
  world.run("worse", "2026-11-22T10:00:00Z");
  world.cluster("gate-cycle", "sleep", {1, 33, 13}, true);
  world.attempts("gate-cycle/before", 2);
  world.transition(set_gate("off", false));
  auto& lost = world.attempt("gate-cycle/after-off", results::Outcome::kFailed);
  lost.failures = {{"suites/gate-cycle/cases.cc", 42, "the stored object lost its field | `sleep`", true}};
  world.attempts("gate-cycle/after-off", 1);
  return world;
}

}  // namespace graduand::graduation::prr::test
