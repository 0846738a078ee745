// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "framework/cluster/provider.h"

namespace graduand::runner {

// What the clusters of one cell do, and what was done to them, in order: "create", "open", "adopt", "health",
// "restore", "apply <phase>", "logs", "keep", "remove". Answers are taken from the front of the queues; an empty queue
// means that all is well.
struct FakeCell {
  std::deque<cluster::Health> health;
  std::deque<Status> restore;
  std::function<Result<cluster::CreateOutcome>(results::ClusterInstance)> create;  // instead of a ready cluster
  std::deque<results::Transition> transitions;                                     // their outcomes and messages
  std::function<void(const catalogue::TransitionRequest&)> when_applied;
  results::ClusterInstance instance;
  bool left = false;  // its cluster is still there when a run is resumed
  Status remove{};
  std::function<void()> when_removed;
  bool kubeconfig = true;
  std::vector<std::string> log;
  std::vector<cluster::CreateOptions> created;
  std::vector<std::filesystem::path> exported;
};

class FakeCluster final : public cluster::Cluster {
 public:
  FakeCluster(results::ClusterInstance instance, FakeCell& script)
      : instance_(std::move(instance)), script_(script), facts_(instance_.facts) {}
  const results::ClusterInstance& instance() const override { return instance_; }
  std::filesystem::path kubeconfig() const override { return script_.kubeconfig ? "/kubeconfig" : ""; }
  std::string kube_context() const override { return "kind-fake"; }
  cluster::NodeAccess* node_access() override { return nullptr; }
  cluster::Health health(const CancelToken&) override {
    script_.log.push_back("health");
    return next(script_.health);
  }
  Status restore(const CancelToken&) override {
    script_.log.push_back("restore");
    return next(script_.restore);
  }
  Status adopt() override {
    script_.log.push_back("adopt");
    return {};
  }
  results::Transition apply(const catalogue::TransitionRequest& request, const cluster::TransitionOptions& transition,
                            const CancelToken&) override {
    script_.log.push_back("apply " + request.phase);
    if (script_.when_applied) script_.when_applied(request);
    if (transition.on_progress) transition.on_progress("waiting for " + request.phase);
    results::Transition record = next(script_.transitions);
    record.request = request;
    if (record.outcome != results::Outcome::kPassed) return record;
    for (const auto& [gate, on] : request.gates) facts_.effective_gates[catalogue::kApiServer][gate] = on;
    if (request.version) facts_.api_server_version = *request.version;
    return record;
  }
  const catalogue::CellFacts& facts() const override { return facts_; }
  Status export_logs(const std::filesystem::path& folder) override {
    script_.log.push_back("logs");
    script_.exported.push_back(folder);
    return {};
  }
  Status keep() override {
    script_.log.push_back("keep");
    return {};
  }
  Status remove() override {
    script_.log.push_back("remove");
    if (script_.when_removed) script_.when_removed();
    return script_.remove;
  }

 private:
  template <class T>
  static T next(std::deque<T>& answers) {
    if (answers.empty()) return T{};
    T answer = std::move(answers.front());
    answers.pop_front();
    return answer;
  }
  results::ClusterInstance instance_;
  FakeCell& script_;
  catalogue::CellFacts facts_;
};

class FakeProvider final : public cluster::Provider {
 public:
  explicit FakeProvider(std::string provider_name = "fake") : name_(std::move(provider_name)) {}
  std::map<std::string, FakeCell> cells;  // by display name

  std::string name() const override { return name_; }
  Status preflight(const catalogue::CellDescription&, const CancelToken&) override { return {}; }
  Result<cluster::CreateOutcome> create(const catalogue::CellDescription& cell, const cluster::CreateOptions& options,
                                        const CancelToken&) override {
    std::unique_lock<std::mutex> lock(*mutex_);
    FakeCell& script = cells[cell.display_name()];
    lock.unlock();
    script.log.push_back("create");
    script.created.push_back(options);
    results::ClusterInstance instance;
    instance.id = options.instance_id;
    instance.run_id = options.run_id;
    instance.cell = cell;
    instance.provider = name_;
    instance.cluster_name = "gr-fake";
    instance.facts.api_server_version = cell.kubernetes_version;
    instance.facts.effective_gates[catalogue::kApiServer] = cell.gates;
    script.instance = instance;
    if (script.create) return script.create(std::move(instance));
    cluster::CreateOutcome outcome;
    outcome.cluster = std::make_unique<FakeCluster>(instance, script);
    outcome.instance = std::move(instance);
    return outcome;
  }
  Result<std::vector<cluster::ClusterListing>> list() override { return std::vector<cluster::ClusterListing>{}; }
  Result<std::unique_ptr<cluster::Cluster>> open(const std::string& cluster_name) override {
    for (auto& [name, script] : cells) {
      if (!script.left || cluster_name != "gr-fake") continue;
      script.log.push_back("open");
      // As the real one: it knows what was read back when it was created.
      return std::make_unique<FakeCluster>(script.instance, script);
    }
    return fail(ErrorKind::kNotFound, "no such cluster");
  }

 private:
  std::shared_ptr<std::mutex> mutex_ = std::make_shared<std::mutex>();  // of the map
  std::string name_;
};

inline cluster::Health lost(std::string message) {
  return {cluster::Health::State::kInfrastructureLost, std::move(message)};
}
inline cluster::Health broken(std::string message) {
  return {cluster::Health::State::kProductBroken, std::move(message)};
}

}  // namespace graduand::runner
