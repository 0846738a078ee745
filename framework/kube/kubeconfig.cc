// SPDX-License-Identifier: Apache-2.0
#include "framework/kube/kubeconfig.h"

#include <cstdlib>
#include <map>

#include "framework/base/files.h"
#include "framework/base/text.h"
#include "framework/kube/internal/kubeconfig_node.h"
#include "framework/kube/internal/pem.h"

namespace graduand::kube {
namespace {

using internal::ConfigNode;
using Entries = std::map<std::string, ConfigNode>;

struct Merged {
  std::string current_context;
  Entries clusters, users, contexts;
};

YamlLimits kubeconfig_limits() {
  YamlLimits limits;
  limits.max_bytes = 16u << 20;  // certificates inline, and kubeconfigs of many clusters
  return limits;
}

// `list` is "users", `body` the member that holds an entry's content, "user".
void take_entries(ConfigNode& file, const char* list, const char* body, Entries& into) {
  for (auto& item : file.sequence(list, std::string("an entry of '") + list + "'")) {
    const auto name = item.text("name");
    if (name.empty()) item.error("name", "it needs a name");
    auto content = item.mapping(body, std::string(body) + " \"" + name + "\"");
    into.emplace(name, std::move(content));  // the first file that defines a name wins
  }
}

Status merge_file(const fs::path& path, Merged& merged) {
  auto parsed = YamlDocument::load(path, kubeconfig_limits());
  if (!parsed) {
    auto error = parsed.error();
    error.kind = ErrorKind::kUsage;
    return fail_with_context(std::move(error), "kubeconfig");
  }
  auto document = std::make_shared<const YamlDocument>(std::move(*parsed));
  ConfigNode file(document, document->root(), "kubeconfig");
  if (merged.current_context.empty()) merged.current_context = file.text("current-context");
  take_entries(file, "clusters", "cluster", merged.clusters);
  take_entries(file, "users", "user", merged.users);
  take_entries(file, "contexts", "context", merged.contexts);
  return file.status();
}

Result<Merged> merge_files(const std::vector<fs::path>& paths) {
  Merged merged;
  std::vector<std::string> missing;
  for (const auto& path : paths) {
    std::error_code ec;
    // As kubectl: a list may name files that are not there.
    if (!fs::exists(path, ec)) {
      missing.push_back(path.string());
      continue;
    }
    GRADUAND_TRY(merge_file(path, merged));
  }
  if (missing.size() == paths.size()) {
    return fail(ErrorKind::kUsage,
                "no kubeconfig: " + (paths.empty() ? "none was named" : join(missing, ", ") + " does not exist"), {},
                "name one with --kubeconfig or $KUBECONFIG");
  }
  return merged;
}

Result<ConfigNode*> find_entry(Entries& entries, const std::string& name, const std::string& kind,
                               const std::string& where) {
  const auto found = entries.find(name);
  if (found != entries.end()) return &found->second;
  std::vector<std::string> names;
  for (const auto& [known, node] : entries) names.push_back(known);
  return fail(ErrorKind::kUsage, "no " + kind + " named \"" + name + "\" in the kubeconfig", where,
              did_you_mean_hint(name, names));
}

Status read_cluster(ConfigNode& cluster, ClusterConfig& config) {
  config.server = cluster.text("server");
  if (config.server.empty()) cluster.error("server", "'server' is missing");
  config.insecure_skip_tls_verify = cluster.flag("insecure-skip-tls-verify");
  config.tls_server_name = cluster.text("tls-server-name");
  config.ca_pem = cluster.pem("certificate-authority");
  if (cluster.has("proxy-url")) cluster.error("proxy-url", "'proxy-url' is not supported");
  GRADUAND_TRY(cluster.status());
  if (config.ca_pem.empty()) return {};
  const char* key = cluster.has("certificate-authority-data") ? "certificate-authority-data" : "certificate-authority";
  if (auto read = internal::parse_certificates(config.ca_pem, "'" + std::string(key) + "'"); !read) {
    cluster.error(key, read.error().message);
  }
  return cluster.status();
}

Status read_client_certificate(ConfigNode& user, ClusterConfig& config) {
  config.client_cert_pem = user.pem("client-certificate");
  config.client_key_pem = user.pem("client-key");
  GRADUAND_TRY(user.status());
  if (config.client_cert_pem.empty() && config.client_key_pem.empty()) return {};
  const char* certificate = user.has("client-certificate-data") ? "client-certificate-data" : "client-certificate";
  const char* key = user.has("client-key-data") ? "client-key-data" : "client-key";
  if (config.client_key_pem.empty()) user.error(certificate, "a client certificate without 'client-key'");
  if (config.client_cert_pem.empty()) user.error(key, "a client key without 'client-certificate'");
  GRADUAND_TRY(user.status());
  const auto certificate_what = "'" + std::string(certificate) + "'", key_what = "'" + std::string(key) + "'";
  const bool broken_certificate = !internal::parse_certificates(config.client_cert_pem, certificate_what);
  auto checked = internal::check_key_pair(config.client_cert_pem, config.client_key_pem, certificate_what, key_what);
  if (!checked) user.error(broken_certificate ? certificate : key, checked.error().message);
  return user.status();
}

ExecPlugin read_exec(ConfigNode exec) {
  ExecPlugin plugin;
  plugin.api_version = exec.text("apiVersion");
  plugin.command = exec.text("command");
  plugin.args = exec.texts("args");
  plugin.provide_cluster_info = exec.flag("provideClusterInfo");
  plugin.install_hint = exec.text("installHint");
  for (auto& variable : exec.sequence("env", "a variable of 'exec'")) {
    plugin.env[variable.text("name")] = variable.text("value");
  }
  if (plugin.command.empty()) exec.error("command", "'command' is missing");
  if (plugin.api_version != "client.authentication.k8s.io/v1" &&
      plugin.api_version != "client.authentication.k8s.io/v1beta1") {
    exec.error("apiVersion", "apiVersion \"" + plugin.api_version +
                                 "\" of the plugin is not supported, expected "
                                 "client.authentication.k8s.io/v1 or v1beta1");
  }
  if (exec.text("interactiveMode") == "Always") {
    exec.error("interactiveMode", "the plugin always wants a terminal, which it cannot have here");
  }
  // A name with a slash is relative to the kubeconfig; a bare one is looked up on PATH.
  const fs::path command = plugin.command;
  if (command.is_relative() && command.has_parent_path()) plugin.command = (exec.folder() / command).string();
  return plugin;
}

Status read_user(ConfigNode& user, ClusterConfig& config) {
  if (user.has("auth-provider")) {
    user.error("auth-provider", "'auth-provider' is not supported",
               "Kubernetes removed it in v1.26: use an 'exec' plugin of your provider");
  }
  GRADUAND_TRY(read_client_certificate(user, config));
  config.token = user.text("token");
  if (config.token.empty()) config.token_file = user.path("tokenFile");
  config.username = user.text("username");
  config.password = user.text("password");
  config.impersonate_user = user.text("as");
  config.impersonate_groups = user.texts("as-groups");
  for (const char* key : {"as-uid", "as-user-extra"}) {
    if (user.has(key)) user.error(key, std::string("'") + key + "' is not supported");
  }
  if (user.has("exec")) config.exec = read_exec(user.mapping("exec", user.what() + ", exec"));
  return user.status();
}

}  // namespace

Result<ClusterConfig> load_kubeconfig(const std::vector<fs::path>& paths, const std::string& context) {
  GRADUAND_TRY_ASSIGN(auto merged, merge_files(paths));
  ClusterConfig config;
  config.context = context.empty() ? merged.current_context : context;
  if (config.context.empty()) {
    return fail(ErrorKind::kUsage, "the kubeconfig has no current-context", paths.front().string(),
                "name a context, or set one with: kubectl config use-context NAME");
  }
  GRADUAND_TRY_ASSIGN(auto* chosen, find_entry(merged.contexts, config.context, "context", paths.front().string()));
  const auto cluster_name = chosen->text("cluster");
  const auto user_name = chosen->text("user");
  if (auto ns = chosen->text("namespace"); !ns.empty()) config.default_namespace = std::move(ns);
  GRADUAND_TRY(chosen->status());
  GRADUAND_TRY_ASSIGN(auto* cluster, find_entry(merged.clusters, cluster_name, "cluster", chosen->where("cluster")));
  GRADUAND_TRY(read_cluster(*cluster, config));
  if (user_name.empty()) return config;
  GRADUAND_TRY_ASSIGN(auto* user, find_entry(merged.users, user_name, "user", chosen->where("user")));
  GRADUAND_TRY(read_user(*user, config));
  return config;
}

std::vector<fs::path> default_kubeconfig_paths() {
  std::vector<fs::path> paths;
  if (const char* list = std::getenv("KUBECONFIG"); list != nullptr && *list != '\0') {
    for (const auto& part : split(list, ':')) {
      if (!part.empty()) paths.emplace_back(part);
    }
    return paths;
  }
  const char* home = std::getenv("HOME");
  paths.push_back(fs::path(home != nullptr ? home : "/") / ".kube" / "config");
  return paths;
}

}  // namespace graduand::kube
