// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <cstdlib>

#include "framework/base/text.h"
#include "framework/kube/internal/websocket.h"
#include "tests/kube/fake_proxy.h"

namespace graduand::kube {
namespace {

using testing::Authority;
using testing::connect_proxy;
using testing::Exchange;
using testing::FakeServer;
using testing::SocksProxy;

const Authority& authority() {
  static const Authority one;
  return one;
}

bool answer_empty(Exchange& exchange) {
  exchange.respond(200, "{}");
  return true;
}

std::string address(int port) {
  return "127.0.0.1:" + std::to_string(port);
}

ClusterConfig behind(const FakeServer& server, const std::string& proxy) {
  auto config = server.config();
  config.ca_pem = authority().pem();
  config.proxy_url = proxy;
  return config;
}

// The error's text, or "ok" after two requests.
std::string ask(const ClusterConfig& config) {
  const auto client = Client::create(config, {.timeout = seconds(5)});
  if (!client) return to_string(client.error());
  for (int i = 0; i < 2; ++i) {
    if (const auto got = (*client)->raw("GET", "/probe"); !got) return to_string(got.error());
  }
  return "ok";
}

TEST(HttpProxy, IsAskedToConnectOnceForAPooledConnection) {
  FakeServer server(answer_empty, authority().server());
  FakeServer proxy(connect_proxy(server.port()));
  EXPECT_EQ(ask(behind(server, proxy.url())), "ok");
  ASSERT_EQ(proxy.requests().size(), 1u);
  EXPECT_EQ(proxy.requests()[0].method + " " + proxy.requests()[0].target, "CONNECT " + address(server.port()));
  EXPECT_EQ(proxy.requests()[0].headers.at("host"), address(server.port()));
  EXPECT_EQ(proxy.requests()[0].headers.count("authorization"), 0u);
  EXPECT_EQ(server.requests().size(), 2u);
}

TEST(HttpProxy, GetsItsPasswordAndTheServerDoesNot) {
  FakeServer server(answer_empty, authority().server());
  FakeServer proxy(connect_proxy(server.port()));
  auto config = behind(server, "http://joe:p%40ss@" + address(proxy.port()));
  config.token = "secret";
  EXPECT_EQ(ask(config), "ok");
  EXPECT_EQ(proxy.requests()[0].headers.at("proxy-authorization"), "Basic " + base64_encode("joe:p@ss"));
  EXPECT_EQ(proxy.requests()[0].headers.count("authorization"), 0u);
  EXPECT_EQ(server.requests()[0].headers.count("proxy-authorization"), 0u);
  EXPECT_EQ(server.requests()[0].headers.at("authorization"), "Bearer secret");
}

TEST(HttpProxy, SaysWhatItRefused) {
  FakeServer proxy([](Exchange& exchange) {
    exchange.respond(407, "log in", "Proxy-Authenticate: Basic\r\n");
    return true;
  });
  FakeServer server(answer_empty, authority().server());
  const auto text = ask(behind(server, "http://joe:hidden@" + address(proxy.port())));
  EXPECT_NE(text.find("the proxy refused the connection: it answered 407 to CONNECT"), std::string::npos) << text;
  EXPECT_NE(text.find("through 127.0.0.1 port " + std::to_string(proxy.port())), std::string::npos) << text;
  EXPECT_EQ(text.find("hidden"), std::string::npos) << text;
  EXPECT_TRUE(server.requests().empty());
}

TEST(HttpProxy, ThatIsNotThereIsNamed) {
  FakeServer server(answer_empty, authority().server());
  const auto text = ask(behind(server, "http://127.0.0.1:1"));
  EXPECT_NE(text.find("the proxy: connecting to 127.0.0.1 port 1"), std::string::npos) << text;
}

TEST(HttpProxy, ForwardsRequestsThatNeedNoTunnel) {
  FakeServer server(answer_empty);
  FakeServer proxy(answer_empty);  // a forwarding proxy's answers are the server's
  EXPECT_EQ(ask(behind(server, "http://joe:pass@" + address(proxy.port()))), "ok");
  EXPECT_EQ(proxy.connections(), 1);
  ASSERT_EQ(proxy.requests().size(), 2u);
  EXPECT_EQ(proxy.requests()[1].target, server.url() + "/probe");
  EXPECT_EQ(proxy.requests()[1].headers.at("host"), address(server.port()));
  EXPECT_EQ(proxy.requests()[1].headers.at("proxy-authorization"), "Basic " + base64_encode("joe:pass"));
  EXPECT_TRUE(server.requests().empty());
}

TEST(HttpsProxy, CarriesTlsInsideTls) {
  FakeServer server(answer_empty, authority().server());
  FakeServer proxy(connect_proxy(server.port()), authority().server());
  EXPECT_EQ(ask(behind(server, proxy.url())), "ok");
  EXPECT_EQ(proxy.requests().size(), 1u);
  EXPECT_EQ(server.requests().size(), 2u);
}

TEST(HttpsProxy, CarriesLargeAnswers) {
  const std::string large(3u << 20, 'x');
  FakeServer server(
      [&large](Exchange& exchange) {
        exchange.respond(200, large);
        return true;
      },
      authority().server());
  FakeServer proxy(connect_proxy(server.port()), authority().server());
  const auto client = Client::create(behind(server, proxy.url()), {.timeout = seconds(20)});
  const auto got = (*client)->raw("POST", "/probe", large);
  ASSERT_TRUE(got) << to_string(got.error());
  EXPECT_EQ(got->body, large);
  EXPECT_EQ(server.requests()[0].body, large);
}

TEST(HttpsProxy, MustProveItself) {
  FakeServer server(answer_empty, authority().server());
  const Authority other;
  FakeServer proxy(connect_proxy(server.port()), other.server());
  const auto text = ask(behind(server, proxy.url()));
  EXPECT_NE(text.find("the proxy: "), std::string::npos) << text;
  EXPECT_NE(text.find("certificate is not accepted"), std::string::npos) << text;
}

TEST(SocksProxy, LeadsToTheServer) {
  FakeServer server(answer_empty, authority().server());
  SocksProxy proxy(server.port());
  EXPECT_EQ(ask(behind(server, "socks5://" + address(proxy.port()))), "ok");
  EXPECT_EQ(proxy.asked_for(), address(server.port()));
}

TEST(SocksProxy, AsksForAPassword) {
  FakeServer server(answer_empty);
  SocksProxy proxy(server.port(), "joe:pass");
  EXPECT_EQ(ask(behind(server, "socks5://joe:pass@" + address(proxy.port()))), "ok");
  const auto wrong = ask(behind(server, "socks5://joe:other@" + address(proxy.port())));
  EXPECT_NE(wrong.find("user or password is wrong"), std::string::npos) << wrong;
  const auto none = ask(behind(server, "socks5://" + address(proxy.port())));
  EXPECT_NE(none.find("another way to log in"), std::string::npos) << none;
}

TEST(Proxy, CarriesWatches) {
  FakeServer server(
      [](Exchange& exchange) {
        exchange.begin_chunked();
        exchange.event("ADDED", testing::object_of("a", "2"));
        exchange.wait_for_close();
        return false;
      },
      authority().server());
  FakeServer proxy(connect_proxy(server.port()));
  const auto client = Client::create(behind(server, proxy.url()));
  auto watch = (*client)->watch(resources::kPods, "n");
  ASSERT_TRUE(watch) << to_string(watch.error());
  const auto event = (*watch)->next(seconds(5));
  ASSERT_TRUE(event && *event);
  EXPECT_EQ(name_of((*event)->object), "a");
}

// A command that prints "out" and ends with 0.
bool execute(Exchange& exchange) {
  if (exchange.request.headers.count("upgrade") == 0) return answer_empty(exchange);
  exchange.send(
      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: " +
      internal::websocket_accept_of(exchange.request.headers.at("sec-websocket-key")) +
      "\r\nSec-WebSocket-Protocol: v5.channel.k8s.io\r\n\r\n");
  const auto frame = [](const std::string& payload) {
    return std::string{static_cast<char>(0x82), static_cast<char>(payload.size())} + payload;
  };
  exchange.send(frame("\x01out") + frame("\x03{\"status\":\"Success\"}"));
  exchange.wait_for_close();
  return false;
}

TEST(Proxy, CarriesExec) {
  for (const bool tls : {true, false}) {
    FakeServer server = tls ? FakeServer(execute, authority().server()) : FakeServer(execute);
    FakeServer proxy([&server](Exchange& exchange) {
      return exchange.request.method == "CONNECT" ? connect_proxy(server.port())(exchange) : answer_empty(exchange);
    });
    const auto client = Client::create(behind(server, proxy.url()));
    ASSERT_TRUE((*client)->raw("GET", "/probe"));  // without TLS it leaves a connection that is no tunnel
    const auto result = (*client)->exec("n", "p", "c", {"x"}, seconds(5));
    ASSERT_TRUE(result) << to_string(result.error());
    EXPECT_EQ(result->stdout_text, "out");
  }
}

class ProxyVariables : public ::testing::Test {
 protected:
  void TearDown() override {
    for (const char* name : {"HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "NO_PROXY"}) unsetenv(name);
  }
  // A server by a name that only the proxy knows.
  ClusterConfig far_away() const {
    auto config = behind(server_, "");
    config.server = "https://api.example.test:6443";
    config.tls_server_name = "localhost";
    return config;
  }
  FakeServer server_{answer_empty, authority().server()};
  FakeServer proxy_{connect_proxy(server_.port())};
};

TEST_F(ProxyVariables, AreUsed) {
  for (const char* name : {"HTTPS_PROXY", "https_proxy"}) {
    setenv(name, address(proxy_.port()).c_str(), 1);
    EXPECT_EQ(ask(far_away()), "ok") << name;
    EXPECT_EQ(proxy_.requests().back().target, "api.example.test:6443");
    unsetenv(name);
  }
  setenv("HTTP_PROXY", address(proxy_.port()).c_str(), 1);  // is for http:// servers
  EXPECT_NE(ask(far_away()), "ok");
}

TEST_F(ProxyVariables, NeverForLoopbackButAKubeconfigsProxyIs) {
  setenv("HTTPS_PROXY", "http://127.0.0.1:1", 1);
  EXPECT_EQ(ask(behind(server_, "")), "ok");
  EXPECT_TRUE(proxy_.requests().empty());
  EXPECT_EQ(ask(behind(server_, proxy_.url())), "ok");
  EXPECT_EQ(proxy_.requests().size(), 1u);
}

TEST_F(ProxyVariables, YieldToTheKubeconfig) {
  setenv("HTTPS_PROXY", "http://127.0.0.1:1", 1);
  setenv("NO_PROXY", "*", 1);
  auto config = far_away();
  config.proxy_url = proxy_.url();
  EXPECT_EQ(ask(config), "ok");
}

TEST_F(ProxyVariables, ThatAreNoProxyAreNamed) {
  setenv("HTTPS_PROXY", "ftp://joe:hidden@proxy", 1);
  const auto text = ask(far_away());
  EXPECT_NE(text.find("HTTPS_PROXY: the proxy's address has an unknown scheme"), std::string::npos) << text;
  EXPECT_EQ(text.find("hidden"), std::string::npos);
}

}  // namespace
}  // namespace graduand::kube
