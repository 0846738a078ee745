// SPDX-License-Identifier: Apache-2.0
#include <cstdlib>

#include "framework/base/files.h"
#include "framework/base/text.h"
#include "framework/kube/internal/pem.h"
#include "framework/kube/kubeconfig.h"

namespace graduand::kube {

Result<ClusterConfig> in_cluster_config(const fs::path& root) {
  const char* host = std::getenv("KUBERNETES_SERVICE_HOST");
  const char* port = std::getenv("KUBERNETES_SERVICE_PORT");
  if (host == nullptr || *host == '\0' || port == nullptr || *port == '\0') {
    return fail(ErrorKind::kNotFound, "not inside a cluster: KUBERNETES_SERVICE_HOST and _PORT are not set");
  }
  const auto account = root / "var/run/secrets/kubernetes.io/serviceaccount";
  GRADUAND_TRY(read_file(account / "token"));  // shows now, not at the first request, that it can be read
  ClusterConfig config;
  config.context = "in-cluster";
  const std::string address = host;
  const bool v6 = address.find(':') != std::string::npos;
  config.server = "https://" + (v6 ? "[" + address + "]" : address) + ":" + port;
  config.token_file = account / "token";
  GRADUAND_TRY_ASSIGN(config.ca_pem, read_file(account / "ca.crt"));
  GRADUAND_TRY(internal::parse_certificates(config.ca_pem, (account / "ca.crt").string()));
  if (const auto ns = read_file(account / "namespace"); ns && !trim(*ns).empty()) {
    config.default_namespace = std::string(trim(*ns));
  }
  return config;
}

}  // namespace graduand::kube
