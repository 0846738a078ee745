// SPDX-License-Identifier: Apache-2.0
#include "framework/kube/kubeconfig.h"

#include <gtest/gtest.h>

#include <cstdlib>

#include "framework/base/files.h"
#include "framework/base/text.h"
#include "tests/kube/certificates.h"

namespace graduand::kube {
namespace {

const testing::Authority& authority() {
  static const testing::Authority one;
  return one;
}

class Kubeconfig : public ::testing::Test {
 protected:
  fs::path write(const std::string& name, const std::string& content) {
    const auto path = folder_.path() / name;
    EXPECT_TRUE(write_file_atomically(path, content));
    return path;
  }
  // A file with one cluster, user and context, all named `name`; `cluster` and `user` are flow mappings' insides.
  fs::path simple(const std::string& cluster, const std::string& user, const std::string& file = "config") {
    return write(file,
                 "current-context: main\n"
                 "contexts: [{name: main, context: {cluster: main, user: main}}]\n"
                 "clusters:\n- name: main\n  cluster: {server: 'https://a:1'" +
                     cluster +
                     "}\n"
                     "users:\n- name: main\n  user: {" +
                     user + "}\n");
  }
  std::string refusal(const fs::path& path, const std::string& context = {}) {
    const auto config = load_kubeconfig({path}, context);
    if (config) return "accepted";
    EXPECT_EQ(config.error().kind, ErrorKind::kUsage);
    return to_string(config.error());
  }
  TempDir folder_ = *TempDir::create("kubeconfig");
};

#define EXPECT_HAS(text, part) EXPECT_NE((text).find(part), std::string::npos) << (text)

TEST_F(Kubeconfig, ReadsEveryKindOfCredential) {
  const auto pair = authority().issue({"jane", ""});
  write("ca.crt", authority().pem());
  write("jane.crt", pair.certificate);
  const auto path = simple(", certificate-authority: ca.crt, tls-server-name: api",
                           "client-certificate: jane.crt, client-key-data: " + base64_encode(pair.key) +
                               ", token: t, as: joe, as-uid: id, as-groups: [a, b], as-user-extra: {k: [v]}");
  const auto config = load_kubeconfig({path});
  ASSERT_TRUE(config) << to_string(config.error());
  EXPECT_EQ(config->context, "main");
  EXPECT_EQ(config->server, "https://a:1");
  EXPECT_EQ(config->ca_pem, authority().pem());
  EXPECT_EQ(config->tls_server_name, "api");
  EXPECT_EQ(config->client_cert_pem, pair.certificate);
  EXPECT_EQ(config->client_key_pem, pair.key);
  EXPECT_EQ(config->token, "t");
  EXPECT_EQ(config->impersonate_user, "joe");
  EXPECT_EQ(config->impersonate_uid, "id");
  EXPECT_EQ(config->impersonate_groups, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(config->impersonate_extra.at("k"), std::vector<std::string>{"v"});
  EXPECT_EQ(config->default_namespace, "default");
}

TEST_F(Kubeconfig, ReadsPasswordsProxiesAndAddresses) {
  const auto config = load_kubeconfig({simple(", proxy-url: 'http://p:3128'", "username: u, password: p")});
  ASSERT_TRUE(config) << to_string(config.error());
  EXPECT_EQ(config->username, "u");
  EXPECT_EQ(config->password, "p");
  EXPECT_EQ(config->proxy_url, "http://p:3128");
  const auto plain = load_kubeconfig({write("plain",
                                            "current-context: x\ncontexts: [{name: x, context: {cluster: c}}]\n"
                                            "clusters: [{name: c, cluster: {server: 'HTTP://joe:pw@a/b?c#d'}}]\n")});
  ASSERT_TRUE(plain) << to_string(plain.error());
  EXPECT_EQ(plain->server, "http://a/b");
  EXPECT_EQ(plain->username + ":" + plain->password, "joe:pw");
}

TEST_F(Kubeconfig, ATokensFileGoesBeforeIt) {
  const auto config = load_kubeconfig({simple("", "token: t, tokenFile: absent")});
  ASSERT_TRUE(config) << to_string(config.error());
  EXPECT_EQ(config->token, "t");
  EXPECT_EQ(config->token_file, folder_.path() / "absent");
}

TEST_F(Kubeconfig, MergesTheFirstDefinitionWins) {
  write("second/tok", "token");
  const auto first = write("first",
                           "current-context: one\n"
                           "contexts: [{name: one, context: {cluster: c, user: u, namespace: mine}}]\n"
                           "users: [{name: u, user: {token: first}}]\n");
  const auto second = write("second/config",
                            "current-context: two\n"
                            "contexts: [{name: two, context: {cluster: c, user: v}}]\n"
                            "clusters: [{name: c, cluster: {server: 'https://second'}}]\n"
                            "users: [{name: u, user: {token: second, as: joe}}, {name: v, user: {tokenFile: tok}}]\n");
  const std::vector<fs::path> both{folder_.path() / "absent", first, second};
  const auto one = load_kubeconfig(both);
  ASSERT_TRUE(one) << to_string(one.error());
  EXPECT_EQ(one->context, "one");
  EXPECT_EQ(one->server, "https://second");
  EXPECT_EQ(one->token, "first");
  EXPECT_EQ(one->impersonate_user, "");  // nothing of the second definition is taken
  EXPECT_EQ(one->default_namespace, "mine");
  const auto two = load_kubeconfig(both, "two");
  ASSERT_TRUE(two) << to_string(two.error());
  EXPECT_EQ(two->token_file, folder_.path() / "second" / "tok");  // relative to its own file
}

TEST_F(Kubeconfig, NamesWhatIsMissing) {
  EXPECT_HAS(refusal(folder_.path() / "absent"), "absent does not exist");
  EXPECT_HAS(refusal(write("a", "{}")), "no current-context");
  EXPECT_HAS(refusal(simple("", ""), "mian"), "did you mean 'main'?");
  EXPECT_HAS(refusal(write("b", "current-context: x\ncontexts:\n- {name: x, context: {cluster: none}}\n")),
             "b:3:32: no cluster named \"none\"");
  EXPECT_HAS(refusal(write("c",
                           "current-context: x\ncontexts: [{name: x, context: {cluster: c}}]\n"
                           "clusters: [{name: c, cluster: {}}]")),
             "cluster \"c\": 'server' is missing");
}

TEST_F(Kubeconfig, WrongTypesHavePositions) {
  EXPECT_HAS(refusal(write("a", "clusters: 5\n")), "a:1:11: kubeconfig: the file: 'clusters' must be a list");
  EXPECT_HAS(refusal(write("b", "users:\n- just text\n")), "b:2:3: kubeconfig: an entry of 'users' must be a mapping");
  EXPECT_HAS(refusal(write("c", "current-context: [x]\n")),
             "c:1:18: kubeconfig: the file: 'current-context' must be text");
  EXPECT_HAS(refusal(simple(", insecure-skip-tls-verify: maybe", "")), "insecure-skip-tls-verify");
  EXPECT_HAS(refusal(write("d", "a: [\n")), "d:");
  EXPECT_HAS(refusal(simple("", "as-groups: joe")), "'as-groups' must be a list");
}

TEST_F(Kubeconfig, RefusesWhatItCannotDo) {
  EXPECT_HAS(refusal(simple("", "auth-provider: {name: gcp}")), "use an 'exec' plugin");
  EXPECT_HAS(refusal(simple(", proxy-url: 'ftp://joe:hidden@p'", "")),
             "config:5:47: cluster \"main\": the proxy's address");
  EXPECT_EQ(refusal(simple(", proxy-url: 'ftp://joe:hidden@p'", "")).find("hidden"), std::string::npos);
  EXPECT_HAS(refusal(simple("", "exec: {command: x, apiVersion: client.authentication.k8s.io/v1alpha1}")), "v1alpha1");
  EXPECT_HAS(refusal(simple("", "exec: {apiVersion: client.authentication.k8s.io/v1}")), "'command' is missing");
}

TEST_F(Kubeconfig, SaysWhereItRefusesWhatKubectlRefuses) {
  EXPECT_HAS(refusal(write("a", "users:\n- name: u\n- name: u\n")),
             "a:3:9: kubeconfig: an entry of 'users': \"u\" is there twice");
  EXPECT_HAS(refusal(write("b", "users:\n- name: u\n  user:\n    password: 12345\n")),
             "b:4:15: kubeconfig: user \"u\": 'password' must be text, not a number");
  EXPECT_EQ(refusal(folder_.path() / "b").find("12345"), std::string::npos);  // it is a password
  EXPECT_HAS(refusal(write("c", "kind: Pod\n")), "c:1:7: kubeconfig: the file: 'kind' must be Config");
  EXPECT_HAS(refusal(write("d", "a: 1\nb: {<<: 5}\n")), "d:2:9: kubeconfig: '<<' merges");
  EXPECT_HAS(refusal(write("e", "a: 1\n[x]: 5\n")), "e:2:1: kubeconfig: a key must be a scalar");
  EXPECT_HAS(refusal(simple("", "token: t, username: u")), "config:8:30: user \"main\": 'token' and 'username'");
  EXPECT_HAS(refusal(simple("", "")), "config:8:9: user \"main\": no token, client certificate, exec plugin");
  EXPECT_HAS(refusal(simple("", "token: \"a\\nb\"")), "config:8:17: user \"main\": 'token' has a character");
  EXPECT_HAS(refusal(write("f", "a: 1\nb: '\xff'\n")), "f:2:5: kubeconfig: the text is not valid UTF-8");
  EXPECT_HAS(refusal(write("g", std::string("\xff\xfe"
                                            "a",
                                            3))),
             "g: kubeconfig: the text is not valid UTF-16, at byte 2");
}

TEST_F(Kubeconfig, ReadsAnExecPlugin) {
  const auto path = simple("",
                           "exec: {command: ./bin/plugin, apiVersion: client.authentication.k8s.io/v1, args: [a],"
                           " interactiveMode: Never,"
                           " env: [{name: NAME, value: v}], provideClusterInfo: true, installHint: hint}");
  const auto config = load_kubeconfig({path});
  ASSERT_TRUE(config) << to_string(config.error());
  ASSERT_TRUE(config->exec.has_value());
  EXPECT_EQ(fs::path(config->exec->command).lexically_normal(), folder_.path() / "bin" / "plugin");
  EXPECT_EQ(config->exec->args, std::vector<std::string>{"a"});
  EXPECT_EQ(config->exec->env.at("NAME"), "v");
  EXPECT_TRUE(config->exec->provide_cluster_info);
  EXPECT_EQ(config->exec->install_hint, "hint");
}

TEST_F(Kubeconfig, BrokenCertificatesAreNamed) {
  const auto pair = authority().issue({"jane", ""});
  const auto other = authority().issue({"joe", ""});
  const auto data = [](const std::string& pem) { return base64_encode(pem); };
  const auto cut = pair.certificate.substr(0, pair.certificate.size() / 2);
  auto damaged = authority().pem();
  damaged.replace(damaged.find('\n') + 5, 8, "AAAAAAAA");
  EXPECT_HAS(refusal(simple(", certificate-authority-data: '%%%'", "")),
             "cluster \"main\": 'certificate-authority-data' is not base64");
  EXPECT_HAS(refusal(simple(", certificate-authority-data: " + data("hello"), "")),
             "cluster \"main\": 'certificate-authority-data': no certificate in it");
  EXPECT_HAS(refusal(simple(", certificate-authority-data: " + data(damaged), "")), "a certificate is broken");
  EXPECT_HAS(refusal(simple(", certificate-authority: absent", "")), "absent, which cannot be read");
  const auto user = [&](const std::string& certificate, const std::string& key) {
    return refusal(simple("", "client-certificate-data: " + data(certificate) + ", client-key-data: " + data(key)));
  };
  EXPECT_EQ(user(pair.certificate, pair.key), "accepted");
  EXPECT_HAS(user(cut, pair.key), "user \"main\": 'client-certificate-data'");
  EXPECT_HAS(user(pair.certificate, "junk"), "user \"main\": 'client-key-data': no private key in it");
  EXPECT_HAS(user(pair.certificate, other.key), "the key does not belong to the certificate");
  EXPECT_HAS(user(pair.certificate, other.key), "config:8:");
  EXPECT_HAS(refusal(simple("", "client-certificate-data: " + data(pair.certificate))), "without 'client-key'");
  // Never a secret in a message.
  EXPECT_EQ(user(pair.certificate, other.key).find(other.key.substr(40, 20)), std::string::npos);
}

TEST_F(Kubeconfig, DefaultPathsFollowTheEnvironment) {
  setenv("KUBECONFIG", "/a::/b", 1);
  EXPECT_EQ(default_kubeconfig_paths(), (std::vector<fs::path>{"/a", "/b"}));
  unsetenv("KUBECONFIG");
  setenv("HOME", "/home/x", 1);
  EXPECT_EQ(default_kubeconfig_paths(), (std::vector<fs::path>{"/home/x/.kube/config"}));
}

}  // namespace
}  // namespace graduand::kube
