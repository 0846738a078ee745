// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "framework/cluster/host.h"
#include "framework/results/records.h"

namespace graduand::cluster {

// What this host knows of a cluster that we made, or are about to make. kind has no labels of ours on its containers;
// this file is how a cluster is told from other people's.
struct RegistryEntry {
  std::string name;  // kind's name of the cluster
  std::filesystem::path state_dir;
  ProcessMark owner;
  bool detached = false;              // meant to outlive its process
  results::ClusterInstance instance;  // as far as it is known
};

// A folder of one file per cluster. A copy is cheap; files are replaced atomically, so that processes may share it.
class Registry {
 public:
  explicit Registry(std::filesystem::path folder) : folder_(std::move(folder)) {}
  // user_data_dir()/clusters
  static Registry of_user();
  Status put(const RegistryEntry& entry) const;
  // kNotFound when there is none of that name, or the name is none that we would give.
  Result<RegistryEntry> get(const std::string& name) const;
  Status remove(const std::string& name) const;
  // Files that cannot be read are passed over: they must not keep anybody from cleaning up.
  std::vector<RegistryEntry> all() const;

 private:
  std::filesystem::path file_of(const std::string& name) const;
  std::filesystem::path folder_;
};

}  // namespace graduand::cluster
