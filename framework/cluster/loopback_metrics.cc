// SPDX-License-Identifier: Apache-2.0
#include "framework/cluster/loopback_metrics.h"

#include <algorithm>
#include <charconv>

#include "framework/base/log.h"
#include "framework/base/processes/run_checked.h"
#include "framework/base/text.h"
#include "framework/kube/metrics.h"

namespace graduand::cluster {
namespace {

constexpr milliseconds kLimit = seconds(30);
constexpr std::string_view kSection = "== ";
constexpr const char* kThreads = "threads";

// Only the lines that are wanted leave the node. Ports are kubeadm's, which are Kubernetes' defaults.
constexpr const char* kNodeScript = R"(
echo "== threads"; cat /sys/devices/system/cpu/cpu0/topology/thread_siblings_list
echo "== kube-proxy"; curl -sS --max-time 5 http://127.0.0.1:10249/metrics | grep ^kubernetes_feature_enabled
)";
constexpr const char* kControlPlaneScript = R"(
page() {
  echo "== $1"
  kubectl --kubeconfig /etc/kubernetes/admin.conf --request-timeout 5s get --raw /metrics --server "https://127.0.0.1:$2" \
    --insecure-skip-tls-verify | grep ^kubernetes_feature_enabled
}
page kube-controller-manager 10257
page kube-scheduler 10259
)";

}  // namespace

int count_in_cpu_list(std::string_view text) {
  int count = 0;
  for (const std::string& range : split(trim(text), ',')) {
    const auto ends = split(range, '-');
    int numbers[2] = {0, 0};
    if (ends.size() > 2) return 0;
    for (std::size_t i = 0; i < ends.size(); ++i) {
      const auto [end, error] = std::from_chars(ends[i].data(), ends[i].data() + ends[i].size(), numbers[i]);
      if (error != std::errc() || end != ends[i].data() + ends[i].size()) return 0;
    }
    count += ends.size() == 2 ? numbers[1] - numbers[0] + 1 : 1;
  }
  return count;
}

LoopbackPages read_loopback_pages(NodeAccess& nodes, const std::string& node, bool control_plane,
                                  const CancelToken& cancel, const std::vector<std::string>& absent) {
  LoopbackPages pages;
  const std::string script = std::string(kNodeScript) + (control_plane ? kControlPlaneScript : "");
  const auto result = nodes.run(node, {"sh", "-c", script}, kLimit, {}, cancel);
  if (!result) {
    spdlog::warn("reading metrics on {}: {}", node, to_string(result.error()));
    return pages;
  }
  std::map<std::string, std::string> sections;
  std::string section;
  for (const std::string& line : split(result->stdout_text, '\n')) {
    if (starts_with(line, kSection))
      section = line.substr(kSection.size());
    else
      sections[section] += line + "\n";
  }
  pages.threads_per_core = count_in_cpu_list(sections[kThreads]);
  pages.complete = true;
  std::vector<const char*> components = {catalogue::kKubeProxy};
  if (control_plane) components.insert(components.end(), {catalogue::kControllerManager, catalogue::kScheduler});
  for (const char* component : components) {
    auto gates = kube::feature_gates_of(sections[component]);
    const bool expected = std::find(absent.begin(), absent.end(), component) == absent.end();
    pages.complete = pages.complete && (!gates.empty() || !expected);
    pages.gates[component] = std::move(gates);
  }
  if (!pages.complete) spdlog::debug("metrics on {} are not complete: {}", node, last_lines(result->stderr_text, 3));
  return pages;
}

}  // namespace graduand::cluster
