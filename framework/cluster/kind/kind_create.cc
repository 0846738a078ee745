// SPDX-License-Identifier: Apache-2.0
#include "framework/cluster/kind/kind_create.h"

#include <fmt/format.h>
#include <unistd.h>

#include "framework/base/files.h"
#include "framework/base/log.h"
#include "framework/base/processes/run_checked.h"
#include "framework/base/text.h"
#include "framework/cluster/host.h"
#include "framework/cluster/kind/docker.h"
#include "framework/cluster/kind/kind_cluster.h"
#include "framework/cluster/kind/kind_logs.h"
#include "framework/cluster/kind/kind_ready.h"
#include "framework/cluster/kind/network_joiner.h"

namespace graduand::cluster {
namespace {

using catalogue::CellDescription;
using results::Outcome;

// kubeadm gives up by itself after four minutes.
constexpr milliseconds kCreateLimit = std::chrono::minutes(10);
constexpr const char* kCniLabel = "io.graduand.node-image.default-cni";
constexpr const char* kProvenanceLabel = "io.graduand.node-image.provenance";
// The step of `kind create cluster` from which on Kubernetes' own programs run.
constexpr std::string_view kKubernetesStarts = "Starting control-plane";
// The first step after it: the control plane is up, and kind may go on for long.
constexpr std::string_view kControlPlaneAnswers = "Installing StorageClass";

// The line that says what went wrong; kubeadm's whole log follows it.
std::string kind_error(std::string_view text) {
  for (const std::string& line : split(text, '\n'))
    if (starts_with(line, "ERROR:")) return shorten(printable(line.substr(7)), 500);
  return last_lines(text, 2);
}

class Creation {
 public:
  Creation(ProcessRunner& processes, const Clock& clock, const Registry& registry, const CellDescription& cell,
           const CreateOptions& options, const CancelToken& cancel)
      : processes_(processes), clock_(clock), options_(options), cancel_(cancel), began_(clock.steady_now()) {
    RegistryEntry entry;
    entry.name = kind_cluster_name(options.instance_id, cell.name);
    entry.state_dir = std::filesystem::absolute(options.state_dir);
    entry.detached = options.detached;
    results::ClusterInstance& instance = entry.instance;
    instance.id = options.instance_id;
    instance.run_id = options.run_id;
    instance.cell = cell;
    instance.provider = "kind";
    instance.cluster_name = entry.name;
    instance.created = clock.now();
    instance.outcome = Outcome::kInfraError;  // until it stands
    instance.message = "not finished";
    cluster_ = std::make_unique<KindCluster>(processes, clock, registry, std::move(entry));
  }

  Result<CreateOutcome> run() {
    const Status made = steps();
    results::ClusterInstance& instance = cluster_->entry().instance;
    instance.ready_after = std::chrono::round<milliseconds>(clock_.steady_now() - began_);
    if (!made) return failed(made.error());
    instance.outcome = Outcome::kPassed;
    instance.message.clear();
    if (Status saved = cluster_->save(); !saved) return failed(saved.error());
    CreateOutcome outcome;
    outcome.instance = instance;
    outcome.cluster = std::move(cluster_);
    return outcome;
  }

 private:
  const CellDescription& cell() const { return cluster_->entry().instance.cell; }
  void progress(const std::string& step) const {
    if (options_.on_progress) options_.on_progress(step);
  }

  Status steps() {
    GRADUAND_TRY_ASSIGN(host_, look_at_host(processes_, cell()));
    cluster_->entry().instance.host_added_gates = host_.needs.kubelet_gates;
    GRADUAND_TRY_ASSIGN(cluster_->entry().owner, mark_of_process(getpid()));
    const auto config_file = cluster_->entry().state_dir / "kind.yaml";
    GRADUAND_TRY(
        write_file_atomically(config_file, kind_config(cell(), cluster_->entry().name, options_.run_id, host_.needs)));
    // Before anything exists, so that nothing can exist that nobody knows of.
    GRADUAND_TRY(cluster_->save());
    exists_ = true;
    GRADUAND_TRY(create_nodes(config_file));
    GRADUAND_TRY(record_nodes());
    return make_ready(processes_, *cluster_, [this](const std::string& step) { progress(step); }, cancel_);
  }

  Status create_nodes(const std::filesystem::path& config_file) {
    progress("creating nodes");
    // --retain: without it kind deletes the nodes of a failed start, and their logs.
    ProcessSpec spec = kind_call({"create", "cluster", "--name", cluster_->entry().name, "--config",
                                  config_file.string(), "--kubeconfig", cluster_->kubeconfig().string(), "--retain"},
                                 kCreateLimit);
    NetworkJoiner network(processes_, *cluster_->node_access(), cluster_->entry().name, cluster_->entry().state_dir,
                          cell().nodes.size());
    if (host_.overlayfs_snapshotter) spec.environment["KIND_EXPERIMENTAL_CONTAINERD_SNAPSHOTTER"] = "overlayfs";
    spec.on_stderr_line = [&](std::string_view line) {
      // Each step is told twice, when it begins and when it is done.
      if (starts_with(line, " ✓")) return;
      if (line.find(kKubernetesStarts) != std::string_view::npos) progress("starting the control plane");
      if (line.find(kControlPlaneAnswers) != std::string_view::npos && host_.needs.join_network) network.start();
      if (line.find("Joining worker") != std::string_view::npos) progress("joining workers");
    };
    GRADUAND_TRY_ASSIGN(const ProcessResult result, processes_.run(spec, cancel_));
    std::ignore = write_file_atomically(cluster_->entry().state_dir / "kind-create.log", result.stderr_text);
    if (result.cancelled || cancel_.cancelled()) return fail(ErrorKind::kCancelled, "creating the cluster: cancelled");
    if (result.ok() && !host_.needs.join_network) return {};
    if (result.ok()) {
      progress("joining the pod network");
      return network.finish(cancel_);
    }
    return fail(classify_kind_failure(result.stderr_text),
                fmt::format("kind create cluster: {}: {}", describe_end(result, spec.time_limit),
                            kind_error(result.stderr_text)));
  }

  Status record_nodes() {
    GRADUAND_TRY_ASSIGN(const auto nodes, kind_nodes(processes_, cluster_->entry().name, cancel_));
    auto& records = cluster_->entry().instance.nodes;
    for (const ContainerState& node : nodes) {
      results::NodeRecord record;
      record.name = node.name;
      record.role = node.role;
      record.image = node.image;
      if (const auto image = docker_image(processes_, node.image)) {
        record.image_digest = image->digest;
        const auto made = image->labels.find(kProvenanceLabel);
        record.provenance = made == image->labels.end() ? "published" : made->second;
      }
      records.push_back(std::move(record));
    }
    return {};
  }

  // Makes the outcome of an error: logs are saved first, then what was made is deleted, unless it is to be kept.
  Result<CreateOutcome> failed(Error error) {
    results::ClusterInstance& instance = cluster_->entry().instance;
    const bool cancelled = error.kind == ErrorKind::kCancelled || cancel_.cancelled();
    bool product = error.kind == ErrorKind::kProduct || error.kind == ErrorKind::kTimeout;
    if (exists_) {
      if (!cancelled) product = judge(error, product);
      progress("exporting logs");
      const auto logs = cluster_->entry().state_dir / "logs";
      if (Status exported = cluster_->export_logs(logs); !exported)
        spdlog::warn("the logs of {} are not complete: {}", instance.cluster_name, to_string(exported.error()));
      if (product && !cancelled) add_last_words(logs, error);
    }
    instance.outcome = product ? Outcome::kFailed : Outcome::kInfraError;
    instance.message = to_string(error);
    if (exists_ && (cancelled || !options_.retain_on_failure)) {
      progress("deleting the cluster");
      if (Status removed = cluster_->remove(); !removed) {
        spdlog::warn("{}", to_string(removed.error()));
        instance.message += "; and it could not be deleted: " + removed.error().message;
      }
    } else if (exists_) {
      std::ignore = cluster_->keep();
    }
    if (cancelled) return fail(ErrorKind::kCancelled, "creating the cluster: cancelled");
    return CreateOutcome{nullptr, instance};
  }

  // Whether the product is to blame. Nodes that died or Docker that went away excuse it, whatever it looked like.
  bool judge(Error& error, bool product) {
    const Health health = cluster_->health(cancel_);
    if (health.state != Health::State::kInfrastructureLost || !product) return product;
    error.message = health.message + " (" + error.message + ")";
    return false;
  }

  static void add_last_words(const std::filesystem::path& logs, Error& error) {
    for (const char* component : {catalogue::kApiServer, catalogue::kControllerManager, catalogue::kScheduler}) {
      // A component that runs has nothing to say that explains anything; one that died said why at last.
      const std::string words = last_words_of(logs, component);
      const bool died = words.find("Error:") != std::string::npos || words.find("panic") != std::string::npos ||
                        words.find("fatal") != std::string::npos ||
                        words.find("\"command failed\"") != std::string::npos;
      if (died) error.message += fmt::format("; last words of {}: {}", component, words);
    }
  }

  ProcessRunner& processes_;
  const Clock& clock_;
  const CreateOptions& options_;
  const CancelToken cancel_;
  const SteadyTime began_;
  KindHost host_;
  std::unique_ptr<KindCluster> cluster_;
  bool exists_ = false;
};

}  // namespace

Result<KindHost> look_at_host(ProcessRunner& processes, const CellDescription& cell) {
  KindHost host;
  if (!has_capability("/proc", kCapSysResource)) host.needs.kubelet_gates["KubeletInUserNamespace"] = true;
  host.needs.cgroup_v1 = !has_cgroup_v2("/sys");
  GRADUAND_TRY_ASSIGN(const DockerInfo docker, docker_info(processes));
  host.overlayfs_snapshotter = docker.storage_driver == "fuse-overlayfs";
  for (const auto& node : cell.nodes) {
    GRADUAND_TRY_ASSIGN(const ImageInfo image, docker_image(processes, node_image(node.version)));
    const auto cni = image.labels.find(kCniLabel);
    if (cni != image.labels.end() && cni->second == "none") host.needs.join_network = true;
  }
  return host;
}

ErrorKind classify_kind_failure(std::string_view kind_stderr) {
  return kind_stderr.find(kKubernetesStarts) == std::string_view::npos ? ErrorKind::kInfrastructure
                                                                       : ErrorKind::kProduct;
}

Result<CreateOutcome> create_kind_cluster(ProcessRunner& processes, const Clock& clock, const Registry& registry,
                                          const CellDescription& cell, const CreateOptions& options,
                                          const CancelToken& cancel) {
  return Creation(processes, clock, registry, cell, options, cancel).run();
}

}  // namespace graduand::cluster
