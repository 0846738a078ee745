// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "framework/base/error.h"
#include "framework/base/processes/process.h"

namespace graduand::kube {

struct ExecPlugin {
  std::string api_version;
  std::string command;
  std::vector<std::string> args;
  std::map<std::string, std::string> env;
  bool provide_cluster_info = false;
  std::string install_hint;
  bool operator==(const ExecPlugin&) const = default;
};

// All that is needed to reach and enter one cluster. Holds secrets: never logged, never serialised.
struct ClusterConfig {
  std::string context;    // the name it was chosen by
  std::string server;     // "https://127.0.0.1:6443"
  std::string proxy_url;  // http, https or socks5; empty: what HTTPS_PROXY, HTTP_PROXY and NO_PROXY say
  std::string ca_pem;     // empty: the system's roots
  bool insecure_skip_tls_verify = false;
  std::string tls_server_name;  // empty: the server's host
  std::string client_cert_pem;
  std::string client_key_pem;
  std::string token;
  std::filesystem::path token_file;  // re-read when older than a minute; goes before `token` while it can be read
  std::string username;
  std::string password;
  std::string impersonate_user;
  std::string impersonate_uid;
  std::vector<std::string> impersonate_groups;
  std::map<std::string, std::vector<std::string>> impersonate_extra;
  std::optional<ExecPlugin> exec;
  std::string default_namespace = "default";
  bool operator==(const ClusterConfig&) const = default;
};

// Reads and merges as kubectl does, and refuses what it refuses (tests/kube/kubectl_table_test.cc holds both against
// one table): `paths` in order, first definition wins, relative file names are relative to the file that names them.
// Over http:// only impersonation is sent, no credentials. `context` empty means current-context. kUsage errors name
// file, line, key and what was expected; a PEM that does not parse is an error here, not at the first request.
Result<ClusterConfig> load_kubeconfig(const std::vector<std::filesystem::path>& paths, const std::string& context = {});
// A kubeconfig with this one cluster, user and context, which is the current one, that reads as `config` wherever it is
// put: what was inline or in certificate files is inline, a token's file is named. Holds secrets: mode 0600, never a
// log.
std::string kubeconfig_text(const ClusterConfig& config);
// $KUBECONFIG (a list), else ~/.kube/config.
std::vector<std::filesystem::path> default_kubeconfig_paths();
// Runs the plugin (KUBERNETES_EXEC_INFO in, ExecCredential out) and returns `config` with its credential filled in.
// The expiry, when given, is put into `expires`.
Result<ClusterConfig> run_exec_plugin(ClusterConfig config, ProcessRunner& processes,
                                      std::optional<Timestamp>* expires = nullptr);

}  // namespace graduand::kube
