// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "framework/base/error.h"
#include "framework/kube/internal/tls.h"
#include "framework/kube/internal/until.h"

namespace graduand::kube::internal {

struct Endpoint {
  std::string host;  // a name or an address, without brackets
  std::uint16_t port = 443;
  SslContextPtr tls;     // null: plain TCP
  std::string tls_name;  // what the certificate must prove
};

// One connected byte stream, TCP or TLS. Every blocking call ends at its deadline or on cancellation. Not thread-safe.
// Errors are kTimeout, kCancelled or kInfrastructure.
class Stream {
 public:
  static Result<std::unique_ptr<Stream>> connect(const Endpoint& endpoint, const Until& until);
  // TLS on top of what there is, which may be TLS with a proxy already.
  Status start_tls(const Endpoint& endpoint, const Until& until);
  ~Stream();
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  // At least one byte, or 0 at the end of the stream.
  Result<std::size_t> read_some(char* data, std::size_t size, const Until& until);
  Status write_all(std::string_view data, const Until& until);

  // Without blocking; nullopt when nothing could be done now.
  Result<std::optional<std::size_t>> try_read(char* data, std::size_t size);
  Result<std::optional<std::size_t>> try_write(std::string_view data);
  // Until it can be read, or written when `for_write` is asked. kTimeout at the deadline.
  Status wait(bool for_write, const Until& until);

  // Nothing came since the last answer and the peer has not closed: fit for another request.
  bool fit_for_reuse();

 private:
  Stream(int fd, SslPtr tls);
  Status handshake(const Until& until);
  Result<std::optional<std::size_t>> tls_outcome(int result, const char* doing);

  int fd_;
  SslPtr outer_tls_;  // with a proxy, around tls_, which reads and writes through it
  SslPtr tls_;
  bool read_wants_write_ = false;  // TLS: what the last try_read / try_write waits for
  bool write_wants_read_ = false;
};

}  // namespace graduand::kube::internal
