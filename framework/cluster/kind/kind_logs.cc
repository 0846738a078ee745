// SPDX-License-Identifier: Apache-2.0
#include "framework/cluster/kind/kind_logs.h"

#include <algorithm>

#include "framework/base/files.h"
#include "framework/base/processes/run_checked.h"
#include "framework/base/text.h"
#include "framework/cluster/kind/kind_cluster.h"
#include "framework/cluster/last_words.h"

namespace graduand::cluster {
namespace {

constexpr milliseconds kExportLimit = seconds(90);
constexpr milliseconds kDockerLimit = seconds(10);

Status save_objects(kube::Client& client, const kube::Resource& resource, const fs::path& file) {
  const auto list = client.list(resource, "");
  if (!list) return fail(kube::to_error(list.error()));
  json::array items(list->items.begin(), list->items.end());
  return write_file_atomically(file, pretty_json(json::object{{"items", std::move(items)}}));
}

// "2026-11-21T04:10:00.1Z stderr F message": a line of a container's log as the kubelet keeps it.
std::string_view without_cri_prefix(std::string_view line) {
  for (int field = 0; field < 3; ++field) {
    const std::size_t blank = line.find(' ');
    if (blank == std::string_view::npos) return line;
    line.remove_prefix(blank + 1);
  }
  return line;
}

}  // namespace

Status export_kind_logs(ProcessRunner& processes, const std::string& cluster, kube::Client* client,
                        const fs::path& folder) {
  Status first;
  const auto note = [&first](Status status) {
    if (!status && first) first = std::move(status);
  };
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) return fail(ErrorKind::kInfrastructure, error.message(), folder.string());
  const auto exported = run_checked(
      processes, kind_call({"export", "logs", folder.string(), "--name", cluster}, kExportLimit), "exporting logs");
  if (!exported) note(fail(exported.error()));
  ProcessSpec ps{.argv = {"docker", "ps", "--all", "--no-trunc"}, .time_limit = kDockerLimit};
  ps.stdout_file = folder / "docker-ps.txt";
  if (const auto listed = run_checked(processes, ps, "listing containers"); !listed) note(fail(listed.error()));
  if (client == nullptr) return first;
  const std::pair<const kube::Resource*, const char*> kinds[] = {{&kube::resources::kNodes, "nodes.json"},
                                                                 {&kube::resources::kPods, "pods.json"},
                                                                 {&kube::resources::kEvents, "events.json"}};
  for (const auto& [resource, file] : kinds) {
    const Status saved = save_objects(*client, *resource, folder / file);
    note(saved);
    if (!saved) break;  // an API that does not answer one list will not answer the next
  }
  return first;
}

std::string last_words_of(const fs::path& exported, const std::string& component) {
  std::vector<fs::path> logs;
  std::error_code error;
  for (auto it = fs::recursive_directory_iterator(exported, error); it != fs::recursive_directory_iterator();
       it.increment(error)) {
    const std::string path = it->path().string();
    const bool of_pod = path.find("/pods/kube-system_" + component + "-") != std::string::npos;
    if (of_pod && it->path().extension() == ".log") logs.push_back(it->path());
  }
  // 0.log, 1.log, ...: one for each restart of the container.
  const auto restart = [](const fs::path& path) { return std::atoi(path.stem().c_str()); };
  std::sort(logs.begin(), logs.end(), [&](const auto& a, const auto& b) { return restart(a) > restart(b); });
  for (const fs::path& log : logs) {
    const auto text = read_file(log);
    if (!text) continue;
    std::string words;
    for (const std::string& line : split(*text, '\n'))
      if (!trim(line).empty()) words += std::string(without_cri_prefix(line)) + "\n";
    if (!words.empty()) return last_words_in(words);
  }
  return "";
}

}  // namespace graduand::cluster
