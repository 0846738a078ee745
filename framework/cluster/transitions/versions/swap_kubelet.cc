// SPDX-License-Identifier: Apache-2.0
#include "framework/cluster/transitions/versions/swap_kubelet.h"

#include <fmt/format.h>

#include <algorithm>

#include "framework/base/processes/run_checked.h"
#include "framework/base/text.h"
#include "framework/cluster/transitions/component_waits.h"
#include "framework/profile/version_rules.h"

namespace graduand::cluster {
namespace {

using catalogue::CellFacts;
using catalogue::KubeVersion;

constexpr milliseconds kNodeLimit = seconds(60);
constexpr milliseconds kReadyLimit = seconds(90);
constexpr const char* kProgram = "/usr/bin/kubelet";
constexpr const char* kNew = "/usr/bin/.graduand-kubelet-new";
constexpr const char* kOld = "/usr/bin/.graduand-kubelet-old";
constexpr const char* kFlags = "/var/lib/kubelet/kubeadm-flags.env";
constexpr const char* kStaging = "/var/lib/graduand/staging";  // on the file system of /var/lib/kubelet
constexpr std::string_view kArguments = "KUBELET_KUBEADM_ARGS=\"";
// More flags than kubeadm has ever written.
constexpr int kMostFlags = 20;

// The old program is a second name of the same file until the rename takes its own.
constexpr const char* kInstall = "set -e; ln -f \"$1\" \"$3\"; mv -f \"$2\" \"$1\"; systemctl restart kubelet";
// Healthy, or ended so often that it will not be: a kubelet that refuses its flags or configuration does so at once,
// and systemd starts it again every second. On a control plane it must then have taken up its static pods: a kubelet of
// another minor gives them other UIDs, and two seconds later it replaces them all, the API server among them. It says
// so by its metrics. A shell has nothing to wait on for any of it.
constexpr const char* kAwait = R"sh(
restarts() { systemctl show --property NRestarts --value kubelet; }
before=$(restarts) tries=600
until curl --silent --fail --max-time 2 http://127.0.0.1:10248/healthz >/dev/null; do
  if [ "$(restarts)" -ge "$((before + 4))" ]; then echo "the kubelet ends each time that it is started" >&2; exit 4; fi
  tries=$((tries - 1))
  if [ "$tries" -eq 0 ]; then echo "the kubelet does not become healthy" >&2; exit 5; fi
  sleep 0.1
done
admin=/etc/kubernetes/admin.conf end=$(($(date +%s) + 20))
settled() {
  pods=$(kubectl --kubeconfig "$admin" --request-timeout 5s --server https://127.0.0.1:10250 --insecure-skip-tls-verify \
    get --raw /metrics 2>/dev/null | grep '^kubelet_[a-z]*_pods{' | grep -v ' 0$')
  case $pods in *'kubelet_desired_pods{static="true"}'*) ;; *) return 1 ;; esac
  case $pods in *'config="orphan"'* | *'config="runtime_only"'*) return 1 ;; esac
}
if [ -f "$admin" ]; then
  until settled || [ "$(date +%s)" -ge "$end" ]; do sleep 0.2; done
fi
exit 0
)sh";
constexpr const char* kPutBack =
    "set -e; if test -e \"$2\"; then mv -f \"$2\" \"$1\"; fi; systemctl reset-failed kubelet; systemctl restart "
    "kubelet";

// From the argument list's first byte to the closing quote; empty when there is none.
std::string_view argument_text(std::string_view flags_env) {
  const std::size_t begin = flags_env.find(kArguments);
  if (begin == std::string_view::npos) return {};
  const std::string_view rest = flags_env.substr(begin + kArguments.size());
  return rest.substr(0, rest.find('"'));
}

}  // namespace

std::string unknown_flag(std::string_view said) {
  constexpr std::string_view kSign = "unknown flag: --";
  const std::size_t found = said.find(kSign);
  if (found == std::string_view::npos) return "";
  const std::string_view rest = said.substr(found + kSign.size());
  return std::string(rest.substr(0, rest.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-")));
}

std::vector<std::string> arguments_in(std::string_view flags_env) {
  auto arguments = split(argument_text(flags_env), ' ');
  std::erase(arguments, "");
  return arguments;
}

std::string without_flag(std::string_view flags_env, std::string_view flag) {
  auto arguments = arguments_in(flags_env);
  const std::string name = "--" + std::string(flag);
  std::erase_if(arguments, [&name](const std::string& one) { return one == name || starts_with(one, name + "="); });
  const std::string_view text = argument_text(flags_env);
  if (text.empty()) return std::string(flags_env);
  const auto begin = static_cast<std::size_t>(text.data() - flags_env.data());
  return std::string(flags_env).replace(begin, text.size(), join(arguments, " "));
}

Result<std::string> kubelet_version(kube::Client& client, const std::string& node) {
  const auto object = client.get(kube::resources::kNodes, "", node);
  if (!object) return fail(kube::to_error(object.error()));
  return string_at(*object, "status.nodeInfo.kubeletVersion");
}

KubeletSwap::KubeletSwap(TransitionWork& work)
    : work_(work),
      components_(
          work.nodes(), [&work](milliseconds limit) { return work.parts().client(limit); }, kReadyLimit, work.clock()),
      journal_(work.nodes(), components_, std::string("kubelet of ") + to_string(work.request().kind)) {}

Status KubeletSwap::prepare(const VersionSource& image, const std::vector<std::string>& nodes) {
  version_ = image.version().str();
  for (const std::string& name : nodes) {
    GRADUAND_TRY_ASSIGN(std::string before, kubelet_version(work_.client(), name));
    if (before != version_) nodes_.push_back({name, std::move(before), std::nullopt, "", false});
  }
  if (nodes_.empty()) return {};
  work_.progress(fmt::format("copying the kubelet {} to {}", version_,
                             nodes_.size() == 1 ? nodes_.front().name : fmt::format("{} nodes", nodes_.size())));
  return work_.timed(kTimeInImages, [&]() -> Status {
    for (Node& node : nodes_) GRADUAND_TRY(prepare_node(image, node));
    return {};
  });
}

Status KubeletSwap::prepare_node(const VersionSource& image, Node& node) const {
  GRADUAND_TRY(image.copy_program(kProgram, node.name, kNew, work_.cancel()));
  GRADUAND_TRY_ASSIGN(const ProcessResult said, work_.nodes().run(node.name, {kNew, "--version"}, kNodeLimit));
  if (trim(said.stdout_text) != "Kubernetes " + version_) {
    return fail(ErrorKind::kInfrastructure,
                fmt::format("the kubelet of the node image says '{}', not {}",
                            last_lines(said.stdout_text + said.stderr_text, 1), version_),
                node.name);
  }
  return {};
}

// A kubelet reads its flags before it answers --version, and names the first one that it does not know.
Status KubeletSwap::fit_flags(Node& node) const {
  const auto present = work_.nodes().read_file(node.name, kFlags);
  if (!present && present.error().kind == ErrorKind::kNotFound) return {};
  if (!present) return fail(present.error());
  node.flags_after = *present;
  for (int tries = 0; tries < kMostFlags; ++tries) {
    std::vector<std::string> argv = {kNew};
    for (std::string& argument : arguments_in(node.flags_after)) argv.push_back(std::move(argument));
    argv.emplace_back("--version");
    GRADUAND_TRY_ASSIGN(const ProcessResult said, work_.nodes().run(node.name, argv, kNodeLimit));
    const std::string flag = unknown_flag(said.stderr_text + said.stdout_text);
    // Whatever else it has against its flags it will say again, when it is started.
    if (said.ok() || flag.empty()) break;
    node.flags_after = without_flag(node.flags_after, flag);
  }
  if (node.flags_after != *present) node.flags_before = *present;
  return {};
}

Status KubeletSwap::install_node(Node& node) {
  GRADUAND_TRY(fit_flags(node));
  const auto enter = [&](const char* path) {
    NodeChange change = file_change(node.name, path, std::nullopt, catalogue::kKubelet);
    change.evidence = true;
    return work_.timed(kTimeInImages, [&] { return journal_.enter(change); });
  };
  if (node.flags_before) GRADUAND_TRY(enter(kFlags));
  GRADUAND_TRY(enter(kProgram));
  node.installed = true;
  if (node.flags_before) GRADUAND_TRY(work_.nodes().write_file(node.name, kFlags, node.flags_after, kStaging));
  return work_.on_node(node.name, {"sh", "-c", kInstall, "sh", kProgram, kNew, kOld});
}

Status KubeletSwap::install() {
  if (nodes_.empty()) return {};
  work_.progress("restarting kubelets as " + version_);
  for (Node& node : nodes_) GRADUAND_TRY(install_node(node));
  return work_.timed(kTimeInWaiting, [&]() -> Status {
    for (const Node& node : nodes_) GRADUAND_TRY(await_node(node.name, version_));
    return {};
  });
}

Status KubeletSwap::await_node(const std::string& node, const std::string& version) const {
  GRADUAND_TRY_ASSIGN(const ProcessResult healthy,
                      work_.nodes().run(node, {"sh", "-c", kAwait}, kReadyLimit, {}, work_.cancel()));
  if (healthy.ok()) {
    // One that has just begun forbids everything.
    GRADUAND_TRY(wait_for_api_server(work_, "", kReadyLimit));
    return wait_for_kubelet(work_, node, version, kReadyLimit);
  }
  Status status = work_.not_so(
      fmt::format("the kubelet {}: {}", version, healthy.cancelled ? "cancelled" : last_lines(healthy.stderr_text, 1)));
  status.error().where = node;
  return fail(with_last_words(work_.nodes(), status.error(), node, catalogue::kKubelet));
}

Status KubeletSwap::put_back() {
  Status first;
  const auto note = [&first](Status status) {
    if (!status && first) first = std::move(status);
  };
  for (const Node& node : nodes_) {
    if (!node.installed) continue;
    if (node.flags_before) note(work_.nodes().write_file(node.name, kFlags, *node.flags_before, kStaging));
    note(work_.on_node(node.name, {"sh", "-c", kPutBack, "sh", kProgram, kOld}));
  }
  for (const Node& node : nodes_)
    if (node.installed) note(await_node(node.name, node.version_before));
  note(remove_copies());
  if (first)
    for (const std::string& node : journal_.touched()) note(journal_.keep(node));
  return first;
}

Status KubeletSwap::forget() {
  for (const std::string& node : journal_.touched()) GRADUAND_TRY(journal_.keep(node));
  return remove_copies();
}

Status KubeletSwap::remove_copies() const {
  Status first;
  for (const Node& node : nodes_)
    if (Status removed = work_.on_node(node.name, {"rm", "-f", kNew, kOld}); !removed && first)
      first = std::move(removed);
  return first;
}

Result<CellFacts> swap_kubelet(TransitionWork& work) {
  GRADUAND_TRY(work.begin());
  const KubeVersion& version = *work.request().version;
  const auto server = kube::server_version(work.client());
  if (!server) return fail(kube::to_error(server.error()));
  GRADUAND_TRY_ASSIGN(const KubeVersion server_version, KubeVersion::parse(*server));
  GRADUAND_TRY(profile::check_kubelet_skew("a kubelet", version, server_version));
  KubeletSwap swap(work);
  GRADUAND_TRY_ASSIGN(const auto image,
                      work.timed(kTimeInImages, [&] { return work.parts().open_version(version, work.cancel()); }));
  Status done = swap.prepare(*image, work.chosen_nodes());
  if (done) done = swap.install();
  auto facts = done ? Result<CellFacts>(CellFacts{}) : Result<CellFacts>(fail(done.error()));
  if (done) {
    work.progress("reading the effective gates back");
    facts = work.timed(kTimeInWaiting, [&] { return work.parts().facts_when_ready(work.client(), work.cancel()); });
  }
  if (facts) {
    GRADUAND_TRY(swap.forget());
    work.note("the kubelet is that of " + image->source());
    return facts;
  }
  if (const std::string lost = work.node_lost(); !lost.empty()) {
    facts.error().message += "; nothing is put back: " + lost;
    return facts;
  }
  work.progress("putting the kubelets back");
  work.begin_going_back();
  if (Status undone = swap.put_back(); !undone)
    facts.error().message += "; and it could not be put back: " + to_string(undone.error());
  return facts;
}

}  // namespace graduand::cluster
