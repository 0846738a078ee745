// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "framework/kube/internal/http.h"
#include "framework/kube/internal/proxy/proxy.h"
#include "framework/kube/internal/stream.h"

namespace graduand::kube::internal {

// A stream to the proxy itself.
Result<std::unique_ptr<Stream>> connect_to(const Proxy& proxy, const Until& until);
// A stream to `endpoint` through the proxy: CONNECT (RFC 9110 §9.3.6) or SOCKS 5 (RFC 1928, 1929), then the endpoint's
// TLS inside. The proxy looks the name up.
Result<std::unique_ptr<Stream>> connect_through(const Proxy& proxy, const Endpoint& endpoint, const Until& until);
// Proxy-Authorization, when the proxy's address has a user.
Headers proxy_headers(const Proxy& proxy);

}  // namespace graduand::kube::internal
