// SPDX-License-Identifier: Apache-2.0
#include "framework/kube/kubeconfig.h"

#include <cstdlib>

#include "framework/base/files.h"
#include "framework/base/text.h"
#include "framework/kube/internal/kubeconfig/check.h"
#include "framework/kube/internal/kubeconfig/file.h"

namespace graduand::kube {
namespace {

using internal::KubeconfigFile;

Status merge_file(const fs::path& path, KubeconfigFile& merged) {
  auto file = internal::read_kubeconfig_file(path);
  if (!file) {
    auto error = file.error();
    error.kind = ErrorKind::kUsage;
    return fail_with_context(std::move(error), "kubeconfig");
  }
  if (merged.current_context.empty()) {
    merged.current_context = file->current_context;
    merged.current_context_where = file->current_context_where;
  }
  // merge() leaves what is there: the first file that defines a name wins.
  merged.clusters.merge(file->clusters);
  merged.users.merge(file->users);
  merged.contexts.merge(file->contexts);
  return {};
}

Result<KubeconfigFile> merge_files(const std::vector<fs::path>& paths) {
  KubeconfigFile merged;
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

template <class Entry>
Result<Entry*> find_entry(std::map<std::string, Entry>& entries, const std::string& name, const std::string& kind,
                          const std::string& where) {
  const auto found = entries.find(name);
  if (found != entries.end()) return &found->second;
  std::vector<std::string> names;
  for (const auto& [known, node] : entries) names.push_back(known);
  return fail(ErrorKind::kUsage, "no " + kind + " named \"" + name + "\" in the kubeconfig", where,
              did_you_mean_hint(name, names));
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
  const auto named_in = context.empty() ? merged.current_context_where : paths.front().string();
  GRADUAND_TRY_ASSIGN(auto* chosen, find_entry(merged.contexts, config.context, "context", named_in));
  if (!chosen->default_namespace.empty()) config.default_namespace = chosen->default_namespace;
  GRADUAND_TRY_ASSIGN(auto* cluster,
                      find_entry(merged.clusters, chosen->cluster, "cluster", chosen->at.where("cluster")));
  std::optional<internal::UserEntry> nobody;
  auto* user = &nobody.emplace(internal::UserEntry{.at = chosen->at});
  if (!chosen->user.empty()) {
    GRADUAND_TRY_ASSIGN(user, find_entry(merged.users, chosen->user, "user", chosen->at.where("user")));
  }
  GRADUAND_TRY(internal::settle(*cluster, *user, config));
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
