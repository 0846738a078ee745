// SPDX-License-Identifier: Apache-2.0
#include "tests/kube/fake_server.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <openssl/pem.h>
#include <pthread.h>
#include <sys/socket.h>
#include <unistd.h>

#include <csignal>

#include "framework/base/text.h"

namespace graduand::kube::testing {
namespace {

int write_some(int fd, SSL* tls, const char* data, std::size_t size) {
  if (tls != nullptr) return SSL_write(tls, data, static_cast<int>(size));
  return static_cast<int>(::send(fd, data, size, MSG_NOSIGNAL));
}

std::string read_some(int fd, SSL* tls) {
  char buffer[16384];
  const auto got = tls != nullptr ? SSL_read(tls, buffer, sizeof(buffer)) : ::recv(fd, buffer, sizeof(buffer), 0);
  return got > 0 ? std::string(buffer, static_cast<std::size_t>(got)) : std::string();
}

void parse_head(const std::string& head, FakeRequest& request) {
  const auto lines = split(head, '\n');
  const auto words = split(trim(lines[0]), ' ');
  request.method = words[0];
  request.target = words.size() > 1 ? words[1] : "";
  for (std::size_t i = 1; i < lines.size(); ++i) {
    const auto colon = lines[i].find(':');
    if (colon == std::string::npos) continue;
    auto& value = request.headers[to_lower(lines[i].substr(0, colon))];
    if (!value.empty()) value += "|";
    value += trim(lines[i].substr(colon + 1));
  }
}

// False at the end of the stream.
bool read_request(int fd, SSL* tls, std::string& input, FakeRequest& request) {
  const auto more = [&] {
    const auto bytes = read_some(fd, tls);
    input += bytes;
    return !bytes.empty();
  };
  std::size_t end;
  while ((end = input.find("\r\n\r\n")) == std::string::npos) {
    if (!more()) return false;
  }
  parse_head(input.substr(0, end), request);
  input.erase(0, end + 4);
  const auto length = request.headers.count("content-length") ? std::stoul(request.headers["content-length"]) : 0;
  while (input.size() < length) {
    if (!more()) return false;
  }
  request.body = input.substr(0, length);
  input.erase(0, length);
  return true;
}

std::shared_ptr<SSL_CTX> server_context(const KeyPair& identity, const std::string& client_authority) {
  std::shared_ptr<SSL_CTX> context(SSL_CTX_new(TLS_server_method()), SSL_CTX_free);
  const auto bio_of = [](const std::string& pem) {
    return std::unique_ptr<BIO, int (*)(BIO*)>(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), BIO_free);
  };
  X509* certificate = PEM_read_bio_X509(bio_of(identity.certificate).get(), nullptr, nullptr, nullptr);
  EVP_PKEY* key = PEM_read_bio_PrivateKey(bio_of(identity.key).get(), nullptr, nullptr, nullptr);
  SSL_CTX_use_certificate(context.get(), certificate);
  SSL_CTX_use_PrivateKey(context.get(), key);
  X509_free(certificate);
  EVP_PKEY_free(key);
  if (!client_authority.empty()) {
    X509* root = PEM_read_bio_X509(bio_of(client_authority).get(), nullptr, nullptr, nullptr);
    X509_STORE_add_cert(SSL_CTX_get_cert_store(context.get()), root);
    X509_free(root);
    SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
  }
  return context;
}

std::string peer_name(SSL* tls) {
  X509* peer = tls != nullptr ? SSL_get1_peer_certificate(tls) : nullptr;
  if (peer == nullptr) return {};
  char name[256];
  X509_NAME_get_text_by_NID(X509_get_subject_name(peer), NID_commonName, name, sizeof(name));
  X509_free(peer);
  return name;
}

}  // namespace

std::string FakeRequest::query(const std::string& name) const {
  const auto mark = target.find('?');
  if (mark == std::string::npos) return {};
  for (const auto& part : split(target.substr(mark + 1), '&')) {
    if (starts_with(part, name + "=")) return part.substr(name.size() + 1);
  }
  return {};
}

void Exchange::send(const std::string& bytes) {
  for (std::size_t sent = 0; sent < bytes.size();) {
    const int step = write_some(fd_, tls_, bytes.data() + sent, bytes.size() - sent);
    if (step <= 0) return;
    sent += static_cast<std::size_t>(step);
  }
}

void Exchange::respond(int code, const std::string& body, const std::string& extra_headers) {
  send("HTTP/1.1 " + std::to_string(code) + " Told\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" +
       extra_headers + "\r\n" + body);
}

void Exchange::status(int code, const std::string& reason, const std::string& message) {
  respond_json(
      code, json::object{
                {"kind", "Status"}, {"status", "Failure"}, {"reason", reason}, {"message", message}, {"code", code}});
}

void Exchange::begin_chunked() {
  send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
}

void Exchange::chunk(const std::string& data) {
  char size[32];
  std::snprintf(size, sizeof(size), "%zx\r\n", data.size());
  send(size + data + "\r\n");
}

void Exchange::event(const std::string& type, const json::value& object) {
  chunk(json::serialize(json::object{{"type", type}, {"object", object}}) + "\n");
}

std::string Exchange::receive() {
  return read_some(fd_, tls_);
}

void Exchange::wait_for_close() {
  while (!receive().empty()) {
  }
}

FakeServer::FakeServer(Handler handler) : handler_(std::move(handler)) {
  listen();
}

FakeServer::FakeServer(Handler handler, const KeyPair& identity, const std::string& client_authority)
    : handler_(std::move(handler)), tls_(server_context(identity, client_authority)) {
  listen();
}

void FakeServer::listen() {
  listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  if (::bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 || ::listen(listener_, 64) != 0) {
    ADD_FAILURE() << "cannot listen";
  }
  getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
  port_ = ntohs(address.sin_port);
  acceptor_ = std::thread([this] {
    for (;;) {
      const int fd = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
      if (fd < 0) return;
      const int connection = connections_++;
      const std::lock_guard lock(mutex_);
      open_.push_back(fd);
      threads_.emplace_back([this, fd, connection] { serve(fd, connection); });
    }
  });
}

FakeServer::~FakeServer() {
  ::shutdown(listener_, SHUT_RDWR);
  acceptor_.join();
  drop_connections();
  for (auto& thread : threads_) thread.join();
  ::close(listener_);
}

void FakeServer::drop_connections() {
  const std::lock_guard lock(mutex_);
  for (const int fd : open_) ::shutdown(fd, SHUT_RDWR);
}

void FakeServer::serve(int fd, int connection) {
  // TLS writes with write(2): a client that is gone must not end the test.
  sigset_t pipe;
  sigemptyset(&pipe);
  sigaddset(&pipe, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &pipe, nullptr);
  SSL* tls = nullptr;
  bool up = true;
  if (tls_) {
    tls = SSL_new(tls_.get());
    SSL_set_fd(tls, fd);
    up = SSL_accept(tls) == 1;
  }
  std::string input;
  while (up) {
    FakeRequest request;
    request.connection = connection;
    request.client_name = peer_name(tls);
    if (!read_request(fd, tls, input, request)) break;
    {
      const std::lock_guard lock(mutex_);
      request.number = static_cast<int>(requests_.size());
      requests_.push_back(request);
    }
    Exchange exchange(fd, tls, request);
    up = handler_(exchange);
  }
  if (tls != nullptr) SSL_free(tls);
  const std::lock_guard lock(mutex_);
  std::erase(open_, fd);
  ::close(fd);
}

std::string FakeServer::url() const {
  return (tls_ ? "https://127.0.0.1:" : "http://127.0.0.1:") + std::to_string(port_);
}

ClusterConfig FakeServer::config() const {
  ClusterConfig config;
  config.server = url();
  return config;
}

std::unique_ptr<Client> FakeServer::client(ClientOptions options) const {
  auto made = Client::create(config(), std::move(options));
  EXPECT_TRUE(made) << to_string(made.error());
  return made ? std::move(*made) : nullptr;
}

std::vector<FakeRequest> FakeServer::requests() const {
  const std::lock_guard lock(mutex_);
  return requests_;
}

json::value object_of(const std::string& name, const std::string& version, json::object more) {
  more["metadata"] = json::object{{"name", name}, {"namespace", "n"}, {"resourceVersion", version}};
  return more;
}

json::value list_of(const std::string& version, json::array items) {
  return json::object{
      {"kind", "List"}, {"metadata", json::object{{"resourceVersion", version}}}, {"items", std::move(items)}};
}

}  // namespace graduand::kube::testing
