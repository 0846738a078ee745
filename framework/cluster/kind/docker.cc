// SPDX-License-Identifier: Apache-2.0
#include "framework/cluster/kind/docker.h"

#include <fmt/format.h>

#include <algorithm>

#include "framework/base/json.h"
#include "framework/base/processes/run_checked.h"
#include "framework/base/text.h"

namespace graduand::cluster {
namespace {

constexpr milliseconds kQueryLimit = seconds(10);
constexpr const char* kClusterLabel = "io.x-k8s.kind.cluster";
constexpr const char* kRoleLabel = "io.x-k8s.kind.role";

// Members of `Labels` have dots in their names, so that dotted paths do not reach them.
std::string label(const json::value& container, std::string_view name) {
  const json::value* value = find_path(container, {"Config", "Labels", name});
  return value != nullptr && value->is_string() ? std::string(value->as_string()) : std::string();
}

ContainerState state_of(const json::value& container) {
  ContainerState state;
  state.name = string_at(container, "Name");
  if (starts_with(state.name, "/")) state.name.erase(0, 1);
  state.cluster = label(container, kClusterLabel);
  state.role = label(container, kRoleLabel);
  state.image = string_at(container, "Config.Image");
  state.running = bool_at(container, "State.Running");
  state.oom_killed = bool_at(container, "State.OOMKilled");
  state.exit_code = static_cast<int>(int_at(container, "State.ExitCode"));
  state.status = string_at(container, "State.Status");
  if (const auto started = parse_rfc3339(string_at(container, "State.StartedAt"))) state.started = *started;
  return state;
}

}  // namespace

Result<DockerInfo> docker_info(ProcessRunner& processes, const CancelToken& cancel) {
  ProcessSpec spec{.argv = {"docker", "info", "--format", "{{json .}}"}, .time_limit = kQueryLimit};
  auto text = run_checked(processes, spec, "asking Docker", ErrorKind::kInfrastructure, cancel);
  if (text) {
    auto info = parse_json(*text, "docker info");
    if (!info) return fail(ErrorKind::kInfrastructure, "Docker's answer is no JSON: " + info.error().message);
    // With the daemon away, `docker info` may print what the client knows and still succeed.
    if (const std::string version = string_at(*info, "ServerVersion"); !version.empty()) {
      return DockerInfo{version, string_at(*info, "Driver"), string_at(*info, "DockerRootDir"),
                        string_at(*info, "DefaultRuntime")};
    }
    const auto errors = strings_of(json::value(array_at(*info, "ServerErrors")));
    text = fail(ErrorKind::kInfrastructure, "Docker does not answer: " + join(errors, "; "));
  }
  Error error = text.error();
  if (error.kind == ErrorKind::kCancelled) return fail(std::move(error));
  error.hint = error.kind == ErrorKind::kNotFound ? "install Docker" : "start it: systemctl start docker, or dockerd";
  error.kind = ErrorKind::kInfrastructure;
  return fail(std::move(error));
}

Result<ImageInfo> docker_image(ProcessRunner& processes, const std::string& image) {
  ProcessSpec spec{.argv = {"docker", "image", "inspect", image}, .time_limit = kQueryLimit};
  GRADUAND_TRY_ASSIGN(const ProcessResult result, processes.run(spec));
  if (!result.ok()) {
    if (to_lower(result.stderr_text).find("no such image") != std::string::npos)
      return fail(ErrorKind::kNotFound, "Docker does not have the image " + image);
    return fail(ErrorKind::kInfrastructure,
                fmt::format("asking Docker for the image {}: {}", image, last_lines(result.stderr_text, 2)));
  }
  GRADUAND_TRY_ASSIGN(const json::value answer, parse_json(result.stdout_text, "docker image inspect"));
  const json::value* first = find_path(answer, {std::size_t{0}});
  if (first == nullptr) return fail(ErrorKind::kNotFound, "Docker does not have the image " + image);
  ImageInfo info;
  info.digest = string_at(*first, "Id");
  const auto digests = strings_of(json::value(array_at(*first, "RepoDigests")));
  if (!digests.empty()) info.digest = digests.front().substr(digests.front().find('@') + 1);
  for (const auto& [name, value] : object_at(*first, "Config.Labels"))
    if (value.is_string()) info.labels[std::string(name)] = std::string(value.as_string());
  return info;
}

bool is_node(const ContainerState& container) {
  return container.role == "control-plane" || container.role == "worker";
}

Result<std::vector<ContainerState>> kind_nodes(ProcessRunner& processes, const std::string& cluster,
                                               const CancelToken& cancel) {
  const std::string filter = "label=" + std::string(kClusterLabel) + (cluster.empty() ? "" : "=" + cluster);
  ProcessSpec list{.argv = {"docker", "ps", "--all", "--quiet", "--no-trunc", "--filter", filter},
                   .time_limit = kQueryLimit};
  GRADUAND_TRY_ASSIGN(const std::string ids,
                      run_checked(processes, list, "listing kind's nodes", ErrorKind::kInfrastructure, cancel));
  ProcessSpec inspect{.argv = {"docker", "container", "inspect"}, .time_limit = kQueryLimit};
  for (const std::string& id : split(ids, '\n'))
    if (!id.empty()) inspect.argv.push_back(id);
  std::vector<ContainerState> nodes;
  if (inspect.argv.size() == 3) return nodes;
  // A container that went away in between makes it fail, and still prints the others.
  GRADUAND_TRY_ASSIGN(const ProcessResult result, processes.run(inspect, cancel));
  if (result.cancelled) return fail(ErrorKind::kCancelled, "asking for kind's nodes: cancelled");
  const auto answer = parse_json(result.stdout_text, "docker container inspect");
  if (!answer || !answer->is_array()) {
    return fail(ErrorKind::kInfrastructure,
                fmt::format("asking for kind's nodes: {}: {}", describe_end(result, inspect.time_limit),
                            last_lines(result.stderr_text, 2)));
  }
  for (const json::value& container : answer->as_array()) nodes.push_back(state_of(container));
  std::sort(nodes.begin(), nodes.end(), [](const auto& a, const auto& b) {
    if (a.cluster != b.cluster) return a.cluster < b.cluster;
    if (a.role != b.role) return a.role < b.role;  // "control-plane" sorts before the other roles
    return a.name < b.name;
  });
  return nodes;
}

}  // namespace graduand::cluster
