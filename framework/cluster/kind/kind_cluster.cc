// SPDX-License-Identifier: Apache-2.0
#include "framework/cluster/kind/kind_cluster.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>

#include "framework/base/files.h"
#include "framework/base/processes/run_checked.h"
#include "framework/base/text.h"
#include "framework/cluster/journal/node_journal.h"
#include "framework/cluster/kind/docker.h"
#include "framework/cluster/kind/docker_node_access.h"
#include "framework/cluster/kind/kind_images.h"
#include "framework/cluster/kind/kind_logs.h"
#include "framework/cluster/kind/kind_parts.h"
#include "framework/cluster/transitions/node_components.h"
#include "framework/cluster/transitions/restart.h"
#include "framework/cluster/transitions/set_gates.h"
#include "framework/cluster/transitions/transition_work.h"
#include "framework/cluster/transitions/versions/downgrade.h"
#include "framework/cluster/transitions/versions/swap_kubelet.h"
#include "framework/cluster/transitions/versions/upgrade.h"

namespace graduand::cluster {
namespace {

constexpr milliseconds kDeleteLimit = seconds(120);
constexpr milliseconds kRestoreLimit = seconds(120);
// How long an API server that is asked again and again may be silent until it counts as broken.
constexpr milliseconds kReadyLimit = seconds(15);
constexpr milliseconds kAskAgain{500};
// Below this, nothing that writes can be believed any more.
constexpr std::int64_t kLeastFreeBytes = 100ll << 20;

Health lost(std::string message) {
  return {Health::State::kInfrastructureLost, std::move(message)};
}

std::string describe_stopped(const ContainerState& node) {
  return fmt::format("node {} is {}: exit code {}{}", node.name, node.status, node.exit_code,
                     node.oom_killed ? ", out of memory" : "");
}

Result<catalogue::CellFacts> make_transition(TransitionWork& work) {
  using catalogue::TransitionKind;
  const auto& request = work.request();
  const bool to_version = request.kind != TransitionKind::kSetGates && request.kind != TransitionKind::kRestart;
  if (to_version && (!request.version || request.version->patch < 0)) {
    return fail(ErrorKind::kUsage,
                fmt::format("the transition {} needs a full version such as v1.34.3", to_string(request.kind)));
  }
  switch (request.kind) {
    case TransitionKind::kSetGates:
      return set_gates(work);
    case TransitionKind::kSwapKubelet:
      return swap_kubelet(work);
    case TransitionKind::kUpgrade:
      return upgrade(work);
    case TransitionKind::kDowngrade:
      return downgrade(work);
    case TransitionKind::kRestart:
      return restart(work);
    case TransitionKind::kRestore:
      break;  // restore() is a call of its own
  }
  return fail(ErrorKind::kInternal, "no such transition");
}

}  // namespace

ProcessSpec kind_call(std::vector<std::string> arguments, milliseconds limit) {
  ProcessSpec spec;
  spec.argv = {"kind"};
  spec.argv.insert(spec.argv.end(), std::make_move_iterator(arguments.begin()),
                   std::make_move_iterator(arguments.end()));
  spec.environment["KIND_EXPERIMENTAL_PROVIDER"] = "docker";
  spec.time_limit = limit;
  return spec;
}

KindCluster::KindCluster(ProcessRunner& processes, const Clock& clock, Registry registry, RegistryEntry entry)
    : processes_(processes),
      clock_(clock),
      registry_(std::move(registry)),
      entry_(std::move(entry)),
      nodes_(docker_node_access(processes)) {}

std::filesystem::path KindCluster::kubeconfig() const {
  return entry_.state_dir / "kubeconfig";
}

std::string KindCluster::kube_context() const {
  return "kind-" + entry_.name;
}

Result<std::unique_ptr<kube::Client>> KindCluster::client(milliseconds timeout) const {
  GRADUAND_TRY_ASSIGN(auto config, kube::load_kubeconfig({kubeconfig()}, kube_context()));
  kube::ClientOptions options;
  options.timeout = timeout;
  return kube::Client::create(std::move(config), options);
}

Status KindCluster::ensure_kubeconfig() {
  std::error_code ignored;
  if (fs::exists(kubeconfig(), ignored)) return {};
  GRADUAND_TRY_ASSIGN(
      const std::string text,
      run_checked(processes_, kind_call({"get", "kubeconfig", "--name", entry_.name}, seconds(30)), "asking kind"));
  return write_file_atomically(kubeconfig(), text, 0600);
}

// Whether the nodes are what they were when the cluster became ready; a reason when they are not.
std::optional<std::string> KindCluster::nodes_lost(const CancelToken& cancel) {
  const auto nodes = kind_nodes(processes_, entry_.name, cancel);
  if (!nodes) return "Docker does not say how the nodes are: " + nodes.error().message;
  const auto& instance = entry_.instance;
  const auto left = static_cast<std::size_t>(std::count_if(nodes->begin(), nodes->end(), is_node));
  if (left < instance.cell.nodes.size())
    return fmt::format("{} of the cluster's {} nodes are gone", instance.cell.nodes.size() - left,
                       instance.cell.nodes.size());
  // The load balancer as well: without it no API server can be reached.
  for (const auto& record : instance.nodes) {
    const auto same = [&record](const ContainerState& node) { return node.name == record.name; };
    if (std::none_of(nodes->begin(), nodes->end(), same)) return fmt::format("{} {} is gone", record.role, record.name);
  }
  for (const ContainerState& node : *nodes) {
    if (!node.running) return describe_stopped(node);
    if (instance.ready_after.count() > 0 && node.started > instance.created + instance.ready_after)
      return fmt::format("node {} was stopped from outside, and started again at {}", node.name,
                         format_rfc3339(node.started));
  }
  if (const auto docker = docker_info(processes_, cancel)) {
    const auto free = free_bytes(docker->root_dir);
    if (free && *free < kLeastFreeBytes) return "the disk of Docker's folder " + docker->root_dir + " is full";
  }
  return std::nullopt;
}

Health KindCluster::health(const CancelToken& cancel) {
  if (auto reason = nodes_lost(cancel)) return lost(*std::move(reason));
  const auto api = client(seconds(5));
  if (!api) return {Health::State::kProductBroken, "no client: " + to_string(api.error())};
  const SteadyTime end = clock_.steady_now() + kReadyLimit;
  for (;;) {
    const auto ready = (*api)->raw("GET", "/readyz");
    if (ready) return {};
    // Docker takes seconds to notice that a node was killed, so the nodes are asked as often as the API server.
    if (auto reason = nodes_lost(cancel)) return lost(*std::move(reason));
    if (clock_.steady_now() >= end || cancel.wait_for(kAskAgain)) {
      return {Health::State::kProductBroken,
              "all nodes run, but the API server is not ready: " + kube::to_string(ready.error())};
    }
  }
}

Status KindCluster::restore(const CancelToken& cancel) {
  GRADUAND_TRY_ASSIGN(const auto nodes, kind_nodes(processes_, entry_.name, cancel));
  std::vector<std::string> names;  // control planes first: without an API server nothing else becomes ready
  for (const ContainerState& node : nodes)
    if (is_node(node)) names.push_back(node.name);
  KubeadmComponents components(*nodes_, [this](milliseconds limit) { return client(limit); }, kRestoreLimit, clock_);
  return put_all_back(*nodes_, components, names);
}

results::Transition KindCluster::apply(const catalogue::TransitionRequest& request, const TransitionOptions& options,
                                       const CancelToken& cancel) {
  results::Transition record;
  record.request = request;
  record.started = clock_.now();
  const SteadyTime began = clock_.steady_now();
  const KindParts parts(processes_, *this, clock_);
  TransitionWork work(parts, request, options, cancel);
  auto facts = make_transition(work);
  record.took = std::chrono::round<milliseconds>(clock_.steady_now() - began);
  record.measures = work.measures(record.took);
  if (facts) {
    facts_ = *std::move(facts);
    record.message = work.message();
    return record;
  }
  const ErrorKind kind = facts.error().kind;
  if (kind == ErrorKind::kUsage && !work.going_back()) {
    record.outcome = results::Outcome::kNotRun;
    record.message = to_string(facts.error());
    return record;
  }
  // Nodes that died or Docker that went away excuse the product, whatever it looked like.
  const bool product = kind == ErrorKind::kProduct || kind == ErrorKind::kTimeout;
  const auto killed = product ? nodes_lost(cancel) : std::nullopt;
  record.outcome = product && !killed ? results::Outcome::kFailed : results::Outcome::kInfraError;
  record.message = (killed ? *killed + " (" : "") + to_string(facts.error()) + (killed ? ")" : "");
  const auto logs = options.state_dir / "logs";
  if (Status exported = export_logs(logs); exported) record.message += "; logs are in " + logs.string();
  return record;
}

std::map<std::string, std::string> KindCluster::provide_images(const std::vector<std::string>& images,
                                                               const CancelToken& cancel) {
  return provide_kind_images(processes_, *nodes_, entry_.name, images, cancel);
}

Status KindCluster::export_logs(const std::filesystem::path& folder) {
  const auto api = client(seconds(10));
  return export_kind_logs(processes_, entry_.name, api ? api->get() : nullptr, folder);
}

Status KindCluster::adopt() {
  GRADUAND_TRY_ASSIGN(entry_.owner, mark_of_process(::getpid()));
  entry_.detached = false;
  return save();
}

Status KindCluster::keep() {
  entry_.detached = true;
  return save();
}

// Takes no cancel token: what was made has to be deleted all the more when everything is being stopped.
Status KindCluster::remove() {
  // Without --kubeconfig, kind would edit the user's own file.
  const auto spec =
      kind_call({"delete", "cluster", "--name", entry_.name, "--kubeconfig", kubeconfig().string()}, kDeleteLimit);
  GRADUAND_TRY(run_checked(processes_, spec, "deleting the cluster " + entry_.name));
  return registry_.remove(entry_.name);
}

}  // namespace graduand::cluster
