// SPDX-License-Identifier: Apache-2.0
#include "suites/skew/older_node.h"

#include <algorithm>

namespace graduand::skew {

using catalogue::KubeVersion;
using e2e::must;

std::string older_node(e2e::Context& ctx) {
  const KubeVersion& server = ctx.facts().api_server_version;
  std::vector<std::pair<std::string, int>> older;
  for (const auto& node : must(ctx.client().list(kube::resources::kNodes, "")).items) {
    const auto version = KubeVersion::parse(string_at(node, "status.nodeInfo.kubeletVersion"));
    if (!version) throw e2e::CaseError(to_string(version.error()), false);
    const int skew = server.minor - version->minor;
    if (version->major == server.major && skew > 0 && kube::has_condition(node, "Ready", "True"))
      older.emplace_back(kube::name_of(node), skew);
  }
  if (older.empty()) return {};
  const auto& [name, skew] = older[ctx.random().below(older.size())];
  ctx.measure("skew", skew, "minors");
  return name;
}

e2e::PodSpec script_pod(const std::string& name, const std::string& node, const std::string& script) {
  auto pod = e2e::shell_pod(name, script);
  pod.node_name = node;
  return pod;
}

}  // namespace graduand::skew
