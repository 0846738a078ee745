// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "framework/cluster/journal/node_components.h"
#include "framework/cluster/node_access.h"
#include "framework/kube/client.h"

namespace graduand::cluster {

// A client whose requests take no longer than the limit.
using MakeClient = std::function<Result<std::unique_ptr<kube::Client>>(milliseconds limit)>;

// The components of a kubeadm node: static pods and systemd's units. Thread-safe.
class KubeadmComponents final : public NodeComponents {
 public:
  // `limit` is for each component to be ready. All must outlive it; `make_client` is called when the API is needed.
  KubeadmComponents(NodeAccess& nodes, MakeClient make_client, milliseconds limit, const Clock& clock);

  // By replace_static_pod() (static_pod.h).
  Status put_static_pod(const std::string& node, const std::string& component,
                        const std::optional<std::string>& manifest) override;
  Status restart_unit(const std::string& node, const std::string& unit) override;
  // First the API server's /readyz, when it is one of them (then by another process than before, when its manifest was
  // replaced here) or must tell of others; then each other static pod Ready, likewise with another container; the
  // kubelet's /healthz and its node Ready; other units active.
  Status wait_until_ready(const std::string& node, const std::set<std::string>& static_pods,
                          const std::set<std::string>& units) override;

 private:
  Status wait_for_api_server(const std::string& node, bool was_changed);
  Status wait_for_static_pod(kube::Client& client, const std::string& node, const std::string& component);
  Status wait_for_unit(const std::string& node, const std::string& unit);

  NodeAccess& nodes_;
  MakeClient make_client_;
  const milliseconds limit_;
  const Clock& clock_;
  std::mutex mutex_;
  std::map<std::string, std::string> containers_;  // "component-node" to the container that was replaced
  std::map<std::string, double> api_servers_;      // node to when the process that was replaced had started
};

}  // namespace graduand::cluster
