// SPDX-License-Identifier: Apache-2.0
#include "framework/cluster/transitions/static_pod.h"

#include <fmt/format.h>

#include "framework/base/processes/run_checked.h"
#include "framework/base/text.h"
#include "framework/catalogue/cell.h"
#include "framework/cluster/journal/node_change.h"
#include "framework/cluster/last_words.h"

namespace graduand::cluster {
namespace {

// On the manifests' file system, so that a rename is atomic, and not where the kubelet looks for manifests.
constexpr const char* kStaging = "/etc/kubernetes/graduand-staging";
constexpr milliseconds kLimit = seconds(90);

// Arguments: component, manifest, where to put it, and the port whose closing says that requests are no longer taken
// (empty: the process ends by itself). A shell on the node has nothing to wait on for another process's end or a
// folder's, so it asks every 50 ms, 800 times at most.
constexpr const char* kTakeAway = R"(
component=$1 manifest=$2 old=$3 port=$4
uids=$(ls -d "/var/log/pods/kube-system_${component}-"*_* 2>/dev/null | sed 's/.*_//')
pid=$(pgrep -f "^${component} " | head -n 1)
mkdir -p "${old%/*}"
if [ -e "$manifest" ]; then mv -f "$manifest" "$old"; fi
tries=800
again() { tries=$((tries - 1)); [ "$tries" -gt 0 ] && sleep 0.05; }
alive() { [ -n "$pid" ] && [ -d "/proc/$pid" ]; }
if [ -n "$port" ] && command -v curl >/dev/null; then
  while alive && curl --silent --insecure --max-time 1 --output /dev/null "https://127.0.0.1:$port/livez"; do again || break; done
  patience=20
  while alive && [ "$patience" -gt 0 ]; do patience=$((patience - 1)); again || break; done
  if alive; then kill -KILL "$pid"; fi
fi
for uid in $uids; do
  while [ -d "/var/lib/kubelet/pods/$uid" ]; do again || break; done
done
)";

}  // namespace

std::string manifest_path(const std::string& component) {
  return std::string(kManifestFolder) + "/" + component + ".yaml";
}

Status take_static_pod_away(NodeAccess& nodes, const std::string& node, const std::string& component) {
  const std::string old = fmt::format("{}/{}.yaml.old", kStaging, component);
  // kubeadm's --secure-port.
  const std::string port = component == catalogue::kApiServer ? "6443" : "";
  GRADUAND_TRY_ASSIGN(
      const ProcessResult result,
      nodes.run(node, {"sh", "-c", kTakeAway, "sh", component, manifest_path(component), old, port}, kLimit));
  if (result.ok()) return {};
  return fail(ErrorKind::kInfrastructure,
              fmt::format("taking the manifest of {} away: {}: {}", component, describe_end(result, kLimit),
                          last_lines(result.stderr_text, 1)),
              node);
}

Status put_static_pod(NodeAccess& nodes, const std::string& node, const std::string& component,
                      const std::string& manifest) {
  return nodes.write_file(node, manifest_path(component), manifest, kStaging);
}

Status replace_static_pod(NodeAccess& nodes, const std::string& node, const std::string& component,
                          const std::string& manifest) {
  GRADUAND_TRY(take_static_pod_away(nodes, node, component));
  return put_static_pod(nodes, node, component, manifest);
}

// From the log that was begun last: the process before it may still be writing its own. The container log's time and
// stream are cut off.
std::string last_words_of_static_pod(NodeAccess& nodes, const std::string& node, const std::string& component) {
  constexpr const char* kScript =
      "dir=$(ls -td /var/log/pods/kube-system_\"$1\"-*/\"$1\" | head -n 1); "
      "tail -q -n \"$2\" \"$(ls \"$dir\"/*.log | sort -V | tail -n 1)\" | cut -d' ' -f4-";
  const auto result = nodes.run(node, {"sh", "-c", kScript, "sh", component, std::to_string(kLastWordsLines)}, kLimit);
  return result && result->ok() ? last_words_in(result->stdout_text) : "";
}

}  // namespace graduand::cluster
