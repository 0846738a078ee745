// SPDX-License-Identifier: Apache-2.0
#include "framework/cluster/transitions/versions/upgrade.h"

#include <fmt/format.h>

#include "framework/base/files.h"
#include "framework/base/processes/run_checked.h"
#include "framework/base/text.h"
#include "framework/cluster/transitions/component_waits.h"
#include "framework/cluster/transitions/manifest_gates.h"
#include "framework/cluster/transitions/versions/kubeadm_config.h"
#include "framework/cluster/transitions/versions/version_change.h"
#include "framework/profile/version_rules.h"

namespace graduand::cluster {
namespace {

using catalogue::GateMap;

// kubeadm gives a component five minutes before it puts the old one back.
constexpr milliseconds kKubeadmLimit = std::chrono::minutes(15);
constexpr const char* kKubeletConfig = "/var/lib/kubelet/config.yaml";
constexpr const char* kStaging = "/var/lib/graduand/staging";  // on the file system of /var/lib/kubelet

class Upgrade {
 public:
  explicit Upgrade(TransitionWork& work) : work_(work), change_(work) {}

  Result<catalogue::CellFacts> run() {
    GRADUAND_TRY(change_.begin());
    GRADUAND_TRY(profile::check_upgrade(change_.from(), change_.to()));
    GRADUAND_TRY(change_.check());
    auto facts = carry_out(work_, change_, [this] { return steps(); });
    if (facts) work_.note("programs and images are those of " + change_.source());
    return facts;
  }

 private:
  Status steps() {
    GRADUAND_TRY(tell_kubeadm_of_gates());
    bool first = true;
    for (const std::string& node : work_.control_planes()) {
      GRADUAND_TRY(first ? kubeadm(node, {"upgrade", "apply", change_.to().str(), "--yes"})
                         : kubeadm(node, {"upgrade", "node"}));
      first = false;
    }
    if (change_.with_kubelets()) {
      for (const NodePart& node : work_.all_nodes())
        if (!node.control_plane) GRADUAND_TRY(kubeadm(node.name, {"upgrade", "node"}));
    }
    GRADUAND_TRY(keep_kubelet_gates());
    return change_.with_kubelets() ? change_.kubelets().install() : Status{};
  }

  // It writes the manifests anew, from its own configuration.
  Status tell_kubeadm_of_gates() {
    std::map<std::string, GateMap> gates;
    const std::string node = work_.control_planes().front();
    for (const char* component : {catalogue::kApiServer, catalogue::kControllerManager, catalogue::kScheduler})
      gates[component] = gates_in_manifest(change_.backup().manifest(node, component));
    const std::string& before = change_.backup().cluster_configuration();
    GRADUAND_TRY_ASSIGN(const std::string after, cluster_configuration_with_gates(before, gates));
    return after == before ? Status{} : write_cluster_configuration(work_.client(), after);
  }

  Status keep_kubelet_gates() {
    for (const std::string& node : work_.node_names()) {
      const GateMap gates = gates_in_config(change_.backup().kubelet_config(node));
      GRADUAND_TRY_ASSIGN(const std::string written, work_.nodes().read_file(node, kKubeletConfig));
      if (gates.empty() || gates_in_config(written) == gates) continue;
      GRADUAND_TRY_ASSIGN(const std::string kept, config_with_gates(written, gates));
      GRADUAND_TRY(work_.nodes().write_file(node, kKubeletConfig, kept, kStaging));
    }
    return {};
  }

  // Without preflight checks: a node that is a container fails some of them.
  Status kubeadm(const std::string& node, const std::vector<std::string>& arguments) {
    work_.progress(fmt::format("kubeadm {} on {}", join(arguments, " "), node));
    std::vector<std::string> argv = {kNewKubeadm};
    argv.insert(argv.end(), arguments.begin(), arguments.end());
    argv.emplace_back("--ignore-preflight-errors=all");
    const auto on_line = [this](std::string_view line) {
      if (line.find("Preparing for") != std::string_view::npos) work_.progress("kubeadm: " + std::string(line));
    };
    const auto result = work_.timed(
        kTimeInKubeadm, [&] { return work_.nodes().run_and_tell(node, argv, kKubeadmLimit, on_line, work_.cancel()); });
    if (!result) return fail(result.error());
    std::ignore = write_file_atomically(work_.options().state_dir / ("kubeadm-upgrade-" + node + ".log"),
                                        result->stdout_text + result->stderr_text);
    if (result->ok()) return {};
    // Ending docker's client does not end what it started.
    std::ignore = work_.nodes().run(node, {"pkill", "-KILL", "-f", kNewKubeadm}, seconds(30));
    if (result->cancelled) return fail(ErrorKind::kCancelled, "cancelled while kubeadm upgraded " + node);
    Error error{ErrorKind::kProduct,
                fmt::format("kubeadm {}: {}: {}", join(arguments, " "), describe_end(*result, kKubeadmLimit),
                            last_lines(result->stderr_text.empty() ? result->stdout_text : result->stderr_text, 2)),
                node};
    return fail(with_last_words(work_.nodes(), std::move(error), node, catalogue::kApiServer));
  }

  TransitionWork& work_;
  VersionChange change_;
};

}  // namespace

Result<catalogue::CellFacts> upgrade(TransitionWork& work) {
  return Upgrade(work).run();
}

}  // namespace graduand::cluster
