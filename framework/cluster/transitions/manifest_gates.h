// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "framework/catalogue/cell.h"

namespace graduand::cluster {

// "A=true,B=false", as --feature-gates takes it. Pure.
std::string feature_gates_flag(const catalogue::GateMap& gates);

// The text of a kubeadm static pod manifest with the gates set in its component's --feature-gates flag (added after the
// last flag when absent; existing values of other gates are kept). Pure. kUsage when it is no manifest of `component`.
Result<std::string> manifest_with_gates(const std::string& manifest, const catalogue::GateMap& gates,
                                        const std::string& component = catalogue::kApiServer);

// The gates in the --feature-gates of a static pod's manifest, and those in a KubeletConfiguration; empty when there
// are none, or they cannot be read. Pure.
catalogue::GateMap gates_in_manifest(const std::string& manifest);
catalogue::GateMap gates_in_config(const std::string& config);

// The manifest with the annotation graduand.io/replaced set to `mark`. A static pod's UID is a hash of its manifest,
// and the kubelet starts a pod whose UID ended not long ago only after its back-off (10 s, then doubled each time):
// with a mark that is new each time, going back to gates of before is no return to a pod of before. Pure. kUsage when
// the text has no metadata.
Result<std::string> marked_manifest(const std::string& manifest, const std::string& mark);

// The text of a KubeletConfiguration or KubeProxyConfiguration with the gates set in its featureGates; other gates and
// everything else stay as they are to the byte. Pure. kUsage when what is under featureGates cannot be understood.
Result<std::string> config_with_gates(const std::string& config, const catalogue::GateMap& gates);

}  // namespace graduand::cluster
