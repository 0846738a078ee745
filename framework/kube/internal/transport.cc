// SPDX-License-Identifier: Apache-2.0
#include "framework/kube/internal/transport.h"

#include <boost/url/parse.hpp>

#include "framework/base/text.h"
#include "framework/kube/internal/proxy/tunnel.h"

namespace graduand::kube::internal {
namespace {

constexpr int kMaxRetries = 10;  // client-go: rest/request.go
constexpr std::size_t kMaxIdle = 32;
constexpr std::size_t kMaxErrorBody = 4u << 20;

struct ServerAddress {
  Endpoint endpoint;
  bool https = false;
  std::string host_header;
  std::string base_path;
};

Result<ServerAddress> parse_server(const ClusterConfig& config) {
  const auto wrong = [&](const std::string& why) {
    return fail(ErrorKind::kUsage,
                "the server address \"" + config.server + "\" " + why + ", expected http[s]://host[:port][/path]");
  };
  const auto parsed = boost::urls::parse_uri(config.server);
  if (!parsed) return wrong("is not a URL");
  const auto& url = *parsed;
  const bool https = url.scheme() == "https";
  if (!https && url.scheme() != "http") return wrong("has an unknown scheme");
  if (url.has_userinfo() || url.has_query() || url.has_fragment()) return wrong("has parts that mean nothing here");
  ServerAddress address;
  address.https = https;
  address.endpoint.host = url.host_address();
  if (address.endpoint.host.empty()) return wrong("has no host");
  address.endpoint.port = static_cast<std::uint16_t>(https ? 443 : 80);
  if (url.has_port()) {
    const std::string digits = url.port();
    const int port = digits.empty() || digits.size() > 5 ? 0 : std::stoi(digits);
    if (port < 1 || port > 65535) return wrong("has no valid port");
    address.endpoint.port = static_cast<std::uint16_t>(port);
  }
  address.endpoint.tls_name = config.tls_server_name.empty() ? address.endpoint.host : config.tls_server_name;
  const auto host_and_port = url.encoded_host_and_port();
  address.host_header.assign(host_and_port.data(), host_and_port.size());
  const auto path = url.encoded_path();
  address.base_path.assign(path.data(), path.size());
  while (!address.base_path.empty() && address.base_path.back() == '/') address.base_path.pop_back();
  return address;
}

// The kubeconfig's proxy, else the environment's.
Result<std::optional<Proxy>> choose_proxy(const ClusterConfig& config, const ServerAddress& address) {
  std::optional<Proxy> proxy;
  if (config.proxy_url.empty()) {
    GRADUAND_TRY_ASSIGN(
        proxy, proxy_for(ProxyEnvironment::of_process(), address.https, address.endpoint.host, address.endpoint.port));
  } else {
    GRADUAND_TRY_ASSIGN(proxy, parse_proxy_url(config.proxy_url));
  }
  // As Go does: the proxy has to prove itself to the cluster's roots, when there are any.
  if (proxy && proxy->kind == Proxy::Kind::kHttps) {
    GRADUAND_TRY_ASSIGN(proxy->tls, make_tls_context(config));
  }
  return proxy;
}

std::optional<seconds> retry_after_of(const HttpHead& head) {
  const auto text = head.header("Retry-After");
  if (text.empty() || text.size() > 6 || text.find_first_not_of("0123456789") != std::string::npos) return {};
  return seconds(std::stoi(text));
}

bool may_retry(int code) {
  return code == 429 || code >= 500;
}

}  // namespace

std::string describe(const Call& call) {
  return call.method + " " + call.target;
}

ApiError transport_error(Error error, const Call& call) {
  ApiError api;
  api.message = std::move(error.message);
  api.transport = error.kind;
  api.request = describe(call);
  return api;
}

std::vector<std::string> warnings_of(const HttpHead& head) {
  std::vector<std::string> texts;
  for (const auto& [name, value] : head.headers) {
    if (to_lower(name) != "warning" || !starts_with(value, "299 ")) continue;
    const auto open = value.find('"');
    if (open == std::string::npos) continue;
    std::string text;
    for (std::size_t i = open + 1; i < value.size() && value[i] != '"'; ++i) {
      if (value[i] == '\\' && i + 1 < value.size()) ++i;
      text += value[i];
    }
    texts.push_back(std::move(text));
  }
  return texts;
}

Result<std::unique_ptr<Transport>> Transport::create(const ClusterConfig& config, const ClientOptions& options) {
  GRADUAND_TRY_ASSIGN(auto address, parse_server(config));
  GRADUAND_TRY_ASSIGN(auto proxy, choose_proxy(config, address));
  std::unique_ptr<Transport> made(new Transport());
  made->options_ = options;
  made->endpoint_ = std::move(address.endpoint);
  made->https_ = address.https;
  made->proxy_ = std::move(proxy);
  made->host_header_ = std::move(address.host_header);
  made->base_path_ = std::move(address.base_path);
  GRADUAND_TRY_ASSIGN(made->credentials_, Credentials::create(config));
  return made;
}

// An HTTP proxy is given a request over http:// whole; whatever else goes through a tunnel.
bool Transport::forwarded(const Call& call) const {
  return proxy_ && proxy_->kind != Proxy::Kind::kSocks5 && !https_ && call.success != 101;
}

Result<std::unique_ptr<Stream>> Transport::connect(const Identity& identity, bool forwarded, const Until& until) const {
  Endpoint endpoint = endpoint_;
  endpoint.tls = identity.tls;
  if (!proxy_) return Stream::connect(endpoint, until);
  return forwarded ? connect_to(*proxy_, until) : connect_through(*proxy_, endpoint, until);
}

Result<Transport::Pooled> Transport::take_connection(const Identity& identity, bool forwarded, const Until& until) {
  // What is pooled behind a forwarding proxy leads to the proxy, not to the server.
  const bool pool = forwarded || https_ || !proxy_ || proxy_->kind == Proxy::Kind::kSocks5;
  while (pool) {
    Pooled candidate;
    {
      const std::lock_guard lock(mutex_);
      if (idle_.empty()) break;
      candidate = std::move(idle_.back());
      idle_.pop_back();
    }
    if (candidate.generation == identity.generation && candidate.connection->reusable()) return candidate;
  }
  GRADUAND_TRY_ASSIGN(auto stream, connect(identity, forwarded, until));
  return Pooled{std::make_unique<HttpConnection>(std::move(stream), host_header_), identity.generation};
}

void Transport::give_back(Pooled pooled) {
  if (!pooled.connection->reusable()) return;
  const std::lock_guard lock(mutex_);
  if (idle_.size() < kMaxIdle) idle_.push_back(std::move(pooled));
}

Result<Transport::Sent> Transport::send_once(const Call& call, const Until& until) {
  GRADUAND_TRY_ASSIGN(const auto identity, credentials_->current());
  HttpRequest request{call.method, base_path_ + call.target, identity.headers, call.body};
  request.headers.emplace_back("User-Agent", options_.user_agent);
  request.headers.emplace_back("Accept", call.accept);
  if (!call.content_type.empty()) request.headers.emplace_back("Content-Type", call.content_type);
  for (const auto& header : call.headers) request.headers.push_back(header);
  const bool whole = forwarded(call);
  if (whole) {
    request.target = "http://" + host_header_ + request.target;
    for (const auto& header : proxy_headers(*proxy_)) request.headers.push_back(header);
  }
  for (;;) {
    GRADUAND_TRY_ASSIGN(auto pooled, take_connection(identity, whole, until));
    auto& connection = *pooled.connection;
    auto sent = connection.send(request, until);
    auto head = sent ? connection.read_head(until) : Result<HttpHead>(fail(sent.error()));
    if (head) return Sent{OpenAnswer{std::move(pooled.connection), std::move(*head)}, pooled.generation};
    // The server closed an idle connection at the moment we used it. Each round takes one connection from the pool, so
    // this ends; a fresh connection is never tried twice.
    const bool stale = connection.used_before() && !connection.answered();
    const bool idempotent = call.method == "GET" || call.method == "HEAD";
    if (!stale || !idempotent || head.error().kind != ErrorKind::kInfrastructure) return fail(head.error());
  }
}

Status Transport::read_whole(HttpConnection& connection, std::string& body, const Until& until) const {
  for (;;) {
    GRADUAND_TRY_ASSIGN(const bool more, connection.read_body(body, until));
    if (!more) return {};
    if (body.size() > options_.max_response_bytes) {
      return fail(ErrorKind::kInfrastructure,
                  "the answer is larger than the limit of " + std::to_string(options_.max_response_bytes) + " bytes");
    }
  }
}

ApiError Transport::refusal(Sent sent, const Call& call, const Until& until) {
  std::string body;
  const auto retry_after = retry_after_of(sent.answer.head);
  for (;;) {
    auto more = sent.answer.connection->read_body(body, until);
    if (!more || body.size() > kMaxErrorBody) break;  // what came is enough for a message
    if (*more) continue;
    give_back(Pooled{std::move(sent.answer.connection), sent.generation});
    break;
  }
  auto error = parse_status(sent.answer.head.code, body, describe(call));
  if (retry_after) error.retry_after = retry_after;
  return error;
}

ApiResult<Transport::Sent> Transport::open_counted(const Call& call, const Until& until, RequestTrace& trace) {
  bool asked_again = false;
  for (;;) {
    auto sent = send_once(call, until);
    if (!sent) return tl::unexpected(transport_error(sent.error(), call));
    const auto& head = sent->answer.head;
    trace.code = head.code;
    for (auto& warning : warnings_of(head)) trace.warnings.push_back(std::move(warning));
    const bool expected = call.success != 0 ? head.code == call.success : head.code / 100 == 2;
    if (expected) return std::move(*sent);
    const auto retry_after = retry_after_of(head);
    auto error = refusal(std::move(*sent), call, until);
    if (error.http_code == 401 && !asked_again && credentials_->refused()) {
      asked_again = true;
    } else if (may_retry(error.http_code) && retry_after && trace.retries < kMaxRetries &&
               *retry_after < until.left()) {
      if (until.cancel.wait_for(*retry_after)) {
        return tl::unexpected(transport_error(Error{ErrorKind::kCancelled, "cancelled"}, call));
      }
    } else {
      return tl::unexpected(std::move(error));
    }
    ++trace.retries;
  }
}

void Transport::report(const Call& call, RequestTrace trace, SteadyTime started) const {
  if (!options_.on_request) return;
  trace.request = describe(call);
  trace.took = std::chrono::duration_cast<milliseconds>(system_clock().steady_now() - started);
  options_.on_request(trace);
}

ApiResult<OpenAnswer> Transport::open(const Call& call, const Until& until) {
  RequestTrace trace;
  const auto started = system_clock().steady_now();
  auto sent = open_counted(call, until, trace);
  report(call, std::move(trace), started);
  if (!sent) return tl::unexpected(std::move(sent).error());
  return std::move(sent->answer);
}

ApiResult<Answer> Transport::round_trip(const Call& call, const Until& until) {
  RequestTrace trace;
  const auto started = system_clock().steady_now();
  auto sent = open_counted(call, until, trace);
  if (!sent) {
    report(call, std::move(trace), started);
    return tl::unexpected(std::move(sent).error());
  }
  Answer answer{sent->answer.head.code, {}, std::move(sent->answer.head)};
  auto read = read_whole(*sent->answer.connection, answer.body, until);
  report(call, std::move(trace), started);
  if (!read) return tl::unexpected(transport_error(read.error(), call));
  give_back(Pooled{std::move(sent->answer.connection), sent->generation});
  return answer;
}

}  // namespace graduand::kube::internal
