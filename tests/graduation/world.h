// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <vector>

#include "framework/graduation/judge.h"

namespace graduand::graduation::test {

inline constexpr const char* kGate = "PodLifecycleSleepAction";  // at 1.30 to 1.33 on by default, locked on at 1.34

inline Timestamp at(const std::string& text) {
  return parse_rfc3339(text).value();
}

// A feature with two cases, the cells "on" and "off" of the release before and "on" of the release, and a history that
// is built run by run: what the runner would have recorded, plans and facts included.
class World {
 public:
  explicit World(const catalogue::KubeVersion& release = {1, 34}) {
    input.feature = kGate;
    input.stage = Stage::kStable;
    input.release = release;
    input.as_of = at("2026-11-30T12:00:00Z");
    input.evidence_source = "history history.db";
    input.info.name = kGate;
    input.info.gates = {kGate};
    input.info.stages = {{"alpha", {1, 29}}, {"beta", {1, 30}}, {"stable", release}};
    input.info.required_suites = {"sleep"};
    const auto before = catalogue::VersionRef::before_release(1);
    const auto now = catalogue::VersionRef::before_release(0);
    for (const char* stage : {"beta", "stable"})
      input.info.required_cells[stage] = {
          {"on", before, {{kGate, true}}, {}}, {"off", before, {{kGate, false}}, {}}, {"on", now, {{kGate, true}}, {}}};
    add_case("sleep/delays", {std::string("gate ") + kGate + " on"});
    add_case("sleep/validates", {});
  }

  catalogue::CaseInfo& add_case(const std::string& id, std::vector<std::string> needs) {
    catalogue::CaseInfo info;
    info.suite = id.substr(0, id.find('/'));
    info.id = id;
    info.name = id;
    info.features = {kGate};
    info.needs = std::move(needs);
    input.cases.push_back(info);
    return input.cases.back();
  }

  catalogue::KubeVersion older() const { return {input.release.major, input.release.minor - 1, 13}; }
  catalogue::KubeVersion newer() const { return {input.release.major, input.release.minor, 3}; }

  // A run of a job, with an empty plan. Its build id is told from the job and the start.
  results::Run& add_run(const std::string& id, Timestamp started,
                        results::Trigger trigger = results::Trigger::kPeriodic, const std::string& job = "ci-sleep") {
    results::Run run;
    run.id = id;
    run.started = started;
    run.finished = started + std::chrono::minutes(40);
    run.trigger = trigger;
    run.job = job;
    run.build_id = std::to_string(1000 + ++builds_);
    run.harness_version = "0.1.0";
    run.harness_revision = "abc123";
    input.evidence.runs.push_back(run);
    input.evidence.plans.push_back({id, {}});
    clock_ = started;
    return input.evidence.runs.back();
  }

  // A cluster of the last run, of one node or of a control plane and an older worker, the gate on or off everywhere and
  // read back at every component.
  results::ClusterInstance& add_instance(const std::string& cell, const catalogue::KubeVersion& version, bool on,
                                         const std::vector<catalogue::TransitionRequest>& transitions = {},
                                         const std::optional<catalogue::KubeVersion>& worker = {}) {
    const results::Run& run = input.evidence.runs.back();
    results::ClusterInstance instance;
    instance.id = run.id + "/" + cell + "/1";
    instance.run_id = run.id;
    instance.cell.profile = cell.substr(0, cell.find('/'));
    instance.cell.name = cell.substr(cell.find('/') + 1);
    instance.cell.kubernetes_version = version;
    instance.cell.provider = "kind";
    instance.cell.nodes = {{"control-plane", version}};
    if (worker) instance.cell.nodes.push_back({"worker", *worker});
    instance.cell.gates = {{kGate, on}};
    if (version.minor >= 34 && on) instance.cell.gates.clear();  // locked: nobody asks for it
    instance.cell.transitions = transitions;
    instance.provider = "kind";
    instance.cluster_name = "gr-" + std::to_string(input.evidence.instances.size());
    instance.created = tick();
    instance.ready_after = seconds(4);
    for (const auto& node : instance.cell.nodes)
      instance.nodes.push_back({"n-" + node.role, node.role, "kindest/node:" + node.version.str(), "sha256:0",
                                "published", node.version.str()});
    instance.facts = facts(version, on, worker);
    clock_ += instance.ready_after;
    phase_ = "initial";
    input.evidence.plans.back().cells.push_back({instance.cell, {}});
    input.evidence.instances.push_back(instance);
    return input.evidence.instances.back();
  }

  static catalogue::CellFacts facts(const catalogue::KubeVersion& version, bool on,
                                    const std::optional<catalogue::KubeVersion>& worker = {}) {
    catalogue::CellFacts facts;
    facts.api_server_version = version;
    facts.kubelet_versions = {version};
    if (worker) facts.kubelet_versions.push_back(*worker);
    facts.nodes = static_cast<int>(facts.kubelet_versions.size());
    facts.node_access = true;
    for (const std::string& component : catalogue::components())
      facts.effective_gates[component] = {{"Other", true}, {kGate, on}};
    return facts;
  }

  // On the last cluster, in its present phase; planned, too. `phased` is the phased case that it is a step of.
  results::Attempt& add_attempt(const std::string& case_id, results::Outcome outcome = results::Outcome::kPassed,
                                const std::string& phased = {}, const std::vector<std::string>& features = {kGate}) {
    plan(case_id, features);
    const results::ClusterInstance& instance = input.evidence.instances.back();
    results::Attempt attempt;
    attempt.number = 1;
    attempt.id = instance.run_id + "/" + instance.cell.display_name() + "/" + case_id +
                 (instance.cell.transitions.empty() ? "" : "@" + phase_) + "/1";
    attempt.run_id = instance.run_id;
    attempt.instance_id = instance.id;
    attempt.cell = instance.cell.display_name();
    attempt.fingerprint = instance.cell.fingerprint();
    attempt.suite = case_id.substr(0, case_id.find('/'));
    attempt.suite_revision = "abc123";
    attempt.case_id = case_id;
    attempt.case_name = case_id;
    attempt.phased_case = phased;
    attempt.features = features;
    attempt.seed = 7;
    attempt.started = tick();
    attempt.took = milliseconds(900);
    attempt.outcome = outcome;
    attempt.first_phase = attempt.last_phase = phase_;
    attempt.kubernetes_version = instance.facts.api_server_version.str();
    input.evidence.attempts.push_back(attempt);
    input.evidence.attempt_numbers.push_back(static_cast<long>(input.evidence.attempts.size()));
    return input.evidence.attempts.back();
  }

  // What is planned of a case in the present phase of the last cluster, without an attempt.
  void plan(const std::string& case_id, const std::vector<std::string>& features = {kGate}) {
    auto& cell = input.evidence.plans.back().cells.back();
    for (results::PlannedCase& one : cell.cases)
      if (one.case_id == case_id && one.phase == phase_) {
        ++one.attempts;
        return;
      }
    cell.cases.push_back({case_id.substr(0, case_id.find('/')), case_id, features, phase_, 1});
  }

  // Of the profile, on the last cluster; what was then read back.
  results::Transition& add_transition(const catalogue::TransitionRequest& request, const catalogue::CellFacts& after,
                                      results::Outcome outcome = results::Outcome::kPassed) {
    const results::ClusterInstance& instance = input.evidence.instances.back();
    results::Transition one;
    one.id = instance.id + "/transition/" + std::to_string(input.evidence.transitions.size() + 1);
    one.run_id = instance.run_id;
    one.instance_id = instance.id;
    one.request = request;
    one.phase_before = phase_;
    if (outcome == results::Outcome::kPassed) phase_ = request.phase;
    one.phase_after = phase_;
    one.started = tick();
    one.took = milliseconds(800);
    one.outcome = outcome;
    if (outcome == results::Outcome::kPassed)
      input.evidence.facts.push_back({instance.id + "/" + results::kPhaseFacts + "/" + phase_, instance.run_id,
                                      instance.id, results::kPhaseFacts,
                                      json::object{{"phase", phase_}, {"facts", after.to_json()}}, tick()});
    input.evidence.transitions.push_back(one);
    return input.evidence.transitions.back();
  }

  // Both cases in the three cells; `delays` is skipped where the gate is off.
  void add_good_run(const std::string& id, Timestamp started, results::Trigger trigger = results::Trigger::kPeriodic) {
    add_run(id, started, trigger);
    for (const auto& [cell, version, on] :
         {std::tuple("sleep/on", older(), true), std::tuple("sleep/off", older(), false),
          std::tuple("sleep/default", newer(), true)}) {
      if (!on && older().minor >= 34) continue;  // there it is locked
      add_instance(cell, version, on);
      if (on)
        add_attempt("sleep/delays");
      else
        add_attempt("sleep/delays", results::Outcome::kSkipped).reason =
            "needs gate PodLifecycleSleepAction on at kube-apiserver: it is off";
      add_attempt("sleep/validates");
    }
  }

  // A good run each day, the last one on the day of as_of.
  void add_good_days(int days) {
    for (int day = days - 1; day >= 0; --day)
      add_good_run("run" + std::string(day < 10 ? "0" : "") + std::to_string(day),
                   input.as_of - std::chrono::hours(24 * day + 1));
  }

  // on → off → on on one cluster of the release before, with a phased case.
  void add_gate_cycle(const std::string& id, Timestamp started) {
    add_run(id, started, results::Trigger::kPeriodic, "ci-gate-cycle");
    const catalogue::TransitionRequest off{.phase = "off", .gates = {{kGate, false}}};
    const catalogue::TransitionRequest again{.phase = "on-again", .gates = {{kGate, true}}};
    add_instance("gate-cycle/sleep", older(), true, {off, again});
    add_attempt("cycle/stored/create", results::Outcome::kPassed, "cycle/stored");
    add_transition(off, facts(older(), false));
    add_attempt("cycle/stored/stays", results::Outcome::kPassed, "cycle/stored");
    add_transition(again, facts(older(), true));
    add_attempt("cycle/stored/stays", results::Outcome::kPassed, "cycle/stored");
  }

  // To the release, back and to it again.
  void add_upgrade_cycle(const std::string& id, Timestamp started) {
    using catalogue::TransitionKind;
    add_run(id, started, results::Trigger::kPeriodic, "ci-upgrade");
    const catalogue::TransitionRequest up{.kind = TransitionKind::kUpgrade, .phase = "upgraded", .version = newer()};
    const catalogue::TransitionRequest down{
        .kind = TransitionKind::kDowngrade, .phase = "downgraded", .version = older()};
    const catalogue::TransitionRequest again{
        .kind = TransitionKind::kUpgrade, .phase = "upgraded-again", .version = newer()};
    add_instance("upgrade/sleep", older(), true, {up, down, again});
    add_attempt("upgrade/objects/create", results::Outcome::kPassed, "upgrade/objects");
    for (const auto& request : {up, down, again}) {
      add_transition(request, facts(*request.version, true));
      add_attempt("upgrade/objects/stay", results::Outcome::kPassed, "upgrade/objects");
    }
  }

  // A kubelet that is `minors` older than the API server of the release.
  void add_skew(const std::string& id, Timestamp started, int minors = 3) {
    add_run(id, started, results::Trigger::kPeriodic, "ci-skew");
    add_instance("skew/old", newer(), true, {}, catalogue::KubeVersion{newer().major, newer().minor - minors, 9});
    add_attempt("skew/runs");
  }

  // Everything that the shipped policy asks for GA: a month of days, and each change of a running cluster.
  void add_perfect(int days = 30) {
    add_good_days(days);
    const auto ago = [&](int hours) { return input.as_of - std::chrono::hours(hours); };
    if (older().minor < 34) add_gate_cycle("cycle", ago(50));
    add_upgrade_cycle("upgrade", ago(52));
    add_skew("skew", ago(54));
  }

  // Profiles that make what add_perfect() has.
  void add_profiles() {
    World perfect(input.release);
    perfect.add_perfect(1);
    std::map<std::string, KnownProfile> profiles;
    for (const auto& instance : perfect.input.evidence.instances) {
      KnownProfile& profile = profiles[instance.cell.profile];
      profile.file = "kind-configs/" + instance.cell.profile + ".yaml";
      profile.cells.push_back(instance.cell);
    }
    for (auto& [name, profile] : profiles) input.profiles.push_back(std::move(profile));
  }

  Judgement judged(const Policy& policy = builtin_policy()) const { return judge(input, policy).value(); }

  JudgeInput input;

 private:
  Timestamp tick() { return clock_ += seconds(1); }
  Timestamp clock_{};
  std::string phase_ = "initial";
  int builds_ = 0;
};

inline const RuleResult& rule(const Judgement& judgement, const std::string& id) {
  for (const RuleResult& one : judgement.rules)
    if (one.id == id) return one;
  static const RuleResult none;
  return none;
}

// The verdicts by id, for what is not a pass: {"version-skew", "no-evidence"}.
inline std::vector<std::pair<std::string, std::string>> open_rules(const Judgement& judgement) {
  std::vector<std::pair<std::string, std::string>> open;
  for (const RuleResult& one : judgement.rules)
    if (one.verdict != Verdict::kPass && one.verdict != Verdict::kNotApplicable)
      open.emplace_back(one.id, to_string(one.verdict));
  return open;
}

inline std::string texts(const RuleResult& result) {
  std::string all = result.reason + "\n";
  for (const Finding& finding : result.findings)
    all += std::string(to_string(finding.verdict)) + ": " + finding.text + "\n";
  return all;
}

}  // namespace graduand::graduation::test
