// SPDX-License-Identifier: Apache-2.0
#include "framework/kube/internal/kubeconfig/file.h"

#include "framework/base/files.h"
#include "framework/base/text.h"

namespace graduand::kube::internal {
namespace {

constexpr std::size_t kMaxBytes = 16u << 20;  // certificates inline, and kubeconfigs of many clusters

ClusterEntry read_cluster(ConfigNode at) {
  ClusterEntry cluster{.at = at};
  cluster.server = at.text("server");
  cluster.tls_server_name = at.text("tls-server-name");
  cluster.proxy_url = at.text("proxy-url");
  cluster.insecure = at.flag("insecure-skip-tls-verify");
  cluster.authority_file = at.path("certificate-authority");
  cluster.authority_data = at.bytes("certificate-authority-data");
  at.flag("disable-compression");
  return cluster;
}

ExecPlugin read_exec(ConfigNode& at) {
  ExecPlugin plugin;
  plugin.api_version = at.text("apiVersion");
  plugin.command = at.text("command");
  plugin.args = at.texts("args");
  plugin.provide_cluster_info = at.flag("provideClusterInfo");
  plugin.install_hint = at.text("installHint");
  at.text("interactiveMode");
  for (auto& variable : at.sequence("env", "a variable of 'exec'")) {
    plugin.env[variable.text("name")] = variable.text("value");
  }
  // A name with a slash is relative to the kubeconfig; a bare one is looked up on PATH.
  const fs::path command = plugin.command;
  if (command.is_relative() && command.has_parent_path()) plugin.command = (at.folder() / command).string();
  return plugin;
}

UserEntry read_user(ConfigNode at) {
  UserEntry user{.at = at};
  user.certificate_file = at.path("client-certificate");
  user.certificate_data = at.bytes("client-certificate-data");
  user.key_file = at.path("client-key");
  user.key_data = at.bytes("client-key-data");
  user.token = at.text("token");
  user.token_file = at.path("tokenFile");
  user.username = at.text("username");
  user.password = at.text("password");
  user.as = at.text("as");
  user.as_uid = at.text("as-uid");
  user.as_groups = at.texts("as-groups");
  auto extra = at.mapping("as-user-extra", at.what() + ", as-user-extra");
  for (const auto& key : extra.keys()) user.as_extra[key] = extra.texts(key.c_str());
  user.auth_provider = at.has("auth-provider");
  auto provider = at.mapping("auth-provider", at.what() + ", auth-provider");
  provider.text("name");
  if (at.has("exec")) {
    user.exec_at = at.mapping("exec", at.what() + ", exec");
    user.exec = read_exec(*user.exec_at);
  }
  return user;
}

ContextEntry read_context(ConfigNode at) {
  ContextEntry context{.at = at};
  context.cluster = at.text("cluster");
  context.user = at.text("user");
  context.default_namespace = at.text("namespace");
  return context;
}

// `list` is "users", `body` the member that holds an entry's content, "user".
template <class Entry>
void read_entries(ConfigNode& file, const char* list, const char* body, Entry (*read)(ConfigNode),
                  std::map<std::string, Entry>& into) {
  for (auto& item : file.sequence(list, std::string("an entry of '") + list + "'")) {
    const auto name = item.text("name");
    auto content = item.mapping(body, std::string(body) + " \"" + shorten(printable(name), 80) + "\"");
    content.sequence("extensions", "an extension of " + content.what());
    if (into.count(name) != 0) item.error("name", "\"" + shorten(printable(name), 80) + "\" is there twice");
    into.emplace(name, read(std::move(content)));
  }
}

void check_version(ConfigNode& file) {
  const auto version = file.text("apiVersion"), kind = file.text("kind");
  if (!version.empty() && version != "v1") file.error("apiVersion", "'apiVersion' must be v1");
  if (!kind.empty() && kind != "Config") file.error("kind", "'kind' must be Config");
}

}  // namespace

Result<KubeconfigFile> read_kubeconfig_file(const fs::path& path) {
  GRADUAND_TRY_ASSIGN(const auto bytes, read_file(path, kMaxBytes));
  return parse_kubeconfig(bytes, path);
}

Result<KubeconfigFile> parse_kubeconfig(std::string_view bytes, const fs::path& path) {
  GRADUAND_TRY_ASSIGN(auto parsed, parse_go_yaml(bytes, path.string()));
  const auto root = std::make_shared<const GoYaml>(std::move(parsed));
  ConfigNode file(std::make_shared<const std::string>(path.string()), root, root.get(), "the file");
  KubeconfigFile read;
  check_version(file);
  read.current_context = file.text("current-context");
  read.current_context_where = file.where("current-context");
  auto preferences = file.mapping("preferences", "preferences");
  preferences.flag("colors");
  file.sequence("extensions", "an extension");
  read_entries(file, "clusters", "cluster", read_cluster, read.clusters);
  read_entries(file, "users", "user", read_user, read.users);
  read_entries(file, "contexts", "context", read_context, read.contexts);
  GRADUAND_TRY(file.status());
  return read;
}

}  // namespace graduand::kube::internal
