// SPDX-License-Identifier: Apache-2.0
#include "framework/kube/internal/proxy/proxy.h"

#include <boost/url/parse.hpp>
#include <cstdlib>

#include "framework/base/text.h"
#include "framework/kube/internal/proxy/no_proxy.h"

namespace graduand::kube::internal {
namespace {

namespace urls = boost::urls;

Result<Proxy> proxy_of(const urls::url_view& url) {
  const auto wrong = [](const std::string& why) {
    return fail(ErrorKind::kUsage, "the proxy's address " + why + ", expected http[s]://host[:port] or socks5://");
  };
  Proxy proxy;
  const auto scheme = to_lower(std::string(url.scheme()));
  if (scheme == "http") {
    proxy.kind = Proxy::Kind::kHttp;
    proxy.port = 80;
  } else if (scheme == "https") {
    proxy.kind = Proxy::Kind::kHttps;
    proxy.port = 443;
  } else if (scheme == "socks5") {
    proxy.kind = Proxy::Kind::kSocks5;
    proxy.port = 1080;
  } else {
    return wrong("has an unknown scheme");
  }
  proxy.host = url.host_address();
  if (proxy.host.empty()) return wrong("has no host");
  if (const std::string digits = url.port(); !digits.empty()) {
    const int port = digits.size() > 5 ? 0 : std::stoi(digits);
    if (port < 1 || port > 65535) return wrong("has no valid port");
    proxy.port = static_cast<std::uint16_t>(port);
  }
  if (url.has_userinfo()) {
    proxy.username = url.user();
    proxy.password = url.password();
  }
  return proxy;
}

std::string any_of(const char* upper, const char* lower) {
  for (const char* name : {upper, lower}) {
    const char* value = std::getenv(name);
    if (value != nullptr && *value != '\0') return value;
  }
  return {};
}

}  // namespace

Result<Proxy> parse_proxy_url(const std::string& text) {
  const auto url = urls::parse_uri(text);
  if (!url)
    return fail(ErrorKind::kUsage, "the proxy's address is not a URL, expected http[s]://host[:port] or socks5://");
  return proxy_of(*url);
}

ProxyEnvironment ProxyEnvironment::of_process() {
  return {any_of("HTTP_PROXY", "http_proxy"), any_of("HTTPS_PROXY", "https_proxy"), any_of("NO_PROXY", "no_proxy")};
}

Result<std::optional<Proxy>> proxy_for(const ProxyEnvironment& environment, bool https, const std::string& host,
                                       std::uint16_t port) {
  using Found = std::optional<Proxy>;
  const auto& value = https ? environment.https : environment.http;
  if (value.empty() || is_loopback(host) || no_proxy_lists(environment.none, host, port)) return Found{};
  const std::string with_scheme = "http://" + value;
  auto url = urls::parse_uri(value);
  // "proxy:3128" is a URI of the scheme "proxy".
  if (!url || !url->has_authority()) url = urls::parse_uri(with_scheme);
  auto proxy = url ? proxy_of(*url) : Result<Proxy>(fail(ErrorKind::kUsage, "the proxy's address is not a URL"));
  if (!proxy) return fail_with_context(proxy.error(), https ? "HTTPS_PROXY" : "HTTP_PROXY");
  return Found{std::move(*proxy)};
}

}  // namespace graduand::kube::internal
