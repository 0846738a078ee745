// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <openssl/ssl.h>

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "framework/kube/client.h"
#include "tests/kube/certificates.h"

namespace graduand::kube::testing {

struct FakeRequest {
  int connection = 0;  // counted from 0
  int number = 0;      // of all requests, counted from 0
  std::string method;
  std::string target;
  std::map<std::string, std::string> headers;  // names in lower case
  std::string body;
  std::string client_name;  // the subject of the client's certificate
  // The value of a query parameter, not decoded; empty when absent.
  std::string query(const std::string& name) const;
};

// One connection under a handler's control: it may answer properly, byte by byte, or not at all.
class Exchange {
 public:
  Exchange(int fd, SSL* tls, const FakeRequest& the_request) : request(the_request), fd_(fd), tls_(tls) {}
  const FakeRequest& request;

  void respond(int code, const std::string& body, const std::string& extra_headers = {});
  void respond_json(int code, const json::value& body) { respond(code, json::serialize(body)); }
  void status(int code, const std::string& reason, const std::string& message = "told so");
  void begin_chunked();
  void chunk(const std::string& data);
  void end_chunks() { send("0\r\n\r\n"); }
  void event(const std::string& type, const json::value& object);  // one chunk
  void send(const std::string& bytes);
  // What the client sent; empty at the end of the stream.
  std::string receive();
  int descriptor() const { return fd_; }
  bool pending() const { return tls_ != nullptr && SSL_pending(tls_) > 0; }  // read already, and not by receive()
  // Until the client (or the server's end) closes the connection.
  void wait_for_close();

 private:
  int fd_;
  SSL* tls_;
};

// An HTTP/1.1 server on 127.0.0.1, a thread per connection. The handler is called for each request, from several
// threads; false closes the connection.
class FakeServer {
 public:
  using Handler = std::function<bool(Exchange&)>;
  explicit FakeServer(Handler handler);
  FakeServer(Handler handler, const KeyPair& identity, const std::string& client_authority = {});
  ~FakeServer();

  std::string url() const;
  int port() const { return port_; }
  // Its own address, and nothing else.
  ClusterConfig config() const;
  std::unique_ptr<Client> client(ClientOptions options = {}) const;
  int connections() const { return connections_; }
  std::vector<FakeRequest> requests() const;
  void drop_connections();

 private:
  void listen();
  void serve(int fd, int connection);

  Handler handler_;
  std::shared_ptr<SSL_CTX> tls_;
  int listener_ = -1;
  int port_ = 0;
  std::atomic<int> connections_{0};
  mutable std::mutex mutex_;
  std::vector<FakeRequest> requests_;
  std::vector<int> open_;
  std::vector<std::thread> threads_;
  std::thread acceptor_;
};

// An object with a name and a resourceVersion.
json::value object_of(const std::string& name, const std::string& version, json::object more = {});
json::value list_of(const std::string& version, json::array items);

}  // namespace graduand::kube::testing
