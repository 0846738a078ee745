// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "framework/base/files.h"
#include "framework/base/text.h"
#include "framework/cluster/providers/providers.h"
#include "framework/cluster/readback.h"
#include "framework/kube/wait.h"
#include "framework/profile/profile.h"

namespace graduand::cluster {
namespace {

using catalogue::CellDescription;
using results::Outcome;

constexpr const char* kRunLabel = "graduand.io/run";
constexpr milliseconds kReadbackLimit = seconds(20);
constexpr milliseconds kReadyLimit = seconds(15);
constexpr milliseconds kAskAgain{500};
constexpr milliseconds kNamespacesLimit = std::chrono::minutes(2);

Result<std::unique_ptr<kube::Client>> connect(const profile::Profile& profile) {
  const auto paths = profile.kubeconfig.empty() ? kube::default_kubeconfig_paths()
                                                : std::vector<std::filesystem::path>{profile.kubeconfig};
  GRADUAND_TRY_ASSIGN(auto config, kube::load_kubeconfig(paths, profile.context));
  kube::ClientOptions options;
  options.timeout = seconds(10);
  return kube::Client::create(std::move(config), options);
}

constexpr const char* kKubeconfig = "kubeconfig";

// What suites are told: one file, with nothing but the cluster, user and context that were chosen. $KUBECONFIG may list
// several, each relative to where we were started, and what takes a file only (Ginkgo's --kubeconfig) would go by the
// current-context. It has somebody else's secrets, so it is not kept with the run, whose folder may be published.
Result<TempDir> write_kubeconfig(const kube::ClusterConfig& config) {
  GRADUAND_TRY_ASSIGN(auto folder, TempDir::create("kubeconfig"));
  GRADUAND_TRY(write_file_atomically(folder.path() / kKubeconfig, kube::kubeconfig_text(config), 0600));
  return folder;
}

class ExistingCluster final : public Cluster {
 public:
  ExistingCluster(const Clock& clock, std::unique_ptr<kube::Client> client, TempDir kubeconfig,
                  results::ClusterInstance instance)
      : clock_(clock), client_(std::move(client)), kubeconfig_(std::move(kubeconfig)), instance_(std::move(instance)) {}

  const results::ClusterInstance& instance() const override { return instance_; }
  std::filesystem::path kubeconfig() const override { return kubeconfig_.path() / kKubeconfig; }
  std::string kube_context() const override { return client_->config().context; }
  NodeAccess* node_access() override { return nullptr; }

  // What stands behind a cluster of somebody else's cannot be seen: an API that cannot be reached is infrastructure,
  // one that answers "not ready" is not.
  Health health(const CancelToken& cancel) override {
    const SteadyTime end = clock_.steady_now() + kReadyLimit;
    for (;;) {
      const auto ready = client_->raw("GET", "/readyz");
      if (ready) return {};
      if (clock_.steady_now() < end && !cancel.wait_for(kAskAgain)) continue;
      return {ready.error().from_server() ? Health::State::kProductBroken : Health::State::kInfrastructureLost,
              "the API server is not ready: " + kube::to_string(ready.error())};
    }
  }

  // Nothing of it can have been changed: there is no node access.
  Status restore(const CancelToken&) override { return {}; }

  Status export_logs(const std::filesystem::path& folder) override {
    kube::ListOptions ours;
    ours.label_selector = kRunLabel + ("=" + instance_.run_id);
    for (const auto& [resource, file, options] :
         {std::tuple(&kube::resources::kNodes, "nodes.json", kube::ListOptions{}),
          std::tuple(&kube::resources::kEvents, "events.json", kube::ListOptions{}),
          std::tuple(&kube::resources::kNamespaces, "namespaces.json", ours)}) {
      const auto list = client_->list(*resource, "", options);
      if (!list) return fail(kube::to_error(list.error()));
      json::array items(list->items.begin(), list->items.end());
      GRADUAND_TRY(write_file_atomically(folder / file, pretty_json(json::object{{"items", std::move(items)}})));
    }
    return {};
  }

  Status keep() override { return {}; }  // it stays in any case

  Status remove() override {
    kube::ListOptions ours;
    ours.label_selector = kRunLabel + ("=" + instance_.run_id);
    const auto namespaces = client_->list(kube::resources::kNamespaces, "", ours);
    if (!namespaces) return fail(kube::to_error(namespaces.error()));
    for (const json::value& one : namespaces->items) {
      const auto removed = client_->remove(kube::resources::kNamespaces, "", kube::name_of(one));
      if (!removed && !removed.error().not_found() && !removed.error().conflict())
        return fail(kube::to_error(removed.error()));
    }
    const auto gone = kube::wait_for_set(
        *client_, kube::resources::kNamespaces, "", ours, "to be deleted",
        [](const std::vector<json::value>& left) { return left.empty(); }, kNamespacesLimit);
    if (gone) return {};
    std::vector<std::string> names;
    for (const json::value& one : gone.objects) names.push_back(kube::name_of(one));
    return fail(ErrorKind::kInfrastructure,
                fmt::format("namespaces of this run are left: {}; {}", join(names, ", "), gone.message));
  }

 private:
  const Clock& clock_;
  std::unique_ptr<kube::Client> client_;
  TempDir kubeconfig_;
  results::ClusterInstance instance_;
};

class ExistingProvider final : public Provider {
 public:
  ExistingProvider(const profile::Profile& profile, const Clock& clock) : profile_(profile), clock_(clock) {}

  std::string name() const override { return "existing"; }

  Status preflight(const CellDescription& cell, const CancelToken&) override {
    GRADUAND_TRY(profile::check_cell(cell));
    GRADUAND_TRY(connect(profile_));
    return {};
  }

  Result<CreateOutcome> create(const CellDescription& cell, const CreateOptions& options,
                               const CancelToken& cancel) override {
    results::ClusterInstance instance;
    instance.id = options.instance_id;
    instance.run_id = options.run_id;
    instance.cell = cell;
    instance.provider = name();
    instance.created = clock_.now();
    instance.outcome = Outcome::kInfraError;
    const SteadyTime began = clock_.steady_now();
    auto client = connect(profile_);
    Status known = client ? look(**client, instance, cancel) : fail(client.error());
    auto kubeconfig = known ? write_kubeconfig((*client)->config()) : Result<TempDir>(fail(known.error()));
    if (!kubeconfig) known = fail(kubeconfig.error());
    if (!known && (known.error().kind == ErrorKind::kCancelled || cancel.cancelled())) return fail(known.error());
    instance.ready_after = std::chrono::round<milliseconds>(clock_.steady_now() - began);
    if (!known) {
      instance.message = to_string(known.error());
      return CreateOutcome{nullptr, std::move(instance)};
    }
    instance.outcome = Outcome::kPassed;
    CreateOutcome outcome;
    outcome.instance = instance;
    outcome.cluster =
        std::make_unique<ExistingCluster>(clock_, *std::move(client), *std::move(kubeconfig), std::move(instance));
    return outcome;
  }

  Result<std::vector<ClusterListing>> list() override { return std::vector<ClusterListing>(); }
  Result<std::unique_ptr<Cluster>> open(const std::string& cluster) override {
    return fail(ErrorKind::kNotFound, "no cluster of ours is named '" + cluster + "': provider existing makes none");
  }

 private:
  // What the cluster is, and whether that is what the cell asks for.
  static Status look(kube::Client& client, results::ClusterInstance& instance, const CancelToken& cancel) {
    instance.cluster_name = client.config().context;
    const auto nodes = client.list(kube::resources::kNodes, "");
    if (!nodes) return fail(kube::to_error(nodes.error()));
    ReadbackTarget target;
    target.client = &client;
    target.limit = kReadbackLimit;
    for (const json::value& node : nodes->items) {
      const bool control_plane =
          find_path(node, {"metadata", "labels", "node-role.kubernetes.io/control-plane"}) != nullptr;
      target.node_names.push_back(kube::name_of(node));
      instance.nodes.push_back({kube::name_of(node), control_plane ? "control-plane" : "worker", "", "", "existing",
                                string_at(node, "status.nodeInfo.kubeletVersion")});
    }
    GRADUAND_TRY_ASSIGN(instance.facts, read_back(target, cancel));
    const auto wrong = differences(instance.cell, instance.facts);
    if (wrong.empty()) return {};
    return fail(ErrorKind::kInfrastructure, "the cluster is not what the cell asks for: " + join(wrong, "; "));
  }

  const profile::Profile& profile_;
  const Clock& clock_;
};

}  // namespace

std::unique_ptr<Provider> make_existing_provider(const profile::Profile& profile, const Clock& clock) {
  return std::make_unique<ExistingProvider>(profile, clock);
}

}  // namespace graduand::cluster
