// SPDX-License-Identifier: Apache-2.0
#include "framework/cluster/transitions/versions/version_change.h"

#include <fmt/format.h>

#include "framework/base/files.h"
#include "framework/base/text.h"
#include "framework/cluster/transitions/component_waits.h"
#include "framework/cluster/transitions/manifest_gates.h"
#include "framework/cluster/transitions/static_pod.h"
#include "framework/cluster/transitions/versions/etcd_snapshot.h"
#include "framework/profile/version_rules.h"

namespace graduand::cluster {
namespace {

using catalogue::CellFacts;
using catalogue::KubeVersion;

constexpr milliseconds kComponentLimit = std::chrono::minutes(2);
constexpr const char* kKubeletConfig = "/var/lib/kubelet/config.yaml";
constexpr const char* kNewKubectl = "/usr/bin/.graduand-kubectl";
constexpr const char* kSettle =
    "set -e; mv -f \"$1\" /usr/bin/kubeadm; mv -f \"$2\" /usr/bin/kubectl; printf %s \"$3\" >\"$4\"";

}  // namespace

VersionChange::VersionChange(TransitionWork& work)
    : work_(work),
      kubelets_(work),
      components_(
          work.nodes(), [&work](milliseconds limit) { return work.parts().client(limit); }, kComponentLimit,
          work.clock()),
      journal_(work.nodes(), components_, to_string(work.request().kind)) {}

Status VersionChange::begin() {
  GRADUAND_TRY(work_.begin());
  leases_.emplace(work_.client());
  const auto running = kube::server_version(work_.client());
  if (!running) return fail(kube::to_error(running.error()));
  GRADUAND_TRY_ASSIGN(from_, KubeVersion::parse(*running));
  return {};
}

Status VersionChange::check() {
  if (!with_kubelets()) {
    for (const std::string& node : work_.node_names()) {
      GRADUAND_TRY_ASSIGN(const std::string text, kubelet_version(work_.client(), node));
      GRADUAND_TRY_ASSIGN(const KubeVersion kubelet, KubeVersion::parse(text));
      if (Status skew = profile::check_kubelet_skew("a kubelet", kubelet, to()); !skew)
        return fail_with_context(std::move(skew).error(), node);
    }
  }
  return check_gates_at_target();
}

// A gate that the other version does not know, or has locked, keeps its components from starting: known before.
Status VersionChange::check_gates_at_target() {
  for (const std::string& node : work_.control_planes()) {
    for (const char* component : {catalogue::kApiServer, catalogue::kControllerManager, catalogue::kScheduler}) {
      GRADUAND_TRY_ASSIGN(const std::string manifest, work_.nodes().read_file(node, manifest_path(component)));
      // Components that emulate a version have that one's gates, whatever they are.
      if (manifest.find("--emulated-version=") != std::string::npos) continue;
      GRADUAND_TRY(profile::check_gates(gates_in_manifest(manifest), component, to()));
    }
  }
  return {};
}

Status VersionChange::fill_nodes() {
  GRADUAND_TRY_ASSIGN(images_, image_->images(work_.cancel()));
  for (const NodePart& node : work_.all_nodes()) {
    const bool control_plane = node.control_plane;
    GRADUAND_TRY(image_->import_images(images_for(images_, control_plane), node.name, work_.cancel()));
    GRADUAND_TRY(image_->copy_program("/usr/bin/kubeadm", node.name, kNewKubeadm, work_.cancel()));
    GRADUAND_TRY(image_->copy_program("/usr/bin/kubectl", node.name, kNewKubectl, work_.cancel()));
  }
  return {};
}

Status VersionChange::enter_changes() {
  const auto enter = [this](NodeChange change) {
    change.evidence = true;
    return journal_.enter(change);
  };
  for (const NodePart& node : work_.all_nodes()) {
    for (const std::string& component : static_pods())
      if (component != kEtcd && node.runs(component))
        GRADUAND_TRY(enter(static_pod_change(node.name, component, std::nullopt)));
    GRADUAND_TRY(enter(file_change(node.name, kKubeletConfig, std::nullopt, catalogue::kKubelet)));
    GRADUAND_TRY(enter(file_change(node.name, kNodeVersionFile, std::nullopt)));
  }
  return {};
}

Status VersionChange::keep() {
  for (const std::string& node : journal_.touched()) GRADUAND_TRY(journal_.keep(node));
  return {};
}

Status VersionChange::prepare() {
  GRADUAND_TRY_ASSIGN(image_,
                      work_.timed(kTimeInImages, [this] { return work_.parts().open_version(to(), work_.cancel()); }));
  work_.progress(fmt::format("copying images and programs of {} to the nodes", to().str()));
  GRADUAND_TRY(work_.timed(kTimeInImages, [this] { return fill_nodes(); }));
  if (with_kubelets()) GRADUAND_TRY(kubelets_.prepare(*image_, work_.node_names()));
  GRADUAND_TRY(work_.timed(kTimeInSnapshot, [this] {
    return save_etcd_snapshot(work_, work_.control_planes().front(),
                              etcd_snapshot_file(work_.options().state_dir, from_.str()));
  }));
  GRADUAND_TRY_ASSIGN(backup_, ControlPlaneBackup::save(work_));
  GRADUAND_TRY(write_file_atomically(etcd_manifest_file(work_.options().state_dir, from_.str()),
                                     backup_->manifest(work_.control_planes().front(), kEtcd)));
  leases_->remember();
  return enter_changes();
}

Result<CellFacts> VersionChange::prove() {
  work_.progress("waiting for the control plane to be " + to().str());
  return work_.timed(kTimeInWaiting, [&]() -> Result<CellFacts> {
    GRADUAND_TRY(wait_for_api_server(work_, to().str(), kComponentLimit));
    for (const std::string& node : work_.control_planes()) {
      for (const std::string& component : static_pods()) {
        GRADUAND_TRY_ASSIGN(const std::string manifest, work_.nodes().read_file(node, manifest_path(component)));
        GRADUAND_TRY_ASSIGN(const std::string image, image_in_manifest(manifest));
        GRADUAND_TRY(wait_for_static_pod(work_, node, component, image, kComponentLimit));
      }
    }
    for (const std::string& component : LeaderLeases::components())
      GRADUAND_TRY(leases_->wait_for_leader(component, work_.control_planes(), kComponentLimit, work_.cancel()));
    work_.progress("waiting for kube-proxy, nodes and CoreDNS");
    GRADUAND_TRY(wait_for_kube_proxy(work_, kComponentLimit));
    GRADUAND_TRY_ASSIGN(const std::string proxy, read_kube_proxy_image(work_.client()));
    if (!proxy.ends_with(":" + to().str()))
      return fail(ErrorKind::kProduct, fmt::format("kube-proxy is {}, not {}", proxy, to().str()));
    return work_.parts().facts_when_ready(work_.client(), work_.cancel());
  });
}

Status VersionChange::settle() {
  for (const std::string& node : work_.node_names()) {
    GRADUAND_TRY(
        work_.on_node(node, {"sh", "-c", kSettle, "sh", kNewKubeadm, kNewKubectl, to().str(), kNodeVersionFile}));
  }
  GRADUAND_TRY(keep());
  return kubelets_.forget();
}

Status VersionChange::put_back() {
  Status first;
  const auto note = [&first](Status status) {
    if (!status && first) first = std::move(status);
  };
  if (undo_) note(undo_());
  if (backup_) note(backup_->put_back(work_));
  note(kubelets_.put_back());
  for (const std::string& node : work_.node_names()) note(work_.on_node(node, {"rm", "-f", kNewKubeadm, kNewKubectl}));
  if (first) note(keep());
  if (!backup_) return first;
  if (const std::string left = backup_->left_behind(work_); !left.empty()) note(fail(ErrorKind::kProduct, left));
  return first;
}

Result<CellFacts> carry_out(TransitionWork& work, VersionChange& change, const std::function<Status()>& steps) {
  Status done = change.prepare();
  if (done) done = steps();
  auto facts = done ? change.prove() : Result<CellFacts>(fail(done.error()));
  if (facts) {
    GRADUAND_TRY(change.settle());
    return facts;
  }
  if (const std::string lost = work.node_lost(); !lost.empty()) {
    facts.error().message += "; nothing is put back: " + lost;
    return facts;
  }
  work.progress("putting everything back");
  work.begin_going_back();
  if (Status undone = change.put_back(); !undone)
    facts.error().message += "; and it could not be put back: " + to_string(undone.error());
  return facts;
}

}  // namespace graduand::cluster
