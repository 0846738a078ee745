// SPDX-License-Identifier: Apache-2.0
#include "framework/catalogue/transition.h"

#include "framework/catalogue/json_codec.h"

namespace graduand::catalogue {
namespace {

constexpr TransitionKind kKinds[] = {TransitionKind::kSetGates,    TransitionKind::kUpgrade, TransitionKind::kDowngrade,
                                     TransitionKind::kSwapKubelet, TransitionKind::kRestart, TransitionKind::kRestore};

}  // namespace

const char* to_string(TransitionKind kind) {
  switch (kind) {
    case TransitionKind::kSetGates:
      return "set-gates";
    case TransitionKind::kUpgrade:
      return "upgrade";
    case TransitionKind::kDowngrade:
      return "downgrade";
    case TransitionKind::kSwapKubelet:
      return "swap-kubelet";
    case TransitionKind::kRestart:
      return "restart";
    case TransitionKind::kRestore:
      return "restore";
  }
  return "";
}

Result<TransitionKind> parse_transition_kind(std::string_view text) {
  for (const TransitionKind kind : kKinds)
    if (text == to_string(kind)) return kind;
  return fail(ErrorKind::kUsage, "'" + std::string(text) + "' is no kind of transition", {},
              "set-gates, upgrade, downgrade, swap-kubelet, restart or restore");
}

json::value encode(const TransitionRequest& request) {
  json::object object = {{"kind", to_string(request.kind)}};
  if (!request.phase.empty()) object["phase"] = request.phase;
  if (!request.gates.empty()) object["gates"] = encode(request.gates);
  if (!request.component.empty()) object["component"] = request.component;
  if (!request.node.empty()) object["node"] = request.node;
  if (request.version) object["version"] = request.version->str();
  if (request.control_plane_only) object["control_plane_only"] = true;
  if (request.restore_etcd) object["restore_etcd"] = true;
  return object;
}

Status decode(const json::value& value, TransitionRequest& out) {
  TransitionRequest request;
  std::string kind;
  JsonReader reader(value, "transition");
  reader.require("kind", kind);
  reader.get("phase", request.phase);
  reader.get("gates", request.gates);
  reader.get("component", request.component);
  reader.get("node", request.node);
  reader.get("version", request.version);
  reader.get("control_plane_only", request.control_plane_only);
  reader.get("restore_etcd", request.restore_etcd);
  GRADUAND_TRY(reader.finish());
  GRADUAND_TRY_ASSIGN(request.kind, parse_transition_kind(kind));
  out = std::move(request);
  return {};
}

}  // namespace graduand::catalogue
