// SPDX-License-Identifier: Apache-2.0
#include "framework/e2e/internal/by_hand.h"

#include "framework/base/random.h"
#include "framework/base/text.h"
#include "framework/catalogue/provider_capabilities.h"
#include "framework/kube/client.h"
#include "framework/kube/metrics.h"

namespace graduand::e2e {
namespace {

// A gate is the kubelets' only where all of them agree.
void keep_common(catalogue::GateMap& gates, const std::map<std::string, bool>& node, bool first) {
  if (first) {
    gates = node;
    return;
  }
  std::erase_if(gates, [&](const auto& gate) {
    const auto found = node.find(gate.first);
    return found == node.end() || found->second != gate.second;
  });
}

Result<catalogue::CellFacts> read_facts(kube::Client& client) {
  catalogue::CellFacts facts;
  const auto version = kube::server_version(client);
  if (!version) return fail(kube::to_error(version.error()));
  GRADUAND_TRY_ASSIGN(facts.api_server_version, catalogue::KubeVersion::parse(*version));
  const auto metrics = client.raw("GET", "/metrics");
  if (!metrics) return fail(kube::to_error(metrics.error()));
  facts.effective_gates[catalogue::kApiServer] = kube::feature_gates_of(metrics->body);
  const auto nodes = client.list(kube::resources::kNodes, "");
  if (!nodes) return fail(kube::to_error(nodes.error()));
  facts.nodes = static_cast<int>(nodes->items.size());
  catalogue::GateMap kubelet;
  for (const auto& node : nodes->items) {
    GRADUAND_TRY_ASSIGN(auto kubelet_version,
                        catalogue::KubeVersion::parse(string_at(node, "status.nodeInfo.kubeletVersion")));
    const auto page = client.raw("GET", "/api/v1/nodes/" + kube::name_of(node) + "/proxy/metrics");
    if (!page) return fail(kube::to_error(page.error()));
    keep_common(kubelet, kube::feature_gates_of(page->body), facts.kubelet_versions.empty());
    facts.kubelet_versions.push_back(std::move(kubelet_version));
  }
  facts.effective_gates[catalogue::kKubelet] = std::move(kubelet);
  return facts;
}

}  // namespace

Result<results::AttemptContext> attempt_by_hand(const std::string& suite, const ByHand& hand) {
  results::AttemptContext attempt;
  attempt.case_id = starts_with(hand.case_id, suite + "/") ? hand.case_id : suite + "/" + hand.case_id;
  attempt.seed = hand.seed != 0 ? hand.seed : random_seed();
  attempt.run_id = new_run_id();
  attempt.attempt_id = attempt.run_id + "/by-hand/" + attempt.case_id + "/1";
  attempt.artifacts = hand.artifacts;
  if (hand.kubeconfig.empty()) return attempt;
  attempt.kubeconfig = hand.kubeconfig;
  attempt.kube_context = hand.context;
  attempt.ns = "gr-by-hand-" + Random(random_seed()).name_suffix(8);
  GRADUAND_TRY_ASSIGN(auto config, kube::load_kubeconfig({hand.kubeconfig}, hand.context));
  GRADUAND_TRY_ASSIGN(auto client, kube::Client::create(std::move(config)));
  GRADUAND_TRY_ASSIGN(attempt.facts, read_facts(*client));
  if (!hand.node_access.empty()) {
    const auto parts = split(hand.node_access, ':');
    if (parts.size() != 2 || !catalogue::capabilities_of(parts[0]).node_access || parts[1].empty())
      return fail(ErrorKind::kUsage, "--node-access is '" + hand.node_access + "', expected kind:CLUSTER");
    attempt.provider = parts[0];
    attempt.cluster_name = parts[1];
    attempt.facts.node_access = true;
  }
  return attempt;
}

}  // namespace graduand::e2e
