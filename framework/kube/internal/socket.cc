// SPDX-License-Identifier: Apache-2.0
#include "framework/kube/internal/socket.h"

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <condition_variable>
#include <cstring>
#include <memory>
#include <mutex>
#include <thread>

namespace graduand::kube::internal {
namespace {

struct AddressDelete {
  void operator()(addrinfo* p) const { freeaddrinfo(p); }
};
using Addresses = std::unique_ptr<addrinfo, AddressDelete>;

struct Lookup {
  std::mutex mutex;
  std::condition_variable finished;
  bool done = false;
  int code = 0;
  Addresses addresses;
};

int look_up(const std::string& host, std::uint16_t port, int flags, Addresses& found) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = flags;
  addrinfo* list = nullptr;
  const int code = getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &list);
  found.reset(list);
  return code;
}

// getaddrinfo() knows no deadline, so a name is looked up by a thread that may outlive this call.
Result<Addresses> resolve(const std::string& host, std::uint16_t port, const Until& until) {
  Addresses numeric;
  if (look_up(host, port, AI_NUMERICHOST | AI_NUMERICSERV, numeric) == 0) return numeric;
  auto lookup = std::make_shared<Lookup>();
  std::thread([lookup, host, port] {
    Addresses found;
    const int code = look_up(host, port, AI_ADDRCONFIG, found);
    const std::lock_guard lock(lookup->mutex);
    lookup->code = code;
    lookup->addresses = std::move(found);
    lookup->done = true;
    lookup->finished.notify_all();
  }).detach();
  std::unique_lock lock(lookup->mutex);
  if (!lookup->finished.wait_until(lock, until.deadline, [&] { return lookup->done; })) {
    return fail(ErrorKind::kTimeout, "timed out looking up the address of " + host);
  }
  if (lookup->code != 0) {
    return fail(ErrorKind::kInfrastructure, "no address for " + host + ": " + gai_strerror(lookup->code));
  }
  return std::move(lookup->addresses);
}

void set_option(int fd, int level, int name, int value) {
  setsockopt(fd, level, name, &value, sizeof(value));
}

// A peer that vanished without a word (a killed node) is noticed after about half a minute, also by an idle watch.
void tune(int fd) {
  set_option(fd, IPPROTO_TCP, TCP_NODELAY, 1);
  set_option(fd, SOL_SOCKET, SO_KEEPALIVE, 1);
  set_option(fd, IPPROTO_TCP, TCP_KEEPIDLE, 15);
  set_option(fd, IPPROTO_TCP, TCP_KEEPINTVL, 5);
  set_option(fd, IPPROTO_TCP, TCP_KEEPCNT, 3);
  set_option(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, 30000);
}

Result<int> connect_one(const addrinfo& address, const Until& until) {
  const int fd = socket(address.ai_family, address.ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC, address.ai_protocol);
  if (fd < 0) return fail(ErrorKind::kInfrastructure, std::string("no socket: ") + std::strerror(errno));
  tune(fd);
  int error = ::connect(fd, address.ai_addr, address.ai_addrlen) == 0 ? 0 : errno;
  if (error == EINPROGRESS) {
    if (auto waited = wait_for_fd(fd, POLLOUT, until); !waited) {
      ::close(fd);
      return fail(waited.error());
    }
    socklen_t size = sizeof(error);
    getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size);
  }
  if (error != 0) {
    ::close(fd);
    return fail(ErrorKind::kInfrastructure, std::strerror(error));
  }
  return fd;
}

}  // namespace

Status wait_for_fd(int fd, short events, const Until& until) {
  pollfd watched[2] = {{fd, events, 0}, {until.cancel.poll_fd(), POLLIN, 0}};
  for (;;) {
    const auto left = until.left();
    const int ready = ::poll(watched, 2, static_cast<int>(std::min<milliseconds::rep>(left.count(), 1 << 30)));
    if (ready < 0 && errno != EINTR) {
      return fail(ErrorKind::kInternal, std::string("poll failed: ") + std::strerror(errno));
    }
    if (ready > 0 && watched[1].revents != 0) return fail(ErrorKind::kCancelled, "cancelled");
    if (ready > 0 && watched[0].revents != 0) return {};
    if (left.count() == 0) return fail(ErrorKind::kTimeout, "timed out");
  }
}

Result<int> connect_tcp(const std::string& host, std::uint16_t port, const Until& until) {
  GRADUAND_TRY_ASSIGN(const auto addresses, resolve(host, port, until));
  Error last{ErrorKind::kInfrastructure, "no address"};
  for (const addrinfo* address = addresses.get(); address != nullptr; address = address->ai_next) {
    auto connected = connect_one(*address, until);
    if (connected) return connected;
    last = connected.error();
    if (last.kind != ErrorKind::kInfrastructure) break;
  }
  return fail_with_context(last, "connecting to " + host + " port " + std::to_string(port));
}

}  // namespace graduand::kube::internal
