// SPDX-License-Identifier: Apache-2.0
#include "framework/cluster/transitions/versions/downgrade.h"

#include <fmt/format.h>

#include "framework/base/files.h"
#include "framework/base/text.h"
#include "framework/cluster/transitions/component_waits.h"
#include "framework/cluster/transitions/manifest_gates.h"
#include "framework/cluster/transitions/static_pod.h"
#include "framework/cluster/transitions/versions/etcd_snapshot.h"
#include "framework/cluster/transitions/versions/kubeadm_config.h"
#include "framework/cluster/transitions/versions/version_change.h"
#include "framework/profile/version_rules.h"

namespace graduand::cluster {
namespace {

constexpr milliseconds kComponentLimit = std::chrono::minutes(2);

std::string with_tag(const std::string& image, const std::string& tag) {
  return image.substr(0, image.rfind(':')) + ":" + tag;
}

class Downgrade {
 public:
  explicit Downgrade(TransitionWork& work) : work_(work), change_(work) {}

  Result<catalogue::CellFacts> run() {
    GRADUAND_TRY(change_.begin());
    GRADUAND_TRY(profile::check_downgrade(change_.from(), change_.to()));
    GRADUAND_TRY(change_.check());
    if (work_.request().restore_etcd) GRADUAND_TRY(find_snapshot());
    auto facts = carry_out(work_, change_, [this] { return steps(); });
    if (facts) work_.note(which_way() + "; programs and images are those of " + change_.source());
    return facts;
  }

 private:
  Status find_snapshot() {
    if (work_.control_planes().size() != 1)
      return fail(ErrorKind::kUsage, "etcd's data can be restored on clusters with one control plane only");
    const std::string to = change_.to().str();
    snapshot_ = etcd_snapshot_file(work_.options().state_dir, to);
    const auto manifest = read_file(etcd_manifest_file(work_.options().state_dir, to));
    std::error_code ignored;
    if (!manifest || !fs::exists(snapshot_, ignored)) {
      return fail(ErrorKind::kUsage, "there is no snapshot of etcd from before the upgrade", snapshot_.string(),
                  "an upgrade saves one to the same folder");
    }
    etcd_manifest_ = *manifest;
    GRADUAND_TRY_ASSIGN(etcd_image_, image_in_manifest(etcd_manifest_));
    return {};
  }

  std::string which_way() const {
    if (work_.request().restore_etcd) {
      return fmt::format("etcd was restored from the snapshot {}; its data of before is in {} on the node",
                         snapshot_.string(), kEtcdDataBefore);
    }
    const auto etcd = image_in_manifest(change_.backup().manifest(work_.control_planes().front(), kEtcd));
    return fmt::format(
        "the components went back by their images, which Kubernetes does not support; etcd stayed as {}, "
        "with its data",
        etcd.value_or("it was"));
  }

  Status steps() {
    if (work_.request().restore_etcd)
      GRADUAND_TRY(can_restore_etcd_snapshot(work_, work_.control_planes().front(), etcd_image_));
    if (change_.with_kubelets()) GRADUAND_TRY(change_.kubelets().install());
    GRADUAND_TRY(swap_kube_proxy());
    GRADUAND_TRY(stop_controllers());
    for (const std::string& node : work_.control_planes()) GRADUAND_TRY(swap_api_server(node));
    GRADUAND_TRY(start_controllers());
    if (work_.request().restore_etcd) GRADUAND_TRY(restart_kubelets());
    const std::string& before = change_.backup().cluster_configuration();
    return write_cluster_configuration(work_.client(), cluster_configuration_with_version(before, change_.to().str()));
  }

  Status swap_kube_proxy() {
    work_.progress("rolling kube-proxy out");
    GRADUAND_TRY_ASSIGN(const std::string image, read_kube_proxy_image(work_.client()));
    GRADUAND_TRY(write_kube_proxy_image(work_.client(), with_tag(image, change_.to().str())));
    return work_.timed(kTimeInWaiting, [&] { return wait_for_kube_proxy(work_, kComponentLimit); });
  }

  // Controller manager and scheduler, wherever they run.
  Status for_controllers(const std::function<Status(const std::string& node, const std::string& component)>& what) {
    return work_.timed(kTimeInWaiting, [&] {
      return TransitionWork::each(work_.control_planes(), [&](const std::string& node) {
        return TransitionWork::each(LeaderLeases::components(),
                                    [&](const std::string& component) { return what(node, component); });
      });
    });
  }

  // They must not be newer than their API server. And the kubelet tells of a static pod that it started while there was
  // no API server a minute later only: so they are started when there is one.
  Status stop_controllers() {
    work_.progress("stopping the controller manager and the scheduler");
    return for_controllers([this](const std::string& node, const std::string& component) {
      return take_static_pod_away(work_.nodes(), node, component);
    });
  }
  Status start_controllers() {
    work_.progress("starting them as " + change_.to().str());
    return for_controllers([this](const std::string& node, const std::string& component) -> Status {
      GRADUAND_TRY_ASSIGN(const std::string manifest, manifest_of_version(node, component));
      change_.leases().release(node, component);
      return put_static_pod(work_.nodes(), node, component, manifest);
    });
  }

  Status swap_api_server(const std::string& node) {
    work_.progress("replacing the API server on " + node);
    GRADUAND_TRY_ASSIGN(const std::string manifest, manifest_of_version(node, catalogue::kApiServer));
    return work_.timed(kTimeInWaiting, [&]() -> Status {
      GRADUAND_TRY(take_static_pod_away(work_.nodes(), node, catalogue::kApiServer));
      if (work_.request().restore_etcd) GRADUAND_TRY(restore_etcd(node));
      GRADUAND_TRY(put_static_pod(work_.nodes(), node, catalogue::kApiServer, manifest));
      if (Status ready = wait_for_api_server(work_, change_.to().str(), kComponentLimit); !ready)
        return fail(with_last_words(work_.nodes(), ready.error(), node, catalogue::kApiServer));
      return {};
    });
  }

  // A manifest that is new to the kubelet is started at once (manifest_gates.h).
  Result<std::string> marked(const std::string& manifest) const {
    return marked_manifest(manifest, format_rfc3339(work_.clock().now()));
  }
  Result<std::string> manifest_of_version(const std::string& node, const std::string& component) const {
    const std::string& before = change_.backup().manifest(node, component);
    GRADUAND_TRY_ASSIGN(const std::string image, image_in_manifest(before));
    GRADUAND_TRY_ASSIGN(const std::string after, manifest_with_image(before, with_tag(image, change_.to().str())));
    return marked(after);
  }

  Status restore_etcd(const std::string& node) {
    GRADUAND_TRY(take_static_pod_away(work_.nodes(), node, kEtcd));
    change_.undo_first([this, node] { return undo_restore(node); });
    GRADUAND_TRY(restore_etcd_snapshot(work_, node, snapshot_, etcd_image_, etcd_manifest_));
    GRADUAND_TRY_ASSIGN(const std::string manifest, marked(etcd_manifest_));
    return put_static_pod(work_.nodes(), node, kEtcd, manifest);
  }

  Status undo_restore(const std::string& node) {
    GRADUAND_TRY(take_static_pod_away(work_.nodes(), node, catalogue::kApiServer));
    GRADUAND_TRY(take_static_pod_away(work_.nodes(), node, kEtcd));
    GRADUAND_TRY(bring_back_etcd_data(work_, node));
    for (const char* component : {kEtcd, catalogue::kApiServer})
      GRADUAND_TRY(put_static_pod(work_.nodes(), node, component, change_.backup().manifest(node, component)));
    GRADUAND_TRY(wait_for_api_server(work_, "", kComponentLimit));
    return restart_kubelets();
  }

  // What watches the API must not rely on what it knows of other data; Kubernetes says so of restoring etcd.
  Status restart_kubelets() {
    return TransitionWork::each(work_.node_names(), [this](const std::string& node) {
      return work_.on_node(node, {"systemctl", "restart", "kubelet"});
    });
  }

  TransitionWork& work_;
  VersionChange change_;
  std::filesystem::path snapshot_;  // to be restored
  std::string etcd_manifest_;       // with which that was written
  std::string etcd_image_;          // by that
};

}  // namespace

Result<catalogue::CellFacts> downgrade(TransitionWork& work) {
  return Downgrade(work).run();
}

}  // namespace graduand::cluster
