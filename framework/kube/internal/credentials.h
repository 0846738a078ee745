// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <mutex>
#include <optional>
#include <string>

#include "framework/base/clock.h"
#include "framework/kube/internal/http.h"
#include "framework/kube/internal/tls.h"
#include "framework/kube/kubeconfig.h"

namespace graduand::kube::internal {

// What a request needs to be let in.
struct Identity {
  Headers headers;     // Authorization and impersonation
  SslContextPtr tls;   // null for http://
  int generation = 0;  // changes with the client certificate: older connections speak for somebody else
};

// Keeps the credentials of one cluster current: a token file is read again after a minute, an exec plugin is run
// again when what it gave has expired or was refused. Thread-safe.
class Credentials {
 public:
  static Result<std::unique_ptr<Credentials>> create(ClusterConfig config);
  Result<Identity> current();
  // The server said 401. True when asking again can help.
  bool refused();

 private:
  explicit Credentials(ClusterConfig config) : config_(std::move(config)) {}
  Status refresh();
  Status read_token_file();

  std::mutex mutex_;
  const ClusterConfig config_;
  ClusterConfig filled_;  // with what the plugin gave
  bool plugin_done_ = false;
  std::optional<Timestamp> expires_;
  std::string file_token_;
  std::optional<SteadyTime> file_read_;
  SslContextPtr tls_;
  int generation_ = 0;
};

}  // namespace graduand::kube::internal
