// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "framework/base/files.h"
#include "framework/base/processes/process.h"
#include "framework/base/text.h"
#include "framework/kube/kubeconfig.h"
#include "tests/kube/fake_server.h"
#include "tests/kube/kubeconfig_cases.h"

namespace graduand::kube {
namespace {

using testing::Exchange;
using testing::FakeServer;
using testing::KubeconfigCase;

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
  return text;
}

// What of the first request for /probe says who asks; nullopt when none came.
std::optional<std::map<std::string, std::string>> identity_at(const FakeServer& http, const FakeServer& https) {
  for (const auto* server : {&http, &https}) {
    for (const auto& request : server->requests()) {
      if (request.target.find("/probe") == std::string::npos) continue;
      std::map<std::string, std::string> identity{{"certificate", request.client_name}};
      for (const auto& [name, value] : request.headers) {
        if (name == "authorization" || starts_with(name, "impersonate-")) identity[name] = value;
      }
      return identity;
    }
  }
  return std::nullopt;
}

class KubeconfigTable : public ::testing::TestWithParam<KubeconfigCase> {
 protected:
  void SetUp() override {
    put("ca.crt", authority_.pem());
    put("jane.crt", jane_.certificate);
    put("jane.key", jane_.key);
    put("token", "from-file\n");
    put("empty", "");
    put("plugin",
        "#!/bin/sh\necho '{\"kind\":\"ExecCredential\",\"apiVersion\":\"client.authentication.k8s.io/'${V:-v1}'\","
        "\"status\":{\"token\":\"plug\"}}'\n",
        0755);
  }
  void put(const std::string& name, const std::string& text, int mode = 0644) {
    ASSERT_TRUE(write_file_atomically(folder_.path() / name, text, static_cast<unsigned>(mode)));
  }
  static bool answer(Exchange& exchange) {
    exchange.respond(200, "{}");
    return true;
  }

  const testing::Authority authority_;
  const testing::KeyPair jane_ = authority_.issue({"jane", ""});
  TempDir folder_ = *TempDir::create("kubeconfigs");
};

struct Servers {
  explicit Servers(const testing::Authority& authority, const FakeServer::Handler& handler)
      : http(handler), https(handler, authority.server(), authority.pem()) {}
  FakeServer http, https;

  // Writes the files of a case for these servers; their paths.
  std::vector<fs::path> write(const KubeconfigCase& one, const testing::Authority& authority,
                              const testing::KeyPair& jane, const fs::path& folder) const {
    std::vector<fs::path> paths;
    for (auto text : one.files) {
      const bool wide = starts_with(text, "\xff\xfe") || starts_with(text, "\xfe\xff");
      for (const auto& [from, to] : std::map<std::string, std::string>{{"${http}", http.url().substr(7)},
                                                                       {"${https}", https.url().substr(8)},
                                                                       {"${ca}", base64_encode(authority.pem())},
                                                                       {"${cert}", base64_encode(jane.certificate)},
                                                                       {"${key}", base64_encode(jane.key)}}) {
        text = wide ? replaced(text, wider(from, text[0] == '\xff'), wider(to, text[0] == '\xff'))
                    : replaced(text, from, to);
      }
      paths.push_back(folder / ("config" + std::to_string(paths.size())));
      EXPECT_TRUE(write_file_atomically(paths.back(), text));
    }
    return paths;
  }
  static std::string wider(const std::string& text, bool little) {
    std::string bytes;
    for (const char c : text) bytes += little ? std::string{c, '\0'} : std::string{'\0', c};
    return bytes;
  }
};

TEST_P(KubeconfigTable, IsReadAsKubectlReadsIt) {
  const auto& one = GetParam();
  Servers ours(authority_, answer);
  const auto paths = ours.write(one, authority_, jane_, folder_.path());
  const auto config = load_kubeconfig(paths);
  std::string refusal;
  if (config) {
    const auto client = Client::create(*config, {.timeout = seconds(5)});
    ASSERT_TRUE(client) << "refused too late, where no place is known: " << to_string(client.error());
    if (const auto got = (*client)->raw("GET", "/probe"); !got) refusal = to_string(got.error());
  } else {
    refusal = to_string(config.error());
    EXPECT_EQ(config.error().kind, ErrorKind::kUsage) << refusal;
    EXPECT_TRUE(starts_with(config.error().where, folder_.path().string())) << refusal;
  }
  const auto identity = identity_at(ours.http, ours.https);
  EXPECT_EQ(identity.has_value(), one.accepted) << refusal;

  Servers theirs(authority_, answer);
  std::vector<std::string> names;
  for (const auto& path : theirs.write(one, authority_, jane_, folder_.path())) names.push_back(path.string());
  ProcessSpec spec{.argv = {"kubectl", "get", "--raw", "/probe", "--request-timeout=5s"}};
  spec.environment = {{"KUBECONFIG", join(names, ":")}, {"HOME", folder_.path().string()}};
  spec.time_limit = seconds(20);
  const auto ran = system_process_runner().run(spec);
  if (!ran && ran.error().kind == ErrorKind::kNotFound) GTEST_SKIP() << "no kubectl on PATH to hold it against";
  ASSERT_TRUE(ran) << to_string(ran.error());
  EXPECT_EQ(identity, identity_at(theirs.http, theirs.https))
      << "ours: " << refusal << "\nkubectl: " << ran->stderr_text;
}

// What suites of an existing cluster are given.
TEST_P(KubeconfigTable, SaysTheSameWhenWrittenAnew) {
  Servers servers(authority_, answer);
  const auto config = load_kubeconfig(servers.write(GetParam(), authority_, jane_, folder_.path()));
  if (!config) return;
  const auto elsewhere = *TempDir::create("elsewhere");
  const auto path = elsewhere.path() / "kubeconfig";
  ASSERT_TRUE(write_file_atomically(path, kubeconfig_text(*config), 0600));
  const auto again = load_kubeconfig({path});
  ASSERT_TRUE(again) << to_string(again.error());
  EXPECT_EQ(*again, *config);
}

INSTANTIATE_TEST_SUITE_P(Kubectl, KubeconfigTable, ::testing::ValuesIn(testing::kubeconfig_cases()),
                         [](const auto& one) { return one.param.name; });

}  // namespace
}  // namespace graduand::kube
