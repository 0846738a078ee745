// SPDX-License-Identifier: Apache-2.0
#include "framework/base/json.h"
#include "framework/base/text.h"
#include "framework/kube/internal/http.h"
#include "framework/kube/internal/pem.h"
#include "framework/kube/kubeconfig.h"

namespace graduand::kube {
namespace {

constexpr milliseconds kPluginLimit{60000};

// client.authentication.k8s.io/v1 ExecCredential, the request's half.
std::string exec_info(const ClusterConfig& config) {
  json::object spec{{"interactive", false}};
  if (config.exec->provide_cluster_info) {
    json::object cluster{{"server", config.server}};
    if (!config.tls_server_name.empty()) cluster["tls-server-name"] = config.tls_server_name;
    if (!config.proxy_url.empty()) cluster["proxy-url"] = config.proxy_url;
    if (config.insecure_skip_tls_verify) cluster["insecure-skip-tls-verify"] = true;
    if (!config.ca_pem.empty()) cluster["certificate-authority-data"] = base64_encode(config.ca_pem);
    spec["cluster"] = std::move(cluster);
  }
  return json::serialize(
      json::object{{"apiVersion", config.exec->api_version}, {"kind", "ExecCredential"}, {"spec", std::move(spec)}});
}

Result<std::string> run(const ClusterConfig& config, ProcessRunner& processes) {
  const auto& plugin = *config.exec;
  ProcessSpec spec;
  spec.argv = {plugin.command};
  spec.argv.insert(spec.argv.end(), plugin.args.begin(), plugin.args.end());
  spec.environment = plugin.env;
  spec.environment["KUBERNETES_EXEC_INFO"] = exec_info(config);
  spec.time_limit = kPluginLimit;
  auto ran = processes.run(spec);
  if (!ran) {
    auto error = ran.error();
    if (error.kind == ErrorKind::kNotFound) error.kind = ErrorKind::kUsage;
    if (error.hint.empty()) error.hint = plugin.install_hint;
    return fail_with_context(std::move(error), "the kubeconfig's exec plugin");
  }
  if (!ran->ok()) {
    // Its stdout may hold a credential; its stderr is written for people.
    return fail(ErrorKind::kInfrastructure,
                "the exec plugin " + plugin.command + " ended with " + describe_end(*ran, kPluginLimit) + ": " +
                    shorten(printable(trim(ran->stderr_text)), 500),
                {}, plugin.install_hint);
  }
  return std::move(ran->stdout_text);
}

}  // namespace

Result<ClusterConfig> run_exec_plugin(ClusterConfig config, ProcessRunner& processes,
                                      std::optional<Timestamp>* expires) {
  if (!config.exec) return config;
  GRADUAND_TRY_ASSIGN(const auto output, run(config, processes));
  const auto wrong = [&config](const std::string& why) {
    return fail(ErrorKind::kInfrastructure, "the exec plugin " + config.exec->command + " " + why);
  };
  // Syntax errors quote the text, which may hold the credential.
  const auto credential = parse_json(output, "credential");
  if (!credential || string_at(*credential, "kind") != "ExecCredential") return wrong("printed no ExecCredential");
  if (string_at(*credential, "apiVersion") != config.exec->api_version) {
    return wrong("answered in another apiVersion than " + config.exec->api_version);
  }
  const auto token = string_at(*credential, "status.token");
  const auto certificate = string_at(*credential, "status.clientCertificateData");
  const auto key = string_at(*credential, "status.clientKeyData");
  if (!internal::fit_for_header(token)) return wrong("gave a token with a character that a header cannot have");
  if (token.empty() && certificate.empty()) return wrong("gave neither a token nor a client certificate");
  if (!certificate.empty() || !key.empty()) {
    if (auto fits = internal::check_key_pair(certificate, key, "clientCertificateData", "clientKeyData"); !fits) {
      return wrong("gave a broken certificate: " + fits.error().message);
    }
    config.client_cert_pem = certificate;
    config.client_key_pem = key;
  }
  if (!token.empty()) config.token = token;
  const auto expiry = string_at(*credential, "status.expirationTimestamp");
  if (expires != nullptr) expires->reset();
  if (!expiry.empty() && expires != nullptr) {
    const auto parsed = parse_rfc3339(expiry);
    if (!parsed) return wrong("gave an expirationTimestamp that is no RFC 3339 time");
    *expires = *parsed;
  }
  return config;
}

}  // namespace graduand::kube
