// SPDX-License-Identifier: Apache-2.0
#include "framework/cluster/kind/kind_provider.h"

#include <fmt/format.h>

#include <set>

#include "framework/base/files.h"
#include "framework/base/log.h"
#include "framework/cluster/kind/docker.h"
#include "framework/cluster/kind/kind_cluster.h"
#include "framework/cluster/kind/kind_create.h"
#include "framework/cluster/kind/node_images.h"
#include "framework/profile/profile.h"

namespace graduand::cluster {
namespace {

using catalogue::CellDescription;

class KindProvider final : public Provider {
 public:
  KindProvider(ProcessRunner& processes, const Clock& clock, Registry registry, fs::path proc)
      : processes_(processes), clock_(clock), registry_(std::move(registry)), proc_(std::move(proc)) {}

  std::string name() const override { return "kind"; }

  Status preflight(const CellDescription& cell, const CancelToken& cancel) override {
    GRADUAND_TRY(profile::check_cell(cell));
    if (find_program("kind").empty())
      return fail(ErrorKind::kInfrastructure, "kind is not installed", {}, "scripts/setup installs it");
    GRADUAND_TRY(docker_info(processes_, cancel));
    std::set<std::string> images;
    for (const auto& node : cell.nodes)
      if (images.insert(node_image(node.version)).second)
        GRADUAND_TRY(ensure_node_image(processes_, node.version, cancel));
    return {};
  }

  Result<CreateOutcome> create(const CellDescription& cell, const CreateOptions& options,
                               const CancelToken& cancel) override {
    if (Status ready = preflight(cell, cancel); !ready) {
      if (ready.error().kind == ErrorKind::kCancelled) return fail(ready.error());
      return unborn(cell, options, ready.error());
    }
    return create_kind_cluster(processes_, clock_, registry_, cell, options, cancel);
  }

  Result<std::vector<ClusterListing>> list() override {
    GRADUAND_TRY_ASSIGN(const auto nodes, kind_nodes(processes_, ""));
    std::vector<ClusterListing> listings;
    for (const RegistryEntry& entry : registry_.all()) {
      ClusterListing listing;
      listing.name = entry.name;
      listing.run_id = entry.instance.run_id;
      listing.cell = entry.instance.cell.display_name();
      listing.created = entry.instance.created;
      bool exists = false;
      for (const ContainerState& node : nodes) {
        if (node.cluster != entry.name) continue;
        exists = true;
        listing.nodes += is_node(node) ? 1 : 0;
      }
      // What is left of a detached cluster that was deleted by other means is of no use to anybody either.
      listing.orphan = (!entry.detached || !exists) && !is_alive(entry.owner, proc_);
      listings.push_back(std::move(listing));
    }
    return listings;
  }

  Result<std::unique_ptr<Cluster>> open(const std::string& name) override {
    GRADUAND_TRY_ASSIGN(RegistryEntry entry, registry_.get(name));
    auto cluster = std::make_unique<KindCluster>(processes_, clock_, registry_, std::move(entry));
    // Not an error: its logs can be had and it can be deleted all the same.
    if (Status written = cluster->ensure_kubeconfig(); !written)
      spdlog::debug("no kubeconfig for {}: {}", name, to_string(written.error()));
    return cluster;
  }

 private:
  CreateOutcome unborn(const CellDescription& cell, const CreateOptions& options, const Error& error) const {
    results::ClusterInstance instance;
    instance.id = options.instance_id;
    instance.run_id = options.run_id;
    instance.cell = cell;
    instance.provider = "kind";
    instance.created = clock_.now();
    instance.outcome = results::Outcome::kInfraError;
    instance.message = to_string(error);
    return {nullptr, std::move(instance)};
  }

  ProcessRunner& processes_;
  const Clock& clock_;
  Registry registry_;
  fs::path proc_;
};

}  // namespace

std::unique_ptr<Provider> make_kind_provider(ProcessRunner& processes, const Clock& clock, Registry registry,
                                             fs::path proc) {
  return std::make_unique<KindProvider>(processes, clock, std::move(registry), std::move(proc));
}

std::unique_ptr<Provider> make_kind_provider(ProcessRunner& processes, const Clock& clock) {
  return make_kind_provider(processes, clock, Registry::of_user());
}

}  // namespace graduand::cluster
