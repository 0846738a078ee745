// SPDX-License-Identifier: Apache-2.0
#include "framework/cluster/kind/network_joiner.h"

#include "framework/base/files.h"
#include "framework/base/processes/run_checked.h"
#include "framework/cluster/kind/kind_cluster.h"
#include "framework/cluster/kind/kind_network.h"

namespace graduand::cluster {
namespace {

constexpr milliseconds kKubeconfigLimit = seconds(30);
// Workers are being joined by kind meanwhile, one after the other on a slow host.
constexpr milliseconds kNetworkLimit = std::chrono::minutes(6);

// A file that is gone at the end of a scope: it holds a key.
struct ScopedFile {
  const fs::path& path;
  ~ScopedFile() {
    std::error_code ignored;
    fs::remove(path, ignored);
  }
};

}  // namespace

NetworkJoiner::NetworkJoiner(ProcessRunner& processes, NodeAccess& nodes, std::string cluster,
                             const fs::path& state_dir, std::size_t node_count)
    : processes_(processes),
      nodes_(nodes),
      cluster_(std::move(cluster)),
      // Not the cluster's own file: kind writes that one when it is done.
      kubeconfig_(state_dir / "kubeconfig.joining"),
      node_count_(node_count) {}

NetworkJoiner::~NetworkJoiner() {
  give_up_.cancel();
  if (joined_.valid()) joined_.wait();
}

void NetworkJoiner::start() {
  if (joined_.valid()) return;
  joined_ = std::async(std::launch::async, [this] { return join(give_up_.token()); });
}

Status NetworkJoiner::finish(const CancelToken& cancel) {
  start();
  // The thread hears its own source only, so that it can be given up without the whole run being cancelled.
  constexpr milliseconds kLook{100};
  while (joined_.wait_for(std::chrono::milliseconds(0)) != std::future_status::ready) {
    if (!cancel.wait_for(kLook)) continue;
    give_up_.cancel();
    break;  // a cancelled token has nothing to wait for any more; the thread's end has
  }
  return joined_.get();
}

Status NetworkJoiner::join(const CancelToken& cancel) const {
  const ScopedFile scoped{kubeconfig_};
  const auto spec = kind_call({"get", "kubeconfig", "--name", cluster_}, kKubeconfigLimit);
  GRADUAND_TRY_ASSIGN(const std::string text, run_checked(processes_, spec, "asking kind for the kubeconfig",
                                                          ErrorKind::kInfrastructure, cancel));
  GRADUAND_TRY(write_file_atomically(kubeconfig_, text, 0600));
  GRADUAND_TRY_ASSIGN(auto config, kube::load_kubeconfig({kubeconfig_}));
  GRADUAND_TRY_ASSIGN(auto client, kube::Client::create(std::move(config)));
  return join_network(*client, nodes_, node_count_, kNetworkLimit, cancel);
}

}  // namespace graduand::cluster
