// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "framework/base/cancel.h"
#include "framework/base/clock.h"
#include "framework/base/processes/process.h"
#include "framework/catalogue/cell.h"
#include "framework/catalogue/provider_capabilities.h"
#include "framework/cluster/node_access.h"
#include "framework/results/records.h"

namespace graduand::cluster {

// How a cluster is, asked when an attempt did not end well.
struct Health {
  enum class State {
    kHealthy,
    kInfrastructureLost,  // node container gone or killed from outside, Docker stopped, disk full: not the product
    kProductBroken,       // the nodes run and the API does not answer: evidence against the feature
  };
  State state = State::kHealthy;
  std::string message;
};

struct TransitionOptions {
  std::filesystem::path state_dir;  // where logs go when it fails, and a snapshot of etcd: the run's clusters/<cell>
  std::function<void(const std::string& step)> on_progress{};  // "waiting for the leader leases", ...
};

// One running cluster. Not thread-safe. Destruction does not delete it.
class Cluster {
 public:
  virtual ~Cluster() = default;
  virtual const results::ClusterInstance& instance() const = 0;
  virtual std::filesystem::path kubeconfig() const = 0;  // mode 0600; empty without a cluster
  virtual std::string kube_context() const = 0;
  virtual NodeAccess* node_access() = 0;  // nullptr when there is none
  virtual Health health(const CancelToken& cancel = {}) = 0;
  // Puts back what a disruptive case that did not end regularly left changed (see gate_flip.h), and waits until the
  // cluster is as its instance record says. An error means that the instance must not be used any more.
  virtual Status restore(const CancelToken& cancel = {}) = 0;
  // Changes the running cluster as asked, and waits for what proves it; then facts() are as read back anew. The record
  // lacks only ids and phases. Its outcome: passed; failed when the product did not do what it should (then what was
  // before is put back, and the message ends with the component's own last words); infra-error when the cause is
  // outside (node killed, image missing, disk full, cancelled) or the provider cannot change clusters; not-run when the
  // request does not fit the cluster (version, node or gate), which then was not touched.
  virtual results::Transition apply(const catalogue::TransitionRequest& request, const TransitionOptions& options,
                                    const CancelToken& cancel = {});
  // What holds now; instance().facts is what held when it was created.
  virtual const catalogue::CellFacts& facts() const { return instance().facts; }
  // Makes sure that every node has these container images. For each image that some node cannot have, the reason, which
  // names the image, the node and what to do; an empty map when all are there. A provider that does not know its nodes
  // promises nothing, and gives an empty map: the nodes pull by themselves. May take minutes.
  virtual std::map<std::string, std::string> provide_images(const std::vector<std::string>& images,
                                                            const CancelToken& cancel = {});
  // Everything into `folder`: kind's export, kube-system logs, events, node states. Works on a half-made cluster, and
  // after cancellation; bounded to two minutes.
  virtual Status export_logs(const std::filesystem::path& folder) = 0;
  // A resumed run goes on with the cluster that its killed process left: it belongs to this process from now on.
  virtual Status adopt() { return {}; }
  // The cluster is to outlive its run (--keep-cluster): it is no orphan from now on.
  virtual Status keep() = 0;
  // Deletes what create() created, and nothing else. Idempotent. On an existing cluster: the namespaces of this run.
  virtual Status remove() = 0;
};

struct CreateOptions {
  std::string run_id;  // labels what is created, so that orphans can be found
  std::string instance_id;
  std::filesystem::path state_dir;  // the run directory's clusters/<cell>: kubeconfig, kind config, logs
  bool retain_on_failure = false;
  bool detached = false;  // outlives its process on purpose (`cluster create`): never an orphan
  std::function<void(const std::string& step)> on_progress{};  // "creating nodes", "waiting for CoreDNS", ...
};

// What create() gives: the cluster when it is ready and verified; or none, and an instance record with outcome
// infra-error or failed and the reason. Either way the record is complete, and logs have been exported on failure.
struct CreateOutcome {
  std::unique_ptr<Cluster> cluster;
  results::ClusterInstance instance;
};

struct ClusterListing {
  std::string name;
  std::string run_id;
  std::string cell;  // display name
  Timestamp created{};
  bool orphan = false;  // its run's process is gone
  int nodes = 0;
  std::string provider = catalogue::kDefaultProvider;
};

class Provider {
 public:
  virtual ~Provider() = default;
  virtual std::string name() const = 0;
  // What can be told before creating: gates (check_cell), Docker there, image present. In seconds, but for an image
  // that has to be pulled.
  virtual Status preflight(const catalogue::CellDescription& cell, const CancelToken& cancel = {}) = 0;
  // Result's error only on cancellation (what was made is deleted again).
  virtual Result<CreateOutcome> create(const catalogue::CellDescription& cell, const CreateOptions& options,
                                       const CancelToken& cancel) = 0;
  // Clusters of ours on this host, whoever made them.
  virtual Result<std::vector<ClusterListing>> list() = 0;
  // Opens a running cluster of ours by name (for logs, delete, kubeconfig, node access); kNotFound otherwise.
  virtual Result<std::unique_ptr<Cluster>> open(const std::string& name) = 0;
};

}  // namespace graduand::cluster
