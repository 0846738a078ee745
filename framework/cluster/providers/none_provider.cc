// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "framework/cluster/providers/providers.h"
#include "framework/cluster/readback.h"

namespace graduand::cluster {
namespace {

using catalogue::CellDescription;

// No cluster at all: what the cell asks for counts as there, and so do its transitions. Everything recorded on it is
// simulated.
class NoCluster final : public Cluster {
 public:
  NoCluster(results::ClusterInstance instance, const Clock& clock)
      : instance_(std::move(instance)), facts_(instance_.facts), clock_(clock) {}
  const results::ClusterInstance& instance() const override { return instance_; }
  std::filesystem::path kubeconfig() const override { return {}; }
  std::string kube_context() const override { return {}; }
  NodeAccess* node_access() override { return nullptr; }
  Health health(const CancelToken&) override { return {}; }
  Status restore(const CancelToken&) override { return {}; }
  const catalogue::CellFacts& facts() const override { return facts_; }
  results::Transition apply(const catalogue::TransitionRequest& request, const TransitionOptions&,
                            const CancelToken&) override {
    results::Transition record;
    record.request = request;
    record.started = clock_.now();
    for (auto& [component, gates] : facts_.effective_gates)
      if (request.component.empty() || request.component == component)
        for (const auto& [gate, on] : request.gates) gates[gate] = on;
    if (!request.version) return record;
    if (request.kind != catalogue::TransitionKind::kSwapKubelet) facts_.api_server_version = *request.version;
    if (!request.control_plane_only) facts_.kubelet_versions.assign(facts_.kubelet_versions.size(), *request.version);
    return record;
  }
  Status export_logs(const std::filesystem::path&) override { return {}; }
  Status keep() override { return {}; }
  Status remove() override { return {}; }

 private:
  results::ClusterInstance instance_;
  catalogue::CellFacts facts_;
  const Clock& clock_;
};

class NoneProvider final : public Provider {
 public:
  explicit NoneProvider(const Clock& clock) : clock_(clock) {}
  std::string name() const override { return "none"; }
  Status preflight(const CellDescription&, const CancelToken&) override { return {}; }

  Result<CreateOutcome> create(const CellDescription& cell, const CreateOptions& options, const CancelToken&) override {
    results::ClusterInstance instance;
    instance.id = options.instance_id;
    instance.run_id = options.run_id;
    instance.cell = cell;
    instance.provider = name();
    instance.created = clock_.now();
    instance.facts.api_server_version = cell.kubernetes_version;
    for (const auto& node : cell.nodes) instance.facts.kubelet_versions.push_back(node.version);
    instance.facts.nodes = std::max(1, static_cast<int>(cell.nodes.size()));
    if (cell.emulated_version && !cell.emulated_version->same_minor(cell.kubernetes_version))
      instance.facts.emulated_version = *cell.emulated_version;
    instance.facts.absent_components = absent_by_design(cell);
    for (const std::string& component : catalogue::components()) {
      const auto& absent = instance.facts.absent_components;
      if (std::find(absent.begin(), absent.end(), component) != absent.end()) continue;
      instance.facts.effective_gates[component] = cell.requested_gates(component);
    }
    return CreateOutcome{std::make_unique<NoCluster>(instance, clock_), instance};
  }

  Result<std::vector<ClusterListing>> list() override { return std::vector<ClusterListing>(); }
  Result<std::unique_ptr<Cluster>> open(const std::string& cluster) override {
    return fail(ErrorKind::kNotFound, "there is no cluster '" + cluster + "': provider none has none");
  }

 private:
  const Clock& clock_;
};

}  // namespace

std::unique_ptr<Provider> make_none_provider(const Clock& clock) {
  return std::make_unique<NoneProvider>(clock);
}

}  // namespace graduand::cluster
