// SPDX-License-Identifier: Apache-2.0
#include "framework/runner/ginkgo/server.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>

#include "framework/base/processes/process_spawn.h"

namespace graduand::runner {
namespace {

using testing::HasSubstr;

class NothingToDeal final : public GinkgoDealer {
 public:
  std::optional<int> next_group(int /*process*/) override { return std::nullopt; }
  void on_node(int /*process*/, results::GinkgoNode /*node*/) override {}
  void on_last_part(int /*process*/) override {}
  void on_suite_end(int /*process*/, std::vector<std::string> /*reasons*/) override {}
  bool alive(int /*process*/) override { return true; }
};

// A connection of a Ginkgo process. Its socket is made before descriptors are taken away.
class Client {
 public:
  explicit Client(const std::string& address) {
    const std::size_t port = address.rfind(':') + 1;
    const std::size_t path = address.find('/', port);
    port_ = static_cast<std::uint16_t>(std::stoi(address.substr(port, path - port)));
    path_ = address.substr(path);
  }
  void ask() {
    sockaddr_in there{};
    there.sin_family = AF_INET;
    there.sin_port = htons(port_);
    there.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ASSERT_EQ(::connect(socket_.get(), reinterpret_cast<const sockaddr*>(&there), sizeof there), 0);
    const std::string request = "GET " + path_ + "/up HTTP/1.1\r\nHost: x\r\n\r\n";
    ASSERT_EQ(::send(socket_.get(), request.data(), request.size(), 0), static_cast<ssize_t>(request.size()));
  }
  // What came within that time; empty when nothing did.
  std::string answer(int milliseconds) {
    pollfd readable{socket_.get(), POLLIN, 0};
    char text[256];
    if (::poll(&readable, 1, milliseconds) != 1) return {};
    const ssize_t size = ::recv(socket_.get(), text, sizeof text, 0);
    return {text, size > 0 ? static_cast<std::size_t>(size) : 0};
  }

 private:
  OwnedFd socket_{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  std::uint16_t port_ = 0;
  std::string path_;
};

TEST(GinkgoServer, ServesAgainWhenThereAreDescriptorsAgain) {
#if defined(__has_feature)
#if __has_feature(undefined_behavior_sanitizer)
  // It asks a pipe whether memory can be read, and takes an object for broken when there is none to be had.
  GTEST_SKIP() << "the sanitizer needs descriptors itself";
#endif
#endif
  NothingToDeal dealer;
  const auto server = GinkgoServer::start(2, dealer).value();
  const std::string address = server->arguments(1).back();
  Client first(address), second(address);
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
  const rlimit few{64, before.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &few), 0);
  std::vector<OwnedFd> taken;
  for (;;) {
    const int fd = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (fd < 0) break;
    taken.emplace_back(fd);
  }
  ASSERT_EQ(errno, EMFILE);
  // An accept() that waits already may have its descriptor; the next one gets none.
  first.ask();
  second.ask();
  std::string at_first = first.answer(200);
  std::string at_second = second.answer(200);
  EXPECT_TRUE(at_first.empty() || at_second.empty()) << "there were descriptors for both";
  taken.clear();
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &before), 0);
  if (at_first.empty()) at_first = first.answer(5000);
  if (at_second.empty()) at_second = second.answer(5000);
  EXPECT_THAT(at_first, HasSubstr("200 OK"));
  EXPECT_THAT(at_second, HasSubstr("200 OK"));
}

}  // namespace
}  // namespace graduand::runner
