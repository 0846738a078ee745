// SPDX-License-Identifier: Apache-2.0
#include "framework/cluster/kind/node_images.h"

#include <fmt/format.h>

#include <algorithm>

#include "framework/base/log.h"
#include "framework/base/processes/run_checked.h"
#include "framework/base/text.h"
#include "framework/cluster/kind/docker.h"
#include "framework/cluster/kind/kind_config.h"

namespace graduand::cluster {
namespace {

using catalogue::KubeVersion;

constexpr milliseconds kPullLimit = std::chrono::minutes(10);
constexpr milliseconds kCopyLimit = std::chrono::minutes(5);
constexpr milliseconds kStartLimit = seconds(60);
// Longer than any transition; then the container of a killed process is gone.
constexpr const char* kLifetime = "3600";
constexpr const char* kRegistry = "registry.k8s.io/";

// containerd has no way to say that it is there other than answering.
constexpr const char* kStartContainerd = R"(
(exec containerd >/tmp/containerd.log 2>&1) &
tries=300
until ctr version >/dev/null 2>&1; do
  tries=$((tries - 1))
  if [ "$tries" -eq 0 ]; then tail -n 3 /tmp/containerd.log >&2; exit 1; fi
  sleep 0.1
done
)";
// Both ends are containers, so a pipe of two commands is the copy.
constexpr const char* kCopyProgram =
    "set -o pipefail; docker exec \"$1\" cat \"$2\" | docker exec --interactive \"$3\" "
    "sh -c 'set -e; cat >\"$1\"; chmod 0755 \"$1\"' sh \"$4\"";
constexpr const char* kImport =
    "set -o pipefail; from=$1 to=$2; shift 2; docker exec \"$from\" ctr --namespace k8s.io images export - \"$@\" | "
    "docker exec --interactive \"$to\" ctr --namespace k8s.io images import --no-unpack -";

Result<std::vector<std::string>> list_images(ProcessRunner& processes, const std::string& container,
                                             const CancelToken& cancel) {
  const ProcessSpec spec{.argv = {"docker", "exec", container, "ctr", "--namespace", "k8s.io", "images", "ls", "-q"},
                         .time_limit = kStartLimit};
  GRADUAND_TRY_ASSIGN(const std::string text, run_checked(processes, spec, "listing the images of " + container,
                                                          ErrorKind::kInfrastructure, cancel));
  std::vector<std::string> names;
  for (const std::string& line : split(text, '\n'))
    if (!line.empty()) names.push_back(line);
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace

Status ensure_node_image(ProcessRunner& processes, const KubeVersion& version, const CancelToken& cancel) {
  const std::string image = node_image(version);
  const auto present = docker_image(processes, image);
  if (present) return {};
  if (present.error().kind != ErrorKind::kNotFound) return fail(present.error());
  spdlog::info("pulling {}", image);
  const ProcessSpec pull{.argv = {"docker", "pull", "--quiet", image}, .time_limit = kPullLimit};
  const auto pulled = run_checked(processes, pull, "docker pull", ErrorKind::kInfrastructure, cancel);
  if (pulled) return {};
  if (pulled.error().kind == ErrorKind::kCancelled) return fail(pulled.error());
  return fail(
      ErrorKind::kInfrastructure,
      fmt::format("node image {} is not on this host and could not be pulled: {}", image, pulled.error().message), {},
      "scripts/node-image " + version.str());
}

NodeImage::NodeImage(ProcessRunner& processes, KubeVersion version, std::string container)
    : processes_(processes), version_(std::move(version)), container_(std::move(container)) {}

NodeImage::NodeImage(NodeImage&& other) noexcept
    : processes_(other.processes_),
      version_(std::move(other.version_)),
      container_(std::move(other.container_)),
      images_(std::move(other.images_)) {
  other.container_.clear();
}

NodeImage::~NodeImage() {
  if (container_.empty()) return;
  const ProcessSpec spec{.argv = {"docker", "rm", "--force", "--volumes", container_}, .time_limit = kStartLimit};
  if (const auto removed = run_checked(processes_, spec, "removing " + container_); !removed)
    spdlog::debug("{}", removed.error().message);
}

Result<NodeImage> NodeImage::open(ProcessRunner& processes, const KubeVersion& version, const CancelToken& cancel) {
  GRADUAND_TRY(ensure_node_image(processes, version, cancel));
  const ProcessSpec run{.argv = {"docker", "run", "--detach", "--rm", "--network", "none", "--label",
                                 "io.graduand.node-image.source=" + version.str(), "--entrypoint", "sleep",
                                 node_image(version), kLifetime},
                        .time_limit = kStartLimit};
  // Not to be cancelled: a container whose name is not known cannot be removed.
  GRADUAND_TRY_ASSIGN(const std::string id, run_checked(processes, run, "starting " + node_image(version)));
  NodeImage image(processes, version, std::string(trim(id)));
  if (cancel.cancelled()) return fail(ErrorKind::kCancelled, "opening " + node_image(version) + ": cancelled");
  return image;
}

std::string NodeImage::source() const {
  const std::string name = node_image(version_);
  const auto image = docker_image(processes_, name);
  return image && !image->digest.empty() ? fmt::format("{} ({})", name, image->digest) : name;
}

Status NodeImage::copy_program(const std::string& program, const std::string& node, const std::string& path,
                               const CancelToken& cancel) const {
  const ProcessSpec spec{.argv = {"bash", "-c", kCopyProgram, "bash", container_, program, node, path},
                         .time_limit = kCopyLimit};
  GRADUAND_TRY(run_checked(processes_, spec, fmt::format("copying {} of {} to {}", program, version_.str(), node),
                           ErrorKind::kInfrastructure, cancel));
  return {};
}

Result<std::vector<std::string>> NodeImage::images(const CancelToken& cancel) {
  if (!images_.empty()) return images_;
  const ProcessSpec start{.argv = {"docker", "exec", container_, "sh", "-c", kStartContainerd},
                          .time_limit = kStartLimit};
  GRADUAND_TRY(run_checked(processes_, start, "starting containerd in " + node_image(version_),
                           ErrorKind::kInfrastructure, cancel));
  GRADUAND_TRY_ASSIGN(images_, list_images(processes_, container_, cancel));
  std::erase_if(images_, [](const std::string& name) {
    return !starts_with(name, kRegistry) || name.find('@') != std::string::npos;
  });
  if (images_.empty()) return fail(ErrorKind::kInfrastructure, node_image(version_) + " has no images of Kubernetes");
  return images_;
}

Status NodeImage::import_images(const std::vector<std::string>& names, const std::string& node,
                                const CancelToken& cancel) const {
  GRADUAND_TRY_ASSIGN(const auto present, list_images(processes_, node, cancel));
  ProcessSpec spec{.argv = {"bash", "-c", kImport, "bash", container_, node}, .time_limit = kCopyLimit};
  const std::size_t fixed = spec.argv.size();
  for (const std::string& name : names)
    if (!std::binary_search(present.begin(), present.end(), name)) spec.argv.push_back(name);
  if (spec.argv.size() == fixed) return {};
  GRADUAND_TRY(run_checked(processes_, spec, fmt::format("copying images of {} to {}", version_.str(), node),
                           ErrorKind::kInfrastructure, cancel));
  return {};
}

}  // namespace graduand::cluster
