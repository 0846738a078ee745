// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <string>

#include "framework/base/json.h"
#include "framework/catalogue/kube_version.h"

namespace graduand::catalogue {

enum class TransitionKind { kSetGates, kUpgrade, kDowngrade, kSwapKubelet, kRestart, kRestore };
// "set-gates", "upgrade", "downgrade", "swap-kubelet", "restart", "restore": as in records. Profiles write them in
// camel case, all but restore, which nobody asks for: it is the way back from what a case changed.
const char* to_string(TransitionKind kind);
Result<TransitionKind> parse_transition_kind(std::string_view text);  // kUsage

// A change to a running cluster that somebody asks for: an element of a profile's list of transitions, or what
// `graduand cluster gates` and its siblings are given.
struct TransitionRequest {
  TransitionKind kind = TransitionKind::kSetGates;
  std::string phase{};                   // the phase that it leads to: "off", "upgraded"; unique in a profile
  std::map<std::string, bool> gates{};   // set-gates: these change, others stay
  std::string component{};               // set-gates, restart, restore; empty: every component that has gates
  std::string node{};                    // set-gates, swap-kubelet, restart; empty: every node
  std::optional<KubeVersion> version{};  // upgrade, downgrade, swap-kubelet: with a patch
  bool control_plane_only = false;       // upgrade, downgrade: the kubelets stay
  bool restore_etcd = false;             // downgrade: put the snapshot of before the upgrade back

  friend bool operator==(const TransitionRequest&, const TransitionRequest&) = default;
};

// As json_codec.h wants it: an object without the members that are empty.
json::value encode(const TransitionRequest& request);
Status decode(const json::value& value, TransitionRequest& out);

}  // namespace graduand::catalogue
