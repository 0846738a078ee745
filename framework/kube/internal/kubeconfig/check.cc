// SPDX-License-Identifier: Apache-2.0
#include "framework/kube/internal/kubeconfig/check.h"

#include "framework/base/files.h"
#include "framework/base/text.h"
#include "framework/kube/internal/http.h"
#include "framework/kube/internal/kubeconfig/server_url.h"
#include "framework/kube/internal/pem.h"
#include "framework/kube/internal/proxy/proxy.h"

namespace graduand::kube::internal {
namespace {

constexpr std::size_t kMaxFile = 4u << 20;

// The PEM behind a pair of keys: `<key>-data`, or the file named by `<key>`.
std::string pem(ConfigNode& at, const std::string& key, const std::string& data, const fs::path& file) {
  const auto data_key = key + "-data";
  if (file.empty()) return data;
  if (!data.empty()) at.error(data_key.c_str(), "'" + data_key + "' and '" + key + "' are both given, one is expected");
  auto content = read_file(file, kMaxFile);
  if (content) return std::move(*content);
  at.error(key.c_str(), "'" + key + "' names " + file.string() + ", which cannot be read: " + content.error().message);
  return {};
}

const char* given(const std::string& data, const char* data_key, const char* file_key) {
  return data.empty() ? file_key : data_key;
}

Status settle_authority(ClusterEntry& cluster, bool https, ClusterConfig& config) {
  auto& at = cluster.at;
  auto authority = pem(at, "certificate-authority", cluster.authority_data, cluster.authority_file);
  GRADUAND_TRY(at.status());
  if (!https) return {};
  config.tls_server_name = cluster.tls_server_name;
  config.insecure_skip_tls_verify = cluster.insecure;
  config.ca_pem = std::move(authority);
  if (config.ca_pem.empty()) return {};
  if (cluster.insecure) {
    at.error("insecure-skip-tls-verify", "'insecure-skip-tls-verify' and a certificate authority exclude one another");
  }
  const char* key = given(cluster.authority_data, "certificate-authority-data", "certificate-authority");
  if (auto read = parse_roots(config.ca_pem, "'" + std::string(key) + "'"); !read) at.error(key, read.error().message);
  return at.status();
}

Result<ServerUrl> settle_cluster(ClusterEntry& cluster, ClusterConfig& config) {
  auto& at = cluster.at;
  if (cluster.server.empty()) at.error("server", "'server' is missing");
  auto server = read_server_url(cluster.server);
  if (!server) {
    at.error("server", "the address \"" + shorten(printable(cluster.server), 200) + "\" " + server.error().message);
  }
  config.proxy_url = cluster.proxy_url;
  if (!cluster.proxy_url.empty()) {
    if (auto proxy = parse_proxy_url(cluster.proxy_url); !proxy) at.error("proxy-url", proxy.error().message);
  }
  GRADUAND_TRY(at.status());
  config.server = server->text;
  GRADUAND_TRY(settle_authority(cluster, server->https, config));
  return server;
}

Status settle_certificate(UserEntry& user, bool https, ClusterConfig& config) {
  auto& at = user.at;
  const char* certificate = given(user.certificate_data, "client-certificate-data", "client-certificate");
  const char* key = given(user.key_data, "client-key-data", "client-key");
  // As kubectl, which does not look at a key without a certificate.
  if (user.certificate_data.empty() && user.certificate_file.empty()) return {};
  auto certificate_pem = pem(at, "client-certificate", user.certificate_data, user.certificate_file);
  auto key_pem = pem(at, "client-key", user.key_data, user.key_file);
  if (user.key_data.empty() && user.key_file.empty()) {
    at.error(certificate, "a client certificate without 'client-key'");
  }
  GRADUAND_TRY(at.status());
  if (!https) return {};
  const auto certificate_what = "'" + std::string(certificate) + "'", key_what = "'" + std::string(key) + "'";
  const bool broken_certificate = !parse_certificates(certificate_pem, certificate_what);
  auto checked = check_key_pair(certificate_pem, key_pem, certificate_what, key_what);
  if (!checked) at.error(broken_certificate ? certificate : key, checked.error().message);
  config.client_cert_pem = std::move(certificate_pem);
  config.client_key_pem = std::move(key_pem);
  return at.status();
}

void check_exec(UserEntry& user) {
  constexpr const char* kV1 = "client.authentication.k8s.io/v1";
  auto& at = *user.exec_at;
  const auto& plugin = *user.exec;
  if (user.auth_provider) user.at.error("auth-provider", "'auth-provider' and 'exec' exclude one another");
  if (plugin.command.empty()) at.error("command", "'command' is missing");
  if (plugin.env.count("") != 0) at.error("env", "a variable has no name");
  if (plugin.api_version != kV1 && plugin.api_version != "client.authentication.k8s.io/v1beta1") {
    at.error("apiVersion", "apiVersion \"" + shorten(printable(plugin.api_version), 80) +
                               "\" of the plugin is not supported, expected "
                               "client.authentication.k8s.io/v1 or v1beta1");
  }
  const auto mode = at.text("interactiveMode");
  if (mode == "Always") at.error("interactiveMode", "the plugin always wants a terminal, which it cannot have here");
  if (mode == "Never" || mode == "IfAvailable" || (mode.empty() && plugin.api_version != kV1)) return;
  at.error("interactiveMode", "'interactiveMode' must be Never, IfAvailable or Always" +
                                  std::string(mode.empty() ? ", and v1 of the plugin's API requires it" : ""));
}

// A value that becomes a header's; a line break in it would begin another header.
void check_header(ConfigNode& at, const char* key, const std::string& value) {
  if (!fit_for_header(value)) at.error(key, "'" + std::string(key) + "' has a character that a header cannot have");
}

void settle_impersonation(UserEntry& user, ClusterConfig& config) {
  auto& at = user.at;
  config.impersonate_user = user.as;
  config.impersonate_uid = user.as_uid;
  config.impersonate_groups = user.as_groups;
  config.impersonate_extra = user.as_extra;
  const char* more = !user.as_uid.empty()      ? "as-uid"
                     : !user.as_groups.empty() ? "as-groups"
                     : !user.as_extra.empty()  ? "as-user-extra"
                                               : nullptr;
  if (user.as.empty() && more != nullptr) at.error(more, "'" + std::string(more) + "' without a user in 'as'");
  check_header(at, "as", user.as);
  check_header(at, "as-uid", user.as_uid);
  for (const auto& group : user.as_groups) check_header(at, "as-groups", group);
  for (const auto& [key, values] : user.as_extra) {
    for (const auto& value : values) check_header(at, "as-user-extra", value);
  }
}

// Tokens, passwords and plugins. Whichever is static goes before the plugin, as in client-go.
void settle_secrets(UserEntry& user, ClusterConfig& config) {
  auto& at = user.at;
  if (user.auth_provider) {
    at.error("auth-provider", "'auth-provider' is not supported",
             "Kubernetes removed all of them but oidc in v1.26: use an 'exec' plugin of your provider");
  }
  check_header(at, "token", user.token);
  const bool basic = !user.username.empty() || !user.password.empty();
  if (basic && !user.token_file.empty()) at.error("tokenFile", "'tokenFile' and 'username' exclude one another");
  if (user.token.empty() && !user.token_file.empty()) {
    const auto read = read_file(user.token_file, kMaxFile);
    if (!read || trim(*read).empty()) {
      at.error("tokenFile", "'tokenFile' names " + user.token_file.string() + ", which " +
                                (read ? "is empty" : "cannot be read: " + read.error().message));
    }
  }
  config.token = user.token;
  config.token_file = user.token_file;
  config.username = user.username;
  config.password = user.password;
  const bool fixed =
      !user.token.empty() || !user.token_file.empty() || !user.username.empty() || !config.client_cert_pem.empty();
  if (!fixed) config.exec = user.exec;
  if (!fixed && !config.exec) {
    at.error("", "no token, client certificate, exec plugin or user name is given: kubectl would ask for one");
  }
}

}  // namespace

Status settle(ClusterEntry& cluster, UserEntry& user, ClusterConfig& config) {
  GRADUAND_TRY_ASSIGN(const auto server, settle_cluster(cluster, config));
  GRADUAND_TRY(settle_certificate(user, server.https, config));
  if (!user.token.empty() && (!user.username.empty() || !user.password.empty())) {
    user.at.error("username", "'token' and 'username' are both given, one is expected");
  }
  settle_impersonation(user, config);
  if (user.exec) check_exec(user);
  // No secret goes over a connection that anybody can read.
  if (server.https) settle_secrets(user, config);
  if (server.username) {
    config.username = *server.username;
    config.password = server.password;
    config.token.clear();
    config.token_file.clear();
    config.exec.reset();
  }
  if (user.exec) GRADUAND_TRY(user.exec_at->status());
  return user.at.status();
}

}  // namespace graduand::kube::internal
