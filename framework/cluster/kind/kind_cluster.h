// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>

#include "framework/cluster/provider.h"
#include "framework/cluster/registry.h"
#include "framework/kube/client.h"

namespace graduand::cluster {

// A kind cluster of ours, running, half-made or broken, by its registry entry.
class KindCluster final : public Cluster {
 public:
  KindCluster(ProcessRunner& processes, const Clock& clock, Registry registry, RegistryEntry entry);

  const results::ClusterInstance& instance() const override { return entry_.instance; }
  std::filesystem::path kubeconfig() const override;
  std::string kube_context() const override;
  NodeAccess* node_access() override { return nodes_.get(); }
  Health health(const CancelToken& cancel) override;
  Status restore(const CancelToken& cancel) override;
  results::Transition apply(const catalogue::TransitionRequest& request, const TransitionOptions& options,
                            const CancelToken& cancel) override;
  const catalogue::CellFacts& facts() const override { return facts_ ? *facts_ : entry_.instance.facts; }
  std::map<std::string, std::string> provide_images(const std::vector<std::string>& images,
                                                    const CancelToken& cancel) override;
  Status export_logs(const std::filesystem::path& folder) override;
  Status adopt() override;
  Status keep() override;
  Status remove() override;

  RegistryEntry& entry() { return entry_; }
  Status save() const { return registry_.put(entry_); }
  // A client of its own, each call bounded by `timeout`.
  Result<std::unique_ptr<kube::Client>> client(milliseconds timeout) const;
  // Writes the kubeconfig anew when its file is gone, as after the state folder was deleted.
  Status ensure_kubeconfig();

 private:
  std::optional<std::string> nodes_lost(const CancelToken& cancel);

  ProcessRunner& processes_;
  const Clock& clock_;
  Registry registry_;
  RegistryEntry entry_;
  std::optional<catalogue::CellFacts> facts_;  // after a transition
  std::unique_ptr<NodeAccess> nodes_;
};

// A call of kind: its program, and an environment that makes it use Docker.
ProcessSpec kind_call(std::vector<std::string> arguments, milliseconds limit);

}  // namespace graduand::cluster
