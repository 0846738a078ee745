// SPDX-License-Identifier: Apache-2.0
#include "framework/cluster/kind/doctor.h"

#include <fmt/format.h>

#include <optional>

#include "framework/base/files.h"
#include "framework/base/processes/run_checked.h"
#include "framework/base/text.h"
#include "framework/cluster/host.h"
#include "framework/cluster/kind/docker.h"
#include "framework/cluster/kind/kind_config.h"

namespace graduand::cluster {
namespace {

using State = Check::State;

constexpr milliseconds kLimit = seconds(5);
// A node's container file system and its images; two nodes and their logs fit.
constexpr std::int64_t kWantedFreeBytes = 10ll << 30;
constexpr std::int64_t kLeastFreeBytes = 3ll << 30;
// kind's documentation, known issues: "pod errors due to too many open files".
constexpr std::int64_t kWantedInstances = 512;
constexpr std::int64_t kWantedWatches = 524288;

Check ok(std::string name, std::string found) {
  return {std::move(name), State::kOk, std::move(found), ""};
}

Check check_docker(const Result<DockerInfo>& docker) {
  if (docker) return ok("docker", fmt::format("{}, storage driver {}", docker->server_version, docker->storage_driver));
  return {"docker", State::kFailed, docker.error().message, docker.error().hint};
}

Check check_kind(ProcessRunner& processes) {
  constexpr const char* kFix = "scripts/setup";
  const ProcessSpec spec{.argv = {"kind", "version"}, .time_limit = kLimit};
  const auto version = run_checked(processes, spec, "kind version");
  if (!version) return {"kind", State::kFailed, version.error().message, kFix};
  return ok("kind", std::string(trim(*version)));
}

Check check_cgroups(const DoctorPaths& paths) {
  if (has_cgroup_v2(paths.sys)) return ok("cgroups", "v2");
  return {"cgroups", State::kWarning, "v1: kubelets from v1.35 on are told to put up with it",
          "boot with systemd.unified_cgroup_hierarchy=1"};
}

// Without the capability runc refuses privileged containers; a wrapper as Docker's runtime takes it out of the request.
Check check_capabilities(const Result<DockerInfo>& docker, const DoctorPaths& paths) {
  if (has_capability(paths.proc, kCapSysResource)) return ok("capabilities", "CAP_SYS_RESOURCE is there");
  const std::string runtime = docker ? docker->default_runtime : "";
  if (!runtime.empty() && runtime != "runc") {
    return {
        "capabilities", State::kWarning,
        fmt::format("no CAP_SYS_RESOURCE; Docker's runtime is {}, and kubelets get KubeletInUserNamespace", runtime),
        ""};
  }
  return {"capabilities", State::kFailed, "this host may not give containers CAP_SYS_RESOURCE",
          "scripts/node-image --restricted-docker"};
}

Check check_snapshotter(const Result<DockerInfo>& docker) {
  if (!docker) return {"snapshotter", State::kWarning, "unknown without Docker", ""};
  if (docker->storage_driver == "fuse-overlayfs")
    return ok("snapshotter", "overlayfs is set for nodes, since Docker runs on fuse-overlayfs");
  return ok("snapshotter", "kind's default");
}

Check check_limit(const DoctorPaths& paths, const std::string& name, std::int64_t wanted) {
  const auto value = number_in(std::filesystem::path(paths.proc) / "sys/fs/inotify" / name);
  const std::string title = "inotify " + name;
  if (!value) return {title, State::kWarning, "cannot be read", ""};
  const std::string found = fmt::format("{}, {} wanted", *value, wanted);
  if (*value >= wanted) return ok(title, std::to_string(*value));
  return {title, State::kFailed, found, fmt::format("sysctl -w fs.inotify.{}={}", name, wanted)};
}

Check check_disk(const Result<DockerInfo>& docker) {
  if (!docker) return {"disk", State::kWarning, "unknown without Docker", ""};
  const auto free = free_bytes(docker->root_dir);
  if (!free) return {"disk", State::kWarning, docker->root_dir + " cannot be looked at", ""};
  const std::string found =
      fmt::format("{:.1f} GiB free at {}", static_cast<double>(*free) / (1 << 30), docker->root_dir);
  if (*free >= kWantedFreeBytes) return ok("disk", found);
  return {"disk", *free < kLeastFreeBytes ? State::kFailed : State::kWarning, found + ", 10 GiB wanted",
          "docker system prune"};
}

Check check_image(ProcessRunner& processes, const Result<DockerInfo>& docker, const catalogue::KubeVersion& version) {
  const std::string name = "image " + version.str();
  if (!docker) return {name, State::kWarning, "unknown without Docker", ""};
  const auto image = docker_image(processes, node_image(version));
  if (image) {
    const auto made = image->labels.find("io.graduand.node-image.provenance");
    return ok(name, made == image->labels.end() ? "published" : made->second);
  }
  return {name, State::kFailed, image.error().message, "scripts/node-image " + version.str()};
}

}  // namespace

std::vector<Check> run_doctor(ProcessRunner& processes, const std::vector<catalogue::KubeVersion>& versions,
                              const DoctorPaths& paths) {
  const auto docker = docker_info(processes);
  std::vector<Check> checks = {check_docker(docker),
                               check_kind(processes),
                               check_cgroups(paths),
                               check_capabilities(docker, paths),
                               check_snapshotter(docker),
                               check_limit(paths, "max_user_instances", kWantedInstances),
                               check_limit(paths, "max_user_watches", kWantedWatches),
                               check_disk(docker)};
  for (const auto& version : versions) checks.push_back(check_image(processes, docker, version));
  return checks;
}

}  // namespace graduand::cluster
