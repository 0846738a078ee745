// SPDX-License-Identifier: Apache-2.0
#include "framework/kube/internal/kubeconfig/server_url.h"

#include <boost/url/parse.hpp>

namespace graduand::kube::internal {
namespace {

namespace urls = boost::urls;

}  // namespace

Result<ServerUrl> read_server_url(const std::string& text) {
  const auto wrong = [](const std::string& why) {
    return fail(ErrorKind::kUsage, why + ", expected http[s]://host[:port][/path]");
  };
  const std::string with_scheme = "http://" + text;
  auto parsed = urls::parse_uri(text);
  const bool bare = !parsed || !parsed->has_authority();
  // "localhost:8080" is a URI of the scheme "localhost".
  if (bare) parsed = urls::parse_uri(with_scheme);
  if (!parsed || parsed->encoded_host().empty()) return wrong("is not a URL");
  const auto& url = *parsed;
  const auto path = url.encoded_path();
  if (bare && !path.empty() && path != "/") return wrong("has a path but no scheme");
  ServerUrl server;
  server.https = url.scheme_id() == urls::scheme::https;
  if (!server.https && url.scheme_id() != urls::scheme::http) return wrong("has an unknown scheme");
  const std::string port = url.port();
  if (url.has_port() && (port.size() > 5 || (!port.empty() && (std::stoi(port) < 1 || std::stoi(port) > 65535)))) {
    return wrong("has no valid port");
  }
  if (url.has_userinfo()) {
    server.username = url.user();
    server.password = url.password();
  }
  server.text = server.https ? "https://" : "http://";
  const auto host = url.encoded_host();
  server.text.append(host.data(), host.size());
  if (!port.empty()) server.text += ":" + port;
  server.text.append(path.data(), path.size());
  return server;
}

}  // namespace graduand::kube::internal
