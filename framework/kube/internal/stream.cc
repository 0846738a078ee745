// SPDX-License-Identifier: Apache-2.0
#include "framework/kube/internal/stream.h"

#include <openssl/err.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "framework/kube/internal/pem.h"
#include "framework/kube/internal/socket.h"

namespace graduand::kube::internal {
namespace {

using Count = std::optional<std::size_t>;

tl::unexpected<Error> broken(const char* doing, int error) {
  return fail(ErrorKind::kInfrastructure, std::string(doing) + ": " + std::strerror(error));
}

}  // namespace

Stream::Stream(int fd, SslPtr tls) : fd_(fd), tls_(std::move(tls)) {}

Stream::~Stream() {
  // One attempt to say good-bye; the peer copes without.
  if (tls_ && SSL_is_init_finished(tls_.get())) {
    ERR_clear_error();
    SSL_shutdown(tls_.get());
    ERR_clear_error();
  }
  tls_.reset();  // it writes through the outer one
  ::close(fd_);
}

Result<std::unique_ptr<Stream>> Stream::connect(const Endpoint& endpoint, const Until& until) {
  GRADUAND_TRY_ASSIGN(const int fd, connect_tcp(endpoint.host, endpoint.port, until));
  std::unique_ptr<Stream> stream(new Stream(fd, nullptr));
  if (endpoint.tls) GRADUAND_TRY(stream->start_tls(endpoint, until));
  return stream;
}

Status Stream::start_tls(const Endpoint& endpoint, const Until& until) {
  outer_tls_ = std::move(tls_);
  GRADUAND_TRY_ASSIGN(tls_, outer_tls_ ? make_inner_tls_session(endpoint.tls.get(), outer_tls_.get(), endpoint.tls_name)
                                       : make_tls_session(endpoint.tls.get(), fd_, endpoint.tls_name));
  if (auto shaken = handshake(until); !shaken) {
    return fail_with_context(shaken.error(),
                             "connecting to " + endpoint.host + " port " + std::to_string(endpoint.port));
  }
  return {};
}

Status Stream::handshake(const Until& until) {
  for (;;) {
    ERR_clear_error();
    const int result = SSL_connect(tls_.get());
    if (result == 1) return {};
    const int saved = errno;
    switch (SSL_get_error(tls_.get(), result)) {
      case SSL_ERROR_WANT_READ:
        GRADUAND_TRY(wait_for_fd(fd_, POLLIN, until));
        break;
      case SSL_ERROR_WANT_WRITE:
        GRADUAND_TRY(wait_for_fd(fd_, POLLOUT, until));
        break;
      case SSL_ERROR_SYSCALL:
        return broken("TLS handshake", saved == 0 ? ECONNRESET : saved);
      case SSL_ERROR_ZERO_RETURN:
        return broken("TLS handshake", ECONNRESET);
      default:
        return fail(ErrorKind::kInfrastructure, describe_handshake_failure(tls_.get()));
    }
  }
}

Result<Count> Stream::tls_outcome(int result, const char* doing) {
  const int saved = errno;
  switch (SSL_get_error(tls_.get(), result)) {
    case SSL_ERROR_WANT_READ:
    case SSL_ERROR_WANT_WRITE:
      return Count{};
    case SSL_ERROR_ZERO_RETURN:
      return Count{0};
    case SSL_ERROR_SYSCALL:
      return broken(doing, saved == 0 ? ECONNRESET : saved);
    default:
      return fail(ErrorKind::kInfrastructure, std::string(doing) + ": TLS: " + openssl_reason());
  }
}

Result<Count> Stream::try_read(char* data, std::size_t size) {
  if (tls_) {
    ERR_clear_error();
    errno = 0;
    const int got = SSL_read(tls_.get(), data, static_cast<int>(size));
    read_wants_write_ = got <= 0 && SSL_get_error(tls_.get(), got) == SSL_ERROR_WANT_WRITE;
    if (got > 0) return Count{static_cast<std::size_t>(got)};
    return tls_outcome(got, "reading");
  }
  const auto got = ::recv(fd_, data, size, 0);
  if (got >= 0) return Count{static_cast<std::size_t>(got)};
  if (errno == EAGAIN || errno == EINTR) return Count{};
  return broken("reading", errno);
}

Result<Count> Stream::try_write(std::string_view data) {
  if (tls_) {
    ERR_clear_error();
    errno = 0;
    const int sent = SSL_write(tls_.get(), data.data(), static_cast<int>(std::min<std::size_t>(data.size(), 1u << 20)));
    write_wants_read_ = sent <= 0 && SSL_get_error(tls_.get(), sent) == SSL_ERROR_WANT_READ;
    if (sent > 0) return Count{static_cast<std::size_t>(sent)};
    auto outcome = tls_outcome(sent, "writing");
    if (outcome && *outcome) return broken("writing", EPIPE);
    return outcome;
  }
  const auto sent = ::send(fd_, data.data(), data.size(), MSG_NOSIGNAL);
  if (sent >= 0) return Count{static_cast<std::size_t>(sent)};
  if (errno == EAGAIN || errno == EINTR) return Count{};
  return broken("writing", errno);
}

Status Stream::wait(bool for_write, const Until& until) {
  short events = POLLIN;
  if ((for_write && !write_wants_read_) || read_wants_write_) events |= POLLOUT;
  return wait_for_fd(fd_, events, until);
}

Result<std::size_t> Stream::read_some(char* data, std::size_t size, const Until& until) {
  for (;;) {
    GRADUAND_TRY_ASSIGN(const auto got, try_read(data, size));
    if (got) return *got;
    GRADUAND_TRY(wait_for_fd(fd_, read_wants_write_ ? POLLOUT : POLLIN, until));
  }
}

Status Stream::write_all(std::string_view data, const Until& until) {
  while (!data.empty()) {
    GRADUAND_TRY_ASSIGN(const auto sent, try_write(data));
    if (sent) {
      data.remove_prefix(*sent);
    } else {
      GRADUAND_TRY(wait_for_fd(fd_, write_wants_read_ ? POLLIN : POLLOUT, until));
    }
  }
  return {};
}

bool Stream::fit_for_reuse() {
  // With TLS the socket may be readable for a session ticket only, so TLS itself must be asked.
  char byte;
  if (tls_) {
    ERR_clear_error();
    const int got = SSL_peek(tls_.get(), &byte, 1);
    const bool idle = got <= 0 && SSL_get_error(tls_.get(), got) == SSL_ERROR_WANT_READ;
    ERR_clear_error();
    return idle;
  }
  return ::recv(fd_, &byte, 1, MSG_PEEK) < 0 && errno == EAGAIN;
}

}  // namespace graduand::kube::internal
