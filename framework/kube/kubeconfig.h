// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "framework/base/error.h"
#include "framework/base/process.h"

namespace graduand::kube {

struct ExecPlugin {
  std::string api_version;
  std::string command;
  std::vector<std::string> args;
  std::map<std::string, std::string> env;
  bool provide_cluster_info = false;
  std::string install_hint;
};

// All that is needed to reach and enter one cluster. Holds secrets: never logged, never serialised.
struct ClusterConfig {
  std::string context;  // the name it was chosen by
  std::string server;   // "https://127.0.0.1:6443"
  std::string ca_pem;   // empty: the system's roots
  bool insecure_skip_tls_verify = false;
  std::string tls_server_name;  // empty: the server's host
  std::string client_cert_pem;
  std::string client_key_pem;
  std::string token;
  std::filesystem::path token_file;  // re-read when older than a minute
  std::string username;
  std::string password;
  std::string impersonate_user;
  std::vector<std::string> impersonate_groups;
  std::optional<ExecPlugin> exec;
  std::string default_namespace = "default";
};

// Reads and merges as kubectl does: `paths` in order, first definition wins, relative file names are relative to the
// file that names them, -data wins over files. `context` empty means current-context. kUsage errors name file, key and
// what was expected; a PEM that does not parse is an error here, not at the first request. `auth-provider` is refused
// with a hint.
Result<ClusterConfig> load_kubeconfig(const std::vector<std::filesystem::path>& paths, const std::string& context = {});
// $KUBECONFIG (a list), else ~/.kube/config.
std::vector<std::filesystem::path> default_kubeconfig_paths();
// The service account's files and KUBERNETES_SERVICE_*; kNotFound outside a cluster. `root` is for tests.
Result<ClusterConfig> in_cluster_config(const std::filesystem::path& root = "/");
// Runs the plugin (KUBERNETES_EXEC_INFO in, ExecCredential out) and returns `config` with its credential filled in.
// The expiry, when given, is put into `expires`.
Result<ClusterConfig> run_exec_plugin(ClusterConfig config, ProcessRunner& processes,
                                      std::optional<Timestamp>* expires = nullptr);

}  // namespace graduand::kube
