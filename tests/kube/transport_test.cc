// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <thread>

#include "tests/kube/fake_server.h"

namespace graduand::kube {
namespace {

using testing::Exchange;
using testing::FakeServer;

bool answer_empty(Exchange& exchange) {
  exchange.respond(200, "{}");
  return true;
}

TEST(Transport, KeepsConnectionsAlive) {
  FakeServer server(answer_empty);
  auto client = server.client();
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(client->get(resources::kPods, "n", "p"));
  EXPECT_EQ(server.connections(), 1);
  EXPECT_EQ(server.requests().size(), 5u);
}

TEST(Transport, ConcurrentCallsHaveConnectionsOfTheirOwn) {
  FakeServer server([](Exchange& exchange) {
    if (exchange.request.target.find("slow") != std::string::npos) (void)CancelToken().wait_for(milliseconds(300));
    return answer_empty(exchange);
  });
  auto client = server.client();
  std::thread slow([&] { EXPECT_TRUE(client->get(resources::kPods, "n", "slow")); });
  while (server.requests().empty()) std::this_thread::yield();
  EXPECT_TRUE(client->get(resources::kPods, "n", "quick"));
  EXPECT_EQ(server.connections(), 2);
  slow.join();
}

TEST(Transport, AServerThatNeverAnswersEndsAtTheDeadline) {
  FakeServer server([](Exchange& exchange) { return exchange.wait_for_close(), false; });
  auto client = server.client({.timeout = milliseconds(100)});
  const auto got = client->get(resources::kPods, "n", "p");
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().http_code, 0);
  EXPECT_EQ(got.error().transport, ErrorKind::kTimeout);
  EXPECT_EQ(got.error().request, "GET /api/v1/namespaces/n/pods/p");
}

TEST(Transport, AStalledBodyEndsAtTheDeadline) {
  FakeServer server([](Exchange& exchange) {
    exchange.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{");
    return exchange.wait_for_close(), false;
  });
  auto client = server.client({.timeout = milliseconds(100)});
  EXPECT_EQ(client->get(resources::kPods, "n", "p").error().transport, ErrorKind::kTimeout);
}

TEST(Transport, ABodyThatIsCutIsAnError) {
  FakeServer server([](Exchange& exchange) {
    exchange.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{}");
    return false;
  });
  const auto got = server.client()->get(resources::kPods, "n", "p");
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().transport, ErrorKind::kInfrastructure);
  EXPECT_NE(got.error().message.find("in the middle"), std::string::npos) << got.error().message;
}

TEST(Transport, NobodyListeningIsInfrastructure) {
  std::string url;
  {
    url = FakeServer(answer_empty).url();
  }
  ClusterConfig config;
  config.server = url;
  const auto got = (*Client::create(config))->get(resources::kPods, "n", "p");
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().transport, ErrorKind::kInfrastructure);
  EXPECT_NE(got.error().message.find("Connection refused"), std::string::npos) << got.error().message;
}

TEST(Transport, RetriesOnlyWhenTheServerNamesATime) {
  FakeServer server([](Exchange& exchange) {
    if (exchange.request.number == 0) return exchange.respond(429, "{}", "Retry-After: 0\r\n"), true;
    if (exchange.request.number == 1) return exchange.respond(503, "{}", "Retry-After: 0\r\n"), true;
    return answer_empty(exchange);
  });
  std::vector<RequestTrace> traces;
  ClientOptions options;
  options.on_request = [&](const RequestTrace& trace) { traces.push_back(trace); };
  auto client = server.client(options);
  // POST too: the server says that it did nothing.
  EXPECT_TRUE(client->create_object(resources::kPods, "n", testing::object_of("p", "")));
  EXPECT_EQ(server.requests().size(), 3u);
  EXPECT_EQ(server.requests()[2].body, server.requests()[0].body);
  ASSERT_EQ(traces.size(), 1u);
  EXPECT_EQ(traces[0].retries, 2);
  EXPECT_EQ(traces[0].code, 200);
}

TEST(Transport, DoesNotRetryOtherwise) {
  for (const int code : {500, 429, 409}) {
    FakeServer server([code](Exchange& exchange) {
      exchange.respond(code, "{}", code == 409 ? "Retry-After: 0\r\n" : "");
      return true;
    });
    const auto got = server.client()->get(resources::kPods, "n", "p");
    EXPECT_EQ(got.error().http_code, code);
    EXPECT_EQ(server.requests().size(), 1u) << code;
  }
}

TEST(Transport, GivesUpAfterTenRetries) {
  FakeServer server([](Exchange& exchange) { return exchange.respond(503, "{}", "Retry-After: 0\r\n"), true; });
  EXPECT_EQ(server.client()->get(resources::kPods, "n", "p").error().http_code, 503);
  EXPECT_EQ(server.requests().size(), 11u);
}

TEST(Transport, DoesNotWaitBeyondTheDeadline) {
  FakeServer server([](Exchange& exchange) { return exchange.respond(429, "{}", "Retry-After: 60\r\n"), true; });
  const auto got = server.client({.timeout = milliseconds(500)})->get(resources::kPods, "n", "p");
  EXPECT_EQ(got.error().http_code, 429);
  EXPECT_EQ(got.error().retry_after, seconds(60));
}

TEST(Transport, AConnectionThatDiedWhileIdleIsReplaced) {
  FakeServer server(answer_empty);
  auto client = server.client();
  ASSERT_TRUE(client->get(resources::kPods, "n", "p"));
  server.drop_connections();
  EXPECT_TRUE(client->get(resources::kPods, "n", "p"));
  EXPECT_TRUE(client->create_object(resources::kPods, "n", testing::object_of("p", "")));
}

TEST(Transport, OnlyReadsAreSentAgain) {
  FakeServer server([](Exchange& exchange) {
    if (exchange.request.number == 0) return answer_empty(exchange);
    return exchange.request.connection != 0 && answer_empty(exchange);
  });
  auto client = server.client();
  ASSERT_TRUE(client->get(resources::kPods, "n", "p"));
  EXPECT_TRUE(client->get(resources::kPods, "n", "p"));
  EXPECT_EQ(server.requests().size(), 3u);

  FakeServer other([](Exchange& exchange) { return exchange.request.number == 0 && answer_empty(exchange); });
  client = other.client();
  ASSERT_TRUE(client->get(resources::kPods, "n", "p"));
  EXPECT_FALSE(client->create_object(resources::kPods, "n", testing::object_of("p", "")));
  EXPECT_EQ(other.requests().size(), 2u);
}

TEST(Transport, LimitsTheAnswersSize) {
  FakeServer server([](Exchange& exchange) {
    exchange.respond(200, std::string(2000000, ' ') + "{}");
    return true;
  });
  const auto got = server.client({.max_response_bytes = 1000000})->get(resources::kPods, "n", "p");
  ASSERT_FALSE(got);
  EXPECT_NE(got.error().message.find("larger than the limit of 1000000 bytes"), std::string::npos);
}

TEST(Transport, AnAnswerThatIsNoHttpOrNoJson) {
  FakeServer server([](Exchange& exchange) {
    if (exchange.request.number == 0) return exchange.send("SSH-2.0-OpenSSH_9.2\r\n\r\n"), false;
    exchange.respond(200, "<html>");
    return true;
  });
  auto client = server.client();
  EXPECT_NE(client->get(resources::kPods, "n", "p").error().message.find("not HTTP"), std::string::npos);
  EXPECT_NE(client->get(resources::kPods, "n", "p").error().message.find("not JSON"), std::string::npos);
}

TEST(Transport, SendsWhoAsks) {
  FakeServer server(answer_empty);
  auto config = server.config();
  config.server += "/prefix/";
  config.token = "secret-token";
  config.impersonate_user = "jane";
  config.impersonate_groups = {"a", "b"};
  auto client = Client::create(config, {.user_agent = "graduand/1.2"});
  ASSERT_TRUE((*client)->get(resources::kPods, "n", "p"));
  config.token.clear();
  config.username = "user";
  config.password = "pass";
  ASSERT_TRUE((*Client::create(config))->get(resources::kPods, "n", "p"));
  const auto requests = server.requests();
  EXPECT_EQ(requests[0].target, "/prefix/api/v1/namespaces/n/pods/p");
  EXPECT_EQ(requests[0].headers.at("authorization"), "Bearer secret-token");
  EXPECT_EQ(requests[0].headers.at("user-agent"), "graduand/1.2");
  EXPECT_EQ(requests[0].headers.at("impersonate-user"), "jane");
  EXPECT_EQ(requests[0].headers.at("impersonate-group"), "a|b");
  EXPECT_EQ(requests[0].headers.at("host"), server.url().substr(7));
  EXPECT_EQ(requests[1].headers.at("authorization"), "Basic dXNlcjpwYXNz");
}

TEST(Transport, WarningsAndAuditIdReachTheCaller) {
  FakeServer server([](Exchange& exchange) {
    exchange.respond(200, "ok",
                     "Warning: 299 - \"say \\\"no\\\"\"\r\nWarning: 199 - \"other\"\r\nwarning: 299 - \"two\"\r\n"
                     "Audit-Id: abc\r\n");
    return true;
  });
  const auto got = server.client()->raw("GET", "/readyz");
  ASSERT_TRUE(got);
  EXPECT_EQ(got->body, "ok");
  EXPECT_EQ(got->audit_id, "abc");
  EXPECT_EQ(got->warnings, (std::vector<std::string>{"say \"no\"", "two"}));
}

TEST(Transport, RefusesAddressesThatAreNone) {
  for (const char* server : {"", "127.0.0.1:6443", "ftp://x", "https://", "https://user@x", "https://x:99999"}) {
    ClusterConfig config;
    config.server = server;
    const auto client = Client::create(config);
    ASSERT_FALSE(client) << server;
    EXPECT_EQ(client.error().kind, ErrorKind::kUsage);
  }
}

}  // namespace
}  // namespace graduand::kube
