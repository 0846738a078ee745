// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <openssl/ssl.h>

#include <memory>
#include <string>

#include "framework/base/error.h"
#include "framework/kube/kubeconfig.h"

namespace graduand::kube::internal {

struct SslDelete {
  void operator()(SSL_CTX* p) const { SSL_CTX_free(p); }
  void operator()(SSL* p) const { SSL_free(p); }
};
using SslContextPtr = std::shared_ptr<SSL_CTX>;
using SslPtr = std::unique_ptr<SSL, SslDelete>;

// TLS 1.2 or newer, with the configuration's roots and client certificate, all from memory. kUsage when broken.
Result<SslContextPtr> make_tls_context(const ClusterConfig& config);
// A client session on a connected non-blocking socket, which it does not own. The peer must prove `host` (a name or an
// address).
Result<SslPtr> make_tls_session(SSL_CTX* context, int fd, const std::string& host);
// The same inside another session, which it does not own and which must outlive it.
Result<SslPtr> make_inner_tls_session(SSL_CTX* context, SSL* outer, const std::string& host);
// Why a handshake failed, in words.
std::string describe_handshake_failure(SSL* session);

}  // namespace graduand::kube::internal
