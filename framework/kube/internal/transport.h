// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "framework/kube/client.h"
#include "framework/kube/internal/credentials.h"
#include "framework/kube/internal/http.h"
#include "framework/kube/internal/proxy/proxy.h"

namespace graduand::kube::internal {

// One request as the client's verbs make it.
struct Call {
  std::string method = "GET";
  std::string target{};
  std::string body{};
  std::string content_type{};
  std::string accept = "application/json";
  Headers headers{};  // further ones
  int success = 0;    // the code that is expected; 0: any 2xx
};

// An answer whose body is still to be read.
struct OpenAnswer {
  std::unique_ptr<HttpConnection> connection;
  HttpHead head;
};

struct Answer {
  int code = 0;
  std::string body;
  HttpHead head;
};

std::string describe(const Call& call);  // "GET /api/v1/pods"
ApiError transport_error(Error error, const Call& call);
// The texts of the Warning: 299 headers (RFC 7234 §5.5).
std::vector<std::string> warnings_of(const HttpHead& head);

// Connections, credentials and retries below the client's verbs. Thread-safe.
class Transport {
 public:
  static Result<std::unique_ptr<Transport>> create(const ClusterConfig& config, const ClientOptions& options);

  // Sends and reads the answer's head; any answer but the expected one is an ApiError. Connecting, retries and waiting
  // for the head all end at `until`.
  ApiResult<OpenAnswer> open(const Call& call, const Until& until);
  // The whole answer; the connection goes back to the pool.
  ApiResult<Answer> round_trip(const Call& call, const Until& until);

  const ClientOptions& options() const { return options_; }

 private:
  struct Pooled {
    std::unique_ptr<HttpConnection> connection;
    int generation;
  };
  struct Sent {
    OpenAnswer answer;
    int generation;
  };
  Transport() = default;
  Result<Pooled> take_connection(const Identity& identity, bool forwarded, const Until& until);
  Result<std::unique_ptr<Stream>> connect(const Identity& identity, bool forwarded, const Until& until) const;
  bool forwarded(const Call& call) const;
  void give_back(Pooled pooled);
  Result<Sent> send_once(const Call& call, const Until& until);
  Status read_whole(HttpConnection& connection, std::string& body, const Until& until) const;
  ApiResult<Sent> open_counted(const Call& call, const Until& until, RequestTrace& trace);
  ApiError refusal(Sent sent, const Call& call, const Until& until);
  void report(const Call& call, RequestTrace trace, SteadyTime started) const;

  ClientOptions options_;
  Endpoint endpoint_;
  bool https_ = false;
  std::optional<Proxy> proxy_;
  std::string host_header_;
  std::string base_path_;
  std::unique_ptr<Credentials> credentials_;
  std::mutex mutex_;
  std::vector<Pooled> idle_;
};

}  // namespace graduand::kube::internal
