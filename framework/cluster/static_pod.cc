// SPDX-License-Identifier: Apache-2.0
#include "framework/cluster/static_pod.h"

#include <fmt/format.h>

#include "framework/base/text.h"
#include "framework/catalogue/cell.h"
#include "framework/cluster/docker.h"

namespace graduand::cluster {
namespace {

// On the manifests' file system, so that a rename is atomic, and not where the kubelet looks for manifests.
constexpr const char* kStaging = "/etc/kubernetes/graduand-staging";
constexpr milliseconds kLimit = seconds(90);

// Arguments: component, manifest, the new manifest aside, the port whose closing says that requests are no longer
// taken (empty: the process ends by itself). A shell on the node has nothing to wait on for another process's end or a
// folder's, so it asks every 50 ms, 800 times at most.
constexpr const char* kScript = R"(
component=$1 manifest=$2 new=$3 port=$4
uids=$(ls -d "/var/log/pods/kube-system_${component}-"*_* 2>/dev/null | sed 's/.*_//')
pid=$(pgrep -f "^${component} " | head -n 1)
if [ -e "$manifest" ]; then mv -f "$manifest" "$new.old"; fi
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
chmod 600 "$new" && mv -f "$new" "$manifest" && rm -f "$new.old"
)";

}  // namespace

std::string manifest_path(const std::string& component) {
  return "/etc/kubernetes/manifests/" + component + ".yaml";
}

Status replace_static_pod(NodeAccess& nodes, const std::string& node, const std::string& component,
                          const std::string& manifest) {
  const std::string aside = fmt::format("{}/{}.yaml", kStaging, component);
  GRADUAND_TRY(nodes.write_file(node, aside, manifest, kStaging));
  // kubeadm's --secure-port.
  const std::string port = component == catalogue::kApiServer ? "6443" : "";
  GRADUAND_TRY_ASSIGN(
      const ProcessResult result,
      nodes.run(node, {"sh", "-c", kScript, "sh", component, manifest_path(component), aside, port}, kLimit));
  if (result.ok()) return {};
  return fail(ErrorKind::kInfrastructure,
              fmt::format("replacing the manifest of {}: {}: {}", component, describe_end(result, kLimit),
                          last_lines(result.stderr_text, 1)),
              node);
}

}  // namespace graduand::cluster
