// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>

#include "framework/base/files.h"
#include "framework/base/text.h"
#include "framework/cluster/providers/providers.h"
#include "framework/kube/kubeconfig.h"
#include "framework/profile/profile.h"
#include "tests/kube/fake_server.h"

namespace graduand::cluster {
namespace {

using kube::testing::Exchange;
using kube::testing::FakeServer;

// A cluster with one node, whose metrics say nothing.
bool answer(Exchange& exchange) {
  const auto& target = exchange.request.target;
  const json::value node =
      json::object{{"metadata", json::object{{"name", "node"}}},
                   {"status", json::object{{"nodeInfo", json::object{{"kubeletVersion", "v1.34.3"}}}}}};
  if (target == "/version") {
    exchange.respond(200, R"({"gitVersion": "v1.34.3"})");
  } else if (target.find("/nodes?") != std::string::npos) {
    exchange.respond_json(200, kube::testing::list_of("1", {node}));
  } else if (target == "/api/v1/nodes/node") {
    exchange.respond_json(200, node);
  } else {
    exchange.status(403, "Forbidden");
  }
  return true;
}

class Existing : public testing::Test {
 protected:
  void TearDown() override {
    unsetenv("KUBECONFIG");
    fs::current_path(before_);
  }
  void put(const std::string& name, const std::string& text) {
    ASSERT_TRUE(write_file_atomically(folder_.path() / name, text));
  }
  // The current context leads nowhere, in the first file; the profile's is in the second, which names a file of its
  // own.
  void put_two_files() {
    put("first",
        "current-context: other\ncontexts: [{name: other, context: {cluster: other}}]\n"
        "clusters: [{name: other, cluster: {server: 'http://127.0.0.1:1'}}]\n");
    put("second/config",
        "contexts: [{name: mine, context: {cluster: c, user: u}}]\n"
        "clusters: [{name: c, cluster: {server: '" +
            server_.url() + "', certificate-authority: ca.crt}}]\n" + "users: [{name: u, user: {tokenFile: token}}]\n");
    put("second/ca.crt", authority_.pem());
    put("second/token", "the-token");
  }
  CreateOutcome create(const profile::Profile& profile) {
    auto provider = make_provider(profile, system_process_runner(), system_clock());
    EXPECT_TRUE(provider);
    CreateOptions options;
    options.run_id = "run";
    options.instance_id = "instance";
    auto outcome = (*provider)->create(profile.cells.at(0), options, {});
    EXPECT_TRUE(outcome) << to_string(outcome.error());
    return *std::move(outcome);
  }
  static profile::Profile profile_of_mine() {
    auto parsed = profile::parse_profile("name: e\nprovider: existing\nkubernetes: '1.34'\ncontext: mine\n", "/p.yaml");
    EXPECT_TRUE(parsed) << to_string(parsed.error());
    return *std::move(parsed);
  }

  const fs::path before_ = fs::current_path();
  TempDir folder_ = *TempDir::create("existing");
  const kube::testing::Authority authority_;
  FakeServer server_{answer, authority_.server()};
};

TEST_F(Existing, ASuiteIsToldTheChosenContextOfAllFiles) {
  put_two_files();
  fs::current_path(folder_.path());
  setenv("KUBECONFIG", ":first:missing::second/config:", 1);
  const auto mine = profile_of_mine();
  const auto outcome = create(mine);
  ASSERT_NE(outcome.cluster, nullptr) << outcome.instance.message;
  // A suite runs elsewhere, and reads one file. What takes no context goes by the current one.
  fs::current_path("/");
  unsetenv("KUBECONFIG");
  for (const std::string& context : {outcome.cluster->kube_context(), std::string()}) {
    const auto config = kube::load_kubeconfig({outcome.cluster->kubeconfig()}, context);
    ASSERT_TRUE(config) << to_string(config.error());
    EXPECT_EQ(config->server, server_.url());
    EXPECT_EQ(config->ca_pem, authority_.pem());
    auto client = kube::Client::create(*config);
    ASSERT_TRUE(client);
    EXPECT_EQ(kube::server_version(**client).value(), "v1.34.3");
    EXPECT_EQ(server_.requests().back().headers.at("authorization"), "Bearer the-token");
  }
}

TEST_F(Existing, TheFileIsItsOwnersAndGoesWithTheCluster) {
  put_two_files();
  setenv("KUBECONFIG",
         ((folder_.path() / "first").string() + ":" + (folder_.path() / "second/config").string()).c_str(), 1);
  const auto mine = profile_of_mine();
  auto outcome = create(mine);
  ASSERT_NE(outcome.cluster, nullptr) << outcome.instance.message;
  const auto path = outcome.cluster->kubeconfig();
  struct stat info{};
  ASSERT_EQ(::stat(path.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600u);
  outcome.cluster.reset();
  EXPECT_FALSE(fs::exists(path));
}

TEST_F(Existing, AContextThatIsNowhereIsNamed) {
  put_two_files();
  setenv("KUBECONFIG", (folder_.path() / "first").c_str(), 1);
  const auto mine = profile_of_mine();
  const auto outcome = create(mine);
  EXPECT_EQ(outcome.cluster, nullptr);
  EXPECT_THAT(outcome.instance.message, testing::HasSubstr("no context named \"mine\""));
}

}  // namespace
}  // namespace graduand::cluster
