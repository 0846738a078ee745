// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "framework/base/files.h"
#include "framework/base/processes/process.h"
#include "framework/kube/internal/proxy/proxy.h"
#include "tests/kube/fake_server.h"
#include "tests/kube/kubeconfig_cases.h"

namespace graduand::kube {
namespace {

using testing::Exchange;
using testing::FakeServer;

struct Case {
  const char* host;  // of a server on port 6443
  const char* no_proxy;
  bool proxied;
};

constexpr Case kCases[] = {
    {"192.0.2.1", "", true},
    {"192.0.2.1", "192.0.2.1", false},
    {"192.0.2.1", "192.0.2.1:6443", false},
    {"192.0.2.1", "192.0.2.1:443", true},
    {"192.0.2.1", "192.0.2.0/24", false},
    {"192.0.2.1", "192.0.3.0/24, 192.0.0.0/16", false},
    {"192.0.2.1", "192.0.2.128/25", true},
    {"192.0.2.1", "0.0.0.0/0", false},
    {"192.0.2.1", "192.0.2.0/33", true},
    {"192.0.2.1", "::/0", true},
    {"192.0.2.1", ".2.1", true},  // names are compared with names
    {"192.0.2.1", "*", false},
    {"192.0.2.1", "other,*", false},
    {"2001:db8::1", "2001:db8::/32", false},
    {"2001:db8::1", "[2001:db8::1]:6443", false},
    {"2001:db8::1", "[2001:db8::1]:1", true},
    {"2001:db8::1", "2001:0db8:0::1", false},
    {"2001:db8::1", "[2001:db8::1]", true},
    {"api.example.test", "example.test", false},
    {"api.example.test", ".example.test", false},
    {"api.example.test", "*.example.test", false},
    {"api.example.test", "EXAMPLE.test ", false},
    {"api.example.test", "ample.test", true},
    {"api.example.test", "api.example.test", false},
    {"api.example.test", ".api.example.test", true},
    {"api.example.test", "*.api.example.test", true},
    {"api.example.test", "api.example.test:443", true},
    {"api.example.test", ".example.test:6443", false},
    {"api.example.test", ":6443", true},
    {"api.example.test", "192.0.2.0/24,,", true},
    {"api.example.test", ".", true},
    {"localhost", "", false},
    {"LOCALHOST", "", true},
    {"127.1.2.3", "", false},
    {"::1", "", false},
    {"::ffff:192.0.2.1", "192.0.2.0/24", false},
};

class NoProxy : public ::testing::TestWithParam<Case> {};

TEST_P(NoProxy, IsReadAsKubectlReadsIt) {
  const auto [host, no_proxy, proxied] = GetParam();
  const auto ours = internal::proxy_for({"", "http://127.0.0.1:1", no_proxy}, true, host, 6443);
  ASSERT_TRUE(ours) << to_string(ours.error());
  EXPECT_EQ(ours->has_value(), proxied);

  FakeServer proxy([](Exchange& exchange) {
    exchange.respond(502, "");
    return false;
  });
  const auto folder = *TempDir::create("no-proxy");
  const std::string name = host;
  const auto server = "https://" + (name.find(':') == std::string::npos ? name : "[" + name + "]") + ":6443";
  const auto path = folder.path() / "config";
  ASSERT_TRUE(write_file_atomically(path, testing::kubeconfig_of("server: '" + server + "'", "token: t")));
  ProcessSpec spec{.argv = {"kubectl", "get", "--raw", "/probe", "--request-timeout=1s"}};
  spec.environment = {{"KUBECONFIG", path.string()},
                      {"HOME", folder.path().string()},
                      {"HTTPS_PROXY", proxy.url()},
                      {"NO_PROXY", no_proxy},
                      {"no_proxy", ""}};
  spec.time_limit = seconds(20);
  const auto ran = system_process_runner().run(spec);
  if (!ran && ran.error().kind == ErrorKind::kNotFound) GTEST_SKIP() << "no kubectl on PATH to hold it against";
  ASSERT_TRUE(ran) << to_string(ran.error());
  EXPECT_EQ(!proxy.requests().empty(), proxied) << ran->stderr_text;
}

INSTANTIATE_TEST_SUITE_P(Kubectl, NoProxy, ::testing::ValuesIn(kCases));

}  // namespace
}  // namespace graduand::kube
