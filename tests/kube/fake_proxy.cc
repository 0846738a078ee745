// SPDX-License-Identifier: Apache-2.0
#include "tests/kube/fake_proxy.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace graduand::kube::testing {
namespace {

sockaddr_in loopback(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  return address;
}

int connect_to(int port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const auto address = loopback(port);
  if (::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0) ADD_FAILURE() << "no target";
  return fd;
}

std::string read_some(int fd) {
  char buffer[16384];
  const auto got = ::recv(fd, buffer, sizeof(buffer), 0);
  return got > 0 ? std::string(buffer, static_cast<std::size_t>(got)) : std::string();
}

void write_all(int fd, const std::string& bytes) {
  for (std::size_t sent = 0; sent < bytes.size();) {
    const auto step = ::send(fd, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
    if (step <= 0) return;
    sent += static_cast<std::size_t>(step);
  }
}

// Bytes both ways until one side ends.
void relay(Exchange& client, int server) {
  for (;;) {
    pollfd both[2] = {{client.descriptor(), POLLIN, 0}, {server, POLLIN, 0}};
    if (!client.pending() && ::poll(both, 2, -1) < 0) break;
    if (client.pending() || both[0].revents != 0) {
      const auto bytes = client.receive();
      if (bytes.empty()) break;
      write_all(server, bytes);
    }
    if (both[1].revents != 0) {
      const auto bytes = read_some(server);
      if (bytes.empty()) break;
      client.send(bytes);
    }
  }
  ::close(server);
}

std::string read_exactly(int fd, std::size_t size) {
  std::string bytes(size, '\0');
  for (std::size_t got = 0; got < size;) {
    const auto step = ::recv(fd, bytes.data() + got, size - got, 0);
    if (step <= 0) return std::string(size, '\0');
    got += static_cast<std::size_t>(step);
  }
  return bytes;
}

std::string read_sized(int fd) {
  return read_exactly(fd, static_cast<unsigned char>(read_exactly(fd, 1)[0]));
}

}  // namespace

FakeServer::Handler connect_proxy(int port) {
  return [port](Exchange& exchange) {
    if (exchange.request.method != "CONNECT") {
      exchange.respond(405, "CONNECT only");
      return false;
    }
    exchange.send("HTTP/1.1 200 Connection established\r\n\r\n");
    relay(exchange, connect_to(port));
    return false;
  };
}

SocksProxy::SocksProxy(int port, std::string login) : target_(port), login_(std::move(login)) {
  listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  auto address = loopback(0);
  socklen_t size = sizeof(address);
  if (::bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 || ::listen(listener_, 8) != 0) {
    ADD_FAILURE() << "cannot listen";
  }
  getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this] {
    for (;;) {
      const int fd = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
      if (fd < 0) return;
      serve(fd);
      ::close(fd);
    }
  });
}

SocksProxy::~SocksProxy() {
  ::shutdown(listener_, SHUT_RDWR);
  thread_.join();
  ::close(listener_);
}

void SocksProxy::serve(int fd) {
  if (read_exactly(fd, 1)[0] != 5) return;
  const auto methods = read_sized(fd);
  const char wanted = login_.empty() ? 0 : 2;
  if (methods.find(wanted) == std::string::npos) return write_all(fd, "\x05\xff");
  write_all(fd, std::string{5, wanted});
  if (!login_.empty()) {
    read_exactly(fd, 1);
    const auto user = read_sized(fd);
    const auto password = read_sized(fd);
    const bool right = user + ":" + password == login_;
    write_all(fd, std::string{1, right ? '\0' : '\1'});
    if (!right) return;
  }
  const auto request = read_exactly(fd, 4);
  const auto name = read_sized(fd);
  const auto port = read_exactly(fd, 2);
  asked_for_ =
      name + ":" + std::to_string(static_cast<unsigned char>(port[0]) << 8 | static_cast<unsigned char>(port[1]));
  EXPECT_EQ(request, (std::string{5, 1, 0, 3}));
  write_all(fd, std::string{5, 0, 0, 1, 127, 0, 0, 1, 0, 0});
  const FakeRequest none;
  Exchange exchange(fd, nullptr, none);
  relay(exchange, connect_to(target_));
}

}  // namespace graduand::kube::testing
