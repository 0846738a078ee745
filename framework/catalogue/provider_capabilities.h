// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace graduand::catalogue {

// The provider of a profile that names none, and the one that nobody needs to be told of.
inline constexpr const char* kDefaultProvider = "kind";

// What a provider can do: asked in place of its name.
struct ProviderCapabilities {
  bool simulated = false;    // there is no cluster: what is recorded is never evidence
  bool node_access = false;  // commands and files on nodes, also by a suite's process
  bool transitions = false;  // a running cluster can be changed
  // It makes clusters of the version and nodes that a cell asks for, and deletes them.
  bool makes_clusters = false;
  // The cluster is there already, by a kubeconfig that the profile names: its nodes are as they are.
  bool given_cluster = false;
  // Clusters of several cells are one and the same: they cannot be up side by side.
  bool cells_share_one_cluster = false;
};

// Of a provider by its name, as records have it. One that is not known, such as that of a record from elsewhere, can do
// nothing, and is not simulated. Pure, thread-safe.
const ProviderCapabilities& capabilities_of(std::string_view provider);

// The names of all that are known, in the order in which people are told of them.
const std::vector<std::string>& provider_names();

}  // namespace graduand::catalogue
