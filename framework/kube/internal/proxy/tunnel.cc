// SPDX-License-Identifier: Apache-2.0
#include "framework/kube/internal/proxy/tunnel.h"

#include "framework/base/text.h"

namespace graduand::kube::internal {
namespace {

using StreamPtr = std::unique_ptr<Stream>;

std::string host_and_port(const Endpoint& endpoint) {
  const bool v6 = endpoint.host.find(':') != std::string::npos;
  return (v6 ? "[" + endpoint.host + "]" : endpoint.host) + ":" + std::to_string(endpoint.port);
}

tl::unexpected<Error> refused(const std::string& why) {
  return fail(ErrorKind::kInfrastructure, "the proxy refused the connection: " + why);
}

Result<StreamPtr> http_connect(StreamPtr stream, const Proxy& proxy, const Endpoint& endpoint, const Until& until) {
  const auto target = host_and_port(endpoint);
  HttpConnection connection(std::move(stream), target);
  GRADUAND_TRY(connection.send(HttpRequest{"CONNECT", target, proxy_headers(proxy), {}}, until));
  GRADUAND_TRY_ASSIGN(const auto head, connection.read_head(until));
  if (head.code / 100 != 2) return refused("it answered " + std::to_string(head.code) + " to CONNECT");
  std::string early;
  auto through = connection.take_stream(early);
  // The server speaks after us in all that we do.
  if (!early.empty()) return refused("it sent more than an answer to CONNECT");
  return through;
}

Result<std::string> read_exactly(Stream& stream, std::size_t size, const Until& until) {
  std::string bytes(size, '\0');
  for (std::size_t got = 0; got < size;) {
    GRADUAND_TRY_ASSIGN(const auto more, stream.read_some(bytes.data() + got, size - got, until));
    if (more == 0) return refused("it closed the connection");
    got += more;
  }
  return bytes;
}

constexpr char kSocks = 5, kNone = 0, kPassword = 2, kConnect = 1, kDomain = 3;

Status socks_log_in(Stream& stream, const Proxy& proxy, const Until& until) {
  const auto& user = proxy.username;
  if (user && (user->size() > 255 || proxy.password.size() > 255))
    return refused("SOCKS takes 255 bytes of a password");
  GRADUAND_TRY(
      stream.write_all(user ? std::string{kSocks, 2, kNone, kPassword} : std::string{kSocks, 1, kNone}, until));
  GRADUAND_TRY_ASSIGN(const auto method, read_exactly(stream, 2, until));
  if (method[0] != kSocks) return refused("it does not speak SOCKS 5");
  if (method[1] == kNone) return {};
  if (method[1] != kPassword || !user) return refused("it wants another way to log in");
  const auto sized = [](const std::string& text) { return static_cast<char>(text.size()) + text; };
  GRADUAND_TRY(stream.write_all(std::string{1} + sized(*user) + sized(proxy.password), until));
  GRADUAND_TRY_ASSIGN(const auto answer, read_exactly(stream, 2, until));
  if (answer[1] != 0) return refused("user or password is wrong");
  return {};
}

Result<StreamPtr> socks_connect(StreamPtr stream, const Proxy& proxy, const Endpoint& endpoint, const Until& until) {
  GRADUAND_TRY(socks_log_in(*stream, proxy, until));
  if (endpoint.host.size() > 255) return refused("SOCKS takes 255 bytes of a name");
  const std::string port{static_cast<char>(endpoint.port >> 8), static_cast<char>(endpoint.port & 0xff)};
  GRADUAND_TRY(stream->write_all(
      std::string{kSocks, kConnect, 0, kDomain, static_cast<char>(endpoint.host.size())} + endpoint.host + port,
      until));
  GRADUAND_TRY_ASSIGN(const auto answer, read_exactly(*stream, 5, until));
  if (answer[1] != 0) return refused("SOCKS answer " + std::to_string(static_cast<unsigned char>(answer[1])));
  // The address that it connects from, of one of three kinds, and a port: of no use, and to be read.
  const auto first = static_cast<std::size_t>(static_cast<unsigned char>(answer[4]));
  const std::size_t rest = answer[3] == kDomain ? first : answer[3] == 1 ? 3 : 15;
  GRADUAND_TRY(read_exactly(*stream, rest + 2, until));
  return stream;
}

}  // namespace

Headers proxy_headers(const Proxy& proxy) {
  if (!proxy.username) return {};
  return {{"Proxy-Authorization", "Basic " + base64_encode(*proxy.username + ":" + proxy.password)}};
}

Result<StreamPtr> connect_to(const Proxy& proxy, const Until& until) {
  auto stream = Stream::connect(Endpoint{proxy.host, proxy.port, proxy.tls, proxy.host}, until);
  if (!stream) return fail_with_context(std::move(stream).error(), "the proxy");
  return stream;
}

Result<StreamPtr> connect_through(const Proxy& proxy, const Endpoint& endpoint, const Until& until) {
  GRADUAND_TRY_ASSIGN(auto to_proxy, connect_to(proxy, until));
  auto stream = proxy.kind == Proxy::Kind::kSocks5 ? socks_connect(std::move(to_proxy), proxy, endpoint, until)
                                                   : http_connect(std::move(to_proxy), proxy, endpoint, until);
  if (!stream) {
    return fail_with_context(std::move(stream).error(), "connecting to " + host_and_port(endpoint) + " through " +
                                                            proxy.host + " port " + std::to_string(proxy.port));
  }
  if (endpoint.tls) GRADUAND_TRY((*stream)->start_tls(endpoint, until));
  return stream;
}

}  // namespace graduand::kube::internal
