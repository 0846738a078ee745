// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "framework/kube/internal/kubeconfig/node.h"
#include "framework/kube/kubeconfig.h"

namespace graduand::kube::internal {

// What one kubeconfig says, with right types; whether it makes sense is asked of the chosen entries only. Each keeps
// the mapping that it was read from, for the places of later errors.
struct ClusterEntry {
  ConfigNode at;
  std::string server{}, tls_server_name{}, proxy_url{}, authority_data{};
  std::filesystem::path authority_file{};
  bool insecure = false;
};

struct UserEntry {
  ConfigNode at;
  std::string certificate_data{}, key_data{}, token{}, username{}, password{};
  std::filesystem::path certificate_file{}, key_file{}, token_file{};
  std::string as{}, as_uid{};
  std::vector<std::string> as_groups{};
  std::map<std::string, std::vector<std::string>> as_extra{};
  bool auth_provider = false;
  std::optional<ConfigNode> exec_at{};
  std::optional<ExecPlugin> exec{};
};

struct ContextEntry {
  ConfigNode at;
  std::string cluster{}, user{}, default_namespace{};
};

struct KubeconfigFile {
  std::string current_context;
  std::string current_context_where;
  std::map<std::string, ClusterEntry> clusters;
  std::map<std::string, UserEntry> users;
  std::map<std::string, ContextEntry> contexts;
};

// kUsage with the place for what kubectl refuses of a file as a whole: its YAML, wrong types in any entry, data that is
// not base64, a name twice in one list, another kind or version.
Result<KubeconfigFile> read_kubeconfig_file(const std::filesystem::path& path);
// The same of a file that was read already.
Result<KubeconfigFile> parse_kubeconfig(std::string_view bytes, const std::filesystem::path& path);

}  // namespace graduand::kube::internal
