// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "framework/results/run_directory.h"

// One of each record with every member set, for tests.
namespace graduand::results {

inline Timestamp sample_time(int second) {
  return parse_rfc3339("2026-11-21T04:10:00Z").value() + seconds(second);
}

inline Run sample_run() {
  Run run;
  run.id = "20261121t041000-ab12cd34";
  run.started = sample_time(0);
  run.finished = sample_time(60) + std::chrono::microseconds(123456);
  run.trigger = Trigger::kPeriodic;
  run.job = "periodic-sleep-action";
  run.build_id = "17";
  run.harness_version = "0.1.0";
  run.harness_revision = "0123456789ab";
  run.argv = {"graduand", "run", "--profile", "a b.yaml"};
  run.label_filter = "!Slow && \"x\"";
  run.seed = 18446744073709551615u;
  run.repeat = 2;
  run.host = {"Debian GNU/Linux 12", "6.1.0", 4, 16'000'000'000, "docker 20.10.24"};
  run.simulated = true;
  return run;
}

inline ClusterInstance sample_instance() {
  ClusterInstance instance;
  instance.id = sample_run().id + "/sleep-action/v1.33-on/1";
  instance.run_id = sample_run().id;
  instance.cell.profile = "sleep-action";
  instance.cell.name = "v1.33-on";
  instance.cell.provider = "kind";
  instance.cell.kubernetes_version = {1, 33, 13};
  instance.cell.nodes = {{"control-plane", {1, 33, 13}}};
  instance.cell.gates = {{"PodLifecycleSleepAction", true}};
  instance.provider = "kind";
  instance.cluster_name = "graduand-ab12cd34-1";
  instance.created = sample_time(1);
  instance.ready_after = milliseconds(30'250);
  instance.nodes = {{"cp", "control-plane", "kindest/node:v1.33.13", "sha256:00", "built", "v1.33.13"}};
  instance.host_added_gates = {{"KubeletInUserNamespace", true}};
  instance.facts.api_server_version = {1, 33, 13};
  instance.facts.kubelet_versions = {{1, 33, 13}};
  instance.facts.effective_gates = {{"kubelet", {{"PodLifecycleSleepAction", true}}}};
  instance.facts.node_access = true;
  instance.outcome = Outcome::kInfraError;
  instance.message = "not ready";
  return instance;
}

inline Transition sample_transition() {
  Transition transition;
  transition.id = "t1";
  transition.run_id = sample_run().id;
  transition.instance_id = sample_instance().id;
  transition.attempt_id = "a";
  transition.request = {.gates = {{"PodLifecycleSleepAction", false}}, .component = "kube-apiserver"};
  transition.phase_before = "initial";
  transition.phase_after = "gates off";
  transition.started = sample_time(40);
  transition.took = milliseconds(21'001);
  transition.outcome = Outcome::kFailed;
  transition.message = "the API server did not come back";
  return transition;
}

inline Attempt sample_attempt(const std::string& name, int number, Outcome outcome) {
  Attempt attempt;
  attempt.run_id = sample_run().id;
  attempt.instance_id = sample_instance().id;
  attempt.cell = "sleep-action/v1.33-on";
  attempt.fingerprint = sample_instance().cell.fingerprint();
  attempt.suite = "sleep";
  attempt.suite_revision = "fedcba";
  attempt.case_id = "sleep/" + name;
  attempt.case_name = name + " (display)";
  attempt.id = attempt.run_id + "/" + attempt.cell + "/" + attempt.case_id + "/" + std::to_string(number);
  attempt.features = {"PodLifecycleSleepAction"};
  attempt.labels = {"sig-node", "Serial"};
  attempt.number = number;
  attempt.seed = 9007199254740993u;  // the first integer that a double cannot hold
  attempt.started = sample_time(35 + number);
  attempt.took = milliseconds(2'001);
  attempt.outcome = outcome;
  attempt.reason = outcome == Outcome::kPassed ? "" : std::string("because it ") + to_string(outcome);
  if (outcome == Outcome::kFailed) attempt.failures = {{"sleep.cc", 42, "Expected: 2 s\n  Actual: 9 s", true}};
  attempt.measures = {{"termination_delay", 2.25, "s"}};
  attempt.first_phase = "initial";
  attempt.last_phase = "gates off";
  attempt.kubernetes_version = "v1.33.13";
  attempt.ns = "g-1";
  attempt.stdout_path = "attempts/" + attempt.case_id + "/stdout.txt";
  attempt.stderr_path = "attempts/" + attempt.case_id + "/stderr.txt";
  attempt.source = "graduand";
  attempt.simulated = true;
  return attempt;
}

inline Fact sample_fact() {
  return {"f1", sample_run().id, sample_instance().id, "api-objects", json::object{{"pods", 3}}, sample_time(50)};
}

// plan.json of the sample run: two attempts of one case, one of a step in another phase.
inline json::object sample_plan_file() {
  const auto attempt = [](const char* case_id, int number, const char* phase) {
    return json::object{{"id", std::string(case_id) + "/" + std::to_string(number)},
                        {"suite", "sleep"},
                        {"case", case_id},
                        {"number", number},
                        {"seed", 1},
                        {"phase", phase},
                        {"features", json::array{"PodLifecycleSleepAction"}}};
  };
  return {{"plan_version", 3},
          {"run_id", sample_run().id},
          {"cells", json::array{json::object{
                        {"cell", sample_instance().cell.to_json()},
                        {"profile", "p.yaml"},
                        {"attempts", json::array{attempt("sleep/a", 1, "initial"), attempt("sleep/a", 2, "initial"),
                                                 attempt("sleep/x/off", 1, "off")}}}}}};
}

}  // namespace graduand::results
