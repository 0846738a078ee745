// SPDX-License-Identifier: Apache-2.0
#include "tests/replay/history.h"

namespace graduand::replay {
namespace {

catalogue::CellFacts facts_of(const PhaseSpec& phase) {
  catalogue::CellFacts facts;
  facts.api_server_version = phase.version;
  facts.kubelet_versions = {phase.version};
  if (phase.worker) facts.kubelet_versions.push_back(*phase.worker);
  facts.nodes = static_cast<int>(facts.kubelet_versions.size());
  facts.node_access = true;
  for (const std::string& component : catalogue::components()) {
    facts.effective_gates[component] = phase.gates;
    facts.effective_gates[component]["Other"] = true;
  }
  return facts;
}

// "suite/case/step" is a step of "suite/case".
std::string phased_case(const std::string& case_id) {
  const auto last = case_id.rfind('/');
  return last == case_id.find('/') ? std::string() : case_id.substr(0, last);
}

class ClusterRun {
 public:
  ClusterRun(const JobSpec& job, const results::Run& run, std::size_t number, std::size_t cluster,
             history::Selection& selection)
      : run_(run), number_(number), phases_(job.clusters[cluster]), selection_(selection), clock_(run.started) {
    instance_.cell.profile = job.name;
    instance_.cell.name = "cluster-" + std::to_string(cluster + 1);
    instance_.cell.provider = instance_.provider = "kind";
    instance_.cell.kubernetes_version = phases_[0].version;
    instance_.cell.nodes = {{"control-plane", phases_[0].version}};
    if (phases_[0].worker) instance_.cell.nodes.push_back({"worker", *phases_[0].worker});
    instance_.cell.gates = phases_[0].gates;
    for (std::size_t i = 1; i < phases_.size(); ++i) instance_.cell.transitions.push_back(phases_[i].request);
    instance_.run_id = run.id;
    instance_.id = run.id + "/" + instance_.cell.display_name() + "/1";
    instance_.created = tick();
    instance_.facts = facts_of(phases_[0]);
  }

  void record(const std::map<std::string, std::vector<std::string>>& features,
              const std::map<std::string, std::vector<std::string>>& labels) {
    selection_.instances.push_back(instance_);
    selection_.plans.back().cells.push_back({instance_.cell, {}});
    for (std::size_t i = 0; i < phases_.size(); ++i) {
      if (i > 0) transition(phases_[i - 1], phases_[i]);
      for (const std::string& id : phases_[i].cases) attempt(phases_[i], id, features.at(id), labels.at(id));
    }
  }

 private:
  Timestamp tick() { return clock_ += seconds(1); }

  void transition(const PhaseSpec& from, const PhaseSpec& to) {
    results::Transition one;
    one.id = instance_.id + "/transition/" + to.name;
    one.run_id = run_.id;
    one.instance_id = instance_.id;
    one.request = to.request;
    one.phase_before = from.name;
    one.phase_after = to.name;
    one.started = tick();
    selection_.transitions.push_back(one);
    selection_.facts.push_back({instance_.id + "/" + results::kPhaseFacts + "/" + to.name, run_.id, instance_.id,
                                results::kPhaseFacts,
                                json::object{{"phase", to.name}, {"facts", facts_of(to).to_json()}}, tick()});
  }

  void attempt(const PhaseSpec& phase, const std::string& id, const std::vector<std::string>& features,
               const std::vector<std::string>& labels) {
    selection_.plans.back().cells.back().cases.push_back({id.substr(0, id.find('/')), id, features, phase.name, 1});
    results::Attempt one;
    one.id = run_.id + "/" + instance_.cell.display_name() + "/" + id + "@" + phase.name + "/1";
    one.run_id = run_.id;
    one.instance_id = instance_.id;
    one.cell = instance_.cell.display_name();
    one.fingerprint = instance_.cell.fingerprint();
    one.suite = id.substr(0, id.find('/'));
    one.case_id = one.case_name = id;
    one.phased_case = phased_case(id);
    one.features = features;
    one.labels = labels;
    one.started = tick();
    one.first_phase = one.last_phase = phase.name;
    one.kubernetes_version = phase.version.str();
    const auto fails = phase.fails.find(id);
    const bool failed = fails != phase.fails.end() && (number_ + 1) % static_cast<std::size_t>(fails->second) == 0;
    one.outcome = failed ? results::Outcome::kFailed : results::Outcome::kPassed;
    for (const auto& [name, value] : phase.measures) one.measures.push_back({name, value, "MiB"});
    selection_.attempts.push_back(one);
    selection_.attempt_numbers.push_back(static_cast<long>(selection_.attempts.size()));
  }

  const results::Run& run_;
  std::size_t number_;
  const std::vector<PhaseSpec>& phases_;
  history::Selection& selection_;
  Timestamp clock_;
  results::ClusterInstance instance_;
};

}  // namespace

void add_runs(const JobSpec& job, const std::map<std::string, std::vector<std::string>>& features,
              const std::map<std::string, std::vector<std::string>>& labels, history::Selection& selection) {
  for (std::size_t i = 0; i < job.at.size(); ++i) {
    results::Run run;
    run.job = job.name;
    run.build_id = std::to_string(i + 1);
    run.id = job.name + "-" + run.build_id;
    run.trigger = job.trigger;
    if (i < job.changes.size()) run.change = job.changes[i];
    run.started = job.at[i];
    run.finished = run.started + std::chrono::minutes(50);
    selection.runs.push_back(run);
    selection.plans.push_back({run.id, {}});
    for (std::size_t cluster = 0; cluster < job.clusters.size(); ++cluster)
      ClusterRun(job, run, i, cluster, selection).record(features, labels);
  }
}

}  // namespace graduand::replay
