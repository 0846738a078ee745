// SPDX-License-Identifier: Apache-2.0
#include <boost/url/encode.hpp>
#include <boost/url/rfc/unreserved_chars.hpp>

#include "framework/base/json.h"
#include "framework/base/text.h"
#include "framework/kube/kubeconfig.h"

namespace graduand::kube {
namespace {

void put(json::object& into, const char* key, const std::string& value) {
  if (!value.empty()) into[key] = value;
}

void put_data(json::object& into, const char* key, const std::string& pem) {
  if (!pem.empty()) into[key] = base64_encode(pem);
}

std::string percent_encoded(const std::string& text) {
  return boost::urls::encode(text, boost::urls::unreserved_chars);
}

json::array texts(const std::vector<std::string>& values) {
  return json::array(values.begin(), values.end());
}

// Over http:// only an address can hold a password (see load_kubeconfig).
bool password_in_address(const ClusterConfig& config) {
  return !config.username.empty() && starts_with(config.server, "http://");
}

json::object cluster_of(const ClusterConfig& config) {
  auto server = config.server;
  if (password_in_address(config)) {
    server.insert(7, percent_encoded(config.username) + ":" + percent_encoded(config.password) + "@");
  }
  json::object cluster{{"server", server}};
  put(cluster, "proxy-url", config.proxy_url);
  put(cluster, "tls-server-name", config.tls_server_name);
  put_data(cluster, "certificate-authority-data", config.ca_pem);
  if (config.insecure_skip_tls_verify) cluster["insecure-skip-tls-verify"] = true;
  return cluster;
}

json::object exec_of(const ExecPlugin& plugin) {
  // No terminal is there for whoever reads it: the plugin was fit for that, or it was refused.
  json::object exec{{"apiVersion", plugin.api_version}, {"command", plugin.command}, {"interactiveMode", "Never"}};
  if (!plugin.args.empty()) exec["args"] = texts(plugin.args);
  json::array env;
  for (const auto& [name, value] : plugin.env) env.push_back(json::object{{"name", name}, {"value", value}});
  if (!env.empty()) exec["env"] = std::move(env);
  if (plugin.provide_cluster_info) exec["provideClusterInfo"] = true;
  put(exec, "installHint", plugin.install_hint);
  return exec;
}

json::object user_of(const ClusterConfig& config) {
  json::object user;
  put_data(user, "client-certificate-data", config.client_cert_pem);
  put_data(user, "client-key-data", config.client_key_pem);
  put(user, "token", config.token);
  put(user, "tokenFile", config.token_file.string());
  if (!password_in_address(config)) {
    put(user, "username", config.username);
    put(user, "password", config.password);
  }
  put(user, "as", config.impersonate_user);
  put(user, "as-uid", config.impersonate_uid);
  if (!config.impersonate_groups.empty()) user["as-groups"] = texts(config.impersonate_groups);
  json::object extra;
  for (const auto& [key, values] : config.impersonate_extra) extra[key] = texts(values);
  if (!extra.empty()) user["as-user-extra"] = std::move(extra);
  if (config.exec) user["exec"] = exec_of(*config.exec);
  return user;
}

}  // namespace

std::string kubeconfig_text(const ClusterConfig& config) {
  const auto& name = config.context;
  const auto named = [&name](const char* body, json::object content) {
    return json::array{json::object{{"name", name}, {body, std::move(content)}}};
  };
  json::object context{{"cluster", name}, {"user", name}, {"namespace", config.default_namespace}};
  const json::object file{{"apiVersion", "v1"},
                          {"kind", "Config"},
                          {"current-context", name},
                          {"clusters", named("cluster", cluster_of(config))},
                          {"users", named("user", user_of(config))},
                          {"contexts", named("context", std::move(context))}};
  return pretty_json(file);
}

}  // namespace graduand::kube
