// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "framework/kube/internal/stream.h"

namespace graduand::kube::internal {

using Headers = std::vector<std::pair<std::string, std::string>>;

// No control characters but tabs: nothing that would begin another header.
bool fit_for_header(std::string_view value);

struct HttpRequest {
  std::string method;
  std::string target;  // path and query, percent-encoded
  Headers headers;     // Host and Content-Length are added
  std::string body;
};

struct HttpHead {
  int code = 0;
  Headers headers;
  // The first header of that name, without regard to case; empty when there is none.
  std::string header(std::string_view name) const;
};

// HTTP/1.1 on one connection: one request at a time, the answer's body in pieces as they come. Not thread-safe.
class HttpConnection {
 public:
  // `host` is the Host header's value.
  HttpConnection(std::unique_ptr<Stream> stream, std::string host);
  ~HttpConnection();

  Status send(const HttpRequest& request, const Until& until);
  Result<HttpHead> read_head(const Until& until);
  // Appends what came of the body to `out`, after waiting for at least one byte. False when the body is complete. Data
  // that arrived before a time-out is never lost: the next call goes on.
  Result<bool> read_body(std::string& out, const Until& until);

  // Something of the current answer has arrived.
  bool answered() const;
  // The answer was read to its end and the peer keeps the connection.
  bool reusable();
  bool used_before() const { return requests_ > 1; }

  // After "101 Switching Protocols": the stream, and what was already read of the other protocol.
  std::unique_ptr<Stream> take_stream(std::string& already_read);

 private:
  struct Parser;
  Result<bool> fill(const Until& until);  // false at the end of the stream

  std::unique_ptr<Stream> stream_;
  std::string host_;
  std::unique_ptr<Parser> parser_;
  std::string input_;  // read, not yet parsed: from consumed_ on
  std::size_t consumed_ = 0;
  int requests_ = 0;
  bool answered_ = false;
};

}  // namespace graduand::kube::internal
