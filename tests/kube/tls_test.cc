// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/kube/fake_server.h"

namespace graduand::kube {
namespace {

using testing::Authority;
using testing::Exchange;
using testing::FakeServer;
using testing::KeyPair;

bool answer_empty(Exchange& exchange) {
  exchange.respond(200, "{}");
  return true;
}

const Authority& authority() {
  static const Authority one;
  return one;
}

// The answer's error text, or "ok".
std::string ask(const ClusterConfig& config) {
  const auto client = Client::create(config, {.timeout = milliseconds(5000)});
  if (!client) return to_string(client.error());
  for (int i = 0; i < 2; ++i) {
    const auto got = (*client)->get(resources::kPods, "n", "p");
    if (!got) return to_string(got.error());
  }
  return "ok";
}

ClusterConfig trusting(const FakeServer& server) {
  auto config = server.config();
  config.ca_pem = authority().pem();
  return config;
}

TEST(Tls, AcceptsTheNamedAuthorityAndKeepsTheConnection) {
  FakeServer server(answer_empty, authority().server());
  EXPECT_EQ(ask(trusting(server)), "ok");
  EXPECT_EQ(server.connections(), 1);
}

TEST(Tls, RefusesAnotherAuthority) {
  FakeServer server(answer_empty, authority().server());
  const Authority other;
  auto config = server.config();
  config.ca_pem = other.pem();
  EXPECT_NE(ask(config).find("the server's certificate is not accepted"), std::string::npos) << ask(config);
  config.ca_pem.clear();  // the system's roots do not know it either
  EXPECT_NE(ask(config).find("the server's certificate is not accepted"), std::string::npos) << ask(config);
  config.insecure_skip_tls_verify = true;
  EXPECT_EQ(ask(config), "ok");
}

TEST(Tls, RefusesAnotherHost) {
  FakeServer server(answer_empty, authority().issue({"server", "IP:10.0.0.1,DNS:api.example.test"}));
  auto config = trusting(server);
  EXPECT_NE(ask(config).find("IP address mismatch"), std::string::npos) << ask(config);
  config.tls_server_name = "other.example.test";
  EXPECT_NE(ask(config).find("hostname mismatch"), std::string::npos) << ask(config);
  config.tls_server_name = "api.example.test";
  EXPECT_EQ(ask(config), "ok");
}

TEST(Tls, RefusesAnExpiredCertificate) {
  FakeServer server(answer_empty, authority().issue({"server", "IP:127.0.0.1", -60}));
  EXPECT_NE(ask(trusting(server)).find("certificate has expired"), std::string::npos) << ask(trusting(server));
}

TEST(Tls, ResolvesNames) {
  FakeServer server(answer_empty, authority().server());
  auto config = trusting(server);
  config.server.replace(config.server.find("127.0.0.1"), 9, "localhost");
  EXPECT_EQ(ask(config), "ok");
}

TEST(Tls, ShowsTheClientsCertificate) {
  FakeServer server(answer_empty, authority().server(), authority().pem());
  auto config = trusting(server);
  const auto identity = authority().issue({"jane", ""});
  config.client_cert_pem = identity.certificate;
  config.client_key_pem = identity.key;
  EXPECT_EQ(ask(config), "ok");
  EXPECT_EQ(server.requests()[0].client_name, "jane");
}

TEST(Tls, BrokenCertificatesAreFoundBeforeAnyRequest) {
  const auto identity = authority().issue({"jane", ""});
  const auto other = authority().issue({"joe", ""});
  const auto refusal = [](const std::string& ca, const std::string& certificate, const std::string& key) {
    ClusterConfig config;
    config.server = "https://127.0.0.1:1";
    config.ca_pem = ca;
    config.client_cert_pem = certificate;
    config.client_key_pem = key;
    const auto client = Client::create(config);
    return client ? "accepted" : std::string(to_string(client.error().kind)) + " " + client.error().message;
  };
  EXPECT_EQ(refusal(authority().pem(), identity.certificate, identity.key), "accepted");
  EXPECT_EQ(refusal("junk", "", ""),
            "usage the certificate authority: no certificate in it, expected PEM (-----BEGIN CERTIFICATE-----)");
  EXPECT_NE(refusal("", identity.certificate, other.key).find("does not belong to the certificate"), std::string::npos);
  EXPECT_NE(refusal("", identity.certificate, "").find("only one of them"), std::string::npos);
}

TEST(Tls, APlainServerIsNoTlsServer) {
  FakeServer server([](Exchange&) { return false; });
  auto config = server.config();
  config.server.replace(0, 4, "https");
  config.insecure_skip_tls_verify = true;
  const auto client = Client::create(config, {.timeout = milliseconds(300)});
  EXPECT_FALSE((*client)->get(resources::kPods, "n", "p"));
}

}  // namespace
}  // namespace graduand::kube
