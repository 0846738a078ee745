// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <string>
#include <thread>

#include "tests/kube/fake_server.h"

namespace graduand::kube::testing {

// A FakeServer's handler that is an HTTP proxy: whatever CONNECT asks for leads to `port` on 127.0.0.1.
FakeServer::Handler connect_proxy(int port);

// A SOCKS 5 proxy on 127.0.0.1 for one connection at a time, which leads to `port` there. With a `login`
// ("user:password") it asks for that.
class SocksProxy {
 public:
  explicit SocksProxy(int port, std::string login = {});
  ~SocksProxy();
  int port() const { return port_; }
  std::string asked_for() const { return asked_for_; }  // "name:port"; to be read after the client's call

 private:
  void serve(int fd);
  int target_;
  std::string login_;
  std::string asked_for_;
  int listener_ = -1;
  int port_ = 0;
  std::thread thread_;
};

}  // namespace graduand::kube::testing
