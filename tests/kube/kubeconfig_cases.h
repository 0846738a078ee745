// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <vector>

namespace graduand::kube::testing {

// One set of kubeconfigs that kubectl accepts or refuses. `files` are given together, as $KUBECONFIG lists them. In
// them
// ${https} and ${http} are a server's host and port, and ${ca}, ${cert}, ${key} base64 of PEM.
struct KubeconfigCase {
  std::string name;
  bool accepted = true;
  std::vector<std::string> files;
};

// Beside the kubeconfigs there are ca.crt, jane.crt, jane.key, token, empty, and plugin, which gives the token "plug".
std::vector<KubeconfigCase> kubeconfig_cases();

// A kubeconfig with one context; `cluster`, `user` and `context` are the insides of flow mappings.
std::string kubeconfig_of(const std::string& cluster, const std::string& user,
                          const std::string& context = "cluster: c, user: u");

}  // namespace graduand::kube::testing
