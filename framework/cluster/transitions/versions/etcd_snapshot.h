// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

#include "framework/cluster/transitions/transition_work.h"

namespace graduand::cluster {

// Where the snapshot from the time when the control plane was of this version is kept: "etcd-v1.33.13.db" in the
// transition's state_dir.
std::filesystem::path etcd_snapshot_file(const std::filesystem::path& state_dir, const std::string& version);
// Beside it, the manifest of the etcd that it was taken from: an older etcd knows fewer flags than a newer one's has.
std::filesystem::path etcd_manifest_file(const std::filesystem::path& state_dir, const std::string& version);

// Saves a snapshot of the etcd on the node to the file (mode 0600, replaced when there is one), with the etcdctl of the
// etcd image. Room for it on the node and on this host is looked for before: kInfrastructure saying how much is
// missing, and also when writing fails all the same; nothing half-written stays on either side.
Status save_etcd_snapshot(TransitionWork& work, const std::string& node, const std::filesystem::path& file);

// Whether there is a program on the node that can restore a snapshot for the etcd of `image`: its etcdutl, or older
// etcdctl, or an etcdutl on the node. kInfrastructure when there is none, or the image is not on the node.
Status can_restore_etcd_snapshot(TransitionWork& work, const std::string& node, const std::string& image);
// Makes the etcd of the cluster's only control plane node start from a snapshot, with that program: API server and etcd
// must have been stopped (static_pod.h). The member's name and addresses are those in etcd's manifest. The data of
// before is moved to kEtcdDataBefore on the node.
Status restore_etcd_snapshot(TransitionWork& work, const std::string& node, const std::filesystem::path& file,
                             const std::string& image, const std::string& etcd_manifest);
inline constexpr const char* kEtcdDataBefore = "/var/lib/etcd-before-restore";
// The data of before as they were, if they were moved; etcd must have been stopped.
Status bring_back_etcd_data(TransitionWork& work, const std::string& node);

}  // namespace graduand::cluster
