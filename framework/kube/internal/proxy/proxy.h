// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "framework/base/error.h"
#include "framework/kube/internal/tls.h"

namespace graduand::kube::internal {

struct Proxy {
  enum class Kind { kHttp, kHttps, kSocks5 };
  Kind kind = Kind::kHttp;
  std::string host;
  std::uint16_t port = 80;
  std::optional<std::string> username{};
  std::string password{};
  SslContextPtr tls{};  // of the connection to a proxy of kind https
};

// A kubeconfig's `proxy-url`: http, https or socks5. kUsage otherwise; the message holds no part of the URL, which may
// have a password.
Result<Proxy> parse_proxy_url(const std::string& text);

// HTTPS_PROXY, HTTP_PROXY and NO_PROXY, or else their names in lower case.
struct ProxyEnvironment {
  std::string http, https, none;
  static ProxyEnvironment of_process();
};

// The proxy that a connection to that host and port goes through, as Go's httpproxy decides: never for localhost and
// loopback addresses, nor for what NO_PROXY lists (names with their subdomains, ".sub.domains", addresses, CIDR blocks,
// each but CIDR with an optional port, or "*"). A proxy without a scheme is http. kUsage for a variable that is no
// proxy.
Result<std::optional<Proxy>> proxy_for(const ProxyEnvironment& environment, bool https, const std::string& host,
                                       std::uint16_t port);

}  // namespace graduand::kube::internal
