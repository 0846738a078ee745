// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "framework/cluster/transitions/component_waits.h"
#include "framework/cluster/transitions/control_plane_backup.h"
#include "framework/cluster/transitions/versions/swap_kubelet.h"

namespace graduand::cluster {

// What upgrade and downgrade have in common: the control plane of a running cluster goes from one version to another,
// and so do the kubelets, unless they are to stay. Of one use.
class VersionChange {
 public:
  explicit VersionChange(TransitionWork& work);

  const catalogue::KubeVersion& from() const { return from_; }
  const catalogue::KubeVersion& to() const { return *work_.request().version; }
  // The node image that programs and images came from, after prepare().
  std::string source() const { return image_->source(); }
  LeaderLeases& leases() { return *leases_; }
  const ControlPlaneBackup& backup() const { return *backup_; }
  KubeletSwap& kubelets() { return kubelets_; }
  bool with_kubelets() const { return !work_.request().control_plane_only; }

  // The nodes, and the version of the API server.
  Status begin();
  // Kubelets that stay as they are, and gates that are set, against what the control plane will be: kUsage.
  Status check();
  // Everything that has to be on the nodes is brought there, etcd's snapshot and manifest of the present version are
  // saved to the state_dir, and what will change is remembered, also in the nodes' journals: but for etcd, whose data a
  // newer one may have changed. Nothing changes.
  Status prepare();
  // Holds the whole cluster against what it is to be, when all its parts were told: API server, static pods, leader
  // leases, kube-proxy, nodes, CoreDNS, gates.
  Result<catalogue::CellFacts> prove();
  // The node's own programs and its note of its version, after success.
  Status settle();
  // What put_back() has to undo first, for changes that only the caller knows how to undo.
  void undo_first(std::function<Status()> undo) { undo_ = std::move(undo); }
  // Everything as it was, as far as it can be; the error says what cannot be, and then the journals stay open. Not to
  // be cancelled.
  Status put_back();

 private:
  Status check_gates_at_target();
  Status fill_nodes();
  Status enter_changes();
  Status keep();

  TransitionWork& work_;
  catalogue::KubeVersion from_;
  std::unique_ptr<VersionSource> image_;
  std::vector<std::string> images_;
  std::optional<ControlPlaneBackup> backup_;
  std::optional<LeaderLeases> leases_;
  KubeletSwap kubelets_;
  KubeadmComponents components_;
  NodeJournal journal_;
  std::function<Status()> undo_;
};

// Carries out `change`, and proves it; what fails is put back, and the error says so.
Result<catalogue::CellFacts> carry_out(TransitionWork& work, VersionChange& change,
                                       const std::function<Status()>& steps);

inline constexpr const char* kNewKubeadm = "/usr/bin/.graduand-kubeadm";  // on every node, from prepare() on

}  // namespace graduand::cluster
