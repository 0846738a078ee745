// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "framework/base/files.h"
#include "framework/base/text.h"
#include "tests/kube/fake_server.h"

namespace graduand::kube {
namespace {

using testing::Exchange;
using testing::FakeServer;

constexpr const char* kVersion = "client.authentication.k8s.io/v1";

class Plugin : public ::testing::Test {
 protected:
  // A real child: a shell script that counts its runs and prints what `body` prints.
  ExecPlugin script(const std::string& body) {
    const auto path = folder_.path() / "plugin";
    EXPECT_TRUE(write_file_atomically(path,
                                      "#!/bin/sh\nrun=$(cat " + count() +
                                          " 2>/dev/null || echo 0)\nrun=$((run + 1))\n"
                                          "echo $run >" +
                                          count() + "\n" + body,
                                      0755));
    ExecPlugin plugin;
    plugin.api_version = kVersion;
    plugin.command = path.string();
    plugin.install_hint = "install it";
    return plugin;
  }
  static std::string print(const std::string& status) {
    return "cat <<END\n{\"apiVersion\":\"" + std::string(kVersion) +
           "\",\"kind\":\"ExecCredential\",\"status\":" + status + "}\nEND\n";
  }
  std::string count() const { return (folder_.path() / "count").string(); }
  std::string runs() const { return std::string(trim(read_file(count()).value_or("0"))); }
  Result<ClusterConfig> run(const ExecPlugin& plugin, std::optional<Timestamp>* expires = nullptr) {
    ClusterConfig config;
    config.server = "https://api:6443";
    config.exec = plugin;
    return run_exec_plugin(config, system_process_runner(), expires);
  }
  TempDir folder_ = *TempDir::create("plugin");
};

TEST_F(Plugin, GivesATokenAndItsExpiry) {
  std::optional<Timestamp> expires;
  const auto config = run(script(print(R"({"token":"t","expirationTimestamp":"2030-01-01T00:00:00Z"})")), &expires);
  ASSERT_TRUE(config) << to_string(config.error());
  EXPECT_EQ(config->token, "t");
  EXPECT_EQ(expires, *parse_rfc3339("2030-01-01T00:00:00Z"));
}

TEST_F(Plugin, IsToldAboutTheCluster) {
  auto plugin = script(print(R"({"token":"'$(printf '%s' \"$KUBERNETES_EXEC_INFO\" | base64 -w0)'"})"));
  plugin =
      script("info=$(printf '%s' \"$KUBERNETES_EXEC_INFO\" | base64 -w0)\n" + print(R"({"token":"$info-$1-$NAME"})"));
  plugin.args = {"argument"};
  plugin.env = {{"NAME", "value"}};
  plugin.provide_cluster_info = true;
  const auto config = run(plugin);
  ASSERT_TRUE(config) << to_string(config.error());
  const auto parts = split(config->token, '-');
  ASSERT_EQ(parts.size(), 3u);
  EXPECT_EQ(parts[1] + parts[2], "argumentvalue");
  std::string info;
  ASSERT_TRUE(base64_decode(parts[0], info));
  EXPECT_EQ(canonical_json(*parse_json(info)),
            R"({"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential",)"
            R"("spec":{"cluster":{"server":"https://api:6443"},"interactive":false}})");
}

TEST_F(Plugin, FailuresNameThePluginAndKeepItsSecrets) {
  const auto failed = run(script("echo secret-token; echo 'log in first' >&2; exit 3\n"));
  ASSERT_FALSE(failed);
  EXPECT_NE(failed.error().message.find("exit code 3"), std::string::npos) << failed.error().message;
  EXPECT_NE(failed.error().message.find("log in first"), std::string::npos);
  EXPECT_EQ(failed.error().message.find("secret-token"), std::string::npos);
  EXPECT_EQ(failed.error().hint, "install it");
  const auto junk = run(script("echo '{secret-token'\n"));
  ASSERT_FALSE(junk);
  EXPECT_NE(junk.error().message.find("printed no ExecCredential"), std::string::npos);
  EXPECT_EQ(to_string(junk.error()).find("secret-token"), std::string::npos);
  EXPECT_FALSE(run(script(print("{}"))));
  EXPECT_FALSE(run(script(print(R"({"clientCertificateData":"x","clientKeyData":"y"})"))));
  ExecPlugin absent;
  absent.command = "/no/such/plugin";
  absent.install_hint = "install it";
  const auto missing = run(absent);
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().hint, "install it");
}

TEST_F(Plugin, IsRunOnceWhileItsTokenIsAccepted) {
  FakeServer server([](Exchange& exchange) { return exchange.respond(200, "{}"), true; });
  auto config = server.config();
  config.exec = script(print(R"({"token":"token-$run"})"));
  auto client = Client::create(config);
  ASSERT_TRUE(client);
  EXPECT_EQ(runs(), "0");  // creating a client asks nobody
  for (int i = 0; i < 3; ++i) ASSERT_TRUE((*client)->get(resources::kPods, "n", "p"));
  EXPECT_EQ(runs(), "1");
  EXPECT_EQ(server.requests()[2].headers.at("authorization"), "Bearer token-1");
}

TEST_F(Plugin, IsRunAgainAfterExpiry) {
  FakeServer server([](Exchange& exchange) { return exchange.respond(200, "{}"), true; });
  auto config = server.config();
  config.exec = script(print(R"({"token":"token-$run","expirationTimestamp":"2020-01-01T00:00:00Z"})"));
  auto client = Client::create(config);
  for (int i = 0; i < 2; ++i) ASSERT_TRUE((*client)->get(resources::kPods, "n", "p"));
  EXPECT_EQ(server.requests()[1].headers.at("authorization"), "Bearer token-2");
}

TEST_F(Plugin, IsAskedOnceMoreWhenTheServerRefuses) {
  FakeServer server([](Exchange& exchange) {
    if (exchange.request.headers.at("authorization") == "Bearer token-2") return exchange.respond(200, "{}"), true;
    return exchange.status(401, "Unauthorized"), true;
  });
  auto config = server.config();
  config.exec = script(print(R"({"token":"token-$run"})"));
  auto client = Client::create(config);
  EXPECT_TRUE((*client)->get(resources::kPods, "n", "p"));
  EXPECT_EQ(server.requests().size(), 2u);

  FakeServer never([](Exchange& exchange) { return exchange.status(401, "Unauthorized"), true; });
  config.server = never.url();
  client = Client::create(config);
  EXPECT_EQ((*client)->get(resources::kPods, "n", "p").error().http_code, 401);
  EXPECT_EQ(never.requests().size(), 2u);
}

TEST_F(Plugin, ACertificateOfThePluginIsShown) {
  const testing::Authority authority;
  const auto jane = authority.issue({"jane", ""});
  FakeServer server([](Exchange& exchange) { return exchange.respond(200, "{}"), true; }, authority.server(),
                    authority.pem());
  ASSERT_TRUE(write_file_atomically(
      folder_.path() / "credential",
      json::serialize(json::object{
          {"apiVersion", kVersion},
          {"kind", "ExecCredential"},
          {"status", json::object{{"clientCertificateData", jane.certificate}, {"clientKeyData", jane.key}}}})));
  auto config = server.config();
  config.ca_pem = authority.pem();
  config.exec = script("cat " + (folder_.path() / "credential").string() + "\n");
  auto client = Client::create(config);
  const auto got = (*client)->get(resources::kPods, "n", "p");
  ASSERT_TRUE(got) << to_string(got.error());
  EXPECT_EQ(server.requests()[0].client_name, "jane");
}

TEST_F(Plugin, ATokenFileIsReadAgainWhenTheServerRefuses) {
  const auto path = folder_.path() / "token";
  ASSERT_TRUE(write_file_atomically(path, "old\n"));
  FakeServer server([&](Exchange& exchange) {
    if (exchange.request.headers.at("authorization") == "Bearer new") return exchange.respond(200, "{}"), true;
    EXPECT_TRUE(write_file_atomically(path, "new\n"));
    return exchange.status(401, "Unauthorized"), true;
  });
  auto config = server.config();
  config.token_file = path;
  auto client = Client::create(config);
  EXPECT_TRUE((*client)->get(resources::kPods, "n", "p"));
}

}  // namespace
}  // namespace graduand::kube
