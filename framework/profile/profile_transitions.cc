// SPDX-License-Identifier: Apache-2.0
#include "framework/profile/profile_transitions.h"

#include <fmt/format.h>

#include <algorithm>

#include "framework/base/text.h"
#include "framework/catalogue/cell.h"
#include "framework/profile/profile_layer.h"

namespace graduand::profile {
namespace {

using catalogue::TransitionKind;
using catalogue::TransitionRequest;

// As profiles write them; the value is what the kind is about.
struct Kind {
  const char* key;
  TransitionKind kind;
};
constexpr Kind kKinds[] = {{"setGates", TransitionKind::kSetGates},
                           {"upgrade", TransitionKind::kUpgrade},
                           {"downgrade", TransitionKind::kDowngrade},
                           {"swapKubelet", TransitionKind::kSwapKubelet},
                           {"restart", TransitionKind::kRestart}};

void read_gates(const YamlDocument& document, YamlReader& reader, TransitionRequest& request) {
  const auto read = [&](const std::string& gate, const YAML::Node& value) -> Status {
    GRADUAND_TRY_ASSIGN(request.gates[gate], yaml_bool(document, value, gate));
    return {};
  };
  if (reader.optional_map("setGates", read) == 0) reader.error("setGates", "'setGates' names no gate");
}

void read_restart(YamlReader& reader, TransitionRequest& request) {
  request.component = reader.string("restart");
  reader.expect_one_of("restart", request.component, restartable_components());
}

void read_target(YamlReader& reader, const char* key, TransitionRequest& request) {
  read_version(reader, key, request.version);
  if (!request.version) {
    reader.error(key, fmt::format("'{}' needs a version such as v1.34.3", key));
  } else if (request.version->patch < 0) {
    reader.error(key,
                 fmt::format("'{}' must be a full version such as v1.34.3, got '{}'", key, request.version->str()));
  }
}

void read_phase(YamlReader& reader, const std::vector<TransitionRequest>& before, TransitionRequest& request) {
  request.phase = reader.string("phase");
  if (!reader.has("phase")) return;
  if (!is_profile_name(request.phase)) {
    reader.error(
        "phase",
        fmt::format("'{}' is no name of a phase: lower case letters, digits, '-' and '.', at most 63 characters",
                    shorten(printable(request.phase), 80)));
  }
  if (request.phase == "initial") reader.error("phase", "the phase 'initial' is the one before any transition");
  const auto same = [&request](const TransitionRequest& other) { return other.phase == request.phase; };
  if (std::any_of(before.begin(), before.end(), same))
    reader.error("phase", fmt::format("two transitions lead to the phase '{}'", request.phase));
}

// Keys that only some kinds have.
void read_where_and_how(YamlReader& reader, TransitionRequest& request) {
  const auto only_for = [&](const char* key, std::initializer_list<TransitionKind> kinds) {
    if (!reader.has(key) || std::find(kinds.begin(), kinds.end(), request.kind) != kinds.end()) return;
    reader.error(key, fmt::format("'{}' is not for a transition {}", key, to_string(request.kind)));
  };
  if (const auto component = reader.optional_string("component")) {
    only_for("component", {TransitionKind::kSetGates});
    reader.expect_one_of("component", *component, catalogue::components());
    request.component = *component;
  }
  request.node = reader.optional_string("node").value_or("");
  only_for("node", {TransitionKind::kSetGates, TransitionKind::kSwapKubelet, TransitionKind::kRestart});
  request.control_plane_only = reader.optional_bool("controlPlaneOnly").value_or(false);
  only_for("controlPlaneOnly", {TransitionKind::kUpgrade, TransitionKind::kDowngrade});
  request.restore_etcd = reader.optional_bool("restoreEtcd").value_or(false);
  only_for("restoreEtcd", {TransitionKind::kDowngrade});
}

}  // namespace

const std::vector<std::string>& restartable_components() {
  static const std::vector<std::string> names = [] {
    auto all = catalogue::components();
    all.emplace_back("etcd");
    return all;
  }();
  return names;
}

Status read_transition(const YamlDocument& document, const YAML::Node& node,
                       std::vector<TransitionRequest>& transitions) {
  YamlReader reader(document, node, "a transition");
  TransitionRequest request;
  std::vector<std::string> keys;
  std::vector<std::string> present;
  for (const Kind& kind : kKinds) {
    keys.emplace_back(kind.key);
    if (!reader.has(kind.key)) continue;
    present.emplace_back(kind.key);
    request.kind = kind.kind;
    if (kind.kind == TransitionKind::kSetGates)
      read_gates(document, reader, request);
    else if (kind.kind == TransitionKind::kRestart)
      read_restart(reader, request);
    else
      read_target(reader, kind.key, request);
  }
  if (present.size() == 1) {
    read_where_and_how(reader, request);
    read_phase(reader, transitions, request);
  }
  if (present.size() > 1) reader.error(present[1], "a transition is one thing: " + join(present, " or "));
  // A misspelt kind is an unknown key, and that says more than the kind that is missing.
  if (present.empty() && node.IsMap()) {
    for (const auto& entry : node) {
      const std::string hint = did_you_mean_hint(entry.first.Scalar(), keys);
      if (hint.empty()) continue;
      return fail(ErrorKind::kUsage, fmt::format("unknown key '{}' in a transition", entry.first.Scalar()),
                  document.where(entry.first), hint);
    }
    return fail(ErrorKind::kUsage, "a transition needs one of the keys " + join(keys, ", "), document.where(node));
  }
  GRADUAND_TRY(reader.finish());
  transitions.push_back(std::move(request));
  return {};
}

}  // namespace graduand::profile
